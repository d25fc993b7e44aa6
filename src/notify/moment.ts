import type { ChangeEntry, JournalEntry, PassEnded } from '../model/journal.ts';
import { signedDollars } from '../model/money.ts';
import { factId, type Moment } from './fact.ts';
import { shortRevision } from './short-revision.ts';
import type { Situation } from './situation.ts';

/** Told a day late, nobody needs to hear of something that happened. */
const LATEST_MS = 24 * 3_600_000;

/** Keys named for one pass, of those that want names. */
const NAMED = 10;

/** What happened in the last day, from the journal alone, so that a restart forgets nothing of it. */
export function moments(s: Situation): readonly Moment[] {
  const from = s.now.getTime() - LATEST_MS;
  const recent = s.entries.filter((entry) => Date.parse(entry.at) >= from);
  return [
    ...recent.flatMap((entry): readonly Moment[] => {
      if (entry.type === 'pass-ended' && entry.outcome === 'applied') return [applied(entry, s)];
      if (entry.type !== 'overridden') return [];
      const { at, pass, owner, reason, windows } = entry;
      const of = windows.length === 0 ? '' : ` in spite of ${windows.join(', ')}`;
      const [text, named] = [`Pass ${pass}${of}.`, `Pass ${pass}${of}, by ${owner}: ${reason}`];
      return [{ id: factId('override', String(pass)), event: 'override', at, text, named }];
    }),
    ...s.policyParts
      .filter(({ at }) => Date.parse(at) >= from)
      .map(({ id, revision, at, parts }): Moment => {
        const text = `${parts.join(', ')} in ${revision === null ? 'an unknown revision' : shortRevision(revision)}.`;
        return { id: factId('policy-changed', id), event: 'policy-changed', at, text, named: text };
      }),
  ];
}

function applied(entry: PassEnded, { entries, last }: Situation): Moment {
  const done = entries.filter((each) => isEffect(each, entry.pass)) as readonly ChangeEntry[]; // the predicate proves it
  const of = (action: string) => done.filter((change) => change.action === action);
  const plan = last?.pass === entry.pass ? last.plan : null;
  const money = plan === null ? '' : ` ${signedDollars(plan.money.monthly.after - plan.money.monthly.before)} a month.`;
  const profiles = [...new Set(done.map((change) => change.profile))].sort().join(', ');
  const counts = `${of('create').length} added and ${of('delete').length} removed${profiles === '' ? '' : ` in ${profiles}`}`;
  const text = `Pass ${entry.pass}: ${counts}.${money} Revision ${shortRevision(entry.attempted ?? '(none)')}.`;
  const keys = done.slice(0, NAMED).map((change) => `${change.action === 'create' ? '+' : '-'} ${change.key}`);
  const more = done.length > keys.length ? [`and ${done.length - keys.length} more`] : [];
  const named = keys.length === 0 ? text : `${text} ${[...keys, ...more].join('; ')}.`;
  return { id: factId('applied', String(entry.pass)), event: 'applied', at: entry.at, text, named };
}

function isEffect(entry: JournalEntry, pass: number): boolean {
  return entry.type === 'change' && entry.pass === pass && entry.result === 'succeeded' && entry.effect;
}
