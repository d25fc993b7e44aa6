import { describe, expect, test } from 'vitest';
import { caller, Expected, type Request } from '../../../src/adapters/identity-center/caller.ts';
import { type CallEvent, meter } from '../../../src/adapters/identity-center/meter.ts';
import { RemoteError } from '../../../src/errors.ts';
import { virtualClock } from './virtual-clock.ts';

const going = new AbortController().signal;

function named(name: string, fields: Record<string, unknown> = {}): Error {
  return Object.assign(new Error(`${name} happened`), { name, ...fields });
}

const THROTTLED = named('ThrottlingException', { $metadata: { httpStatusCode: 400, requestId: 'r-9' } });
const RESET = named('Error', { code: 'ECONNRESET', $metadata: {} });

/** Answers with the given errors in turn, then with 'done'. */
function wire(errors: readonly Error[], options: { random?: () => number; refresh?: () => Promise<void> } = {}) {
  const clock = virtualClock(options.random);
  const events: CallEvent[] = [];
  let refreshed = 0;
  const refresh = async (): Promise<void> => {
    refreshed += 1;
  };
  const m = meter({ quotaShare: 1, clock, log: (e) => void events.push(e) });
  const c = caller({ region: 'eu-west-1', clock, meter: m, refresh: options.refresh ?? refresh });
  let sends = 0;
  const send = async (): Promise<string> => {
    const error = errors[sends];
    sends += 1;
    if (error !== undefined) throw error;
    return 'done';
  };
  const call = (request: Partial<Request<string>> = {}): Promise<string> =>
    c.call({ operation: 'identitystore:ListUsers', send, signal: going, ...request });
  return { call, clock, m, events, sends: () => sends, refreshed: () => refreshed };
}

async function failureOf(promise: Promise<unknown>) {
  const error = await promise.then(
    () => null,
    (e: unknown) => e,
  );
  if (!(error instanceof RemoteError)) throw new Error(`expected a RemoteError, got ${String(error)}`);
  return error.failures[0];
}

