import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { metrics } from '../../src/daemon/metrics.ts';
import { notifier } from '../../src/daemon/notify.ts';
import { RemoteError } from '../../src/errors.ts';
import { page, ROOT, table } from '../docs/markdown.ts';
import { testDaemon } from '../support/daemon.ts';
import { NOW } from '../support/world.ts';
import { type Family, parseExposition, type Sample, sampleOf } from './exposition.ts';
import { lintMetric } from './metric-lint.ts';
import { evaluate, groupings, parsePromql, selectors } from './promql.ts';
import { fakeForge, life, WORLD } from './scene.ts';

const LABELS = [
  ...['outcome', 'fate', 'by', 'operation', 'kind', 'revision', 'reason', 'profile', 'tier', 'budget', 'receiver', 'result', 'step'],
  ...['month', 'closed', 'bound', 'version', 'node', 'le'],
];
/** What Prometheus adds to every series. */
const TARGET = { job: 'kirosync', instance: '10.0.0.7:8484' };

let texts: Awaited<ReturnType<typeof life>>['texts'];
let status: unknown;
let sound: readonly Sample[];
let catalogue: ReadonlyMap<string, Family>;
beforeAll(async () => {
  ({ texts, status } = await life());
  sound = parseExposition(texts.resumed).flatMap(({ samples }) => samples);
  catalogue = new Map(
    Object.values(texts)
      .flatMap(parseExposition)
      .map((family) => [family.name, family]),
  );
});

const labelsOf = (family: Family | undefined) => [...new Set((family?.samples ?? []).flatMap(({ labels }) => Object.keys(labels)))].sort();

describe('/metrics of a daemon that has passed, refused and been suspended', () => {
  it('is the text format, strictly read, and passes the linter', () => {
    for (const [when, text] of Object.entries(texts)) expect(parseExposition(text).flatMap(lintMetric), when).toEqual([]);
    expect(catalogue.size).toBeGreaterThan(60);
  });

  it('names nobody, and its labels have few values', () => {
    const all = Object.values(texts);
    for (const text of all) expect(text).not.toMatch(/@example|\b(ana|bob|cem)\b/);
    const families = all.flatMap(parseExposition);
    expect([...new Set(families.flatMap(labelsOf))].filter((label) => !LABELS.includes(label))).toEqual([]);
    for (const { name, samples } of families) expect(samples.length, name).toBeLessThan(20);
  });

  it('says what happened', () => {
    const value = (text: string, line: string) =>
      text
        .split('\n')
        .find((each) => each.startsWith(`${line} `))
        ?.split(' ')
        .at(-1);
    const outcome = (text: string, name: string) => value(text, `kirosync_last_pass_outcome{outcome="${name}"}`);
    expect(value(texts.fresh, 'kirosync_last_success_timestamp_seconds')).toBe('0');
    expect(value(texts.fresh, 'kirosync_ready')).toBe('0');
    expect([outcome(texts.applied, 'in-sync'), outcome(texts.refused, 'refused'), outcome(texts.suspended, 'pending')]).toEqual([
      '1',
      '1',
      '1',
    ]);
    expect(value(texts.refused, 'kirosync_violations')).toBe('1');
    expect(value(texts.applied, 'kirosync_changes_total{fate="applied"}')).toBe('2');
    expect(value(texts.applied, 'kirosync_seats{profile="eng",tier="pro"}')).toBe('2');
    expect(value(texts.applied, 'kirosync_monthly_run_rate_usd{profile="eng"}')).toBe('40');
    expect(value(texts.suspended, 'kirosync_restraint{reason="suspended"}')).toBe('1');
    expect(value(texts.refused, 'kirosync_suspended_since_timestamp_seconds')).toBeUndefined();
    expect(value(texts.suspended, 'kirosync_suspended_since_timestamp_seconds')).toBe(
      value(texts.refused, 'kirosync_last_pass_timestamp_seconds'),
    );
    expect(value(texts.suspended, 'kirosync_drift_oldest_timestamp_seconds{kind="missing"}')).toMatch(/^\d+$/);
    expect(value(texts.suspended, 'kirosync_last_success_timestamp_seconds')).toBe(
      value(texts.applied, 'kirosync_last_pass_timestamp_seconds'),
    );
    // Counted from connections that count from the start: looking often adds nothing.
    expect(value(texts.resumed, 'kirosync_api_calls_total{operation="identitystore:ListUsers"}')).toBe('20');
    expect(value(texts.resumed, 'kirosync_api_throttles_total')).toBe('2');
  });

  it('is what docs/operations/metrics.md says: every metric with its type and labels, and no other', () => {
    const documented = table(page('docs/operations/metrics.md'), 'metric').map(([name, type, labels]) => [
      (name ?? '').replaceAll('`', ''),
      type,
      (labels ?? '')
        .replaceAll('`', '')
        .split(', ')
        .filter((each) => each !== '')
        .sort(),
    ]);
    const real = [...catalogue.values()].map((family) => [family.name, family.type, labelsOf(family).filter((label) => label !== 'le')]);
    const byName = (a: readonly unknown[], b: readonly unknown[]) => (String(a[0]) < String(b[0]) ? -1 : 1);
    expect(documented.sort(byName)).toEqual(real.sort(byName));
  });
});

