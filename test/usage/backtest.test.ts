import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { backtestFindings } from '../../src/report/backtest-finding.ts';
import { backtestJson } from '../../src/report/backtest-json.ts';
import { backtestText } from '../../src/report/backtest-text.ts';
import { type Backtest, backtest } from '../../src/usage/backtest.ts';
import { historiesOf } from '../../src/usage/backtest-history.ts';
import type { Facts } from '../../src/usage/facts.ts';
import { REGIMES, regimeOf } from '../../src/usage/regime.ts';
import { DEVELOPMENT_SEEDS, UNSEEN_SEEDS, usageHistory } from '../support/usage-history.ts';
import { placeOfMonths } from './scenario.ts';

const MONTHS = ['2026-06', '2026-07', '2026-08', '2026-09', '2026-10'];

// DEVELOPMENT_SEEDS were looked at while the forecaster was made; every figure below is of UNSEEN_SEEDS, which were not.
const organisations = UNSEEN_SEEDS.slice(0, 4).map((seed) => ({ ...usageHistory({ seed, each: 12 }), months: MONTHS }));
const unseen = backtest(...organisations);

describe('on seeds that the forecaster never saw', () => {
  test('it beats the pace of the month and last month, for each person and for the organisation', () => {
    expect(unseen.overall.forecasts).toBeGreaterThan(5_000);
    for (const { error } of [unseen.overall, unseen.organisation]) {
      expect(error.forecast).toBeLessThan(error.pace ?? 0);
      expect(error.forecast).toBeLessThan(error.lastMonth ?? 0);
    }
  });

  test('the 80% range holds 70% to 90% of the months, overall, of the organisation and on each day asked', () => {
    for (const { covered } of [unseen.overall, unseen.organisation, ...unseen.days]) {
      expect(covered).toBeGreaterThanOrEqual(0.7);
      expect(covered).toBeLessThanOrEqual(0.9);
    }
  });
});

/** One person of 1 credit a day in May and 2 in June, tested on June. */
const doubled = {
  from: '2026-05-01',
  months: ['2026-06'],
  people: [{ daily: Float64Array.from({ length: 61 }, (_, day) => (day < 31 ? 1 : 2)) }],
};

describe('the measures, by hand', () => {
  test('pace and last month: June is 60, the pace says 60 on each day, May was 31', () => {
    const { error, forecasts } = backtest(doubled).overall;
    expect(forecasts).toBe(5);
    expect(error.pace).toBeCloseTo(0, 12);
    expect(error.lastMonth).toBeCloseTo(29 / 60, 12);
  });

  test('nothing after the cut reaches a method: another end of the month changes no forecast of before it', () => {
    const other = Float64Array.from(doubled.people[0]!.daily);
    other.fill(0, 31 + 25);
    const changed = backtest({ ...doubled, people: [{ daily: other }] });
    // Truth is 50 then, and each method is as far from it as its unchanged answer says.
    expect(changed.overall.error.pace).toBeCloseTo(10 / 50, 12);
    expect(changed.overall.error.lastMonth).toBeCloseTo(19 / 50, 12);
  });

  test('whoever used nothing in the month and the one before is not judged, and counts as silent', () => {
    const onlyMay = Float64Array.from({ length: 92 }, (_, day) => (day < 31 ? 1 : 0));
    expect(backtest({ ...doubled, months: ['2026-07'], people: [{ daily: onlyMay }] }).overall.forecasts).toBe(0);
    const silent = backtest({ ...doubled, people: [{ daily: new Float64Array(61) }] });
    expect(silent.overall).toMatchObject({ forecasts: 0, covered: null, error: { forecast: null } });
    expect(silent.regimes.map(({ regime, people }) => [regime, people])).toEqual([['silent', 1]]);
  });
});

test('the rule names the regime that the generator gave, for four of five people of each', () => {
  const people = UNSEEN_SEEDS.slice(0, 2).flatMap((seed) => usageHistory({ seed, each: 40 }).people);
  for (const regime of REGIMES.filter((name) => name !== 'silent')) {
    const own = people.filter((person) => person.regime === regime);
    const right = own.filter(({ daily }) => regimeOf(daily, daily.length, 5) === regime);
    expect([regime, right.length / own.length >= 0.75]).toEqual([regime, true]);
  }
});

