import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ReadDeps } from '../../src/commands/deps.ts';
import { drift } from '../../src/commands/drift.ts';
import { explain } from '../../src/commands/explain.ts';
import { type ImportDeps, importCommand } from '../../src/commands/import.ts';
import type { Io } from '../../src/commands/io.ts';
import { UserError } from '../../src/errors.ts';
import type { Live, ReadScope } from '../../src/model/live.ts';
import { liveOf, readCase } from '../report/scenario.ts';
import { OPERATOR } from '../support/world.ts';

const NOW = '2026-11-10T09:00:00Z';

/** What a command printed. */
function memory(env: Record<string, string> = { AWS_REGION: 'eu-west-1' }): { io: Io; out: () => string } {
  let printed = '';
  const io: Io = {
    stdout: (text) => {
      printed += text;
    },
    stderr: () => undefined,
    isTty: false,
    color: false,
    env,
    cwd: folder,
    signal: new AbortController().signal,
    now: () => new Date(NOW),
    ask: async () => false,
  };
  return { io, out: () => printed };
}

function deps(yaml: string, live: Live): { deps: ReadDeps; scopes: ReadScope[] } {
  const scopes: ReadScope[] = [];
  // Commands read only the operator's part of the settings.
  const settings = { ...OPERATOR, usage: [] as readonly string[], profiles: {}, assumeRoleArn: null } as ReadDeps['settings'];
  const files = [{ path: 'kirosync.yaml', content: new TextEncoder().encode(yaml), id: '1' }];
  const observe = async (scope: ReadScope): Promise<Live> => {
    scopes.push(scope);
    return live;
  };
  return { deps: { settings, source: { fetch: async () => ({ revision: null, files }) }, observe }, scopes };
}

function golden(name: string): ReturnType<typeof deps> {
  const c = readCase(new URL(`../golden/${name}/case.yaml`, import.meta.url));
  return deps(c.yaml, liveOf(c));
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kirosync-commands-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('explain', () => {
  test('prints the chain and answers 0', async () => {
    const { io, out } = memory();
    expect(await explain('bob@example.com', {}, io, golden('in-sync').deps)).toBe(0);
    expect(out()).toContain('engineering: Kiro Pro\n');
  });

  test('reads the person asked about, and groups of assignments that are not active', async () => {
    const later =
      '  ---\nkind: Assignment\nname: later\nprofile: engineering\ntier: pro\nfrom: 2027-01-01\ngroups: [newcomers]\n'.trimStart();
    const c = readCase(new URL('../golden/in-sync/case.yaml', import.meta.url));
    const { deps: given, scopes } = deps(c.yaml + later, liveOf(c));
    await explain('bob@example.com', {}, memory().io, given);
    expect(scopes[0]?.users).toContain('bob@example.com');
    expect(scopes[0]?.memberGroups).toContain('newcomers');
  });

  test('an unknown person is a user error with a suggestion', async () => {
    await expect(explain('bbo@example.com', {}, memory().io, golden('in-sync').deps)).rejects.toThrow(/did you mean "bob@example.com"/);
  });

  test('an invalid configuration is refused with its places, before anything is read', async () => {
    const { deps: given, scopes } = deps('kind: Organisation\n', liveOf(readCase(new URL('../golden/in-sync/case.yaml', import.meta.url))));
    const refused = await explain('bob@example.com', {}, memory().io, given).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UserError);
    expect(refused).toHaveProperty(
      'diagnostics',
      expect.arrayContaining([expect.objectContaining({ file: 'kirosync.yaml', line: 1, rule: 'unknown-kind' })]),
    );
    expect(scopes).toEqual([]);
  });
});

describe('drift', () => {
  test('answers 0 and says so when there is none', async () => {
    const { io, out } = memory();
    expect(await drift({}, io, golden('in-sync').deps)).toBe(0);
    expect(out()).toContain('No drift; 0 churn');
  });

  test('answers 2 when an item is not held, 0 when every one is', async () => {
    expect(await drift({ format: 'json' }, memory().io, golden('mass-removal-refused').deps)).toBe(2);
    expect(await drift({ format: 'markdown' }, memory().io, golden('month-end-hold').deps)).toBe(0);
  });
});