it.each([
  ['# HELP kirosync_a A.\nkirosync_a 1\n', /outside/],
  ['# HELP kirosync_a A.\n# TYPE kirosync_a gauge\nkirosync_a 1\nkirosync_a 2\n', /series twice/],
  ['# HELP a A.\n# TYPE a gauge\na 1\n# HELP a A.\n', /family twice/],
  ['# HELP a A.\n# TYPE a gauge\na{b="1",b="2"} 1\n', /not a sample/],
  ['# HELP a A.\n# TYPE a gauge\na{b="1" 1\n', /not a sample/],
  ['# HELP a A.\n# TYPE a gauge\na 1', /no end/],
])('the reader of the text format refuses %j', (text, why) => {
  expect(() => parseExposition(text)).toThrow(why);
});

it.each([
  ['kirosync_calls', 'counter', '', /"_total"/],
  ['kirosync_seats_total', 'gauge', '', /only counters/],
  ['kirosync_wait_ms', 'gauge', '', /abbreviated/],
  ['kirosync_wait_minutes', 'gauge', '', /instead of "seconds"/],
  ['kirosync_seats_gauge', 'gauge', '', /type is in its name/],
  ['kirosync_lastPass', 'gauge', '', /snake case/],
  ['kirosync:a', 'gauge', '', /colons/],
  ['seats', 'gauge', '', /prefix/],
  ['kirosync_a', 'gauge', 'le="1"', /reserved/],
  ['kirosync_a', 'gauge', 'userName="x"', /the label userName/],
  ['kirosync_a_count', 'gauge', '', /end of histograms/],
])('the linter refuses %s, a %s with {%s}', (name, type, labels, why) => {
  const sample = sampleOf(`${name}{${labels}} 1`);
  expect(lintMetric({ name, type, help: 'A.', samples: sample === null ? [] : [sample] }).join()).toMatch(why);
});

type Rule = {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook_url: string };
};

// Parse boundary: the first test checks each field before others look at it.
const { groups }: { readonly groups: readonly { readonly rules: readonly Rule[] }[] } = parse(
  readFileSync(join(ROOT, 'docs/operations/alerts.yaml'), 'utf8'),
);
const rules = groups.flatMap((group) => group.rules);
const names = rules.map(({ alert }) => alert);
const trees = rules.map(({ alert, expr }) => ({ alert, tree: parsePromql(expr) }));

/** Of the recording of a sound daemon: which samples are others, in the text format; `- name` takes a metric away. */
type Recorded = readonly string[];
const HOUR = 3600;
const ago = (hours: number) => `@-${hours * HOUR}`;

/** For each alert the samples with which it fires, and some with which it just does not. */
const CASES: Readonly<
  Record<string, { readonly fires: Recorded; readonly not: Recorded; readonly nor?: Recorded; readonly before?: Recorded }>
