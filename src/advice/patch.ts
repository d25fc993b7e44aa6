import { load } from '../config/load.ts';
import type { Configuration } from '../model/configuration.ts';
import type { CreditsPerson } from '../model/credits.ts';
import { dayOf, type Month } from '../model/day.ts';
import type { Live } from '../model/live.ts';
import { changesOf, type PersonChange, type Plan } from '../model/plan.ts';
import { seatKey } from '../model/seat.ts';
import type { Operator } from '../model/settings.ts';
import { plan } from '../plan/plan.ts';
import type { SourceFile } from '../ports.ts';
import { resolve } from '../resolve/resolve.ts';
import { draftOfMoves } from './draft.ts';
import { type AdvisedMove, advisedMoves } from './move.ts';
import { reaches } from './reach.ts';
import { rewritten } from './rewrite.ts';
import { Unwritable } from './unwritable.ts';

export type PatchInput = {
  /** Of the configuration, as they were read. */
  readonly files: readonly SourceFile[];
  readonly configuration: Configuration;
  readonly live: Live;
  readonly now: Date;
  readonly operator: Operator;
  /** The report's. */
  readonly month: Month;
  readonly people: readonly CreditsPerson[];
};

export type ChangedFile = { readonly path: string; readonly before: string; readonly after: string };

export type LeftOut = { readonly move: AdvisedMove; readonly reason: string };

/** Advice as new texts of files. `refusals` are what guards would say to all of it at once: merge it in parts then. */
export type AdvicePatch = {
  readonly month: Month;
  readonly files: readonly ChangedFile[];
  readonly moves: readonly AdvisedMove[];
  readonly left: readonly LeftOut[];
  readonly refusals: readonly string[];
};

type Attempt =
  | { readonly ok: true; readonly texts: ReadonlyMap<string, string>; readonly plan: Plan }
  | { readonly ok: false; readonly reason: string };

/** Rules that forbid a move by itself; the others judge the size of a plan. */
const FORBIDDING: readonly string[] = ['expectation-failed', 'over-budget', 'duplicate-billing', 'foreign-group', 'empty-configuration'];

/** Texts of files, byte for byte: what is no UTF-8 has no text. */
function textsOf(files: readonly SourceFile[]): ReadonlyMap<string, string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return new Map(
    files.flatMap((file) => {
      if ('skipped' in file) return [];
      try {
        return [[file.path, decoder.decode(file.content)] as const];
      } catch {
        return [];
      }
    }),
  );
}

function withTexts(files: readonly SourceFile[], texts: ReadonlyMap<string, string>): readonly SourceFile[] {
  return files.map((file) => {
    const text = texts.get(file.path);
    if (text === undefined || 'skipped' in file) return file;
    return { path: file.path, content: new TextEncoder().encode(text), id: `${file.id}\u0000${text}` };
  });
}

function keyOf({ profile, userId }: { readonly profile: string; readonly userId: string }): string {
  return seatKey(profile, userId);
}

function spoken(change: Pick<PersonChange, 'profile' | 'userId' | 'from' | 'to'>): string {
  return JSON.stringify([change.profile, change.userId, change.from, change.to]);
}

/** Null when the plan after the edits shows exactly the advised people beside those it showed before. */
function difference(before: Plan, after: Plan, moves: readonly AdvisedMove[]): string | null {
  const wanted = new Set(
    [...before.people, ...moves.map(({ profile, userId, advice }) => ({ profile, userId, from: advice.from, to: advice.tier }))].map(
      spoken,
    ),
  );
  const found = new Set(after.people.map(spoken));
  if ([...wanted].some((one) => !found.has(one))) return 'the seat would not change as advised';
  if ([...found].some((one) => !wanted.has(one))) return 'somebody else would change as well';
  const made = new Set(changesOf(after).flatMap((one) => (one.kind === 'membership' && one.action === 'create' ? [keyOf(one)] : [])));
  const waiting = moves.find((move) => !made.has(keyOf(move)));
  if (waiting === undefined) return null;
  const held = after.held.find((one) => one.userId === waiting.userId && one.profile === waiting.profile && one.action === 'create');
  return `the new seat would be held${held === undefined ? '' : `: ${held.reason}`}`;
}

