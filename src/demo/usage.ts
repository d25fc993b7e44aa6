import { addDays, addMonths, type Day, monthOf, startOf } from '../model/day.ts';
import { type Habit, habitOf } from './habit.ts';
import type { DemoSeat } from './seat.ts';

/** A report file of the demo: where Kiro would put it below its prefix, and its text. */
export type DemoReport = { readonly path: string; readonly text: string };

type Row = {
  readonly seat: DemoSeat;
  readonly day: Day;
  readonly client: 'KIRO_IDE' | 'KIRO_CLI' | 'PLUGIN';
  /** Hundredths of a credit, overage included. */
  readonly used: number;
  readonly overage: number;
  readonly written: Habit['written'];
};

const MONTHS = 3;

const HEADER =
  'Date,UserId,Client_Type,Chat_Conversations,Credits_Used,Overage_Cap,Overage_Credits_Used,Overage_Enabled,ProfileId,Subscription_Tier,Total_Messages,New_User,User_Email,Usage_Limit,auto_messages,claude_sonnet_4.6_messages';

/** What each tier includes, in hundredths of a credit, by what reports call it: there overage begins. */
const INCLUDED = { PRO: 100_000, PRO_PLUS: 200_000, PRO_MAX: 500_000, POWER: 1_000_000 } as const satisfies Record<
  Habit['written'],
  number
>;

/** The same number in [0, 1) for the same words, spread evenly (FNV-1a, then mixed). */
function chance(...words: readonly string[]): number {
  let hash = 0x811c9dc5;
  for (const char of words.join('|')) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** Hundredths of a credit that somebody uses on a day: working days, a rare weekend, now and then a day off. */
function usedOn(seat: DemoSeat, habit: Habit, day: Day, today: Day): number {
  const { monthly, now, quietFor } = habit;
  if (quietFor === null || day > addDays(today, -quietFor)) return 0;
  const weekend = [0, 6].includes(startOf(day).getUTCDay());
  if (chance(seat.userId, day, 'there') < (weekend ? 0.96 : 0.07)) return 0;
  const level = (monthly / 21) * (monthOf(day) === monthOf(today) ? now : 1);
  return Math.round(level * (weekend ? 0.4 : 0.7 + 0.7 * chance(seat.userId, day, 'much')) * 100);
}

/** A day's use over the clients: most of it in the IDE, for some people a part of it on the command line or in a plug-in. */
function rowsOf(seat: DemoSeat, day: Day, used: number, before: number, written: Habit['written']): readonly Row[] {
  const taste = chance(seat.userId, 'client');
  const client = taste < 0.25 ? 'KIRO_CLI' : taste < 0.33 ? 'PLUGIN' : null;
  const other = client === null ? 0 : Math.round(used * 0.3);
  const overage = Math.max(0, before + used - INCLUDED[written]) - Math.max(0, before - INCLUDED[written]);
  const ide = used - other;
  const ofIde = Math.min(ide, overage);
  const row = (name: Row['client'], credits: number, over: number): Row => ({
    seat,
    day,
    client: name,
    used: credits,
    overage: over,
    written,
  });
  return [row('KIRO_IDE', ide, ofIde), ...(client === null ? [] : [row(client, other, overage - ofIde)])].filter((one) => one.used > 0);
}

/** All rows of one person, day by day; plan credits begin anew on the 1st. */
function personRows(seat: DemoSeat, today: Day): readonly Row[] {
  const habit = habitOf(seat, chance(seat.userId, 'habit'));
  const rows: Row[] = [];
  let before = 0;
  for (let day = `${addMonths(monthOf(today), -MONTHS)}-01`; day < today; day = addDays(day, 1)) {
    if (day.endsWith('-01')) before = 0;
    const used = usedOn(seat, habit, day, today);
    rows.push(...rowsOf(seat, day, used, before, habit.written));
    before += used;
  }
  return rows;
}

const credits = (hundredths: number): string => (hundredths / 100).toString();

function line({ seat, day, client, used, overage, written }: Row): string {
  const { account, region, userId } = seat;
  // Some exports put the identity store before the id.
  const id = chance(userId, 'prefix') < 0.2 ? `d-0123456789.${userId}` : userId;
  const messages = Math.ceil(used / 300);
  const arn = `arn:aws:codewhisperer:${region}:${account}:profile/DEMO`;
  const cells = [
    day,
    `"${id}"`,
    client,
    Math.ceil(messages / 8),
    credits(used),
    '10000.0',
    credits(overage),
    overage > 0 ? 'true' : 'false',
  ];
  return [...cells, `"${arn}"`, written, messages, 'false', seat.userName, INCLUDED[written] / 100, messages, 0].join(',');
}

/**
 * Kiro's user reports of people with these seats: every day of three whole months and of this one up to yesterday, one
 * file a profile, client and day, as Kiro names and exports them. The same seats and day give the same bytes.
 */
export function demoReports(seats: readonly DemoSeat[], today: Day): readonly DemoReport[] {
  const files = new Map<string, string[]>();
  for (const row of seats.flatMap((seat) => personRows(seat, today))) {
    const { day, client, seat } = row;
    const folder = `AWSLogs/${seat.account}/KiroLogs/user_report/${seat.region}/${day.replaceAll('-', '/')}/00`;
    const path = `${folder}/${client}_${seat.account}_user_report_${addDays(day, 1).replaceAll('-', '')}0200.csv`;
    const lines = files.get(path) ?? [HEADER];
    if (lines.length === 1) files.set(path, lines);
    lines.push(line(row));
  }
  return [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, lines]) => ({ path, text: `${lines.join('\n')}\n` }));
}