> = {
  KirosyncDown: { fires: ['- kirosync_build_info'], not: [] },
  KirosyncNoPass: {
    fires: [`kirosync_last_pass_timestamp_seconds ${ago(2.1)}`],
    not: [`kirosync_last_pass_timestamp_seconds ${ago(1.9)}`],
  },
  KirosyncNoSuccess: {
    fires: ['kirosync_last_success_timestamp_seconds 0'],
    not: [`kirosync_last_success_timestamp_seconds ${ago(30)}`, 'kirosync_restraint{reason="window"} 1'],
    nor: [`kirosync_last_success_timestamp_seconds ${ago(1.9)}`],
  },
  KirosyncBug: { fires: ['kirosync_bugs_total 1'], not: [] },
  KirosyncRefused: { fires: ['kirosync_last_pass_outcome{outcome="refused"} 1'], not: ['kirosync_last_pass_outcome{outcome="invalid"} 1'] },
  KirosyncInvalid: { fires: ['kirosync_last_pass_outcome{outcome="invalid"} 1'], not: ['kirosync_last_pass_outcome{outcome="refused"} 1'] },
  KirosyncIncomplete: {
    fires: ['kirosync_last_pass_outcome{outcome="incomplete"} 1'],
    not: ['kirosync_last_pass_outcome{outcome="pending"} 1'],
  },
  KirosyncUnreachable: { fires: ['kirosync_last_pass_outcome{outcome="unreachable"} 1'], not: [] },
  KirosyncGitUnreachable: {
    fires: [`kirosync_source_answered_timestamp_seconds ${ago(1.1)}`],
    not: [`kirosync_source_answered_timestamp_seconds ${ago(0.9)}`],
  },
  KirosyncQuarantined: { fires: ['kirosync_quarantined_changes 1'], not: [] },
  KirosyncContested: { fires: ['kirosync_contested_changes 1'], not: [] },
  KirosyncDriftOld: {
    fires: [`kirosync_drift_oldest_timestamp_seconds{kind="unexpected"} ${ago(25)}`],
    not: [
      `kirosync_drift_oldest_timestamp_seconds{kind="unmanaged"} ${ago(900)}`,
      `kirosync_drift_oldest_timestamp_seconds{kind="missing"} ${ago(23)}`,
    ],
    nor: [`kirosync_drift_oldest_timestamp_seconds{kind="missing"} ${ago(900)}`, 'kirosync_restraint{reason="suspended"} 1'],
  },
  KirosyncJournalNotWritable: { fires: ['kirosync_journal_writable 0'], not: [] },
  KirosyncLockLost: { fires: ['kirosync_lock_held 0'], not: [] },
  KirosyncSuspendedLong: {
    fires: [`kirosync_suspended_since_timestamp_seconds ${ago(73)}`],
    not: [`kirosync_suspended_since_timestamp_seconds ${ago(71)}`],
  },
  KirosyncThrottled: {
    before: ['kirosync_api_throttles_total 0', 'kirosync_api_calls_total{operation="sso:ListInstances"} 0'],
    fires: ['kirosync_api_throttles_total 20', 'kirosync_api_calls_total{operation="sso:ListInstances"} 300'],
    not: ['kirosync_api_throttles_total 10', 'kirosync_api_calls_total{operation="sso:ListInstances"} 300'],
  },
  KirosyncWindowHidesRemovals: { fires: ['kirosync_lost_removals{profile="eng"} 3'], not: [] },
  KirosyncMissedWindow: { fires: ['kirosync_missed_removals 1'], not: [] },
  KirosyncManualSteps: { fires: ['kirosync_manual_steps 2'], not: [] },
  KirosyncSettingsNotLoaded: { fires: ['kirosync_settings_last_reload_successful 0'], not: [] },
  KirosyncNotificationsFailing: {
    fires: [`kirosync_notification_failing_since_timestamp_seconds{receiver="ops"} ${ago(0.6)}`],
    not: [`kirosync_notification_failing_since_timestamp_seconds{receiver="ops"} ${ago(0.4)}`],
  },
  KirosyncForgePostsFailing: {
    fires: [`kirosync_forge_failing_since_timestamp_seconds ${ago(1.6)}`],
    not: [`kirosync_forge_failing_since_timestamp_seconds ${ago(1.4)}`],
  },
  KirosyncReportFailing: { fires: ['kirosync_credits_report_failures_total{step="s3"} 1'], not: [] },
  KirosyncReportStale: {
    fires: [`kirosync_credits_report_timestamp_seconds ${ago(49)}`],
    not: [`kirosync_credits_report_timestamp_seconds ${ago(90)}`, 'kirosync_reports_scheduled 0'],
  },
  KirosyncUsageStale: {
    fires: [`kirosync_usage_through_timestamp_seconds ${ago(73)}`],
    not: [`kirosync_usage_through_timestamp_seconds ${ago(71)}`],
    nor: [`kirosync_usage_through_timestamp_seconds ${ago(90)}`, 'kirosync_reports_scheduled 0'],
  },
  KirosyncBudgetExceeded: { fires: ['kirosync_budget_exceeded{budget="platform"} 1'], not: [] },
};

