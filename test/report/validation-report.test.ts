import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Diagnostic, error, warning } from '../../src/model/diagnostic.ts';
import { visible } from '../../src/report/escape.ts';
import type { Validation } from '../../src/report/validation.ts';
import { validationGithub } from '../../src/report/validation-github.ts';
import { validationSarif } from '../../src/report/validation-sarif.ts';
import { name } from './arbitrary-plan.ts';

const ROOT = { prefix: '' };
const at = (file: string, line = 3, column = 10) => ({ file, line, column });

function found(diagnostics: readonly Diagnostic[]): Validation {
  return { diagnostics, expectations: [], counts: null };
}

const FAILED: Validation = {
  diagnostics: [warning('expired-assignment', at('teams/a b.yaml', 7, 1), 'It ended on 2026-01-01.')],
  expectations: [
    {
      expectation: {
        user: 'ana@example.com',
        group: null,
        profile: null,
        tier: null,
        never: 'pro',
        maxSeats: null,
        place: at('policy.yaml', 3, 5),
      },
      result: 'fails',
    },
  ],
  counts: { profiles: 1, assignments: 2 },
};

const diagnostic: fc.Arbitrary<Diagnostic> = fc
  .record({
    severity: fc.constantFrom('error' as const, 'warning' as const),
    rule: fc.oneof(name, fc.constant('unknown-tier')),
    message: name,
    file: fc.oneof(name, fc.constantFrom('::error::x.yaml', 'a##[add-mask]b.yaml', '%0A::error::x')),
    line: fc.integer({ min: 1, max: 99 }),
    place: fc.boolean(),
  })
  .map(({ file, line, place, ...rest }) => (place ? { ...rest, file, line, column: 1 } : rest));
const any = fc.array(diagnostic, { maxLength: 30 }).map(found);

type Sarif = {
  version: string;
  runs: {
    tool: { driver: { name: string; rules: { id: string }[] } };
    invocations: { toolExecutionNotifications?: unknown[] }[];
    results: {
      ruleId: string;
      ruleIndex: number;
      level: string;
      message: { text: string };
      locations: {
        physicalLocation: { artifactLocation: { uri: string }; region?: { startLine: number; startColumn: number } };
      }[];
    }[];
  }[];
};

/** The parse boundary: what the tests look at is in it, or they fail. */
function sarif(validation: Validation, prefix = ''): Sarif['runs'][number] & { version: string } {
  const log = JSON.parse(validationSarif(validation, { prefix })) as Sarif;
  const [run] = log.runs;
  if (run === undefined || log.runs.length !== 1) throw new Error('It has not exactly one run.');
  return { ...run, version: log.version };
}

describe('SARIF', () => {
  test('has each problem at its place, as a path from the root of the repository, with its rule and level', () => {
    const { version, tool, results } = sarif(FAILED, 'policy');
    expect(version).toBe('2.1.0');
    expect(tool.driver.name).toBe('kirosync');
    expect(tool.driver.rules.map(({ id }) => id)).toEqual(['expectation-failed', 'expired-assignment']);
    expect(results.map(({ ruleId, level }) => [ruleId, level])).toEqual([
      ['expectation-failed', 'error'],
      ['expired-assignment', 'warning'],
    ]);
    expect(results.map(({ locations }) => locations[0]?.physicalLocation)).toEqual([
      { artifactLocation: { uri: 'policy/policy.yaml', uriBaseId: '%SRCROOT%' }, region: { startLine: 3, startColumn: 5 } },
      { artifactLocation: { uri: 'policy/teams/a%20b.yaml', uriBaseId: '%SRCROOT%' }, region: { startLine: 7, startColumn: 1 } },
    ]);
  });

  test('law: whatever the names are, every result has its rule, a text, and a relative URI', () => {
    fc.assert(
      fc.property(any, (validation) => {
        const { tool, results } = sarif(validation);
        expect(results).toHaveLength(validation.diagnostics.length);
        const texts = validation.diagnostics.map(({ message }) => visible(message)).sort();
        expect(results.map(({ message }) => message.text).sort()).toEqual(texts);
        for (const { ruleId, ruleIndex, locations } of results) {
          expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
          expect(locations).toHaveLength(1);
          expect(locations[0]?.physicalLocation.artifactLocation.uri).toMatch(/^(\.|(?!\/)[\w.~!*'()%/-]+)$/);
        }
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  test('is bounded, errors first, and says what is left out', () => {
    const many = [...Array.from({ length: 5_200 }, () => warning('w', at('a.yaml'), 'W.')), error('e', at('a.yaml'), 'E.')];
    const { results, invocations } = sarif(found(many));
    expect(results).toHaveLength(5_000);
    expect(results[0]?.level).toBe('error');
    expect(JSON.stringify(invocations)).toContain('201 more results');
  });
});

describe('workflow commands of GitHub', () => {
  test('annotate the place, with the rule as the title', () => {
    expect(validationGithub(FAILED, { prefix: 'policy' }).split('\n')).toEqual([
      '::error file=policy/policy.yaml,line=3,col=5,title=expectation-failed::"user ana@example.com never has tier pro" does not hold by what the files grant today.',
      '::warning file=policy/teams/a b.yaml,line=7,col=1,title=expired-assignment::It ended on 2026-01-01.',
      expect.stringContaining('invalid: '),
      '',
    ]);
  });

  test('escape what separates: in a property also : and ,', () => {
    const odd = error('r:1,2', at('a,b:c%.yaml'), '50 % of it::');
    expect(validationGithub(found([odd]), ROOT)).toContain(
      '::error file=a%2Cb%3Ac%25.yaml,line=3,col=10,title=r%3A1%2C2::50 %25 of it::\n',
    );
  });

  test('are the ten of each level that GitHub shows; the others are ordinary lines', () => {
    const many = Array.from({ length: 25 }, (_, i) => error('e', at(`::error::${i}.yaml`), 'E.'));
    const lines = validationGithub(found([...many, warning('w', at('a.yaml'), 'W.')]), ROOT).split('\n');
    expect(lines.filter((line) => line.startsWith('::error '))).toHaveLength(10);
    expect(lines.filter((line) => line.startsWith('::warning '))).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith('- error: ::error::'))).toHaveLength(15);
    expect(lines.at(-2)).toBe('invalid: 25 errors, 1 warning');
  });

  test('law: no name begins a command, and each command is one line', () => {
    fc.assert(
      fc.property(any, (validation) => {
        const lines = validationGithub(validation, ROOT).trimEnd().split('\n');
        expect(lines).toHaveLength(validation.diagnostics.length + 1);
        for (const line of lines) {
          expect(line).not.toContain('##[');
          if (/^\s*::/.test(line)) expect(line).toMatch(/^::(error|warning) (file=[^:,]*,line=\d+,col=\d+,)?title=[^:,]*::/);
          expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        }
      }),
      { seed: 5, numRuns: 60 },
    );
  });
});
