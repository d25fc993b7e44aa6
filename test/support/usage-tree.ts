import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The headers Kiro has written, by era (2026). */
export const HEADERS = {
  feb: 'Date,UserId,Client_Type,Chat_Conversations,Credits_Used,Overage_Cap,Overage_Credits_Used,Overage_Enabled,ProfileId,Subscription_Tier,Total_Messages',
  apr: 'Date,UserId,Client_Type,Subscription_Tier,ProfileId,Total_Messages,Chat_Conversations,Credits_Used,Overage_Enabled,Overage_Cap,Overage_Credits_Used',
  jul: 'Date,UserId,Client_Type,Chat_Conversations,Credits_Used,Overage_Cap,Overage_Credits_Used,Overage_Enabled,ProfileId,Subscription_Tier,Total_Messages,New_User,User_Email,auto_messages,claude_sonnet_4.5_messages',
  sep: 'Date,UserId,Client_Type,Chat_Conversations,Credits_Used,Overage_Cap,Overage_Credits_Used,Overage_Enabled,ProfileId,Subscription_Tier,Total_Messages,New_User,User_Email,Usage_Limit,auto_messages,claude_haiku_4.5_messages,claude_opus_4.5_messages,claude_sonnet_4.6_messages,glm_5_messages,qwen3_coder_next_messages',
} as const;

export type Era = keyof typeof HEADERS;

/** One row of a report; what is left out gets a plausible value. */
export type UsageRow = {
  readonly date: string;
  readonly userId: string;
  readonly client?: string;
  readonly credits: string | number;
  readonly overage?: string | number;
  readonly tier?: string;
};

export type UsageFile = {
  readonly account?: string;
  readonly region?: string;
  readonly client?: string;
  /** The activity day of the path; the first row's when left out. */
  readonly day?: string;
  /** yyyymmddHHMM in the file name; 02:00 of the day after the path's and after every row's when left out. */
  readonly stamp?: string;
  readonly part?: number;
  readonly era?: Era;
  readonly rows: readonly UsageRow[];
};

const ACCOUNT = '111122223333';

function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
}

/** The path at which Kiro would put the file, from `AWSLogs/` on. */
export function usagePath(file: UsageFile): string {
  const { account = ACCOUNT, region = 'us-east-1', client = 'KIRO_IDE', part } = file;
  const day = file.day ?? file.rows[0]?.date ?? '2026-11-01';
  const dates = file.rows.map((row) => row.date).filter((date) => /^2\d{3}-\d{2}-\d{2}$/.test(date));
  const stamp = file.stamp ?? `${dayAfter([day, ...dates].sort().at(-1) ?? day)}0200`;
  const suffix = part === undefined ? '' : `_part_${part}`;
  return `AWSLogs/${account}/KiroLogs/user_report/${region}/${day.replaceAll('-', '/')}/00/${client}_${account}_user_report_${stamp}${suffix}.csv`;
}

function cell(column: string, row: UsageRow, file: UsageFile): string {
  const values: Record<string, string> = {
    Date: row.date,
    UserId: `"${row.userId}"`,
    Client_Type: row.client ?? file.client ?? 'KIRO_IDE',
    Chat_Conversations: '3',
    Credits_Used: String(row.credits),
    Overage_Cap: '1000.0',
    Overage_Credits_Used: String(row.overage ?? 0),
    Overage_Enabled: 'true',
    ProfileId: `"arn:aws:codewhisperer:${file.region ?? 'us-east-1'}:${file.account ?? ACCOUNT}:profile/ABCDEFGHIJKL"`,
    Subscription_Tier: row.tier ?? 'PRO',
    Total_Messages: '17',
    New_User: 'false',
    User_Email: '',
    Usage_Limit: '1000',
  };
  return values[column] ?? '0';
}

/** The text of the file under the header of its era. */
export function usageText(file: UsageFile): string {
  const header = HEADERS[file.era ?? 'sep'];
  const columns = header.split(',');
  return `${[header, ...file.rows.map((row) => columns.map((column) => cell(column, row, file)).join(','))].join('\n')}\n`;
}

/** Writes a file below a directory, folders included. */
export function put(root: string, path: string, content: string | Uint8Array): string {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
  return full;
}

/** Writes reports as Kiro would lay them out. */
export function putUsage(root: string, files: readonly UsageFile[]): void {
  for (const file of files) put(root, usagePath(file), usageText(file));
}

/** A reproducible month of use: every person works on weekdays, more or less of it by their place in the list. */
export function demoUsage(options: {
  readonly userIds: readonly string[];
  readonly month: string;
  readonly days: number;
  readonly tier: string;
}): readonly UsageFile[] {
  return Array.from({ length: options.days }, (_, i) => {
    const date = `${options.month}-${String(i + 1).padStart(2, '0')}`;
    const weekend = [0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());
    const active = options.userIds.filter((_id, n) => !weekend && (n + i) % 5 !== 0);
    return {
      day: date,
      rows: active.map((userId, n) => ({ date, userId, credits: ((n * 37 + i * 13) % 90) / 4 + 0.05, tier: options.tier })),
    };
  });
}
