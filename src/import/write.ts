import { Document, isMap, type Pair } from 'yaml';
import type { Day } from '../model/day.ts';
import type { Live } from '../model/live.ts';
import type { Decision } from './decide.ts';
import type { ImportProfile } from './profile.ts';
import type { Roster } from './roster.ts';
import { yamlText } from './yaml-text.ts';

/** A file to be written; the path uses `/` and is relative to the new repository. */
export type WrittenFile = { readonly path: string; readonly content: string };

/** Block style, one entry a line, every string that YAML could read as something else in quotes. */
const STYLE = { lineWidth: 0, indentSeq: true, version: '1.2', aliasDuplicateObjects: false } as const;

/** Control and other invisible characters as escapes, so that a name cannot end the comment that it stands in. */
function comment(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** `organization.yaml`: the instance as it is, and nothing that could take a seat away. */
export function organizationFile(live: Live, region: string): WrittenFile {
  const document = new Document({
    kind: 'Organization',
    version: 1,
    identityCenter: { region, instanceArn: live.instance.arn, identityStoreId: live.instance.identityStoreId },
    removals: 'never',
    duplicates: 'warn',
  });
  document.commentBefore = ' Written by `kirosync import`. `removals: never` holds every removal until you decide otherwise.';
  return { path: 'organization.yaml', content: yamlText(document, STYLE) };
}

/** `profiles/<name>.yaml`: decided seats as they are; undecided groups commented out, ready to be filled in. */
export function profileFile(
  profile: ImportProfile,
  decisions: readonly Decision[],
  today: Day,
  members: (groupId: string) => number,
): WrittenFile {
  const decided = decisions.filter((decision) => decision.tier !== null);
  const undecided = decisions.filter((decision) => decision.tier === null);
  const seats = Object.fromEntries(decided.map((decision) => [decision.tier ?? '', seat(decision, today)]));
  const document = new Document({
    kind: 'Profile',
    name: profile.name,
    account: profile.account,
    region: profile.region,
    application: profile.application.name,
    seats,
  });
  const map = document.get('seats');
  if (isMap(map)) for (const [i, pair] of map.items.entries()) annotate(pair, decided[i]);
  const rest = undecided.map((decision) => undecidedComment(profile.name, decision, members(decision.group.id))).join('');
  return { path: `profiles/${profile.name}.yaml`, content: yamlText(document, STYLE) + rest };
}

function seat({ group, external }: Decision, today: Day): Readonly<Record<string, string>> {
  return { group: group.name, ...(external === null ? {} : { members: 'external' }), confirmed: today };
}

function annotate(pair: Pair, decision: Decision | undefined): void {
  if (decision === undefined) return;
  const why = decision.external === null ? decision.why : `${decision.why}; external: ${decision.external}`;
  const { value } = pair;
  if (isMap(value)) value.commentBefore = ` ${comment(why)}`;
}

function undecidedComment(profile: string, { group, why, external }: Decision, members: number): string {
  const entry = yamlText(new Document({ TIER: { group: group.name, ...(external === null ? {} : { members: 'external' }) } }), STYLE)
    .trimEnd()
    .split('\n');
  const lines = [
    `Undecided (${why}): ${members} ${members === 1 ? 'member' : 'members'}. Write the tier that the Kiro console shows in place of TIER, under seats,`,
    `${external === null ? 'and add an Assignment' : `external because ${external}`}; or import again with --seat ${profile}/TIER=${group.name}`,
    ...entry.map((line) => `  ${line}`),
  ];
  return lines.map((line) => `# ${comment(line)}\n`).join('');
}

/** `assignments/<profile>-<tier>.yaml`: the people who are in the seat group now, one a line, sorted. */
export function assignmentFile({ profile, tier, group, people, disabled }: Roster): WrittenFile {
  const document = new Document({ kind: 'Assignment', name: `${profile}-${tier}`, profile, tier, users: people, reason: 'Live at import' });
  const left = disabled.map((name) => ` Disabled, so not listed: ${name}`);
  document.commentBefore = [` Members of ${group} when it was imported.`, ...left].map(comment).join('\n');
  return { path: `assignments/${profile}-${tier}.yaml`, content: yamlText(document, STYLE) };
}