function newViolations(before: Plan, after: Plan): Plan['violations'] {
  const known = new Set(before.violations.map(({ rule, message }) => `${rule}\u0000${message}`));
  return after.violations.filter(({ rule, message }) => !known.has(`${rule}\u0000${message}`));
}

/** Tries moves together: writes them, loads what was written, and plans it on the same live state. */
function attempts(input: PatchInput): { readonly before: Plan; readonly attempt: (moves: readonly AdvisedMove[]) => Attempt } {
  const { files, configuration, live, now, operator, month } = input;
  const today = dayOf(now);
  const texts = textsOf(files);
  const cache = new Map();
  const common = { live, now, operator, revision: null };
  const before = plan({ ...common, configuration });
  const known = reaches(configuration, live, today);
  const attempt = (moves: readonly AdvisedMove[]): Attempt => {
    try {
      const draft = draftOfMoves(configuration, known, moves);
      const written = rewritten(draft, configuration, month, (path) => texts.get(path) ?? null);
      const loaded = load(withTexts(files, written), today, cache);
      if (!loaded.ok) {
        const [first] = loaded.diagnostics.filter(({ severity }) => severity === 'error');
        return { ok: false, reason: `the configuration would not be valid: ${first?.message ?? ''}` };
      }
      const after = plan({ ...common, configuration: loaded.configuration });
      const wrong = difference(before, after, moves);
      if (wrong !== null) return { ok: false, reason: wrong };
      const refused = newViolations(before, after).find(({ rule }) => FORBIDDING.includes(rule));
      return refused === undefined ? { ok: true, texts: written, plan: after } : { ok: false, reason: refused.message };
    } catch (error) {
      if (!(error instanceof Unwritable)) throw error;
      return { ok: false, reason: error.message };
    }
  };
  return { before, attempt };
}

/** As many of the moves as go together: halves are tried where the whole does not work, down to single people. */
function fitting(moves: readonly AdvisedMove[], attempt: (moves: readonly AdvisedMove[]) => Attempt) {
  let kept: readonly AdvisedMove[] = [];
  const left: LeftOut[] = [];
  const tryAll = (batch: readonly AdvisedMove[]): void => {
    const [first, ...others] = batch;
    if (first === undefined) return;
    const tried = attempt([...kept, ...batch]);
    if (tried.ok) {
      kept = [...kept, ...batch];
    } else if (others.length === 0) {
      left.push({ move: first, reason: tried.reason });
    } else {
      const middle = Math.ceil(batch.length / 2);
      tryAll(batch.slice(0, middle));
      tryAll(batch.slice(middle));
    }
  };
  tryAll(moves);
  return { kept, left };
}

/**
 * The advice of a report written into the configuration's own files: only the lines concerned change. What was written is
 * loaded and planned on the same live state, and the plan shows exactly the people in `moves` beside those it showed
 * before; advice for which that cannot be had is in `left`, with the reason. Pure.
 */
export function advicePatch(input: PatchInput): AdvicePatch {
  const { configuration, live, now, operator, month, people } = input;
  const moves = advisedMoves(people, live, resolve(configuration, live, now, operator));
  if (moves.length === 0) return { month, files: [], moves: [], left: [], refusals: [] };
  const { before, attempt } = attempts(input);
  const { kept, left } = fitting(moves, attempt);
  const final = kept.length === 0 ? null : attempt(kept);
  if (final === null || !final.ok) return { month, files: [], moves: [], left, refusals: [] };
  const texts = textsOf(input.files);
  const files = [...final.texts]
    .map(([path, after]) => ({ path, before: texts.get(path) ?? '', after }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  return { month, files, moves: kept, left, refusals: newViolations(before, final.plan).map(({ rule, message }) => `${rule}: ${message}`) };
}
