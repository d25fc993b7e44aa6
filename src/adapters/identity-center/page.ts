import type { RemoteFailure } from '../../errors.ts';
import { RemoteError } from '../../errors.ts';
import type { Operation } from './failure.ts';

type Page<Item> = { readonly items: readonly Item[]; readonly next: string | undefined };

/** Reads a list page by page; remembers where it is, so that a sweep can stop and go on later. */
export type Pager<Item> = {
  /** The next page's items; `done` after the last. A short or empty page with a token is not the end. */
  readonly read: () => Promise<readonly Item[]>;
  readonly done: () => boolean;
  readonly pages: () => number;
};

/** An empty page may come with the token it was asked with; so often in a row, and the list is taken to be stuck. */
const MOST_IDLE = 10;
/** No list that Identity Center can hold has more pages (200,000 users are 2,000 of them). */
const MOST_PAGES = 50_000;

/** @throws (from read) RemoteError of kind `incomplete` when the list fails after its first page, or goes round in circles. */
export function pager<Item>(operation: Operation, fetch: (token: string | undefined) => Promise<Page<Item>>): Pager<Item> {
  const seen = new Set<string>();
  let token: string | undefined;
  let pages = 0;
  let idle = 0;
  let done = false;

  return {
    async read() {
      if (done) return [];
      const page = await fetch(token).catch((error: unknown) => {
        throw pages > 0 ? endedEarly(operation, pages, error) : error;
      });
      pages += 1;
      token = page.next;
      if (token === undefined) done = true;
      else {
        idle = page.items.length === 0 ? idle + 1 : 0;
        const isAgain = seen.has(token) && (idle === 0 || idle > MOST_IDLE);
        if (isAgain || pages >= MOST_PAGES) throw new RemoteError([inCircles(operation, pages)]);
        seen.add(token);
      }
      return page.items;
    },
    done: () => done,
    pages: () => pages,
  };
}

/** The whole list. */
export async function readAll<Item>(pages: Pager<Item>): Promise<readonly Item[]> {
  const items: Item[] = [];
  while (!pages.done()) for (const item of await pages.read()) items.push(item);
  return items;
}

/** A denied page stays denied; everything else that fails in the middle is an incomplete read. */
function endedEarly(operation: Operation, pages: number, error: unknown): unknown {
  if (!(error instanceof RemoteError)) return error;
  const failures = error.failures.map(
    (f): RemoteFailure =>
      f.kind === 'denied' ? f : { ...f, kind: 'incomplete', message: `${operation} ended early, after page ${pages}: ${f.message}` },
  );
  return new RemoteError(failures, { cause: error });
}

function inCircles(operation: Operation, pages: number): RemoteFailure {
  return {
    kind: 'incomplete',
    operation,
    message: `${operation} gave the same page token again after page ${pages}: the list has no end.`,
    advice: 'Try again; if it stays, report it to AWS with the time of this reading. Nothing was planned from the part that was read.',
    requestId: null,
  };
}
