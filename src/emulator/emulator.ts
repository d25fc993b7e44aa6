import { catchUp } from './catch-up.ts';
import { control } from './control.ts';
import { dispatch } from './dispatch.ts';
import type { EmulatorRequest, EmulatorResponse } from './response.ts';
import { dumpStore } from './seed.ts';
import type { State } from './state.ts';
import { watching } from './watch.ts';
import { clockOf, type EmulatorOptions, newWorld } from './world.ts';

export type { EmulatorRequest, EmulatorResponse } from './response.ts';
export type { Seed } from './seed.ts';
export type { State } from './state.ts';
export type { SeatRow, Sight, Watch } from './watch.ts';
export type { EmulatorOptions, Write } from './world.ts';

export type Emulator = {
  /**
   * One request, one response: AWS calls at `/`, control routes under `/_emulator/`. Never rejects for a bad request.
   * Waiting (`delayMs`) and cutting the connection (`drop`) are left to whoever owns the socket.
   */
  readonly handle: (request: EmulatorRequest) => Promise<EmulatorResponse>;
  /** The directory as a seed file. */
  readonly state: () => State;
};

/** A local Identity Center in memory: identitystore and sso-admin, with Kiro's seats behind them. */
export const createEmulator = (options: EmulatorOptions = {}): Emulator => {
  let world = newWorld(options);
  const show = options.watch === undefined ? () => {} : watching(options.watch);
  const answer = (request: EmulatorRequest): EmulatorResponse => {
    if (!request.path.startsWith('/_emulator')) return dispatch(world, request);
    const { response, replaced } = control(world, request);
    world = replaced ?? world;
    return response;
  };
  return {
    handle: async (request) => {
      catchUp(world, clockOf(world));
      const response = answer(request);
      show(world);
      return response;
    },
    state: () => dumpStore(world.store, world.offset),
  };
};
