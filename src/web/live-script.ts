/**
 * The only script of the dashboard, served as `/assets/live.js`. Without it every page works; with it a page follows the
 * daemon, a search answers while it is typed, and commands have a button that copies them. It asks nobody but its own
 * origin, and takes from an answer only the elements it replaces, which the server made.
 */
export const LIVE_SCRIPT = `'use strict';
(() => {
  const byId = (id) => document.getElementById(id);
  let shown = document.body.dataset.version;
  let wanted = shown;
  let timer = 0;
  let asking = null;

  const say = (text, reload) => {
    const line = byId('live');
    line.replaceChildren(document.createTextNode(text));
    if (!reload) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Show it';
    button.addEventListener('click', () => load(location.href, true));
    line.append(' ', button);
  };

  // Reading must not be torn away: not from somebody who has marked text, or works inside the part that is replaced.
  const busy = () => {
    const selection = window.getSelection();
    if (selection && !selection.isCollapsed && byId('main').contains(selection.anchorNode)) return true;
    const active = document.activeElement;
    return active !== null && active !== byId('main') && byId('main').contains(active) && active.id === '';
  };

  const adopt = (page) => {
    const main = byId('main');
    const next = page.getElementById('main');
    if (next === null) return false;
    const open = new Set([...main.querySelectorAll('details[id][open]')].map((each) => each.id));
    const known = new Set([...main.querySelectorAll('details[id]')].map((each) => each.id));
    const active = document.activeElement;
    const focus = active !== null && main.contains(active) ? active.id : '';
    const typed = active instanceof HTMLInputElement ? [active.value, active.selectionStart, active.selectionEnd] : null;
    const sideways = new Map([...main.querySelectorAll('.scroll[id]')].map((each) => [each.id, each.scrollLeft]));
    const top = window.scrollY;
    main.replaceChildren(...next.childNodes);
    for (const each of main.querySelectorAll('details[id]')) if (known.has(each.id)) each.open = open.has(each.id);
    for (const [id, left] of sideways) if (byId(id)) byId(id).scrollLeft = left;
    const again = focus === '' ? null : byId(focus);
    if (again !== null) {
      again.focus({ preventScroll: true });
      if (typed !== null && again instanceof HTMLInputElement) {
        again.value = typed[0];
        again.setSelectionRange(typed[1], typed[2]);
      }
    }
    window.scrollTo({ top, behavior: 'instant' });
    for (const part of ['.badge', 'footer']) {
      const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
      if (old !== null && fresh !== null) old.replaceWith(fresh);
    }
    const [icon, newIcon] = [document.querySelector('link[rel=icon]'), page.querySelector('link[rel=icon]')];
    if (icon !== null && newIcon !== null) icon.href = newIcon.getAttribute('href');
    document.title = page.title;
    shown = page.body.dataset.version;
    enhance();
    return true;
  };

  const load = async (address, told) => {
    if (asking !== null) asking.abort();
    const own = new AbortController();
    asking = own;
    try {
      const answer = await fetch(address, { headers: { accept: 'text/html' }, signal: own.signal, redirect: 'error' });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (own.signal.aborted) return;
      if (!told && busy()) say('There is a new state.', true);
      else if (adopt(page)) say('', false);
    } catch (error) {
      if (!own.signal.aborted) say('The daemon did not answer; what is shown may be old.', true);
    } finally {
      if (asking === own) asking = null;
    }
  };

  const news = (version) => {
    wanted = version;
    if (version === shown) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (wanted === shown || document.hidden) return;
      if (busy()) say('There is a new state.', true);
      else load(location.href, false);
    }, 300);
  };

  const enhance = () => {
    for (const command of document.querySelectorAll('pre.command')) {
      if (command.parentElement.querySelector('button.copy') || !navigator.clipboard) continue;
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'copy';
      button.textContent = 'Copy';
      button.id = 'copy-' + [...document.querySelectorAll('pre.command')].indexOf(command);
      button.addEventListener('click', () =>
        navigator.clipboard.writeText(command.textContent).then(
          () => { button.textContent = 'Copied'; setTimeout(() => { button.textContent = 'Copy'; }, 1500); },
          () => { button.textContent = 'Mark it and copy'; },
        ));
      command.after(button);
    }
  };

  let typing = 0;
  document.addEventListener('input', (event) => {
    const form = event.target.form;
    if (!form || !form.matches('form.search') || event.target.type !== 'search') return;
    clearTimeout(typing);
    typing = setTimeout(() => {
      const address = new URL(form.action, location.href);
      for (const [name, value] of new FormData(form)) if (value !== '') address.searchParams.set(name, value);
      history.replaceState(null, '', address);
      load(address.href, true);
    }, 200);
  });
  document.addEventListener('visibilitychange', () => { if (!document.hidden) news(wanted); });

  enhance();
  if (typeof EventSource === 'function') {
    const source = new EventSource('/api/events');
    source.addEventListener('state', (event) => news(event.data));
    addEventListener('pagehide', () => source.close());
    addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
  }
})();
`;
