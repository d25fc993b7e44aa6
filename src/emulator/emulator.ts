import { catchUp } from './catch-up.ts';
import { control } from './control.ts';
import { dispatch } from './dispatch.ts';
import type { EmulatorRequest, EmulatorResponse } from './response.ts';
import { dumpStore } from './seed.ts';
import type { State } from './state.ts';
import { clockOf, type EmulatorOptions, newWorld } from './world.ts';

export type { EmulatorRequest, EmulatorResponse } from './response.ts';
export type { Seed } from './seed.ts';
export type { State } from './state.ts';
export type { EmulatorOptions } from './world.ts';

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
  return {
    handle: async (request) => {
      catchUp(world, clockOf(world));
      if (!request.path.startsWith('/_emulator')) return dispatch(world, request);
      const { response, replaced } = control(world, request);
      world = replaced ?? world;
      return response;
    },
    state: () => dumpStore(world.store, world.offset),
  };
};
