import type { Credits, CreditsPerson, CreditsRow, CreditsSum } from '../model/credits.ts';
import { dollars } from '../model/money.ts';
import { rounded } from '../usage/amount.ts';
import { visible } from './escape.ts';
import { type Section, sections } from './section.ts';
import { count } from './summary.ts';
import { type Cell, cell, number, type Palette, palette, table } from './table.ts';

const STATES: Readonly<Record<CreditsPerson['state'], string>> = {
  active: '',
  idle: 'idle',
  unconfirmed: 'unconfirmed',
  new: 'new',
  'no-seat': 'no seat',
  seat: '',
  usage: '',
};

function percent(utilisation: number | null): string {
  return utilisation === null ? '-' : `${Math.floor(utilisation * 100)}%`;
}

function grouped(value: number): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

function heading(credits: Credits): string {
  const through = credits.throughDate === null ? 'no usage in it' : `usage through ${credits.throughDate}`;
  if (credits.files === null) return `Kiro seats, ${credits.month} (roster, no usage given)`;
  return `Kiro credits, ${credits.month} (${credits.closed ? 'closed' : 'month so far'}, ${through})`;
}

function totals({ totals, files, rows }: Credits): readonly string[] {
  const seats = totals.seats === null ? 'unknown (live state was not read)' : `${grouped(totals.seats)}`;
  const cost = totals.cost === null ? '' : `, ${dollars(totals.cost - totals.overage)} a month at list price`;
  const lines = [`  seats     ${seats}${cost}`];
  if (files === null) return lines;
  const share = totals.planCredits === 0n ? '' : ` (${(totals.used * 100n) / totals.planCredits}%)`;
  return [
    ...lines,
    `  credits   ${rounded(totals.used)} used of ${rounded(totals.planCredits)} included${share}`,
    `  overage   ${rounded(totals.overageCredits)} credits, ${dollars(totals.overage)}`,
    `  rows      read ${grouped(rows.read)} = used ${grouped(rows.used)} + superseded ${grouped(rows.superseded)} + rejected ${grouped(rows.rejected)}; ${grouped(rows.inMonth)} of the used ones lie in the month`,
    `  files     ${count(files.reports, 'report', 'reports')}; left alone: ${files.legacy} legacy, ${count(files.markers, 'marker', 'markers')}, ${files.other} other`,
  ];
}

function person(p: CreditsPerson, usage: boolean, paint: Palette): readonly Cell[] {
  const who = cell(p.userName ?? p.userId, p.userName === null ? paint.quiet : undefined);
  const since = cell(p.since?.slice(0, 10) ?? '-');
  const origin = [cell(p.assignment), cell(p.costCenter), since, cell(p.why, paint.quiet)];
  if (!usage) return [who, cell(p.tier ?? '-'), ...origin];
  const alarm = p.state === 'active' || p.state === 'new' ? undefined : paint.change;
  return [
    who,
    cell(p.tier ?? '-'),
    cell(p.usageTier ?? '-', p.tier !== null && p.usageTier !== null && p.usageTier !== p.tier ? paint.change : undefined),
    number(rounded(p.used)),
    number(p.planCredits === null ? '-' : rounded(p.planCredits)),
    number(percent(p.utilisation)),
    number(p.overageCredits === 0n ? '-' : rounded(p.overageCredits), paint.remove),
    cell(p.lastActive ?? '-'),
    cell(STATES[p.state] === '' ? '-' : STATES[p.state], alarm),
    ...origin,
  ];
}

function heads(names: readonly string[], right: readonly string[], paint: Palette): readonly Cell[] {
  return names.map((name) => (right.includes(name) ? number(name, paint.quiet) : cell(name, paint.quiet)));
}

