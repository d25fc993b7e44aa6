import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Credits } from '../../src/model/credits.ts';
import type { Live } from '../../src/model/live.ts';
import { creditsCsv } from '../../src/report/credits-csv.ts';
import { creditsHtml } from '../../src/report/credits-html.ts';
import { creditsJson } from '../../src/report/credits-json.ts';
import { creditsMarkdown } from '../../src/report/credits-markdown.ts';
import { creditsText } from '../../src/report/credits-text.ts';
import { anonymise, pseudonym } from '../../src/usage/pseudonym.ts';
import { scrubber } from '../../src/usage/scrub.ts';
import { BASE, configuration } from '../support/world.ts';
import { creditsOf, day, facts, idOf, use, uuidWorld } from './scenario.ts';

const POLICY = `kind: Assignment
name: platform
profile: eng
tier: pro
users: [ana@example.com, bo, absent@example.com]
costCenter: RND
---
kind: Assignment
name: pro
profile: lab
tier: pro
users: [ana@example.com]
`;

const ANA = { emails: ['Ana.Lopezova@mail.example.com'], givenName: 'Anastasia', familyName: 'Lopezova' };
const CONFIG = configuration(BASE, POLICY);

function world(): Live {
  const made = uuidWorld({
    users: ['kim'],
    groups: { 'kiro-eng-pro': ['ana@example.com', 'bo', 'pro'], 'kiro-lab-pro': ['ana@example.com'] },
  });
  return { ...made, users: made.users.map((user) => (user.userName === 'ana@example.com' ? { ...user, ...ANA } : user)) };
}

const SECRETS = [
  /ana@example\.com/i,
  /\bana\b/i,
  /anastasia/i,
  /lopezova/i,
  /\bbo\b/i,
  /\bkim\b/i,
  /someone@else\.example\.org/i,
  /absent@example/i,
  /build_bot/i,
  /wei ling/i,
  /@/,
  /[0-9a-f]{8}-[0-9a-f]{4}-4000-8000-[0-9a-f]{12}/i,
];

/** The report of a directory in which people are named wherever a text can be. */
function planted(): Credits {
  const made = creditsOf(
    POLICY,
    world(),
    facts(
      [
        use('ana@example.com', { used: '1200', overage: '200', monthTier: 'POWER' }),
        use('bo', { used: '5', monthTier: 'Lopezova ANASTASIA' }),
        use('kim', { used: '7' }),
        { ...use('odd', { used: '3', daily: [] }), userId: 'svc.build_bot' },
        { ...use('wei', { used: '2', daily: [] }), userId: 'Wei Ling', account: '999988887777' },
        use('lea', { used: '1', account: '999988887777' }),
      ],
      {
        days: [day('2026-11-01', '1213', 4)],
        rejected: [
          {
            file: '/home/lopezova/AWSLogs/111122223333/KiroLogs/user_report/x.csv',
            line: 3,
            reason: 'Credits_Used is not a number: Anastasia',
          },
          { file: '/home/anastasia/copies/bo.csv', line: 4, reason: `UserId has 300 characters: ${idOf('ana@example.com')}` },
          { file: 'kim/KIRO_IDE_111122223333_user_report_202611020200.csv', line: null, reason: 'the file of ana@example.com is empty' },
        ],
      },
    ),
  );
  const people = made.people.map((p) => ({
    ...p,
    why: `${p.why}; asked for by Lopezova, Anastasia and someone@else.example.org (${p.userId})`,
    advice: {
      tier: 'power',
      from: 'pro',
      monthlySaving: 100,
      blockedBy: null,
      effective: '2026-12-01',
      confidence: 'high' as const,
      months: 3,
      reason: `${p.userName ?? p.userId} (d-0123456789.${p.userId}) used much; ask absent@example.com.`,
    },
  }));
  return { ...made, people, notes: [...made.notes, 'The unrecognised tier "anastasia" of bo; see ANA@EXAMPLE.COM.'] };
}