describe('import', () => {
  const c = readCase(new URL('../golden/released-and-manual/case.yaml', import.meta.url));
  const importDeps = (): { deps: ImportDeps; scopes: ReadScope[] } => {
    const { deps: reading, scopes } = deps('', liveOf(c));
    const found = {
      instanceArn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef',
      identityStoreId: 'd-0123456789',
      accounts: ['111122223333'],
    };
    return { deps: { ...reading, discover: async () => found }, scopes };
  };

  test('writes into a new directory, lists what is undecided, and looks at what decided groups open', async () => {
    const { io, out } = memory();
    const { deps: given, scopes } = importDeps();
    expect(await importCommand({ out: 'new', seat: ['us-east-1/pro=kiro-eng-pro'] }, io, given)).toBe(0);
    expect(readdirSync(join(folder, 'new'), { recursive: true }).map(String).sort()).toEqual([
      'assignments',
      'assignments/us-east-1-pro.yaml',
      'organization.yaml',
      'profiles',
      'profiles/us-east-1.yaml',
    ]);
    expect(readFileSync(join(folder, 'new/assignments/us-east-1-pro.yaml'), 'utf8')).toContain('users:\n  - ana@example.com\n');
    expect(out()).toContain('us-east-1  kiro-eng-plus  1 member');
    expect(scopes.map((scope) => scope.managedGroups)).toEqual([[], ['kiro-eng-pro']]);
    expect(scopes[0]).toMatchObject({ accounts: ['111122223333'], releasedGlobs: ['**'] });
  });

  test('takes tiers from usage reports, and says which places it cannot read', async () => {
    const { deps: given } = importDeps();
    const user = '12345678-1234-4234-8234-123456789012';
    const live = liveOf(c);
    const rename = (id: string) => (id === 'user-1' ? user : id);
    const renamed: Live = {
      ...live,
      users: live.users.map((one) => ({ ...one, id: rename(one.id) })),
      memberships: live.memberships.map((one) => ({ ...one, userId: rename(one.userId) })),
    };
    const reports = join(folder, 'AWSLogs/111122223333/KiroLogs/user_report/us-east-1/2026/11/09/00');
    mkdirSync(reports, { recursive: true });
    const header =
      'UserId,Date,Client_Type,Chat_Conversations,Credits_Used,Overage_Cap,Overage_Credits_Used,Overage_Enabled,ProfileId,Subscription_Tier,Total_Messages';
    const row = `d-0123456789.${user},2026-11-09,KIRO_IDE,1,2.5,0,0,false,p,PRO,3`;
    writeFileSync(join(reports, 'KIRO_IDE_111122223333_user_report_202611090000.csv'), `${header}\n${row}\n`);
    const { io, out } = memory();
    await importCommand({ out: 'new', usage: [folder] }, io, { ...given, observe: async () => renamed });
    expect(out()).toContain('us-east-1/pro  kiro-eng-pro  by usage of 1 of its members');
    await expect(importCommand({ out: 'other', usage: ['gs://example-bucket/x'] }, memory().io, given)).rejects.toThrow(
      /gs:\/\/example-bucket\/x/,
    );
  });

  test('refuses a directory with anything in it, before AWS is asked', async () => {
    writeFileSync(join(folder, '.keep'), '');
    const { deps: given, scopes } = importDeps();
    await expect(importCommand({ out: '.' }, memory().io, given)).rejects.toThrow(/is not empty/);
    expect(scopes).toEqual([]);
  });

  test('a --seat that does not fit writes nothing', async () => {
    const { deps: given } = importDeps();
    await expect(importCommand({ out: 'new', seat: ['us-east-1/pro=kiro-eng-por'] }, memory().io, given)).rejects.toThrow(
      /did you mean kiro-eng-pro/,
    );
    await expect(importCommand({ out: 'new', seat: ['pro'] }, memory().io, given)).rejects.toThrow(/is not PROFILE\/TIER=GROUP/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('says which variable is missing when no Region is set', async () => {
    await expect(importCommand({ out: 'new' }, memory({}).io, importDeps().deps)).rejects.toThrow(/AWS_REGION/);
  });
});
