import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { EXIT, EXIT_BUG } from '../../src/exit.ts';
import { page, ROOT, table } from '../docs/markdown.ts';

/** `512Mi` or `1Gi` as MiB. */
const mib = (quantity: string): number => Number.parseInt(quantity, 10) * (quantity.endsWith('Gi') ? 1024 : 1);

describe('docs/operations', () => {
  it('has an entry with an answer for each exit code', () => {
    const codes = [...new Set([...Object.values(EXIT), EXIT_BUG])].sort((a, b) => a - b);
    const exits = page('docs/operations/exit-codes.md');
    expect(table(exits, 'code').map(([cell]) => Number(cell))).toEqual(codes);
    const entries = [...exits.text.matchAll(/^## (?<code>\d+)\n\n(?<text>\S[\s\S]*?)(?=\n## |$(?![\s\S]))/gm)];
    expect(entries.map((match) => Number(match.groups?.['code']))).toEqual(codes);
  });

  it('gives the daemon more memory than was measured for the largest size', () => {
    const row = table(page('docs/operations/sizing.md'), 'people with a seat').find(([name]) => name === 'most memory');
    const most = Math.max(...(row ?? []).slice(1).map((cell) => Number.parseInt(cell, 10)));
    const { resources } = parse(readFileSync(join(ROOT, 'docs/operations/kubernetes/deployment.yaml'), 'utf8')).spec.template.spec
      .containers[0];
    const task = JSON.parse(readFileSync(join(ROOT, 'docs/operations/ecs/task-definition.json'), 'utf8'));
    expect(mib(resources.requests.memory)).toBeGreaterThan(most * 1.5);
    expect(mib(resources.limits.memory)).toBeGreaterThan(most * 2);
    expect(Number(task.memory)).toBeGreaterThan(most * 2);
  });
});
