import type { Drift, DriftItem } from '../model/drift.ts';
import { dollars } from '../model/money.ts';
import { DRIFT_KINDS, DRIFT_TITLE, driftBase, driftSummary, sinceText } from './drift-text.ts';
import { clip, markdownCode, markdownText } from './escape.ts';
import { type Block, fitBlocks } from './markdown-fit.ts';
import { MARKDOWN_LIMIT } from './plan-markdown.ts';

/** Drift as a comment or issue text of at most 60,000 characters; lists are cut, the totals stay right. */
export function driftMarkdown(drift: Drift): string {
  const head = `### kirosync: ${driftSummary(drift)}\n\n${markdownText(clip(driftBase(drift), 500))}\n`;
  const pointer = '\n> Lists were cut to fit a comment. The complete drift is what `kirosync drift --format json` prints.\n';
  const body = fitBlocks(
    [...DRIFT_KINDS.map((kind) => itemBlock(drift, kind)), churnBlock(drift)],
    MARKDOWN_LIMIT - head.length - pointer.length,
  );
  return head + body.text + (body.cut ? pointer : '');
}

function name(text: string): string {
  return markdownCode(clip(text, 120));
}

function itemBlock(drift: Drift, kind: DriftItem['kind']): Block {
  const items = drift.items.filter((item) => item.kind === kind);
  const head = '| person | profile | key | a month | by | first seen | |\n|---|---|---|--:|---|---|---|\n';
  return { before: `\n#### ${DRIFT_TITLE[kind]} (${items.length})\n\n${head}`, rows: items.map(itemRow), after: '', many: 'items' };
}

function itemRow(item: DriftItem): string {
  const cells = [
    item.person === null ? '' : name(item.person),
    name(item.profile),
    name(item.key),
    item.monthly === null ? 'unknown' : dollars(item.monthly),
    item.actor === null ? '' : name(item.actor),
    sinceText(item.firstSeen),
    `${item.held ? '**held** ' : ''}${markdownText(clip(item.note, 300))}`,
  ];
  return `| ${cells.join(' | ')} |\n`;
}

function churnBlock(drift: Drift): Block {
  const rows = drift.churn.map((c) => `| ${name(c.person)} | ${name(c.key)} | ${markdownText(clip(c.reason, 300))} |\n`);
  const before = `\n<details><summary>Churn (${drift.churn.length}): explained by the applied revision, no drift</summary>\n\n| person | key | reason |\n|---|---|---|\n`;
  return { before, rows, after: '\n</details>\n', many: 'rows' };
}
