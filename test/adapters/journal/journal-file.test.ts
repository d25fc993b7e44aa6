import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { JOURNAL_FILE, openJournal } from '../../../src/adapters/journal-file.ts';
import { journalLines, readJournalText } from '../../../src/adapters/journal-text.ts';
import type { JournalEntry } from '../../../src/model/journal.ts';
import { change, ended, seats } from './entry.ts';

const made: string[] = [];
function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'kirosync-journal-'));
  made.push(dir);
  return dir;
}
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true });
});

/** Root may write everywhere: as root, does the rest as a user who may not, and to whom these paths belong. */
async function asNobody(paths: readonly string[], use: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0 || process.seteuid === undefined) return use();
  for (const path of paths) chownSync(path, 65_534, 65_534);
  process.seteuid(65_534);
  try {
    await use();
  } finally {
    process.seteuid(0);
  }
}

const entry = fc.oneof(
  fc
    .record({ owner: fc.string({ unit: 'grapheme' }), reason: fc.string({ unit: 'binary' }) })
    .map((each): JournalEntry => ({ type: 'suspended', at: '2026-11-01T00:00:00Z', until: '2026-12-01T00:00:00Z', ...each })),
  fc.nat(50).map((pass): JournalEntry => change({ pass })),
  fc.nat(50).map((pass): JournalEntry => ended(pass)),
);

