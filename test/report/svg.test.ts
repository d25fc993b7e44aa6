import { describe, expect, test } from 'vitest';
import { burndowns, utilisationBuckets } from '../../src/report/credits-chart.ts';
import { compact, estimate, signed } from '../../src/report/credits-figure.ts';
import { MIX_PARTS, mixChart } from '../../src/report/svg-bars.ts';
import { burndownChart } from '../../src/report/svg-burndown.ts';
import { dailyChart } from '../../src/report/svg-daily.ts';
import { PLOT, ticks, wholeTicks } from '../../src/report/svg-frame.ts';
import { CHART_STYLE } from '../../src/report/svg-style.ts';
import { parseCredit } from '../../src/usage/amount.ts';
import { creditsScenario } from './credits-scenario.ts';

const NAMED = { id: 'x', title: 'T', description: 'D' };

/** The attribute of every element of a class. */
function values(svg: string, kind: string, attribute: string): readonly string[] {
  return [...svg.matchAll(new RegExp(`<\\w+ class="${kind}"[^>]*? ${attribute}="([^"]*)"`, 'g'))].map((match) => match[1] ?? '');
}

describe('axes', () => {
  test.each([
    [0, [0, 1]],
    [Number.NaN, [0, 1]],
    [1, [0, 0.25, 0.5, 0.75, 1]],
    [7, [0, 2, 4, 6, 8]],
    [10_396, [0, 3000, 6000, 9000, 12_000]],
    [1e-9, [0, 2.5e-10, 5e-10, 7.5e-10, 1e-9]],
  ])('up to %s', (max, expected) => {
    expect(ticks(max)).toEqual(expected);
  });

  test('reach every maximum with few ticks', () => {
    for (let power = -6; power < 12; power += 1)
      for (let digit = 1; digit < 100; digit += 1) {
        const made = ticks(digit * 10 ** power);
        expect(made.at(-1)).toBeGreaterThanOrEqual(digit * 10 ** power * (1 - 1e-9));
        expect(made.length).toBeGreaterThanOrEqual(3);
        expect(made.length).toBeLessThanOrEqual(6);
      }
  });

  test('count people in whole numbers', () => {
    for (let max = 0; max < 300; max += 1) {
      expect(wholeTicks(max).every(Number.isInteger)).toBe(true);
      expect(wholeTicks(max).at(-1)).toBeGreaterThanOrEqual(max);
    }
  });
});

describe('numbers', () => {
  test.each([
    [0, '0'],
    [950, '950'],
    [1500, '1.5k'],
    [20_000, '20k'],
    [3_000_000, '3M'],
  ])('%s on an axis is %s', (value, text) => {
    expect(compact(value)).toBe(text);
  });

  test('estimates are as exact as they are meant', () => {
    expect(estimate(parseCredit('99.994'))).toBe('99.99');
    expect(estimate(parseCredit('1234.5'))).toBe('1,235');
    expect(estimate(undefined)).toBe('-');
  });

  test('a change has its sign once', () => {
    expect(signed(parseCredit('-0.5'))).toBe('-0.50');
    expect(signed(parseCredit('1234.5'))).toBe('+1,234.50');
  });
});

describe('charts', () => {
  test('a day stands as high as its credits, overage on top of the rest', () => {
    const { html } = dailyChart({
      ...NAMED,
      days: [
        { label: '1', used: 100, overage: 25 },
        { label: '2', used: 0, overage: 0 },
      ],
      outlook: [],
    });
    expect(values(html, 'used', 'height')).toEqual([String(PLOT * 0.75), '0']);
    expect(values(html, 'overage', 'y')).toEqual(['0']);
    expect(html).not.toContain('class="band"');
  });

  test('a forecast of one day is as wide as the day', () => {
    const { html } = dailyChart({
      ...NAMED,
      days: [{ label: '1', used: 10, overage: 0 }],
      outlook: [{ label: '2', expected: 50, low: 0, high: 100 }],
    });
    expect(values(html, 'expected', 'd')).toEqual([`M1 ${PLOT / 2}L1.5 ${PLOT / 2}L2 ${PLOT / 2}`]);
    expect(values(html, 'band', 'd')).toEqual([`M1 0L1.5 0L2 0L2 ${PLOT}L1.5 ${PLOT}L1 ${PLOT}Z`]);
  });

  test('a burn-down begins full, and its forecast ends on the last day', () => {
    const { html } = burndownChart({ ...NAMED, plan: 100, left: [75, 50], daysInMonth: 4, end: { expected: 25, low: 0, high: 50 } });
    expect(values(html, 'left', 'd')).toEqual([`M0 0L1 ${PLOT / 4}L2 ${PLOT / 2}`]);
    expect(values(html, 'expected', 'd')).toEqual([`M2 ${PLOT / 2}L4 ${(PLOT * 3) / 4}`]);
  });

  test('a whole month has no forecast left to draw', () => {
    const { html } = burndownChart({ ...NAMED, plan: 100, left: [75, 50], daysInMonth: 2, end: { expected: 25, low: 0, high: 50 } });
    expect(html).not.toContain('class="expected"');
  });

  test('the shares of a mix fill its bar; nothing is drawn as nothing', () => {
    const { html } = mixChart({
      ...NAMED,
      mixes: [
        { name: 'Seats', total: '4', parts: [1, 3] },
        { name: 'Cost', total: '0', parts: [0, 0] },
      ],
    });
    expect(values(html, 'part part-0', 'width')).toEqual(['25%']);
    expect(values(html, 'part part-1', 'x')).toEqual(['25%']);
    expect(html).toContain('class="empty"');
  });

  test('a drawing is named for those who do not see it', () => {
    const { html } = mixChart({ ...NAMED, title: '<b>', mixes: [] });
    expect(html).toContain('role="img" aria-labelledby="x-t x-d"');
    expect(html).toContain('<title id="x-t">&lt;b&gt;</title><desc id="x-d">D</desc>');
  });
});

