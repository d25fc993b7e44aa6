import { describe, expect, test } from 'vitest';
import { GUARDS, LIFTABLE } from '../../src/model/guard.ts';
import { wayThrough } from '../../src/plan/guard/way-through.ts';

const bounds = (rules: readonly string[] = LIFTABLE, maxKeys = 200, listed = 0) => ({
  exceptions: { rules, maxKeys },
  listed: () => listed,
});
const keys = (count: number) => Array.from({ length: count }, (_, i) => `membership/kiro-eng-pro/p${i}@example.com`);

describe('what a refusal says one can do', () => {
  test.each(Object.entries(GUARDS))('%s: exactly what lifts it, in full sentences', (rule, lift) => {
    const text = wayThrough({ rule, keys: keys(3) }, bounds());
    expect(text.includes('--write-exception')).toBe(lift.exception);
    expect(text.includes(`--force ${rule}`)).toBe(lift.force);
    expect(text.includes('Nothing lifts this guard')).toBe(!lift.exception);
    expect(text).toMatch(/^[A-Z].*\.$/);
  });

  test.each(['too-many-removals', 'empties-group', 'empty-configuration'])('%s points at import', (rule) => {
    expect(wayThrough({ rule, keys: keys(3) }, bounds())).toContain('kirosync import --out DIR');
  });

  test('an Exception that the operator would not let lift it is not recommended', () => {
    const rule = 'too-many-removals';
    const forbidden = wayThrough({ rule, keys: keys(3) }, bounds(['too-many-moves']));
    expect(forbidden).not.toContain('--write-exception');
    expect(forbidden).toContain('exceptions.rules');
    const tooLong = wayThrough({ rule, keys: keys(201) }, bounds());
    expect(tooLong).not.toContain('--write-exception');
    expect(tooLong).toMatch(/list 201 keys .* allow 200 \(`exceptions.maxKeys`\)/);
    expect(wayThrough({ rule, keys: keys(3) }, bounds(LIFTABLE, 200, 198))).toContain('list 201 keys');
    expect(wayThrough({ rule, keys: keys(2) }, bounds(LIFTABLE, 200, 198))).toContain('--write-exception');
  });
});
