import { expect, test } from 'vitest';
import { shortened } from '../../src/demo/story.ts';

const lines = (count: number): string => Array.from({ length: count }, (_, i) => `  line ${i + 1}`).join('\n');

test('the report in the story keeps what there is to do, leaves out the tables, and is bounded', () => {
  const report = `Kiro credits\n  seats 1\n\nRight-size advice\n${lines(40)}\n\nBy tier\n${lines(3)}\n\nProfile engineering: 40 seats\n${lines(40)}\n\nNotes\n  one\n`;
  const short = shortened(report);
  expect(short).toBe(`Kiro credits\n  seats 1\n\nRight-size advice\n${lines(13)}\n  … and 27 more lines\n\nNotes\n  one`);
});
