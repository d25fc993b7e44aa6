import type { Family } from './exposition.ts';

/** Units that are no base units, with the one to use instead; as `promtool check metrics` has them, and those people write. */
const UNITS: Readonly<Record<string, string>> = {
  ...{ milliseconds: 'seconds', microseconds: 'seconds', nanoseconds: 'seconds', minutes: 'seconds', hours: 'seconds' },
  ...{ days: 'seconds', weeks: 'seconds', age: 'timestamp_seconds', kilobytes: 'bytes', megabytes: 'bytes', gigabytes: 'bytes' },
  ...{ kibibytes: 'bytes', mebibytes: 'bytes', gibibytes: 'bytes', bits: 'bytes', percent: 'ratio', percentage: 'ratio', cents: 'usd' },
};
const ABBREVIATIONS = new Set([
  's',
  'ms',
  'us',
  'ns',
  'sec',
  'secs',
  'b',
  'kb',
  'mb',
  'gb',
  'tb',
  'pb',
  'm',
  'min',
  'mins',
  'h',
  'd',
  'ts',
]);
const TYPES = new Set(['counter', 'gauge', 'histogram', 'summary']);

/** What is wrong with a family, by the rules of the linter of Prometheus and the prefix of this project. */
export function lintMetric({ name, help, type, samples }: Family): readonly string[] {
  const words = name.split('_');
  const labels = [...new Set(samples.flatMap((sample) => Object.keys(sample.labels)))];
  const own = labels.filter((label) => type !== 'histogram' || label !== 'le');
  const rules: readonly (readonly [boolean, string])[] = [
    [help === '', 'no help text'],
    [!name.startsWith('kirosync_'), 'no prefix "kirosync_"'],
    [name.includes(':'), 'colons are for recording rules'],
    [!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name), 'a name that is not in snake case'],
    [type === 'counter' && !name.endsWith('_total'), 'a counter without "_total"'],
    [type !== 'counter' && words.includes('total'), 'only counters have "_total"'],
    [type !== 'histogram' && /_(bucket|count|sum)$/.test(name), 'an end of histograms'],
    [words.some((word) => TYPES.has(word)), 'its type is in its name'],
    ...words.map((word) => [word in UNITS, `"${word}" instead of "${UNITS[word]}"`] as const),
    ...words.map((word) => [ABBREVIATIONS.has(word), `"${word}" is an abbreviated unit`] as const),
    [type === 'histogram' && !/_(seconds|bytes)$/.test(name), 'a histogram without a base unit at its end'],
    [/timestamp/.test(name) && !name.endsWith('_timestamp_seconds'), 'a time that is not "_timestamp_seconds"'],
    [name.endsWith('_info') && samples.some(({ value }) => value !== 1), 'an info that is not 1'],
    ...own.map((label) => [['le', 'quantile'].includes(label), `the label ${label} is reserved`] as const),
    ...own.map((label) => [!/^[a-z][a-z0-9_]*$/.test(label) || label.startsWith('__'), `the label ${label}`] as const),
    ...own.map((label) => [words.includes(label) && type !== 'gauge', `the label ${label} is in the name`] as const),
    [
      new Set(
        samples.map((sample) =>
          Object.keys(sample.labels)
            .filter((label) => label !== 'le')
            .join(),
        ),
      ).size > 1,
      'labels that differ',
    ],
    [samples.some(({ value }) => type !== 'gauge' && value < 0), 'a count below 0'],
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, why]) => `${name}: ${why}`);
}
