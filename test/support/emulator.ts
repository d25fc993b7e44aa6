import type { State, Watch } from '../../src/emulator/emulator.ts';
import { type Exchange, startEmulator } from '../../src/emulator/server.ts';
import { responseCheck } from './service-model.ts';

export type TestEmulator = {
  readonly url: string;
  /** `control('faults', {...})` posts, `control('calls')` gets; the parsed answer. Rejects for any status but 200, with the answer's text. */
  readonly control: (path: string, body?: object) => Promise<unknown>;
  readonly state: () => State;
  /** Ends the emulator. Rejects with every response of its life that breaks AWS's service model. */
  readonly close: () => Promise<void>;
};

export type TestEmulatorOptions = {
  readonly seed?: 'demo' | 'empty' | State;
  /** Default false: tests that are not about rates run at full speed. */
  readonly limiter?: boolean;
  readonly anyPrincipal?: boolean;
  readonly now?: () => Date;
  /** Ids in the seed that AWS would not give out: their form is not held against the emulator. */
  readonly oddIds?: readonly string[];
  /** Sees the world after every request. */
  readonly watch?: Watch;
  /** Sees every AWS exchange before the answer is sent. */
  readonly onExchange?: (exchange: Exchange) => void;
};

/** An emulator on a free local port whose every response is held against AWS's service model. Sets nothing global. */
export const startTestEmulator = async ({
  oddIds = [],
  onExchange = () => {},
  ...options
}: TestEmulatorOptions = {}): Promise<TestEmulator> => {
  const wrong: string[] = [];
  const check = responseCheck();
  const running = await startEmulator({
    limiter: false,
    ...options,
    onExchange: (exchange: Exchange) => {
      const { request, response } = exchange;
      wrong.push(
        ...check(request, response).filter((text) => !oddIds.some((id) => text.includes(' does not match ') && text.endsWith(`: ${id}`))),
      );
      onExchange(exchange);
    },
  });
  return {
    url: running.url,
    control: async (path, body) => {
      const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      const response = await fetch(`${running.url}/_emulator/${path}`, init);
      const text = await response.text();
      if (!response.ok) throw new Error(`${response.status} ${text}`);
      return JSON.parse(text);
    },
    state: running.state,
    close: async () => {
      await running.close();
      if (wrong.length > 0) throw new Error(`The emulator broke AWS's service model:\n${wrong.join('\n')}`);
    },
  };
};