describe('--anonymise', () => {
  const before = planted();
  const after = anonymise(before, CONFIG, world());

  test.each<[string, (credits: Credits) => string]>([
    ['text', (credits) => creditsText(credits, { color: false })],
    ['JSON', creditsJson],
    ['CSV', creditsCsv],
    ['Markdown', creditsMarkdown],
    ['HTML', creditsHtml],
  ])('leaves no name, address or id of a person in %s', (_format, render) => {
    // A page has words of its own; what is looked for must be there without pseudonyms.
    expect(render(before)).toMatch(/ana@example\.com/);
    expect(render(before)).toMatch(/svc\.build_bot/);
    const made = render(after).replace(/<style>[\s\S]*?<\/style>|<script[\s\S]*?<\/script>/g, '');
    for (const secret of SECRETS) expect(made).not.toMatch(secret);
  });

  test('keeps names of assignments, tiers, groups and profiles, even where a person is called the same', () => {
    expect(after.assignments.map((row) => row.name)).toEqual(before.assignments.map((row) => row.name));
    expect(after.people.filter((p) => p.profile === 'eng' && p.tier === 'pro').map((p) => p.assignment)).toContain('platform');
    expect(after.people.some((p) => p.why.startsWith('assignment pro, by name'))).toBe(true);
    expect(after.people.some((p) => p.why.startsWith('in kiro-eng-pro; no assignment grants it'))).toBe(true);
  });

  test('is 12 hexadecimal digits of SHA-256 over the instance and the bare id, the same for every spelling of the id', () => {
    const arn = CONFIG.organization.instanceArn;
    const id = idOf('ana@example.com');
    const digest = createHash('sha256').update(`${arn}\n${id}`).digest('hex').slice(0, 12);
    expect(pseudonym(arn, id)).toBe(`person-${digest}`);
    expect(pseudonym(arn, `d-0123456789.${id.toUpperCase()}`)).toBe(`person-${digest}`);
    expect(pseudonym(`${arn}x`, id)).not.toBe(`person-${digest}`);
    const lines = after.people.filter((p) => p.userId === `person-${digest}`);
    expect(lines.map((p) => [p.profile, p.userName])).toEqual([
      ['eng', `person-${digest}`],
      ['lab', `person-${digest}`],
    ]);
    expect(lines[0]?.why).toContain(`(person-${digest})`);
  });

  test('changes no number, and lists nobody in the order of their names', () => {
    const numbers = (credits: Credits) => [credits.totals, credits.rows, credits.days, credits.tiers.map(({ used }) => used)];
    expect(numbers(after)).toEqual(numbers(before));
    const order = after.people.map((p) => `${p.profile} ${p.userId}`);
    expect(order).toEqual([...order].sort());
    expect(after.people.reduce((sum, p) => sum + p.used, 0n)).toBe(before.totals.used);
  });

  test('leaves out what a rejected row held, and folders of report files', () => {
    expect(
      after.rejected.map(({ file, line, reason }) => [file.replace(/[0-9a-f]{12}$/, '…'), line, reason.replace(/[0-9a-f]{12}/, '…')]),
    ).toEqual([
      ['AWSLogs/111122223333/KiroLogs/user_report/x.csv', 3, 'Credits_Used is not a number (value withheld)'],
      ['file-…', 4, 'UserId has 300 characters (value withheld)'],
      ['KIRO_IDE_111122223333_user_report_202611020200.csv', null, 'the file of person-… is empty'],
    ]);
  });

  test('works on usage alone', () => {
    const alone = anonymise(creditsOf(POLICY, null, facts([use('ana', { used: '1' })])), CONFIG, null);
    expect(alone.people[0]).toMatchObject({ userId: pseudonym(CONFIG.organization.instanceArn, idOf('ana')), userName: null });
  });
});

describe('the scrubber', () => {
  test('replaces whole words only, the longest first, whatever the case', () => {
    const scrub = scrubber([
      { text: 'ana', instead: 'X' },
      { text: 'Ana Lopez', instead: 'Y' },
      { text: 'team ana', instead: 'team ana' },
    ]);
    expect(scrub('ANA, ana lopez, banana, anas, team ana, (ana)')).toBe('X, Y, banana, anas, team ana, (X)');
  });

  test('leaves no phrase standing by itself, and a text without phrases as it is', () => {
    const word = fc.stringMatching(/^[a-c.@ ]{1,4}$/).filter((text) => text.trim() === text && text !== '');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 5 }), fc.stringMatching(/^[a-d.@ ]{0,30}$/), (words, text) => {
        const made = scrubber(words.map((one) => ({ text: one, instead: 'Z' })))(text);
        for (const one of words) {
          const escaped = one.replace(/[.]/g, '\\.');
          const [head, tail] = [/^[a-z]/.test(one) ? '(?<![a-zA-Z])' : '', /[a-z]$/.test(one) ? '(?![a-zA-Z])' : ''];
          // A longer phrase that began earlier may have taken a part; what is left must not hold a whole one.
          expect(made.split('Z').some((part) => new RegExp(`${head}${escaped}${tail}`).test(part))).toBe(false);
        }
        if (words.length === 0) expect(made).toBe(text);
      }),
      { numRuns: 300, seed: 4 },
    );
  });
});
