import type { Credits, CreditsPerson, CreditsRow } from '../model/credits.ts';
import { dollars } from '../model/money.ts';
import { rounded } from '../usage/amount.ts';
import { estimate, percent, rangeText } from './credits-figure.ts';
import { visible } from './escape.ts';
import type { Section } from './section.ts';
import { count } from './summary.ts';
import { type Cell, cell, number, type Palette, table } from './table.ts';

const STATES: Readonly<Record<CreditsPerson['state'], string>> = {
  active: '-',
  idle: 'idle',
  unconfirmed: 'unconfirmed',
  new: 'new',
  'no-seat': 'no seat',
  seat: '-',
  usage: '-',
};

/** Which columns there are: without usage, without seats or without anybody's forecast, some would be empty. */
type Shown = { readonly usage: boolean; readonly cost: boolean; readonly forecast: boolean };

function person(p: CreditsPerson, shown: Shown, paint: Palette): readonly Cell[] {
  const who = cell(p.userName ?? p.userId, p.userName === null ? paint.quiet : undefined);
  const since = cell(p.since?.slice(0, 10) ?? '-');
  const origin = [cell(p.assignment), cell(p.costCenter), since, cell(p.why, paint.quiet)];
  if (!shown.usage) return [who, cell(p.tier ?? '-'), ...origin];
  const alarm = p.state === 'active' || p.state === 'new' ? undefined : paint.change;
  return [
    who,
    cell(p.tier ?? '-'),
    cell(p.usageTier ?? '-', p.tier !== null && p.usageTier !== null && p.usageTier !== p.tier ? paint.change : undefined),
    number(rounded(p.used)),
    number(p.planCredits === null ? '-' : rounded(p.planCredits)),
    number(percent(p.utilisation)),
    number(p.overageCredits === 0n ? '-' : rounded(p.overageCredits), paint.remove),
    ...(shown.cost ? [number(p.cost === null ? '-' : dollars(p.cost))] : []),
    ...(shown.forecast ? [number(estimate(p.forecast?.expected)), number(rangeText(p.forecast), paint.quiet)] : []),
    cell(p.lastActive ?? '-'),
    cell(STATES[p.state], alarm),
    ...origin,
  ];
}

const RIGHT = ['used', 'included', 'share', 'overage', 'cost', 'forecast', '80% range'];

function headings({ usage, cost, forecast }: Shown): readonly string[] {
  const ahead = forecast ? ['forecast', '80% range'] : [];
  const use = ['reports say', 'used', 'included', 'share', 'overage', ...(cost ? ['cost'] : []), ...ahead, 'last active', 'state'];
  return ['user', 'tier', ...(usage ? use : []), 'assignment', 'cost center', 'since', 'why'];
}

function profileSection(row: CreditsRow, people: readonly CreditsPerson[], shown: Shown, paint: Palette): Section {
  const head = headings(shown).map((name) => (RIGHT.includes(name) ? number(name, paint.quiet) : cell(name, paint.quiet)));
  const size = row.seats === null ? count(row.people, 'person', 'people') : count(row.seats, 'seat', 'seats');
  return {
    title: `Profile ${visible(row.name)}: ${size}`,
    lines: table([head, ...people.map((p) => person(p, shown, paint))]),
  };
}

/** Everybody, by profile. */
export function peopleSections(credits: Credits, paint: Palette): readonly Section[] {
  const shown = {
    usage: credits.files !== null,
    cost: credits.totals.cost !== null,
    forecast: credits.people.some((p) => p.forecast !== null),
  };
  const byProfile = new Map<string, CreditsPerson[]>(credits.profiles.map((row) => [row.name, []]));
  for (const p of credits.people) byProfile.get(p.profile)?.push(p);
  return credits.profiles.map((row) => profileSection(row, byProfile.get(row.name) ?? [], shown, paint));
}
