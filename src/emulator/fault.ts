import { operationOf } from './known-operation.ts';
import { type Input, isRecord } from './shape.ts';

export const FAULT_KINDS = [
  'throttle',
  'conflict',
  'unavailable',
  'drop-after-write',
  'latency',
  'expired-token',
  'short-page',
  'page-error',
  'lag',
  'reject',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault as it was asked for, and how often it may still happen. */
export type Fault = {
  readonly kind: FaultKind;
  /** "ListUsers", or `*` for each operation that the kind makes sense for. */
  readonly operation: string;
  /** How many more; null is until reset. */
  left: number | null;
  readonly ms: number;
  readonly probability: number;
  readonly random: () => number;
  /** For `reject`: only requests that name this id. */
  readonly principal: string | null;
  /** For `reject`: the error. */
  readonly error: string;
  /** For `short-page`: how many items are left. */
  readonly size: number;
};

/** Kinds that last until reset when no number is given; the others happen once. */
const LASTING: readonly FaultKind[] = ['latency', 'lag', 'reject'];

/** A small generator (mulberry32) so that a seed gives the same run again. */
const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** Reads a body that the schema has checked. @throws ControlError for an operation that does not exist. */
export const faultOf = (body: Input): Fault => {
  const number = (name: string, otherwise: number): number => (typeof body[name] === 'number' ? body[name] : otherwise);
  const kind = FAULT_KINDS.find((k) => k === body['kind']) ?? 'throttle';
  const lasting = LASTING.includes(kind) || body['probability'] !== undefined;
  const times = body['times'];
  return {
    kind,
    operation: operationOf(String(body['operation'] ?? '*')),
    left: typeof times === 'number' ? times : times === null || lasting ? null : 1,
    ms: number('ms', 0),
    probability: number('probability', 1),
    random: randomOf(number('seed', 1)),
    principal: typeof body['principal'] === 'string' ? body['principal'] : null,
    error: typeof body['error'] === 'string' ? body['error'] : 'AccessDeniedException',
    size: number('size', 1),
  };
};

export const showFault = (fault: Fault) => ({
  operation: fault.operation,
  kind: fault.kind,
  times: fault.left,
  ms: fault.ms,
  probability: fault.probability,
});

/** Whether some member of the input, at any depth, is this id. */
const mentions = (input: unknown, id: string): boolean =>
  input === id ||
  (Array.isArray(input)
    ? input.some((item) => mentions(item, id))
    : isRecord(input) && Object.values(input).some((item) => mentions(item, id)));

/** The first fault of this kind that strikes now; it is counted down. Null when none does. */
export const strike = (faults: readonly Fault[], kind: FaultKind, operation: string, input: Input): Fault | null => {
  for (const fault of faults) {
    if (fault.kind !== kind || fault.left === 0) continue;
    if (fault.operation !== '*' && fault.operation !== operation) continue;
    if (fault.principal !== null && !mentions(input, fault.principal)) continue;
    if (fault.probability < 1 && fault.random() >= fault.probability) continue;
    if (fault.left !== null) fault.left -= 1;
    return fault;
  }
  return null;
};
