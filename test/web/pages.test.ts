import { afterEach, describe, expect, it } from 'vitest';
import { metrics } from '../../src/daemon/metrics.ts';
import type { Settings } from '../../src/model/settings.ts';
import { routes } from '../../src/web/routes.ts';
import { type TestDaemon, testDaemon } from '../support/daemon.ts';
import { NOW, type World } from '../support/world.ts';

let open: TestDaemon[] = [];
afterEach(async () => {
  await Promise.all(open.map((each) => each.stop()));
  open = [];
});

function assignment(tier: string, users: readonly string[]): string {
  return `kind: Assignment\nname: to-${tier}\nprofile: eng\ntier: ${tier}\nusers: [${users.join(', ')}]\nowner: leads\nreason: work\n`;
}

const person = (i: number): string => `p-${String(i).padStart(5, '0')}@example.com`;
const people = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => person(i));
const EMPTY = { 'kiro-eng-pro': [], 'kiro-eng-pro-plus': [], 'kiro-eng-power': [], 'kiro-lab-pro': [], 'data-platform': [] };

function site(policy: string, world: World, settings: Partial<Settings> = {}, more: Parameters<typeof testDaemon>[3] = {}) {
  const run = testDaemon(policy, world, settings, more);
  open.push(run);
  const app = routes(run.daemon, metrics());
  const get = (path: string) => app.request(`http://127.0.0.1${path}`, { headers: { host: '127.0.0.1' } });
  const text = async (path: string) => (await get(path)).text();
  return { run, get, text };
}

/** What stands in a page, without its style sheet and markup. */
function words(page: string): string {
  return page
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&quot;', '"')
    .replace(/\s+/g, ' ');
}

const PATHS = ['/', '/plan', '/drift', '/people', '/history'] as const;

