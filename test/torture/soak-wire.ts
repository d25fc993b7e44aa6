import type { Exchange } from '../../src/emulator/server.ts';

/** What went over the wire in one pass, counted at the emulator: what it refused and throttled is in here. */
export type Wire = {
  readonly see: (exchange: Exchange) => void;
  readonly passBegins: () => void;
  /** Requests that write, in this pass. */
  readonly writeCalls: () => number;
  /** How often the change that was sent most in this pass was sent. */
  readonly mostSends: () => { readonly change: string; readonly sends: number };
  /** Deletes that were sent while a list that this pass had begun was not at its end. */
  readonly early: () => readonly string[];
};

const WRITE = /^(?:Create|Delete|Put|Update|Tag|Untag)/u;
/** Lists on which removals rest. Of users and groups a sweep may be given up for look-ups by name. */
const COUNTS =
  /^List(?:GroupMemberships|Applications|ApplicationAssignments|ApplicationAssignmentsForPrincipal|AccountAssignmentsForPrincipal)$/u;

const operationOf = ({ request }: Exchange): string => (request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';

const parsed = (text: string): Readonly<Record<string, unknown>> => {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>; // parse boundary: bodies of AWS calls are objects
  } catch {
    return {};
  }
};

export const wire = (): Wire => {
  let writes = 0;
  const sends = new Map<string, number>();
  const open = new Set<string>();
  const early: string[] = [];
  return {
    see: (exchange) => {
      const operation = operationOf(exchange);
      const { NextToken: _token, MaxResults: _size, ...rest } = parsed(exchange.request.body);
      const what = `${operation} ${JSON.stringify(rest)}`;
      if (WRITE.test(operation)) {
        writes += 1;
        sends.set(what, (sends.get(what) ?? 0) + 1);
        if (operation.startsWith('Delete') && open.size > 0) early.push(`${what} while ${[...open].join(', ')} was not at its end`);
      } else if (COUNTS.test(operation)) {
        const isEnd = exchange.response.status === 200 && parsed(exchange.response.body)['NextToken'] === undefined;
        if (isEnd) open.delete(what);
        else open.add(what);
      }
    },
    passBegins: () => {
      writes = 0;
      sends.clear();
      open.clear();
      early.length = 0;
    },
    writeCalls: () => writes,
    mostSends: () =>
      [...sends].reduce((most, [change, count]) => (count > most.sends ? { change, sends: count } : most), { change: '', sends: 0 }),
    early: () => [...early],
  };
};

/** A change of ours that somebody else had undone, made again: by key, when and in which pass. */
export type Rewrites = {
  readonly see: (
    write: Readonly<Record<string, unknown>> & { readonly at: string; readonly actor: string; readonly operation: string },
    pass: number,
  ) => void;
  /** A settlement in the journal gives the key back. */
  readonly forgive: (isFor: (group: string, userId: string) => boolean) => void;
  /** Changes that were made again in more than two passes within seven days. */
  readonly tooMany: () => readonly string[];
};

type Story = { ours: string | null; pass: number; undone: boolean; again: number[] };

const WEEK_MS = 7 * 86_400_000;

export const rewrites = (): Rewrites => {
  const stories = new Map<string, Story>();
  const found = new Set<string>();
  return {
    see: (write, pass) => {
      if (!write.operation.endsWith('GroupMembership')) return;
      const key = `${String(write['GroupId'])} ${String(write['UserId'])}`;
      const story = stories.get(key) ?? { ours: null, pass: 0, undone: false, again: [] };
      stories.set(key, story);
      if (write.actor !== 'api') {
        if (story.ours !== null && story.ours !== write.operation) story.undone = true;
        return;
      }
      // Sent once more in the same pass it was a retry: the answer was lost, and nobody could know of the undoing.
      if (story.ours === write.operation && story.undone && story.pass !== pass) {
        const at = Date.parse(write.at);
        story.again = [...story.again.filter((each) => each > at - WEEK_MS), at];
        if (story.again.length > 2) found.add(`${write.operation} ${String(write['group'])} ${String(write['user'])} again at ${write.at}`);
      }
      story.ours = write.operation;
      story.pass = pass;
      story.undone = false;
    },
    forgive: (isFor) => {
      for (const [key, story] of stories) {
        const [group = '', user = ''] = key.split(' ');
        if (!isFor(group, user)) continue;
        story.again = [];
        story.undone = false;
      }
    },
    tooMany: () => [...found],
  };
};
