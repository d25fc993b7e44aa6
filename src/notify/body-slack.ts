import { clip, visible } from '../report/escape.ts';
import type { Item, Message } from './message.ts';
import { shortRevision } from './short-revision.ts';

/** Slack takes 50 blocks, 150 characters in a header and 3,000 in a section. */
const MOST_ITEMS = 20;
const HEADER = 150;
const SECTION = 2900;
/** Characters of the text for whoever shows no blocks; Slack cuts at 40,000. */
const TEXT = 12_000;

/**
 * The body of an incoming webhook of Slack, and of what takes the same: `blocks` for Slack, and all of it again in `text` for
 * receivers that know no blocks. Blocks hold plain text alone, in which nothing is a link or a mention.
 */
export function slackBody(message: Message): string {
  const { items } = message;
  const shown = items.slice(0, MOST_ITEMS);
  const left = items.length - shown.length;
  const more = left === 0 ? [] : [`and ${left} more kinds of events`];
  const head = `kirosync: ${message.title}`;
  // The headline of a single item stands above it.
  const isAlone = items.length === 1 && message.kind === 'news';
  const sections = [...shown.map((item) => itemText(item, isAlone)), ...more];
  const foot = contextText(message);
  const blocks = [
    { type: 'header', text: plain(clip(visible(head), HEADER)) },
    ...sections.map((text) => ({ type: 'section', text: plain(clip(text, SECTION)) })),
    { type: 'context', elements: [plain(clip(visible(foot), SECTION))] },
  ];
  const text = [head, ...sections, foot].map(escaped).join('\n');
  return JSON.stringify({ text: whole(text, TEXT), blocks, unfurl_links: false, unfurl_media: false });
}

function plain(text: string) {
  return { type: 'plain_text', text, emoji: false };
}

function itemText({ severity, state, title, count, since, lines, advice }: Item, isAlone: boolean): string {
  const mark = `[${state === 'over' ? 'over' : severity}]`;
  const number = count === 1 ? '' : `${count} of them`;
  const lasting = since === null || state === 'over' ? '' : `since ${minute(since)}`;
  const head = [isAlone ? '' : title, number, lasting].filter((part) => part !== '').join(', ');
  const own = lines.map((line) => `• ${visible(line)}`);
  return [`${mark} ${head}`.trim(), ...own, ...(advice === null ? [] : [advice])].join('\n');
}

/** `2026-11-10 11:45 UTC`. */
function minute(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`;
}

function contextText({ context, at, to, kind }: Message): string {
  const { source, mode, outcome, pass, attempted } = context;
  const last = pass === null ? 'no pass yet' : `pass ${pass} ${outcome ?? ''}`.trim();
  const revision = attempted === null ? '' : `, ${shortRevision(attempted)}`;
  return `${source}, ${mode}, ${last}${revision}, ${minute(at)} (${kind} for ${to})`;
}

/**
 * A text in which nobody can write markup: Slack's own (`<!channel>`, `<@U1>`, `<https://…|words>`) by its three references,
 * and what Slack-compatible receivers make of plain text (mentions, addresses, Markdown links and images) by a character
 * without width.
 */
export function escaped(text: string): string {
  return text
    .split('\n')
    .map((line) => visible(line))
    .join('\n')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/(?<!\w)@|@(?=everyone|here|channel|all)/gi, '@\u200b')
    .replaceAll('://', ':\u200b//')
    .replace(/\b(www)\./gi, '$1\u200b.')
    .replaceAll('](', ']\u200b(');
}

/** Cut at the end of a line, so that no reference is cut in two. */
function whole(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = text.lastIndexOf('\n', length - 2);
  return `${text.slice(0, end === -1 ? 0 : end)}\n…`;
}
