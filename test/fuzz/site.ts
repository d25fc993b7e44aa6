import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadDeps } from '../../src/commands/deps.ts';
import type { Io } from '../../src/commands/io.ts';
import { failure } from '../../src/failure.ts';
import { SETTINGS } from '../support/daemon.ts';
import { BASE, live, NOW, sourceFile } from '../support/world.ts';

/** Somebody to seat, somebody to remove, somebody to move, and two seats in two profiles. */
export const POLICY = `kind: Assignment
name: platform
profile: eng
tier: pro
users: [ana, bo, dee, fay]
groups: [sre]
owner: leads
reason: work
until: 2027-01-31
---
kind: Assignment
name: research
profile: lab
tier: pro
users: [ana]
---
kind: Policy
limits: { removals: { percent: 100, count: 50 }, moves: { percent: 100 }, increase: { percent: 1000 } }
protected: { users: [ana] }
budgets: [{ name: all, monthlyUsd: 5000 }]
`;

export const WORLD = {
  users: ['ana', 'bo', 'cy', 'dee', 'eve', { userName: 'zoe', enabled: false }],
  groups: {
    'kiro-eng-pro': ['ana', 'bo', 'cy', 'fay', 'zoe'],
    'kiro-eng-pro-plus': [],
    'kiro-eng-power': ['dee'],
    'kiro-lab-pro': ['eve'],
    'data-platform': ['eve'],
    sre: ['eve', 'bo'],
  },
};

export const LIVE = live(WORLD);

/** The folder in which one input after the other is put, with a process to run commands in. */
export type Site = {
  readonly folder: string;
  readonly io: Io;
  readonly deps: ReadDeps;
  /** Writes the input to a file of that name and gives its path. */
  readonly put: (name: string, input: Uint8Array) => string;
  /** The exit code and output of a command, as a process would end. @throws Error when that is 70. */
  readonly command: (work: () => Promise<number>) => Promise<{ readonly code: number; readonly out: string }>;
  readonly close: () => void;
};

export function site(): Site {
  const folder = mkdtempSync(join(tmpdir(), 'kirosync-fuzz-'));
  const said = { out: '', err: '' };
  const io: Io = {
    stdout: (text) => {
      said.out += text;
    },
    stderr: (text) => {
      said.err += text;
    },
    isTty: false,
    color: false,
    env: {},
    cwd: folder,
    signal: new AbortController().signal,
    now: () => NOW,
    ask: async () => false,
  };
  const files = [sourceFile('base.yaml', BASE), sourceFile('policy.yaml', POLICY)];
  const deps: ReadDeps = { settings: SETTINGS, source: { fetch: async () => ({ revision: null, files }) }, observe: async () => LIVE };
  return {
    folder,
    io,
    deps,
    put: (name, input) => {
      writeFileSync(join(folder, name), input);
      return join(folder, name);
    },
    command: async (work) => {
      said.out = '';
      said.err = '';
      const code = await work().catch((error: unknown) => failure(error, io));
      if (code === 70) throw new Error(said.err);
      const stray = /[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.exec(said.out + said.err);
      if (stray !== null)
        throw new Error(
          `printed ${JSON.stringify(stray[0])} in ${JSON.stringify((said.out + said.err).slice(stray.index - 80, stray.index + 80))}`,
        );
      return { code, out: said.out };
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function expectThat(holds: boolean, law: string): void {
  if (!holds) throw new Error(law);
}
