// A process of its own: makes the plan of so many people and prints the most memory it held, in MiB.
import { makePlan } from './plan-compute.ts';
import { planWorld } from './plan-world.ts';

const [, , people = '', seed = ''] = process.argv;
makePlan(planWorld(Number(people), Number(seed)));
process.stdout.write(String(Math.round(process.resourceUsage().maxRSS / 1024)));