/** The recording of the sound daemon with other samples in it, as Prometheus would have it. */
function recording(changes: Recorded): { readonly now: number; readonly samples: readonly Sample[] } {
  const now = sound.find(({ name }) => name === 'kirosync_last_pass_timestamp_seconds')?.value ?? Number.NaN;
  const gone = changes.filter((line) => line.startsWith('- ')).map((line) => line.slice(2));
  const others = changes
    .filter((line) => !line.startsWith('- '))
    .map((line) => {
      const sample = sampleOf(line.replace(/@(-[\d.]+)$/, (_, seconds: string) => String(now + Number(seconds))));
      if (sample === null) throw new Error(`no sample: ${line}`);
      return sample;
    });
  const idOf = ({ name, labels }: Sample) => JSON.stringify([name, Object.entries(labels).sort()]);
  const replaced = new Set(others.map(idOf));
  const samples = [...sound.filter((sample) => !replaced.has(idOf(sample)) && !gone.includes(sample.name)), ...others];
  return { now, samples: samples.map((sample) => ({ ...sample, labels: { ...sample.labels, ...TARGET } })) };
}

/** The alerts that fire. */
function firing(changes: Recorded, before: Recorded = []): readonly string[] {
  const world = { ...recording(changes), before: recording(before).samples };
  return trees
    .filter(({ tree }) => {
      const found = evaluate(tree, world);
      return typeof found !== 'number' && found.length > 0;
    })
    .map(({ alert }) => alert);
}

/**
 * Two alerts, minute by minute, of a daemon that passes once an hour: its receiver and its forge take nothing for so many hours,
 * and everything after that. Seen every six minutes, as by a scrape.
 */
async function replay(hours: number): Promise<readonly { readonly minute: number; readonly alerts: readonly string[] }[]> {
  const begun = NOW.getTime();
  const clock = { now: NOW };
  const measured = metrics();
  const forge = fakeForge();
  const receiver = {
    name: 'ops',
    type: 'webhook',
    url: 'https://hooks.example.com/ops',
    secret: null,
    events: null,
    severity: 'info',
  } as const;
  const run = testDaemon(
    '',
    WORLD,
    { notify: [{ ...receiver, digest: '0 * * * *', heartbeat: '0 * * * *', names: false }] },
    { now: () => clock.now, forge, calls: () => ({ 'sso:ListInstances': 1 }) },
    measured.hear,
  );
  const failure = { kind: 'denied', operation: 'notify', message: 'No.', advice: 'Renew it.', requestId: null } as const;
  const send = async () => {
    if (forge.down) throw new RemoteError([failure]);
  };
  const told = notifier(run.daemon, new Map([['ops', { send }]]), measured.notified);
  const settled = () => new Promise<void>((done) => setImmediate(done));
  const seen: { readonly minute: number; readonly alerts: readonly string[] }[] = [];
  try {
    for (let minute = 0; minute <= hours * 60 + 120; minute += 1) {
      clock.now = new Date(begun + minute * 60_000);
      forge.down = minute < hours * 60;
      if (minute % 60 === 0) await run.pass();
      told.tick();
      await settled();
      if (minute % 6 !== 0) continue;
      const samples = parseExposition(await measured.text(run.daemon)).flatMap((family) => family.samples);
      const world = { now: clock.now.getTime() / 1000, samples, before: samples };
      const fires = ({ tree }: (typeof trees)[number]) => [evaluate(tree, world)].flat().length > 0;
      seen.push({
        minute,
        alerts: trees
          .filter(({ alert }) => alert.endsWith('Failing'))
          .filter(fires)
          .map(({ alert }) => alert),
      });
    }
    return seen;
  } finally {
    await told.stop();
    await run.stop();
  }
}

