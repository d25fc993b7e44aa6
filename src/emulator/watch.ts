import { settle, showSeats } from './seat.ts';
import { dumpStore } from './seed.ts';
import type { State } from './state.ts';
import { clockOf, type World, type Write } from './world.ts';

export type SeatRow = ReturnType<typeof showSeats>[number];

/** What a watcher is shown: what was written since it last looked, and the world as it is now. */
export type Sight = {
  /** RFC 3339 on the emulator's clock. */
  readonly at: string;
  /** Effective writes of every actor since the last sight, in order; empty when only time has passed. */
  readonly writes: readonly Write[];
  /** Kiro's own seats; a list made on demand. */
  readonly seats: () => readonly SeatRow[];
  readonly state: () => State;
};

export type Watch = (sight: Sight) => void;

/** Shows a watcher each new state of the world; to be called when a request has been dealt with. */
export const watching = (watch: Watch): ((world: World) => void) => {
  let known: World | null = null;
  let seen = 0;
  return (world) => {
    if (known !== world) seen = 0;
    known = world;
    const writes = world.writes.slice(seen);
    seen = world.writes.length;
    const now = clockOf(world);
    watch({
      at: new Date(now).toISOString(),
      writes,
      seats: () => {
        settle(world.book, world.store, now);
        return showSeats(world.book, world.store, now);
      },
      state: () => dumpStore(world.store, world.offset),
    });
  };
};
