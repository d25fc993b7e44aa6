import { pushMembers } from './scim.ts';
import type { World } from './world.ts';

/** Lets all that was due by `now` on the emulator's clock happen, in the order of its time. */
export const catchUp = (world: World, now: number): void => {
  for (;;) {
    const [first] = [...world.pending].sort((a, b) => a.at - b.at);
    const push = world.push;
    if (push !== null && push.next <= now && (first === undefined || push.next <= first.at)) {
      pushMembers(world, push.next);
      push.next += push.every;
    } else if (first !== undefined && first.at <= now) {
      world.pending = world.pending.filter((p) => p !== first);
      first.run(world, first.at);
    } else return;
  }
};