describe('docs/operations/alerts.yaml', () => {
  it('has whole rules, each once', () => {
    expect(new Set(names).size).toBe(names.length);
    for (const rule of rules) {
      expect(Object.keys(rule), rule.alert).toEqual(['alert', 'expr', 'for', 'labels', 'annotations']);
      expect(rule.alert).toMatch(/^Kirosync[A-Z][A-Za-z]+$/);
      expect(rule.for, rule.alert).toMatch(/^\d+[mhd]$/);
      expect(['info', 'warning', 'critical'], rule.alert).toContain(rule.labels.severity);
      expect(rule.annotations.summary, rule.alert).toMatch(/\.$/);
      expect(rule.annotations.runbook_url).toBe(`docs/operations/runbook.md#${rule.alert.toLowerCase()}`);
    }
  });

  it.each(rules.map((rule) => [rule.alert, rule] as const))('%s speaks of metrics and labels that exist', (_, { expr, annotations }) => {
    const tree = parsePromql(expr);
    const found = selectors(tree);
    expect(found.length).toBeGreaterThan(0);
    for (const { name, matchers } of found) {
      const family = catalogue.get(name);
      expect(family, name).toBeDefined();
      for (const { label, op, text } of matchers) {
        expect(labelsOf(family), name).toContain(label);
        const values = new Set(family?.samples.map(({ labels }) => labels[label]));
        // `unmanaged` drift and the like need not be in the recording of this metric; a misspelt value is in none.
        const known = new Set([...catalogue.values()].flatMap(({ samples }) => samples.map(({ labels }) => labels[label])));
        for (const each of op.endsWith('~') ? text.split('|') : [text]) expect([...values, ...known], `${name} ${label}`).toContain(each);
      }
    }
    expect(groupings(tree).filter((label) => !(label in TARGET))).toEqual([]);
    const shown = [...annotations.summary.matchAll(/\$labels\.(\w+)/g)].map((match) => match[1]);
    const there = found.flatMap(({ name }) => labelsOf(catalogue.get(name)));
    expect(shown.filter((label) => !there.includes(label ?? ''))).toEqual([]);
  });

  it('is silent about a sound daemon, and has a case for each alert', () => {
    expect(firing([])).toEqual([]);
    expect(Object.keys(CASES).sort()).toEqual([...names].sort());
  });

  it.each(Object.entries(CASES))('%s fires when it should, and not when it should not', (alert, { fires, not, nor = not, before = [] }) => {
    expect(firing(fires, before)).toContain(alert);
    expect(firing(not, before)).not.toContain(alert);
    expect(firing(nor, before)).not.toContain(alert);
  });

  it('does not forget an enforced profile beside an observed one, nor call for one that is observed', () => {
    const staged = ['kirosync_restraint{reason="observe"} 1', 'kirosync_observed{profile="lab"} 1'];
    const outcome = (name: string) => [
      'kirosync_last_pass_outcome{outcome="in-sync"} 0',
      `kirosync_last_pass_outcome{outcome="${name}"} 1`,
    ];
    const old = [`kirosync_last_success_timestamp_seconds ${ago(30)}`];
    expect(firing([...staged, ...old, ...outcome('incomplete')])).toContain('KirosyncNoSuccess');
    expect(firing([...staged, ...old, ...outcome('pending')])).not.toContain('KirosyncNoSuccess');
    const all = [...staged, 'kirosync_observed{profile="eng"} 1', ...old, ...outcome('incomplete')];
    expect(firing(all)).not.toContain('KirosyncNoSuccess');
    expect(firing([...staged, `kirosync_drift_oldest_timestamp_seconds{kind="missing"} ${ago(25)}`])).toContain('KirosyncDriftOld');
  });

  it('has no drift of an observed profile in the age of the oldest', async () => {
    const world = {
      groups: {
        'kiro-eng-pro': ['zoe@example.com'],
        'kiro-eng-pro-plus': [],
        'kiro-eng-power': [],
        'kiro-lab-pro': [],
        'data-platform': [],
      },
    };
    const ages = async (profiles: Parameters<typeof testDaemon>[2] = {}) => {
      const run = testDaemon('', world, { mode: 'observe', ...profiles });
      await run.pass();
      const text = await metrics().text(run.daemon);
      await run.stop();
      expect(text).toContain('kirosync_drift_items{kind="unexpected"} 1');
      return text.includes('kirosync_drift_oldest_timestamp_seconds{');
    };
    expect(await ages()).toBe(false);
    expect(await ages({ profiles: { lab: { mode: 'enforce' } } })).toBe(false);
    expect(await ages({ profiles: { eng: { mode: 'enforce' } }, limits: { removals: { percent: 1, count: 0, from: 1 } } })).toBe(true);
  });

  it.each([
    ['KirosyncNotificationsFailing', 30],
    ['KirosyncForgePostsFailing', 90],
  ])('%s fires for as long as the other side is dead, however rarely it is tried, and ends with it', async (alert, after) => {
    const told = await replay(6);
    const times = told.filter(({ alerts }) => alerts.includes(alert)).map(({ minute }) => minute);
    expect(times.at(0)).toBeLessThanOrEqual(after + 6);
    expect(times.at(0)).toBeGreaterThan(after);
    expect(times.length).toBe(told.filter(({ minute }) => minute >= (times.at(0) ?? 0) && minute <= (times.at(-1) ?? 0)).length);
    expect(times.at(-1)).toBeGreaterThanOrEqual(354);
    expect(times.at(-1)).toBeLessThan(425);
  });

  it('says that a daemon which only began is not yet well', () => {
    const fresh = parseExposition(texts.fresh).flatMap(({ samples }) => samples);
    const value = (name: string) => fresh.find((sample) => sample.name === name)?.value;
    expect([value('kirosync_last_pass_timestamp_seconds'), value('kirosync_source_answered_timestamp_seconds')]).toEqual([0, 0]);
  });
});

