import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWatched, startBrowser, violations } from '../support/browser.ts';
import { busyScene, emptyScene, gitDownScene, largeScene, refusedScene, type Scene, suspendedScene } from './scene.ts';

const TOKEN = 'read-token-0123456789abcdef';
const PAGES = ['/', '/plan', '/drift', '/people', '/people/ana@example.com', '/credits', '/history'];
/** Together they have every kind of mark-up; the others share its rules. */
const IN_DARK = ['/', '/people/ana@example.com', '/history'];
const OUTLINE = ['heading-order', 'landmark-unique', 'region', 'list', 'page-has-heading-one', 'scrollable-region-focusable'];
const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 320, height: 640 };
const OVERFLOW = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
/** Headings more than one level below the one before them, which axe calls heading-order; that is dear to ask for everywhere. */
const SKIPPED_HEADINGS = `[...document.querySelectorAll('h1, h2, h3, h4')].map((each) => Number(each.tagName[1]))
  .filter((level, i, all) => level - (all[i - 1] ?? 0) > 1)`;

let browser: Browser;
/** For every test that changes nothing, and the one that lets a pass end, which is the last of them. */
let busy: Scene;
// The first start unpacks the browser.
beforeAll(async () => {
  browser = await startBrowser();
  busy = await busyScene(TOKEN);
}, 60_000);
afterAll(async () => {
  await browser.close();
  await busy.close();
});

type Visit = { readonly page: Page; readonly go: (path: string) => Promise<void>; readonly end: () => Promise<void> };

/** One tab on a scene; `end` fails for a console message, or a request to anywhere else. */
async function visit(scene: Scene, first: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const { page, complaints, requests } = await openWatched(browser, scene.url + first, {
    viewport: WIDE,
    httpCredentials: { username: 'anybody', password: TOKEN },
    ...options,
  });
  return {
    page,
    go: async (path) => void (await page.goto(scene.url + path)),
    end: async () => {
      await page.context().close();
      expect(complaints).toEqual([]);
      expect(requests.filter((each) => !each.startsWith(`${scene.url}/`))).toEqual([]);
    },
  };
}

const heading = (page: Page) => page.locator('h1').textContent();

test('every page in light and dark, on a desk and on a phone', { timeout: 90_000 }, async () => {
  const scene = busy;
  const { page, go, end } = await visit(scene, '/');
  for (const path of PAGES) {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(WIDE);
    await go(path);
    // What the report itself is made of is looked at in the tests of its own page.
    expect(await violations(page, path === '/credits' ? OUTLINE : []), path).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize(PHONE);
    expect(await page.evaluate(OVERFLOW), path).toBe(0);
    if (IN_DARK.includes(path)) expect(await violations(page, ['color-contrast', 'target-size']), path).toEqual([]);
  }
  for (const path of ['/history?person=gus', '/people?as-of=2026-11-09', '/people/ana@example.com?as-of=2026-11-09']) {
    await go(path);
    expect(await page.evaluate(OVERFLOW), path).toBe(0);
  }
  await end();
});

test('names are shown to nobody without a read token', async () => {
  const scene = busy;
  for (const path of [
    ...PAGES,
    '/credits/report',
    '/history?person=ana',
    '/people?q=ana',
    '/people?as-of=2026-11-09',
    '/api/history?format=csv',
    '/api/events',
  ]) {
    for (const authorization of ['', 'Bearer wrong-token-0123456789ab']) {
      const answer = await fetch(scene.url + path, { headers: authorization === '' ? {} : { authorization } });
      expect([answer.status, await answer.text()], path).toEqual([401, expect.not.stringMatching(/example\.com|kiro-eng/)]);
    }
  }
});

describe('what is wrong is said on each page', () => {
  const cases: readonly (readonly [string, () => Promise<Scene>, RegExp])[] = [
    ['before the first pass', emptyScene, /Starting/],
    ['failing Git', gitDownScene, /did not answer/],
    ['a refused plan', refusedScene, /Refused by a guard/],
    ['a suspended daemon', suspendedScene, /Suspended by|Suspended/],
  ];
  test.each(cases)('%s', { timeout: 60_000 }, async (_name, make, words) => {
    const scene = await make();
    const { page, go, end } = await visit(scene, '/', { viewport: PHONE });
    // A browser lays out the pages that differ most from those of a good day, and before the first pass all but the person's, a 404 then.
    const seen = make === emptyScene ? PAGES.filter((path) => !path.startsWith('/people/')) : ['/', '/plan'];
    for (const path of seen) {
      await go(path);
      expect(await page.evaluate(OVERFLOW), path).toBe(0);
      expect(await page.evaluate(SKIPPED_HEADINGS), path).toEqual([]);
      if (path === '/') expect(await violations(page), path).toEqual([]);
    }
    for (const path of PAGES) expect(await (await fetch(scene.url + path)).text(), path).toMatch(words);
    await end();
    await scene.close();
  });
});

