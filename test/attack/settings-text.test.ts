import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { UserError } from '../../src/errors.ts';
import type { Settings } from '../../src/model/settings.ts';
import { readSettings } from '../../src/settings.ts';

// Settings files that are no settings, and what their names may do. Arbitrary ones: test/fuzz/settings.ts.

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kirosync-settings-attack-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function read(text: string, env: Readonly<Record<string, string>> = {}): Settings {
  const file = join(folder, 'settings.yaml');
  writeFileSync(file, text);
  return readSettings({ file, env, flags: {}, cwd: folder });
}

function problems(text: string): readonly string[] {
  try {
    read(text);
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.diagnostics.map(({ message }) => message);
    throw error;
  }
}

describe('a settings file that nests too deeply is refused before anything is composed', () => {
  // Composed, these end the process without a word that a person could use, or with exit 70.
  test.each(['{', '[', '- ', '? ', 'a: {', '&a {'])('%j, ten thousand times', (piece) => {
    expect(problems(piece.repeat(10_000))).toEqual([expect.stringMatching(/nests lists or mappings too deeply/)]);
  });

  test('nesting that settings have is read', () => {
    expect(read('http: { tokens: { read: [read-0123456789abcdef] } }').http.tokens.read).toHaveLength(1);
  });
});

test('a key that is a mapping is refused, and what is in it is not shown', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  try {
    const told = problems('? { token: sesame-0123456789 }\n: 1\n');
    expect(told).not.toEqual([]);
    expect(told.join()).not.toContain('sesame');
    expect(warn).not.toHaveBeenCalled();
  } finally {
    warn.mockRestore();
  }
});

test('a profile called like a word of JavaScript is a profile like any other', () => {
  const { profiles } = read('profiles: { eng: { mode: observe }, constructor: { mode: observe } }', {
    KIROSYNC_PROFILE_MODES: '__proto__=enforce,toString=enforce',
  });
  expect(Object.getPrototypeOf(profiles)).toBe(Object.prototype);
  expect(Object.entries(profiles)).toEqual([
    ['eng', { mode: 'observe' }],
    ['constructor', { mode: 'observe' }],
    ['__proto__', { mode: 'enforce' }],
    ['toString', { mode: 'enforce' }],
  ]);
});