describe('every page', () => {
  it.each(PATHS)('%s is a page of its own before the first pass and after it', async (path) => {
    const { run, get } = site(assignment('pro', ['ana@example.com']), { users: ['ana@example.com'], groups: EMPTY });
    for (const turn of ['before', 'after']) {
      if (turn === 'after') await run.pass();
      const answer = await get(path);
      const page = await answer.text();
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toContain('text/html');
      expect(page.match(/<main /g)).toHaveLength(1);
      expect(page.match(/<h1>/g)).toHaveLength(1);
      expect(page).toMatch(/<html lang="en">[\s\S]*<a class="skip" href="#main">/);
      expect(page.match(/aria-current="page"/g)).toHaveLength(1);
      expect(page).toContain(`<a href="${path}" aria-current="page">`);
      const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it('runs the one script of its own origin, loads nothing from elsewhere, and has nothing inline but its style sheet', async () => {
    const { run, get } = site(assignment('pro', ['ana@example.com']), { users: ['ana@example.com'], groups: EMPTY });
    await run.pass();
    for (const path of PATHS) {
      const answer = await get(path);
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+';/);
      expect(policy).toContain("script-src 'self'");
      expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
      const page = await answer.text();
      expect(page.match(/<script[^>]*>/g)).toEqual(['<script src="/assets/live.js" defer>']);
      expect(page).not.toMatch(/<form(?![^>]*method="get")|\sstyle="|<[^>]*\son\w+=|(?:src|href)="(?:https?:|\/\/)/i);
    }
    expect((await get('/api/status')).headers.get('content-security-policy')).not.toContain('script-src');
  });

  it('says on each page that the daemon is suspended, by whom, until when, and how to end it', async () => {
    const { run, text } = site(assignment('pro', ['ana@example.com']), { users: ['ana@example.com'], groups: EMPTY });
    await run.daemon.suspend({ owner: 'On-call <b>', reason: 'move of the directory', until: new Date(NOW.getTime() + 7_200_000) });
    for (const path of PATHS) {
      const page = await text(path);
      expect(words(page)).toContain('Suspended by On-call &lt;b&gt; until 2026-11-10 14:00 (in 2 h) : move of the directory');
      expect(words(page)).toContain('kirosync resume');
    }
  });
});

describe('/', () => {
  it('shows the commit that is followed with its author, and falls back to the revision where Git has nothing to say', async () => {
    const { run, text } = site(assignment('pro', ['ana@example.com']), { users: ['ana@example.com'], groups: EMPTY });
    run.source.commits = async (_from, to) => [{ revision: to, author: 'Ana <L>', at: '2026-11-10T11:00:00Z', subject: 'Seats & more' }];
    await run.pass();
    const page = words(await text('/'));
    expect(page).toContain('Seats &amp; more by Ana &lt;L&gt;, 2026-11-10 11:00 (1 h ago)');
    expect(page).toContain('Applied the same revision');
    run.source.commits = () => Promise.reject(new Error('the disk hangs'));
    const revision = run.source.push(assignment('power', ['ana@example.com']));
    await run.pass();
    expect(words(await text('/'))).toContain(`main@${revision.split(':')[1]?.slice(0, 12)}`);
  });

  it('says in words what each outcome means', async () => {
    const { run, text } = site(assignment('pro', ['ana@example.com']), { users: ['ana@example.com'], groups: EMPTY });
    expect(words(await text('/'))).toContain('Starting The first pass has not ended yet.');
    await run.pass();
    expect(words(await text('/'))).toContain('Every planned change was applied.');
    await run.pass();
    expect(words(await text('/'))).toContain('Live seats are what the policy says.');
    run.source.down = true;
    await run.pass();
    const page = words(await text('/'));
    expect(page).toContain('Git or AWS did not answer');
    expect(page).toContain('git fetch Git is down. Wait.');
  });

  it('shows a refused plan with each guard, the Exception to merge and the command, ready to copy', async () => {
    const { run, text } = site(assignment('pro', people(6)), { users: people(40), groups: { ...EMPTY, 'kiro-eng-pro': people(40) } });
    const ended = await run.pass();
    expect(ended.result.outcome).toBe('refused');
    for (const path of ['/', '/plan']) {
      const page = await text(path);
      expect(words(page)).toMatch(/too-many-removals : 34 of 40 people would lose their seat/);
      expect(page).toContain('<code>kirosync import --out DIR</code>');
      // The way through is told once: below the guards.
      expect(page).not.toContain('--write-exception FILE');
      expect(page).toContain('kind: Exception\nrule: too-many-removals\nkeys:\n  - membership/kiro-eng-pro/p-00006@example.com');
      expect(page).toContain(`kirosync apply --plan-hash ${ended.result.plan?.hash} --force too-many-removals --force empties-group</pre>`);
    }
  });

  it('offers no Exception that the settings would not let count', async () => {
    const world = { users: people(40), groups: { ...EMPTY, 'kiro-eng-pro': people(40) } };
    const { run, text } = site(assignment('pro', people(6)), world, { exceptions: { rules: ['empties-group'], maxKeys: 200 } });
    await run.pass();
    const page = await text('/');
    expect(page).toContain('kind: Exception\nrule: empties-group');
    expect(page).not.toContain('rule: too-many-removals\n');
    expect(words(page)).toContain('it lifts only some of the guards');
  });

  it('names what waits for a human: console steps, unresolved names, held, released and contested', async () => {
    const policy = `${assignment('pro', ['ana@example.com', 'nobody@example.com'])}---\n${assignment('power', ['bob@example.com'])}`;
    const groups = { ...EMPTY, 'kiro-eng-pro': ['bob@example.com'], 'kiro-eng-old': ['zoe@example.com'] };
    const attached = { eng: ['kiro-eng-pro', 'kiro-eng-pro-plus', 'kiro-eng-old'], lab: ['kiro-lab-pro', 'data-platform'] };
    const { run, text } = site(policy, { users: ['ana@example.com'], groups, attached }, { mode: 'observe' });
    const key = 'membership/kiro-eng-pro/ana@example.com';
    await run.journal.append({
      type: 'contested',
      at: '2026-11-09T12:00:00Z',
      key,
      revision: (await run.source.lastGood(AbortSignal.timeout(1)))?.revision ?? null,
    });
    await run.pass();
    const page = words(await text('/'));
    expect(page).toContain('Add group → kiro-eng-power → Kiro Power');
    expect(words(await text('/plan'))).toMatch(/To do by hand *1 .*Add group → kiro-eng-power → Kiro Power/);
    expect(page).toMatch(/1 name matches nobody in the directory user nobody@example\.com in policy\.yaml:5:/);
    expect(page).toMatch(/Held 1 change waits without a date membership\/kiro-eng-pro\/bob@example\.com/);
    expect(page).toContain('kiro-eng-old of profile eng: 1 member keeps the seat');
    expect(page).toContain(`Somebody else keeps reversing 1 seat ${key} since 2026-11-09 12:00 (24 h ago)`);
  });

  it('shows API calls beside the quota, by operation', async () => {
    let made = 200;
    const more = {
      calls: () => ({ 'identitystore:ListUsers': made, 'sso:ListApplications': 5 }),
      throttles: () => 3,
      usageTiers: async () => {
        made += 1500;
        return new Map();
      },
    };
    const { run, text } = site(assignment('pro', []).replace('users: []', 'users: [ana@example.com]'), { groups: EMPTY }, {}, more);
    await run.pass();
    const page = words(await text('/'));
    expect(page).toContain('identitystore:ListUsers 1,500 1,700 1500.0 15');
    expect(page).toContain('sso:ListApplications 0 5 0.0 15');
    expect(page).toContain('AWS throttled 3 calls since the start.');
  });

  it('says that the journal cannot be written, and what to do then', async () => {
    const { run, text } = site(assignment('pro', ['ana@example.com']), { groups: EMPTY });
    run.journal.writable = false;
    await run.pass();
    expect(words(await text('/'))).toContain('Journal The journal cannot be written');
    expect(await text('/')).toContain('>kirosync reconcile</pre>');
  });
});

describe('/plan', () => {
  const large = () => site(assignment('pro', people(250)), { users: people(250), groups: EMPTY }, { mode: 'observe' });
  const rows = (page: string): readonly string[] =>
    [...page.matchAll(/<a href="\/people\/[^"]*">([^<]*)<\/a>/g)].map(([, name = '']) => name);

  it('has pages of a hundred people, all of them once', async () => {
    const { run, text } = large();
    await run.pass();
    const seen = [...rows(await text('/plan')), ...rows(await text('/plan?page=2')), ...rows(await text('/plan?page=3'))];
    expect(seen).toEqual(people(250));
    expect(rows(await text('/plan?page=99'))).toEqual(people(250).slice(200));
    for (const odd of ['0', '-1', 'x', '1e3', '%00']) expect(rows(await text(`/plan?page=${odd}`)), odd).toHaveLength(100);
    expect(words(await text('/plan?page=2'))).toContain('101 to 200 of 250 people');
  });

  it('searches all pages, keeps the words in the links, and says so when nobody matches', async () => {
    const { run, text } = large();
    await run.pass();
    expect(rows(await text('/plan?q=P-0012'))).toEqual(people(250).filter((name) => name.startsWith('p-0012')));
    expect(rows(await text('/plan?q=p-0001+eng'))).toHaveLength(10);
    expect(await text('/plan?q=example')).toContain('href="/plan?q=example&amp;page=2"');
    expect(words(await text('/plan?q=<b>"'))).toContain('Nobody in this plan matches.');
    expect(await text('/plan?q=<b>"')).toContain('value="&lt;b&gt;&quot;"');
  });

  it('shows each person with seat, money and date, and filters by kind of change', async () => {
    const policy = `${assignment('pro', ['ana@example.com', 'bob@example.com'])}---\n${assignment('power', ['carla@example.com'])}`;
    const groups = { ...EMPTY, 'kiro-eng-pro': ['carla@example.com', 'zoe@example.com'], 'kiro-eng-power': ['bob@example.com'] };
    const { run, text } = site(policy, { users: ['ana@example.com'], groups }, { mode: 'observe' });
    const { result } = await run.pass();
    const page = words(await text('/plan'));
    expect(page).toContain('Profile eng ana@example.com new no seat → pro +$20.00 2026-11-10');
    expect(page).toContain('bob@example.com downgrade held power → pro -$180.00 2026-12-01');
    expect(page).toContain('carla@example.com upgrade held pro → power +$180.00 2026-11-10');
    expect(page).toContain('zoe@example.com removal pro → no seat -$20.00 2026-12-01');
    expect(page).toContain(result.plan?.hash);
    expect(rows(await text('/plan?kind=end'))).toEqual(['zoe@example.com']);
    expect(rows(await text('/plan?kind=constructor'))).toHaveLength(4);
    expect(page.indexOf('Run-rate change')).toBeGreaterThan(0);
  });

  it('is also Markdown', async () => {
    const { run, get } = large();
    await run.pass();
    const answer = await get('/api/plan?format=markdown');
    expect(answer.headers.get('content-type')).toContain('text/markdown');
    expect(await answer.text()).toMatch(/^### [^\n]*250/);
    expect(await (await get('/api/drift?format=markdown')).text()).toMatch(/^### [^\n]*250 drift items/);
  });

  it('says that the plan is an earlier one when a later pass could make none', async () => {
    const { run, text } = large();
    await run.pass();
    run.source.push('kind: Nonsense\n');
    run.clock.now = new Date(NOW.getTime() + 3_600_000);
    await run.pass();
    expect(words(await text('/plan'))).toContain('No later pass could make a plan: this one is of 2026-11-10 12:00 (1 h ago)');
    expect(words(await text('/'))).toContain('1 problem in the policy');
  });
});

describe('/drift', () => {
  it('shows each item with its age, money, actor and explanation, and what is explained apart', async () => {
    const world = { users: ['ana@example.com'], groups: { ...EMPTY, 'kiro-eng-pro': ['ana@example.com', 'zoe@example.com'] } };
    const { run, text } = site(assignment('pro', ['ana@example.com']), world, { mode: 'observe' });
    await run.pass();
    run.clock.now = new Date(NOW.getTime() + 3 * 86_400_000);
    await run.pass();
    const page = words(await text('/drift'));
    expect(page).toContain(
      'Unexpected: there, and nobody merged it zoe@example.com membership/kiro-eng-pro/zoe@example.com eng 3 days $20.00 unknown is a member',
    );
    expect(page).toContain('In 90 days 1 began and 0 ended; 1 are open.');
    expect(page).toContain('The journal tells from 2026-11-10 on.');
    expect(page).toContain('2026-11-10 1 0 1');
  });

  it('says that there is none', async () => {
    const { run, text } = site(assignment('pro', ['ana@example.com']), { groups: { ...EMPTY, 'kiro-eng-pro': ['ana@example.com'] } });
    await run.pass();
    expect(words(await text('/drift'))).toContain('no drift.');
  });
});
