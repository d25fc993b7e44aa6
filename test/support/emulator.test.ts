import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const tests = join(import.meta.dirname, '..');

// Campaigns make hundreds of thousands of calls, of the same operations that tests make: there the check costs more than the rest.
const UNCHECKED = ['support', 'torture'];

// An emulator that was started past `startTestEmulator` could answer what AWS never would, and every test on it would pass.
test('no test starts an emulator whose answers are not held against the service models', () => {
  const files = readdirSync(tests, { recursive: true, encoding: 'utf8' }).filter((path) => /\.[cm]?ts$/.test(path));
  expect(files.length).toBeGreaterThan(50);
  const past = files.filter(
    (path) =>
      !UNCHECKED.some((folder) => path.startsWith(`${folder}/`)) &&
      /\bstartEmulator\b|emulator\/server/.test(readFileSync(join(tests, path), 'utf8')),
  );
  expect(past).toEqual([]);
});