/** Facts of November 2026 with three whole months before it, people of two regimes. */
function facts(month: string): Facts {
  const { people } = usageHistory({ seed: DEVELOPMENT_SEEDS[0], each: 1, from: '2026-08-01', months: 4 });
  const base = { account: '111122223333', region: 'us-east-1', used: 0n, overageCredits: 0n, activeDays: 1, pastUsed: [] };
  return {
    month,
    from: '2026-08-01',
    through: '2026-11-28',
    rows: { read: 0, used: 0, superseded: 0, rejected: 0, inMonth: 0 },
    files: { reports: 0, legacy: 0, markers: 0, other: 0 },
    rejected: [],
    days: [],
    pastMonths: ['2026-08', '2026-09', '2026-10'],
    places: [placeOfMonths(['2026-08', '2026-09', '2026-10', '2026-11'])],
    historyFrom: '2026-08-01',
    historyThrough: '2026-11-28',
    people: people.map(({ daily }, i) => ({
      ...base,
      userId: `u${i}`,
      lastActive: '2026-11-28',
      monthTier: 'PRO',
      latestTier: 'PRO',
      daily: daily.subarray(0, 120),
    })),
  };
}

describe('the months of the usage given', () => {
  test('whole past months after a whole month; the month itself only when it is over', () => {
    expect(historiesOf(facts('2026-11'), false).months).toEqual(['2026-09', '2026-10']);
    expect(historiesOf(facts('2026-11'), true).months).toEqual(['2026-09', '2026-10', '2026-11']);
    expect(historiesOf(facts('2026-11'), false).people[0]?.daily.length).toBe(92);
    expect(historiesOf(facts('2026-11'), true).people[0]?.daily.length).toBe(122);
  });

  test('a gap between past months is not bridged, and without rows there is nothing to test', () => {
    expect(
      historiesOf(
        { ...facts('2026-11'), pastMonths: ['2026-08', '2026-10'], places: [placeOfMonths(['2026-08', '2026-10', '2026-11'])] },
        false,
      ).months,
    ).toEqual([]);
    const none = historiesOf({ ...facts('2026-11'), historyFrom: null, historyThrough: null }, true);
    expect(none).toEqual({ from: '2026-11-01', months: [], people: [] });
  });
});

describe('in words', () => {
  function changed(change: Partial<Backtest['overall']>): readonly string[] {
    return backtestFindings({ ...unseen, days: [], regimes: [], overall: { ...unseen.overall, ...change } });
  }

  test('where a baseline is better, and where the range is too narrow or too wide, is said', () => {
    expect(changed({ error: { forecast: 0.3, pace: 0.2, lastMonth: 0.4 } })).toEqual([
      'Each person: the forecast (error 30.0%) does not beat the month-to-date pace (20.0%).',
    ]);
    expect(changed({ error: { forecast: 0.3, pace: 0.4, lastMonth: 0.3 } })).toEqual([
      "Each person: the forecast (error 30.0%) does not beat last month's total (30.0%).",
    ]);
    expect(changed({ covered: 0.69, below: 0.11, above: 0.2 })).toEqual([
      'Each person: the 80% range is too narrow: it held 69.0% of the months; 11.0% ended below it and 20.0% above.',
    ]);
    expect(changed({ covered: 0.91, below: 0.04, above: 0.05 })[0]).toMatch(/^Each person: the 80% range is too wide: it held 91\.0%/);
    expect(changed({})).toEqual([
      'The forecast beats both baselines, and its 80% range holds 70% to 90% of the months, in every line above.',
    ]);
  });

  test('few forecasts judge no range, a sample says so, and no month says what is missing', () => {
    expect(changed({ forecasts: 10 })).toEqual(['Each person: 10 forecasts are too few to judge the range by.']);
    expect(backtestFindings({ ...unseen, days: [], regimes: [], of: unseen.people + 1 }).at(-1)).toMatch(/^Tested on 288 of 289 people/);
    expect(backtestFindings(backtest({ ...doubled, months: [] }))[0]).toMatch(/^No month can be tested/);
  });

  test('text and JSON show every line and nobody', () => {
    const text = backtestText(unseen, { color: false });
    expect(text).toContain('Back-test of the forecast (2026-06 to 2026-10, 5 months, 288 people)');
    for (const name of ['each person', 'organisation', 'after day 5', 'after day 25', 'steady (48)', 'leaver (48)'])
      expect(text).toMatch(new RegExp(`^  ${name.replace(/[()]/g, '\\$&')} +\\d`, 'm'));
    const json = JSON.parse(backtestJson(unseen));
    const schema = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(
      JSON.parse(readFileSync(new URL('../../schemas/backtest.schema.json', import.meta.url), 'utf8')),
    );
    schema(json);
    expect(schema.errors ?? []).toEqual([]);
    expect(json).toMatchObject({ format: 'kirosync.backtest/v1', months: MONTHS, people: { tested: 288, given: 288 } });
    expect(json.regimes.map(({ regime }: { regime: string }) => regime)).toEqual(REGIMES.filter((name) => name !== 'silent'));
    expect(json.overall.covered).toBeCloseTo(unseen.overall.covered ?? 0, 5);
  });
});
