import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Day } from '../model/day.ts';
import { client } from './client.ts';
import { demoSeats } from './seat.ts';
import { demoReports } from './usage.ts';

/** Writes the user reports of everybody whom the emulator's Kiro has given a seat below `folder/usage`; returns that folder. */
export async function writeReports(folder: string, emulatorUrl: string, today: Day): Promise<string> {
  const usage = join(folder, 'usage');
  const seats = demoSeats(await client(emulatorUrl)('/_emulator/state'));
  const folders = new Set<string>();
  for (const { path, text } of demoReports(seats, today)) {
    const file = join(usage, path);
    if (!folders.has(dirname(file))) mkdirSync(dirname(file), { recursive: true });
    folders.add(dirname(file));
    writeFileSync(file, text);
  }
  return usage;
}