function profileSection(row: CreditsRow, credits: Credits, paint: Palette): Section {
  const usage = credits.files !== null;
  const people = credits.people.filter((p) => p.profile === row.name);
  const names = usage
    ? [
        'user',
        'tier',
        'reports say',
        'used',
        'included',
        'share',
        'overage',
        'last active',
        'state',
        'assignment',
        'cost center',
        'since',
        'why',
      ]
    : ['user', 'tier', 'assignment', 'cost center', 'since', 'why'];
  const head = heads(names, ['used', 'included', 'share', 'overage'], paint);
  return {
    title: `Profile ${visible(row.name)}: ${row.seats === null ? count(row.people, 'person', 'people') : count(row.seats, 'seat', 'seats')}`,
    lines: table([head, ...people.map((p) => person(p, usage, paint))]),
  };
}

function sumCells(name: string, sum: CreditsSum, usage: boolean): readonly Cell[] {
  const seats = number(sum.seats === null ? '-' : grouped(sum.seats));
  const cost = number(sum.cost === null ? '-' : dollars(sum.cost));
  if (!usage) return [cell(name), seats, cost];
  return [cell(name), seats, number(rounded(sum.used)), number(rounded(sum.planCredits)), number(rounded(sum.overageCredits)), cost];
}

function sums(title: string, rows: readonly CreditsRow[], credits: Credits, paint: Palette): Section {
  const usage = credits.files !== null;
  const names = usage ? ['', 'seats', 'used', 'included', 'overage', 'cost'] : ['', 'seats', 'cost'];
  const lines = [...rows.map((row) => sumCells(row.name, row, usage)), sumCells('total', credits.totals, usage)];
  return { title, lines: rows.length === 0 ? [] : table([heads(names, names.slice(1), paint), ...lines]) };
}

function attention(credits: Credits, paint: Palette): readonly Section[] {
  const budgets = credits.budgets.map((b) => [
    cell(b.name),
    number(b.cost === null ? 'unknown' : dollars(b.cost)),
    cell('of'),
    number(dollars(b.monthly)),
    cell(b.over === true ? 'over budget' : '', paint.alarm),
  ]);
  const mismatches = credits.mismatches.map((m) => [
    cell(m.userName ?? m.userId),
    cell(m.profile),
    cell(`seat ${m.tier}`),
    cell(`reports say ${m.usageTier}${m.recognised ? '' : ' (unrecognised)'} on ${m.date}`, paint.change),
  ]);
  return [
    {
      title: 'Tiers that differ (membership is not the tier: look at the console)',
      lines: mismatches.length === 0 ? [] : table(mismatches),
    },
    { title: 'Budgets (list price of seats plus overage)', lines: budgets.length === 0 ? [] : table(budgets) },
  ];
}

function states(credits: Credits): readonly string[] {
  if (credits.files === null || credits.totals.seats === null) return [];
  const of = (state: CreditsPerson['state']): number => credits.people.filter((p) => p.state === state).length;
  return [
    `  people    ${of('active')} active, ${of('idle')} idle for ${credits.idleAfterDays} days or more, ${of('unconfirmed')} unconfirmed, ${of('new')} new, ${of('no-seat')} with usage but no seat`,
  ];
}

/** The report for a terminal: totals, everybody by profile, what needs a look, sums, what was rejected and what is missing. */
export function creditsText(credits: Credits, options: { readonly color: boolean }): string {
  const paint = palette(options.color);
  const rejected = credits.rejected.map((r) => `  ${visible(r.file)}${r.line === null ? '' : `:${r.line}`} ${visible(r.reason)}`);
  const more = credits.rows.rejected > rejected.length && rejected.length > 0 ? ['  (the first of them)'] : [];
  const blocks: readonly Section[] = [
    { title: heading(credits), lines: [...totals(credits), ...states(credits)] },
    ...credits.profiles.map((row) => profileSection(row, credits, paint)),
    ...attention(credits, paint),
    sums('By tier', credits.tiers, credits, paint),
    sums('By assignment', credits.assignments, credits, paint),
    sums('By cost center', credits.costCenters, credits, paint),
    { title: `Rejected rows: ${grouped(credits.rows.rejected)}`, lines: [...rejected, ...more] },
    { title: 'Notes', lines: credits.notes.map((note) => `  ${visible(note)}`) },
  ];
  return `${sections(blocks, paint).join('\n')}`;
}
