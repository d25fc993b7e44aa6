import { connect, type Socket } from 'node:net';

/** One TCP connection that says whatever a test wants, HTTP or not. */
export type Wire = {
  readonly socket: Socket;
  readonly say: (bytes: string | Uint8Array) => void;
  /** Everything that came until the server closed. */
  readonly closed: Promise<string>;
  /** Everything that came so far, once it matches; rejects with it when the server closes before. */
  readonly heard: (what: RegExp) => Promise<string>;
  readonly hangUp: () => void;
};

/** Connects; errors such as a reset only end the connection. */
export function wire(url: string): Wire {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  let text = '';
  socket.setEncoding('latin1').on('data', (more: string) => {
    text += more;
  });
  socket.on('error', () => {});
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
  return {
    socket,
    say: (bytes) => void socket.write(bytes),
    closed,
    heard: (what) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (what.test(text)) resolve(text);
        };
        socket.on('data', look);
        void closed.then(() => (what.test(text) ? resolve(text) : reject(new Error(`closed after ${JSON.stringify(text)}`))));
        look();
      }),
    hangUp: () => socket.destroy(),
  };
}

/** Sends one text and gives what the server answered by the time it closed. */
export function exchange(url: string, bytes: string | Uint8Array): Promise<string> {
  const one = wire(url);
  one.say(bytes);
  return one.closed;
}

/** The statuses of all answers in a text. */
export function statuses(text: string): readonly number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