test('keyboard only: skip link, navigation, search, details', { timeout: 60_000 }, async () => {
  const scene = busy;
  const { page, go, end } = await visit(scene, '/people');
  const focused = () => page.evaluate('document.activeElement.id || document.activeElement.textContent');
  const key = page.keyboard;
  await key.press('Tab');
  expect(await focused()).toBe('Skip to the content');
  await key.press('Tab');
  expect(await focused()).toBe('kirosync');
  const order: unknown[] = [];
  for (let i = 0; i < 7; i += 1) {
    await key.press('Tab');
    order.push(await focused());
  }
  expect(order).toEqual(['Now', 'Plan', 'Drift', 'People', 'Credits', 'History', 'Incomplete']);
  await go('/people');
  await key.press('Tab');
  await key.press('Enter');
  await key.press('Tab');
  expect(await focused()).toBe('people-q');
  await key.type('hana');
  await key.press('Enter');
  await page.waitForURL('**/people?q=hana*');
  expect(await page.locator('#people-list tbody tr').count()).toBe(1);
  await page.locator('#people-list a').focus();
  await key.press('Enter');
  await page.waitForURL('**/people/hana*');
  expect(await heading(page)).toBe('hana@example.com');

  await go('/history');
  const newest = page.locator('details.pass').first();
  await newest.locator('summary').focus();
  expect(await newest.locator('table').isVisible()).toBe(false);
  await key.press('Enter');
  expect(await newest.locator('table').isVisible()).toBe(true);
  await key.press('Space');
  expect(await newest.locator('table').isVisible()).toBe(false);
  await page.locator('#history-person').focus();
  await key.type('gus');
  await key.press('Enter');
  await page.waitForURL('**/history?person=gus*');
  expect(await page.locator('details.pass').count()).toBe(3);
  expect(await page.locator('details.pass .tag.bad').count()).toBeGreaterThan(0);
  await end();
});

test('pages work without the script, and follow the daemon with it', { timeout: 60_000 }, async () => {
  const scene = busy;
  const plain = await visit(scene, '/people', { javaScriptEnabled: false });
  await plain.page.locator('#people-q').fill('cy@');
  await plain.page.locator('#people-q').press('Enter');
  await plain.page.waitForURL('**/people?q=cy*');
  expect(await plain.page.locator('#people-list tbody tr').count()).toBe(1);
  await plain.end();

  const live = await visit(scene, '/history');
  const run = 12;
  expect(await live.page.locator(`#pass-${run}`).count()).toBe(0);
  await scene.pass();
  await live.page.locator(`#pass-${run} .tag`).first().waitFor();
  await live.end();
});

test('ten thousand people: pages of a hundred, and a search on the server', { timeout: 90_000 }, async () => {
  const scene = await largeScene();
  const { page, go, end } = await visit(scene, '/people');
  const rows = page.locator('#people-list tbody tr');
  expect(await rows.count()).toBe(100);
  expect(await violations(page, ['landmark-unique'])).toEqual([]);
  await page.getByRole('link', { name: 'Next' }).first().click();
  expect(await rows.first().textContent()).toContain('person00100@example.com');
  await page.locator('#people-q').fill('person09999');
  await page.locator('#people-q').press('Enter');
  await page.waitForURL('**q=person09999*');
  expect(await rows.count()).toBe(1);
  expect(await rows.first().textContent()).toContain('no seat');
  await go('/people/person09149@example.com');
  expect(await page.locator('#seat-history').textContent()).toContain('request-1');
  await page.setViewportSize(PHONE);
  for (const path of ['/', '/plan', '/history?pass=1', '/people?as-of=2026-11-10']) {
    await go(path);
    expect(await page.locator('tbody tr').count(), path).toBeLessThanOrEqual(300);
    expect(await page.evaluate(OVERFLOW), path).toBe(0);
  }
  expect(await page.locator('main').textContent()).toContain('9,150');
  await end();
  await scene.close();
});
