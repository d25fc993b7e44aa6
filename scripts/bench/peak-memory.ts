// A process of its own: makes the report of the folder in argv and prints the most memory it held, in MiB.
import { report } from './usage-report.ts';

const [, , root = '', rows = ''] = process.argv;
await report(root, Number(rows));
process.stdout.write(String(Math.round(process.resourceUsage().maxRSS / 1024)));