test('each person with plan credits is in one bucket, at its lower edge too', () => {
  const [one] = creditsScenario({ people: 1 }).people;
  if (one === undefined) throw new Error('the scenario has a person');
  const at = (used: bigint, utilisation: number | null) => ({ ...one, used, utilisation });
  const people = [at(0n, 0), at(1n, 0), at(1n, 0.2499), at(1n, 0.25), at(1n, 0.9999), at(1n, 1), at(1n, 1.5), at(1n, 900), at(5n, null)];
  expect(utilisationBuckets(people).map((bucket) => bucket.people)).toEqual([1, 2, 1, 0, 1, 1, 2]);
});

/** WCAG 2.2 relative luminance of `#rrggbb` or `#rgb`. */
function luminance(color: string): number {
  const hex = color.length === 4 ? [...color.slice(1)].map((digit) => digit + digit).join('') : color.slice(1);
  const [r = 0, g = 0, b = 0] = [0, 2, 4].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** axe does not look into drawings. */
test('colours of drawings can be told from their ground and carry their text, in light, dark and on paper', () => {
  const schemes = [...CHART_STYLE.matchAll(/:root \{([^}]*)\}/g)].map(
    (match) => new Map([...(match[1] ?? '').matchAll(/(--[\w-]+): (#\w+);/g)].map((pair) => [pair[1] ?? '', pair[2] ?? ''])),
  );
  expect(schemes).toHaveLength(3);
  for (const scheme of schemes) {
    const color = (name: string): string => scheme.get(name) ?? 'missing';
    const ground = color('--chart-ground');
    expect(contrast(color('--chart-text'), ground)).toBeGreaterThan(4.5);
    for (const mark of ['used', 'over', 'axis']) expect(contrast(color(`--chart-${mark}`), ground), mark).toBeGreaterThan(3);
    expect(contrast(color('--chart-used'), color('--chart-band'))).toBeGreaterThan(3);
    for (let part = 0; part < MIX_PARTS; part += 1) {
      expect(contrast(color(`--part-${part}`), ground), `part ${part}`).toBeGreaterThan(3);
      expect(contrast(color(`--on-${part}`), color(`--part-${part}`)), `text on part ${part}`).toBeGreaterThan(4.5);
    }
  }
});

describe('what will be left of plan credits', () => {
  const made = creditsScenario({ people: 24 });

  test('is what each person leaves of their own, in its range, and never more than now', () => {
    const found = burndowns(made);
    expect(found.map(({ row }) => row.name)).toEqual(['engineering', 'research']);
    for (const { row, days, end } of found) {
      const own = made.people.filter((p) => p.profile === row.name);
      const left = own
        .map((p) => (p.planCredits ?? 0n) - (p.forecast?.expected ?? p.used))
        .reduce((sum, one) => sum + (one > 0n ? one : 0n), 0n);
      expect(end?.expected).toBe(left);
      expect(days.at(-1)?.left).toBe(row.planCredits - row.used + row.overageCredits);
      if (end === null) throw new Error('the scenario has a forecast');
      expect(end.low < end.expected && end.expected < end.high && end.high <= (days.at(-1)?.left ?? 0n)).toBe(true);
    }
  });

  test('does not grow where reports show no overage although plans are used up', () => {
    const people = made.people.map((p) => ({ ...p, overageCredits: 0n }));
    const profileDays = made.profileDays.map((one) => ({
      ...one,
      days: one.days.map((day) => ({ ...day, overageCredits: 0n, used: day.used * 3n })),
    }));
    for (const { days, end } of burndowns({ ...made, people, profileDays })) {
      const now = days.at(-1)?.left ?? 0n;
      expect(end !== null && end.low <= end.expected && end.expected <= now && end.high <= now).toBe(true);
    }
  });
});