describe('laws', () => {
  it('any truncation of a journal yields a prefix of its entries, and what is left can be appended to', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 6 }), fc.double({ min: 0, max: 1, noNaN: true }), (entries, share) => {
        const bytes = Buffer.from(journalLines(entries));
        const text = readJournalText(bytes.subarray(0, Math.floor(bytes.length * share)));
        expect(text.entries).toEqual(JSON.parse(JSON.stringify(entries.slice(0, text.entries.length))));
        expect(text.problems.length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('opening a truncated file and appending loses nothing but the torn line', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { minLength: 1, maxLength: 4 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (entries, share) => {
          const dir = folder();
          const bytes = Buffer.from(journalLines(entries));
          writeFileSync(join(dir, JOURNAL_FILE), bytes.subarray(0, Math.floor(bytes.length * share)));
          const first = await openJournal(dir);
          const before = [...first.entries()];
          await first.append(ended(99));
          const second = await openJournal(dir);
          expect(second.problems).toEqual([]);
          expect(second.entries()).toEqual([...before, ended(99)]);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('openJournal', () => {
  it('is fresh and writable in a new directory, private to its owner', async () => {
    const dir = join(folder(), 'deep', 'state');
    const journal = await openJournal(dir);
    expect(journal).toMatchObject({ fresh: true, writable: true, problems: [] });
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir, JOURNAL_FILE)).mode & 0o777).toBe(0o600);
  });

  it('has every entry on disk when append resolves, in order, also with many appends at once', async () => {
    const dir = folder();
    const journal = await openJournal(dir);
    await Promise.all(Array.from({ length: 50 }, (_, i) => journal.append(ended(i))));
    const passes = readJournalText(readFileSync(join(dir, JOURNAL_FILE))).entries.map((each) => 'pass' in each && each.pass);
    expect(passes).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect((await openJournal(dir)).fresh).toBe(false);
  });

  it('passes over lines that are no entries and names them', async () => {
    const dir = folder();
    writeFileSync(join(dir, JOURNAL_FILE), `${journalLines([ended(1)])}{"type":"change"}\nrubbish\n${journalLines([ended(2)])}`);
    const journal = await openJournal(dir);
    expect(journal.entries()).toEqual([ended(1), ended(2)]);
    expect(journal.problems).toEqual([
      'Line 2 of the journal is not a journal entry; it was passed over.',
      'Line 3 of the journal is not a journal entry; it was passed over.',
    ]);
  });

  it('says that it was lost when the directory was in use', async () => {
    const dir = folder();
    mkdirSync(join(dir, 'git'));
    const journal = await openJournal(dir);
    expect(journal.fresh).toBe(true);
    expect(journal.problems.join()).toContain('drift and first-seen start anew');
  });

  it('lives in memory and says so where it cannot be written', async () => {
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    const journal = await openJournal(join(file, 'state'));
    await journal.append(ended(1));
    expect(journal.writable).toBe(false);
    expect(journal.entries()).toEqual([ended(1)]);
    expect(journal.problems).toHaveLength(1);
    expect(journal.problems[0]).toContain('ENOTDIR');
  });

  it('is not writable when the file may only be read, and is again when it may be written', async () => {
    const dir = folder();
    const file = join(dir, JOURNAL_FILE);
    writeFileSync(file, journalLines([ended(1)]));
    chmodSync(file, 0o400);
    await asNobody([dir, file], async () => {
      const journal = await openJournal(dir);
      expect(journal).toMatchObject({ writable: false, fresh: false });
      expect(journal.problems.join()).toContain('EACCES');
      chmodSync(file, 0o600);
      await journal.append(ended(2));
      expect(journal.writable).toBe(true);
    });
    expect((await openJournal(dir)).entries()).toEqual([ended(1), ended(2)]);
  });

  it('leaves a journal alone that it cannot read', async () => {
    const dir = folder();
    mkdirSync(join(dir, JOURNAL_FILE));
    const journal = await openJournal(dir);
    expect(journal.writable).toBe(false);
    expect(statSync(join(dir, JOURNAL_FILE)).isDirectory()).toBe(true);
  });

  it('writes what it kept in memory once it can', async () => {
    const dir = folder();
    const state = join(dir, 'state');
    writeFileSync(state, '');
    const journal = await openJournal(state);
    await journal.append(ended(1));
    rmSync(state);
    mkdirSync(state);
    await journal.append(ended(2));
    expect(journal.writable).toBe(true);
    expect((await openJournal(state)).entries()).toEqual([ended(1), ended(2)]);
  });

  it('writes itself anew when somebody takes the file away', async () => {
    const dir = folder();
    const journal = await openJournal(dir);
    await journal.append(ended(1), ended(2));
    rmSync(join(dir, JOURNAL_FILE));
    await journal.append(ended(3));
    expect(journal.writable).toBe(true);
    expect((await openJournal(dir)).entries()).toEqual([ended(1), ended(2), ended(3)]);
  });

  it('stays within its bounds and keeps what matters', async () => {
    const dir = folder();
    const journal = await openJournal(dir, {
      maxEntries: 100,
      maxBytes: 1_000_000,
      keepPasses: 10,
      now: () => new Date('2026-12-20T00:00:00Z'),
    });
    await journal.append(seats(0));
    await journal.append({
      type: 'drift-opened',
      at: '2026-11-01T00:00:00Z',
      key: 'membership/a/b',
      kind: 'missing',
      profile: 'p',
      person: null,
    });
    for (let pass = 1; pass <= 300; pass += 1) await journal.append(ended(pass));
    const again = await openJournal(dir);
    expect(again.entries().length).toBeLessThanOrEqual(101);
    expect(again.entries()).toEqual(journal.entries());
    expect(again.entries().map((each) => each.type)).toEqual(expect.arrayContaining(['seats', 'drift-opened']));
    expect(again.entries().at(-1)).toEqual(ended(300));
  });

  it('cuts off a torn line in the middle of its life', async () => {
    const dir = folder();
    const journal = await openJournal(dir);
    await journal.append(ended(1));
    appendFileSync(join(dir, JOURNAL_FILE), '{"type":"pass-en');
    const again = await openJournal(dir);
    expect(again.problems.join()).toContain('cut off');
    await again.append(ended(2));
    expect((await openJournal(dir)).entries()).toEqual([ended(1), ended(2)]);
  });
});

describe('a disk in trouble', () => {
  it('a journal that became a folder is written again, whole, when that is gone', async () => {
    const dir = folder();
    const journal = await openJournal(dir);
    await journal.append(ended(1));
    rmSync(join(dir, JOURNAL_FILE));
    mkdirSync(join(dir, JOURNAL_FILE));
    await journal.append(ended(2));
    expect(journal.writable).toBe(false);
    rmSync(join(dir, JOURNAL_FILE), { recursive: true });
    await journal.append(); // nothing new: what is waiting is written all the same
    expect(journal.writable).toBe(true);
    expect(journal.problems.at(-1)).toContain('could be written again');
    expect((await openJournal(dir)).entries()).toEqual([ended(1), ended(2)]);
  });

  it('a journal that could not be read at the start keeps what was in it once it can be', async () => {
    const dir = folder();
    const file = join(dir, JOURNAL_FILE);
    symlinkSync(JOURNAL_FILE, file); // ELOOP
    const journal = await openJournal(dir);
    await journal.append(ended(2));
    expect(journal.writable).toBe(false);
    rmSync(file);
    writeFileSync(file, journalLines([ended(1)]));
    await journal.append(ended(3));
    expect(journal.entries()).toEqual([ended(1), ended(2), ended(3)]);
    expect((await openJournal(dir)).entries()).toEqual([ended(1), ended(2), ended(3)]);
  });

  it('a directory that goes away comes back with the whole journal', async () => {
    const dir = join(folder(), 'state');
    const journal = await openJournal(dir);
    await journal.append(ended(1));
    rmSync(dir, { recursive: true });
    await journal.append(ended(2));
    expect(journal.writable).toBe(true);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect((await openJournal(dir)).entries()).toEqual([ended(1), ended(2)]);
  });

  it('writes nothing while it may not, and then takes in what somebody else wrote', async () => {
    const dir = folder();
    let forbidden: string | null = null;
    const journal = await openJournal(dir, { forbidden: () => forbidden });
    await journal.append(ended(1));
    forbidden = 'Another process has taken over.';
    await journal.append();
    expect(journal.writable).toBe(false);
    expect(journal.problems.join()).toContain('Another process has taken over.');
    await journal.append(ended(9));
    appendFileSync(join(dir, JOURNAL_FILE), journalLines([ended(2), ended(3)]));
    forbidden = null;
    await journal.append(ended(4));
    expect(journal.writable).toBe(true);
    expect(journal.entries()).toEqual([ended(1), ended(2), ended(3), ended(9), ended(4)]);
    expect((await openJournal(dir)).entries()).toEqual(journal.entries());
  });

  it('stays writable when only its rewrite fails, leaves no half file, and is within its bound when that works again', async () => {
    const dir = folder();
    const bounds = { maxEntries: 20, maxBytes: 1_000_000, keepPasses: 2 };
    const journal = await openJournal(dir, bounds);
    mkdirSync(join(dir, `${JOURNAL_FILE}.new`, 'full'), { recursive: true });
    for (let pass = 0; pass < 40; pass += 1) await journal.append(ended(pass));
    expect(journal.writable).toBe(true);
    expect(journal.problems.join()).toContain('beyond its bounds');
    expect((await openJournal(dir, { ...bounds, maxEntries: 100 })).entries()).toHaveLength(40);
    rmSync(join(dir, `${JOURNAL_FILE}.new`), { recursive: true, force: true });
    for (let pass = 40; pass < 60; pass += 1) await journal.append(ended(pass));
    expect(journal.entries().length).toBeLessThanOrEqual(20);
    expect(existsSync(join(dir, `${JOURNAL_FILE}.new`))).toBe(false);
  });

  it('is bounded in memory while it cannot be written, and what it says of itself is too', async () => {
    const dir = folder();
    mkdirSync(join(dir, 'state'));
    const journal = await openJournal(join(dir, 'state'), { maxEntries: 100, keepPasses: 10 });
    await journal.append(seats(0));
    rmSync(join(dir, 'state'), { recursive: true });
    writeFileSync(join(dir, 'state'), '');
    for (let pass = 1; pass <= 400; pass += 1) await journal.append(ended(pass));
    expect(journal.entries().length).toBeLessThanOrEqual(126);
    for (let pass = 1; pass <= 60; pass += 1) {
      rmSync(join(dir, 'state'), { recursive: true, force: true });
      writeFileSync(join(dir, 'state'), '');
      for (let i = 0; i < 5; i += 1) await journal.append(ended(pass * 5 + i));
      if (pass % 20 > 0) {
        rmSync(join(dir, 'state'));
        mkdirSync(join(dir, 'state'));
        continue;
      }
      rmSync(join(dir, 'state'));
      mkdirSync(join(dir, 'state'));
      await journal.append();
      expect(journal.writable).toBe(true);
    }
    expect(journal.entries().length).toBeLessThanOrEqual(130);
    expect(journal.problems.length).toBeLessThanOrEqual(5);
    expect((await openJournal(join(dir, 'state'))).entries().map((each) => each.type)).toContain('seats');
  });

  it('a file that is no journal at all is named in a few sentences', async () => {
    const dir = folder();
    writeFileSync(join(dir, JOURNAL_FILE), 'rubbish\n'.repeat(20_000));
    const journal = await openJournal(dir);
    expect(journal).toMatchObject({ writable: true, fresh: true });
    expect(journal.problems).toHaveLength(11);
    expect(journal.problems.at(-1)).toBe('19990 more lines of the journal are no journal entries; they were passed over.');
  });

  it('does not rewrite itself at every append when what matters is more than its bounds', async () => {
    const dir = folder();
    const journal = await openJournal(dir, { maxEntries: 100, keepPasses: 5 });
    const opened = (i: number): JournalEntry => ({
      ...{ type: 'drift-opened', at: '2026-11-01T00:00:00Z', key: `membership/a/${i}`, kind: 'missing', profile: 'p', person: null },
    });
    let rewrites = 0;
    let inode = 0;
    for (let i = 0; i < 400; i += 1) {
      await journal.append(opened(i));
      const now = statSync(join(dir, JOURNAL_FILE)).ino;
      if (now !== inode) rewrites += 1;
      inode = now;
    }
    expect(journal.entries()).toHaveLength(400);
    expect(rewrites).toBeLessThan(12);
  });
});

describe('many writers at once', () => {
  it('whoever waited for its entries finds the journal writable, whatever others append meanwhile', async () => {
    const journal = await openJournal(folder());
    const found: boolean[] = [];
    await Promise.all(
      Array.from({ length: 40 }, async (_, pass) => {
        await journal.append(change({ pass }));
        void journal.append(ended(pass));
        found.push(journal.writable);
      }),
    );
    await journal.close();
    expect(found).toEqual(Array.from({ length: 40 }, () => true));
    expect(journal.entries()).toHaveLength(80);
  });
});
