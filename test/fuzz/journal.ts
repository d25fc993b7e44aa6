import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { JOURNAL_FILE, openJournal } from '../../src/adapters/journal-file.ts';
import { journalLines, readJournalText } from '../../src/adapters/journal-text.ts';
import { metrics } from '../../src/daemon/metrics.ts';
import type { JournalEntry } from '../../src/model/journal.ts';
import { isJournalEntry } from '../../src/model/journal-form.ts';
import { routes } from '../../src/web/routes.ts';
import { change, ended, seats } from '../adapters/journal/entry.ts';
import { testDaemon } from '../support/daemon.ts';
import { NOW } from '../support/world.ts';
import { cutFrom, editedFrom } from './mutate.ts';
import type { Target } from './runner.ts';
import { expectThat, POLICY, site, WORLD } from './site.ts';

const at = '2026-11-09T12:00:00.000Z';
const key = 'membership/kiro-eng-pro/ana';
const ENTRIES: readonly JournalEntry[] = [
  { type: 'pass-started', at, pass: 1, askedBy: ['cron'], mode: 'enforce' },
  change({ at, pass: 1, key, action: 'create', profile: 'eng', userId: 'id-ana', unseats: false, result: 'started', effect: false }),
  change({ at, pass: 1, key, action: 'create', profile: 'eng', userId: 'id-ana', unseats: false }),
  change({ at, pass: 1, key: 'membership/kiro-eng-pro/cy', profile: 'eng', userId: 'id-cy' }),
  change({ at, pass: 1, key, result: 'failed', profile: 'eng', userId: 'id-ana', effect: false, error: 'throttled' }),
  { type: 'reversed', at, key, revision: null, actor: 'arn:aws:sts::111122223333:assumed-role/x/y' },
  { type: 'contested', at, key, revision: null },
  { type: 'agreed', at, key },
  { type: 'disagreed', at, key },
  { type: 'settled', at, key, why: 'the configuration changed' },
  { type: 'drift-opened', at, key, kind: 'missing', profile: 'eng', person: 'ana' },
  { type: 'drift-closed', at, key, kind: 'missing' },
  { type: 'suspended', at, owner: 'ana', reason: 'audit', until: '2026-11-09T13:00:00.000Z' },
  { type: 'resumed', at, by: 'ana' },
  {
    type: 'refused',
    at,
    pass: 1,
    revision: null,
    planHash: 'x',
    violations: [{ rule: 'too-many-removals', message: 'm', limit: 1, actual: 2 }],
  },
  seats(1, ['id-ana', 'id-cy']),
  { type: 'seats-kept', at, pass: 1, revision: null },
  { type: 'applied', at, pass: 1, revision: `main@sha1:${'0'.repeat(39)}1`, planHash: 'x', digests: { limits: 'x', protected: 'y' } },
  ended(1, at),
];

const inputs = fc.oneof(
  {
    weight: 2,
    arbitrary: editedFrom([[...ENTRIES]], 5).map((list) =>
      Buffer.from(Array.isArray(list) ? list.map((one) => `${JSON.stringify(one)}\n`).join('') : ''),
    ),
  },
  { weight: 1, arbitrary: cutFrom([journalLines(ENTRIES)], ['\n', '{', '}', '"type":"seats"', '"pass":1e999', '[]', 'null', '\u0000']) },
);

/** A journal of arbitrary bytes: no whole entry is lost by opening it, and no pass ends or takes a granted seat because of it. */
export const journal: Target = {
  name: 'journal',
  inputs,
  // Each run waits for a disk, and makes a pass.
  short: 30,
  long: 5_000,
  open: async () => {
    const { folder, close } = site();
    const file = join(folder, JOURNAL_FILE);
    const run = async (input: Buffer): Promise<'taken' | 'refused'> => {
      rmSync(file, { force: true });
      writeFileSync(file, input);
      const { entries } = readJournalText(input);
      const opened = await openJournal(folder, { now: () => NOW });
      expectThat(
        JSON.stringify(opened.entries()) === JSON.stringify(entries) && entries.every(isJournalEntry),
        'the journal reads otherwise than its text',
      );
      const daemon = testDaemon(POLICY, WORLD, { mode: 'enforce' }, { journal: opened });
      try {
        await daemon.pass(); // rejects when the pass threw
        const seated = daemon.directory.live.memberships.some((one) => one.groupId === 'g-kiro-eng-pro' && one.userId === 'id-ana');
        expectThat(seated, 'ana lost the seat that she is granted');
        const app = routes(daemon.daemon, metrics());
        for (const path of ['/', '/api/status', '/api/history', '/metrics', '/readyz']) {
          const { status } = await app.request(`http://127.0.0.1${path}`, { headers: { host: '127.0.0.1' } });
          expectThat(status === 200 || (path === '/readyz' && status === 503), `${path} answers ${status}`);
        }
      } finally {
        await daemon.stop();
        await opened.close();
      }
      const again = await openJournal(folder, { now: () => NOW });
      expectThat(
        JSON.stringify(again.entries()) === JSON.stringify(opened.entries()),
        'the journal reads otherwise when it is opened again',
      );
      return entries.length > 0 ? 'taken' : 'refused';
    };
    return { run, close: async () => close() };
  },
};