describe('caller', () => {
  test.each([
    [false, 25],
    [true, 9],
  ])('throttles slow a request down (write: %s) and do not fail it %i times in a row; they are counted', async (write, times) => {
    const w = wire(Array.from({ length: times }, () => THROTTLED));
    expect(await w.call({ write })).toBe('done');
    expect(w.sends()).toBe(times + 1);
    expect(w.m.throttles()).toBe(times);
    expect(w.m.retries()).toBe(times);
    expect(w.m.calls()).toEqual({ 'identitystore:ListUsers': times + 1 });
    expect(w.events.at(-1)).toEqual({ type: write ? 'write' : 'read', operation: 'identitystore:ListUsers', count: times + 1 });
  });

  test('a read that is throttled for ten minutes ends as unreachable', async () => {
    const w = wire(Array.from({ length: 1000 }, () => THROTTLED));
    expect(await failureOf(w.call())).toMatchObject({
      kind: 'unreachable',
      operation: 'identitystore:ListUsers',
      requestId: 'r-9',
    });
    expect(w.clock.monotonic()).toBeGreaterThan(600_000);
    expect(w.clock.monotonic()).toBeLessThan(660_000);
  });

  test('a write that is throttled ten times ends as unreachable, but these ten sends take minutes', async () => {
    const w = wire(Array.from({ length: 1000 }, () => THROTTLED));
    expect(await failureOf(w.call({ write: true }))).toMatchObject({ kind: 'unreachable', requestId: 'r-9' });
    expect(w.sends()).toBe(10);
    expect(w.clock.monotonic()).toBeGreaterThan(300_000);
  });

  test('an abort ends the waiting of a throttled write, which is then not sent', async () => {
    const controller = new AbortController();
    const w = wire([THROTTLED, THROTTLED, THROTTLED], {
      random: () => {
        controller.abort(new Error('stop'));
        return 0.5;
      },
    });
    await expect(w.call({ write: true, signal: controller.signal })).rejects.toThrow('stop');
    expect(w.sends()).toBe(1);
  });

  test('no write is sent more than ten times, whatever the mixture of answers', async () => {
    const conflict = named('ConflictException', { Reason: 'CONCURRENT_MODIFICATION' });
    const w = wire(Array.from({ length: 60 }, (_, i) => [THROTTLED, RESET, conflict][i % 3] ?? RESET));
    await failureOf(w.call({ write: true }));
    expect(w.sends()).toBe(10);
  });

  test('RetryAfterSeconds in the body is waited for, jitter on top', async () => {
    const w = wire([named('ThrottlingException', { RetryAfterSeconds: 7 })], { random: () => 0 });
    await w.call();
    expect(w.clock.monotonic()).toBe(7000);
  });

  test('waiting is full jitter: from nothing up to the doubled base', async () => {
    const longest = wire([RESET, RESET, RESET], { random: () => 1 });
    await longest.call();
    expect(longest.clock.monotonic()).toBe(250 + 500 + 1000);
    const shortest = wire([RESET, RESET, RESET], { random: () => 0 });
    await shortest.call();
    expect(shortest.clock.monotonic()).toBe(0);
  });

  test.each([
    ['a closed connection', RESET],
    ['a load balancer page', named('SyntaxError', { $metadata: { httpStatusCode: 503 } })],
    ['an unmodelled 5xx', named('UnknownError', { $metadata: { httpStatusCode: 502 } })],
    ['InternalServerException', named('InternalServerException')],
    ['a timeout', named('TimeoutError')],
  ])('%s is retried up to eight sends', async (_, error) => {
    const w = wire(Array.from({ length: 20 }, () => error));
    expect(await failureOf(w.call())).toMatchObject({ kind: 'unreachable' });
    expect(w.sends()).toBe(8);
  });

  test('where nothing can be reached a read gives up soon, a write later; neither may have been done', async () => {
    const refused = Array.from({ length: 20 }, () => named('Error', { code: 'ECONNREFUSED' }));
    const read = wire(refused);
    expect(await failureOf(read.call())).toMatchObject({ kind: 'unreachable' });
    expect(read.sends()).toBe(4);
    const write = wire(refused);
    await failureOf(write.call({ write: true }));
    expect(write.sends()).toBe(8);
    const controller = new AbortController();
    const send = async (): Promise<string> => {
      controller.abort(new Error('stop'));
      throw refused[0];
    };
    await expect(wire([]).call({ write: true, signal: controller.signal, send })).rejects.toThrow('stop');
  });

  test.each([
    ['AccessDeniedException', {}, 'denied', 'Allow identitystore:ListUsers'],
    ['AccessDeniedException', { Reason: 'KMS_ACCESS_DENIED' }, 'denied', 'kms:Decrypt'],
    ['ResourceNotFoundException', { ResourceType: 'IDENTITY_STORE' }, 'wrong', 'identityStoreId'],
    ['ResourceNotFoundException', { ResourceType: 'GROUP' }, 'incomplete', 'run again'],
    ['ValidationException', {}, 'wrong', 'identityCenter'],
    ['CredentialsProviderError', {}, 'denied', 'AWS_PROFILE'],
    ['UnrecognizedClientException', {}, 'denied', 'credentials'],
    ['AssumeRoleError', {}, 'denied', 'sts:AssumeRole'],
    ['ServiceQuotaExceededException', {}, 'wrong', 'ServiceQuotaExceededException'],
  ])('%s %j is final at the first answer: %s, with advice', async (name, fields, kind, advice) => {
    // The wire status says nothing: most errors are 400, and a status of 500 must not make a final error passing.
    const w = wire([named(name, { ...fields, $metadata: { httpStatusCode: 500, requestId: 'r-1' } })]);
    const failure = await failureOf(w.call());
    expect(failure).toMatchObject({ kind, requestId: 'r-1' });
    expect(failure?.advice).toContain(advice);
    expect(w.sends()).toBe(1);
  });

  test('expired credentials are fetched anew once, then it is denied', async () => {
    const expired = named('ExpiredTokenException');
    const w = wire([expired]);
    expect(await w.call()).toBe('done');
    expect(w.refreshed()).toBe(1);
    const again = wire([expired, expired]);
    expect(await failureOf(again.call())).toMatchObject({ kind: 'denied' });
    expect(again.sends()).toBe(2);
  });

  test('an expected answer says whether an earlier send got none', async () => {
    const there = named('ConflictException', { Reason: 'UNIQUENESS_CONSTRAINT_VIOLATION' });
    const expects = (): true => true;
    const expected = (error: unknown): unknown => (error instanceof Expected ? error.unsure : error);
    expect(await wire([there]).call({ write: true, expects }).catch(expected)).toBe(false);
    const isConflict = (t: { name: string }): boolean => t.name === 'ConflictException';
    expect(await wire([THROTTLED, there]).call({ write: true, expects: isConflict }).catch(expected)).toBe(false);
    expect(await wire([RESET, there]).call({ write: true, expects: isConflict }).catch(expected)).toBe(true);
  });

  test('an abort before the first send throws its reason; after a lost answer it is a failure', async () => {
    const controller = new AbortController();
    controller.abort(new Error('stop'));
    const never = wire([]);
    await expect(never.call({ write: true, signal: controller.signal })).rejects.toThrow('stop');
    expect(never.sends()).toBe(0);

    const later = new AbortController();
    const send = async (): Promise<string> => {
      later.abort(new Error('stop'));
      throw RESET;
    };
    expect(await failureOf(wire([]).call({ write: true, signal: later.signal, send }))).toMatchObject({ kind: 'unreachable' });
    const read = new AbortController();
    const cut = async (): Promise<string> => {
      read.abort(new Error('stop'));
      throw named('AbortError');
    };
    await expect(wire([]).call({ signal: read.signal, send: cut })).rejects.toThrow('stop');
  });

  test('a write gets no signal: what is in flight ends', async () => {
    const given: unknown[] = [];
    const send = async (options: object): Promise<string> => {
      given.push(options);
      return 'done';
    };
    const w = wire([]);
    await w.call({ send, write: true });
    await w.call({ send });
    expect(given).toEqual([{}, { abortSignal: going }]);
  });
});
