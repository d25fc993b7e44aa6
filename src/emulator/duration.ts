const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of "24h", "1d12h", "90s", "250ms"; the schemas let nothing else through. */
export const milliseconds = (duration: string): number =>
  [...duration.matchAll(/(\d+)(ms|s|m|h|d)/gu)].reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0), 0);