describe('docs/operations/runbook.md', () => {
  const { text } = page('docs/operations/runbook.md');
  const entries = new Map(
    text
      .split(/^## /m)
      .slice(1)
      .map((entry) => [entry.slice(0, entry.indexOf('\n')), entry]),
  );

  it('has an entry for every alert, in the order of the rules, and none for anything else', () => {
    expect([...entries.keys()]).toEqual(names);
  });

  it.each(names)('%s says what it means, what is at stake, what to look at, what to do and when it ends', (alert) => {
    const headings = [...(entries.get(alert) ?? '').matchAll(/^- \*\*([A-Z][a-z ]+)\.\*\* \S/gm)].map((match) => match[1]);
    expect(headings).toEqual(['Means', 'At stake', 'Look at', 'Do', 'Ends']);
  });

  it('shows only commands of the program and fields of the status', () => {
    const commands = [...text.matchAll(/`kirosync ([a-z-]+)/g)].map((match) => match[1]);
    const known = ['plan', 'drift', 'explain', 'validate', 'reconcile', 'suspend', 'resume', 'iam-policy', 'credits'];
    expect(commands.filter((name) => !known.includes(name ?? ''))).toEqual([]);
    const fields = [...text.matchAll(/((?:`[a-zA-Z.]+`(?:, | and )?)+) in the status/g)].flatMap((match) =>
      [...(match[1] ?? '').matchAll(/`([^`]+)`/g)].map((each) => each[1] ?? ''),
    );
    const at = (path: string) =>
      path
        .split('.')
        .reduce<unknown>((value, part) => (typeof value === 'object' && value !== null ? Reflect.get(value, part) : value), status);
    expect(fields.length).toBeGreaterThan(20);
    expect(fields.filter((path) => at(path) === undefined)).toEqual([]);
    const metricNames = [...text.matchAll(/kirosync_[a-z0-9_]*[a-z]/g)].map((match) => match[0]);
    expect(metricNames.filter((name) => !catalogue.has(name))).toEqual([]);
  });
});
