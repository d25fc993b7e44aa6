import fc from 'fast-check';

// Inputs that are nearly right: a valid one with a few things done to it. Random bytes alone would end at the first check.

/** What is done to a parsed document. Positions are fractions of what is there, so that every one fits every document. */
type Edit =
  | { readonly do: 'drop'; readonly at: number }
  | { readonly do: 'double'; readonly at: number }
  | { readonly do: 'empty'; readonly at: number }
  | { readonly do: 'nest'; readonly at: number }
  | { readonly do: 'set'; readonly at: number; readonly value: unknown }
  | { readonly do: 'rename'; readonly at: number; readonly name: string }
  | { readonly do: 'copy'; readonly at: number; readonly from: number };

/** What is done to bytes. */
type Cut =
  | { readonly do: 'flip'; readonly at: number; readonly bit: number }
  | { readonly do: 'truncate'; readonly at: number }
  | { readonly do: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly do: 'remove'; readonly at: number; readonly length: number }
  | { readonly do: 'repeat'; readonly at: number; readonly length: number }
  | { readonly do: 'splice'; readonly at: number; readonly from: number };

/** Texts that have hurt somebody: names that JavaScript knows, numbers that are none, instants at the ends of time, terminals, SQL, paths. */
const TEXTS = [
  '', ' ', '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '0', '-1', '1e400', 'NaN', 'null', 'true', '\u0000', '\u001b[2J', '\u202e', '\ufeff',
  '\ud800', '\n', '\r\n', "'; DROP TABLE raw; --", '../../../etc/passwd', '%2f', '*', '?', '[', '{', '=1+1', '<b>', 'membership/kiro-eng-pro/ana', 'group/', 'kiro-eng-pro', 'AWSReservedSSO', 'ana', 'ANA',
  '9999-12-31', '0000-01-01', '2026-02-30', '9999-12-31T23:59:59.999Z', '0000-01-01T00:00:00Z', '+275760-09-13T00:00:00.000Z', '2026-11-10T12:00:00.000Z', 'x'.repeat(3000), '/'.repeat(300), '.'.repeat(50),
]; // biome-ignore format: a vocabulary reads best as a block

const NUMBERS = [0, -1, -0, 1, 0.5, 1e21, -1e308, 2 ** 53, 2 ** 31, 1e-300, 99_999_999_999_999];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
);

const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: hostileText },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(...NUMBERS, null, true, false, [], {}) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

const at = fc.nat(0xffff);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ do: fc.constant('drop' as const), at }),
  fc.record({ do: fc.constant('double' as const), at }),
  fc.record({ do: fc.constant('empty' as const), at }),
  fc.record({ do: fc.constant('nest' as const), at }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant('set' as const), at, value: hostileValue }) },
  fc.record({ do: fc.constant('rename' as const), at, name: hostileText }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('copy' as const), at, from: at }) },
);

function cut(words: readonly string[]): fc.Arbitrary<Cut> {
  const piece = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...words, ...TEXTS).map((text) => new Uint8Array(Buffer.from(text))) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 8 }) },
  );
  return fc.oneof(
    fc.record({ do: fc.constant('flip' as const), at, bit: fc.nat(7) }),
    fc.record({ do: fc.constant('truncate' as const), at }),
    { weight: 4, arbitrary: fc.record({ do: fc.constant('insert' as const), at, bytes: piece }) },
    fc.record({ do: fc.constant('remove' as const), at, length: fc.nat(64) }),
    fc.record({ do: fc.constant('repeat' as const), at, length: fc.nat(64) }),
    fc.record({ do: fc.constant('splice' as const), at, from: at }),
  );
}

/** A place in a document: what holds it, and under which name. */
type Slot = { readonly holder: unknown[] | Map<string, unknown>; readonly name: string | number };

/** Objects as maps, because a key called `__proto__` is a key like any other there. */
function loose(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(loose);
  if (typeof value !== 'object' || value === null) return value;
  return new Map(Object.entries(value).map(([name, inner]) => [name, loose(inner)]));
}

function strict(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strict);
  return value instanceof Map ? Object.fromEntries([...value].map(([name, inner]) => [String(name), strict(inner)])) : value;
}

function slots(value: unknown, found: Slot[] = []): readonly Slot[] {
  const holder = Array.isArray(value) || value instanceof Map ? value : null;
  if (holder === null) return found;
  for (const [name, inner] of holder.entries()) {
    found.push({ holder, name } as Slot); // a Map here has text for names, a list has numbers
    slots(inner, found);
  }
  return found;
}

const pick = <T>(list: readonly T[], fraction: number): T | undefined => list[Math.floor((fraction / 0x10000) * list.length)];
const get = ({ holder, name }: Slot): unknown => (Array.isArray(holder) ? holder[Number(name)] : holder.get(String(name)));

function put({ holder, name }: Slot, value: unknown): void {
  if (Array.isArray(holder)) holder[Number(name)] = value;
  else holder.set(String(name), value);
}

function drop({ holder, name }: Slot): void {
  if (Array.isArray(holder)) holder.splice(Number(name), 1);
  else holder.delete(String(name));
}

function apply(root: unknown, one: Edit): void {
  const all = slots(root);
  const slot = pick(all, one.at);
  if (slot === undefined) return;
  const value = structuredClone(get(slot));
  if (one.do === 'drop') drop(slot);
  else if (one.do === 'set') put(slot, loose(one.value));
  else if (one.do === 'empty') put(slot, Array.isArray(value) ? [] : value instanceof Map ? new Map() : '');
  else if (one.do === 'nest') put(slot, [value]);
  else if (one.do === 'copy') {
    const from = pick(all, one.from);
    if (from !== undefined) put(slot, structuredClone(get(from)));
  } else if (Array.isArray(slot.holder)) slot.holder.splice(Number(slot.name), 0, value);
  else if (one.do === 'double') slot.holder.set(`${slot.name} `, value);
  else {
    drop(slot);
    slot.holder.set(one.name, value);
  }
}

/** The value with up to a few edits. */
export function editedFrom(values: readonly unknown[], most = 4): fc.Arbitrary<unknown> {
  return fc.tuple(fc.constantFrom(...values), fc.array(edit, { minLength: 1, maxLength: most })).map(([value, edits]) => {
    const root = [loose(value)];
    for (const one of edits) apply(root, one);
    return strict(root[0]);
  });
}

function cutUp(bytes: Buffer, one: Cut, others: readonly Buffer[]): Buffer {
  const here = Math.floor((one.at / 0x10000) * (bytes.length + 1));
  const [head, tail] = [bytes.subarray(0, here), bytes.subarray(here)];
  if (one.do === 'truncate') return head;
  if (one.do === 'insert') return Buffer.concat([head, one.bytes, tail]);
  if (one.do === 'remove') return Buffer.concat([head, tail.subarray(one.length)]);
  if (one.do === 'repeat') return Buffer.concat([head, ...Array<Buffer>(5).fill(tail.subarray(0, one.length)), tail]);
  if (one.do === 'splice') {
    const other = pick(others, (one.from * 7919) % 0x10000) ?? bytes;
    return Buffer.concat([head, other.subarray(Math.floor((one.from / 0x10000) * other.length))]);
  }
  const flipped = Buffer.from(bytes);
  if (here < flipped.length) flipped[here] = (flipped[here] ?? 0) ^ (1 << one.bit);
  return flipped;
}

/** The texts with up to a few cuts; now and then any bytes. `words` are what this format is made of. */
export function cutFrom(texts: readonly string[], words: readonly string[], most = 5): fc.Arbitrary<Buffer> {
  const buffers = texts.map((text) => Buffer.from(text));
  const near = fc
    .tuple(fc.constantFrom(...buffers), fc.array(cut(words), { minLength: 1, maxLength: most }))
    .map(([bytes, cuts]) => cuts.reduce<Buffer>((made, one) => cutUp(made, one, buffers), bytes));
  const wild = fc.oneof(
    fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((parts) => Buffer.from(parts.join(''))),
  );
  return fc.oneof({ weight: 8, arbitrary: near }, { weight: 1, arbitrary: wild });
}

/** JSON text of an edited value, and what is done to bytes. */
export function jsonFrom(values: readonly unknown[], words: readonly string[] = []): fc.Arbitrary<Buffer> {
  const texts = values.map((value) => JSON.stringify(value));
  return fc.oneof(
    { weight: 3, arbitrary: editedFrom(values).map((value) => Buffer.from(JSON.stringify(value) ?? 'null')) },
    {
      weight: 1,
      arbitrary: cutFrom(texts, ['{', '}', '[', ']', ',', ':', '"', '\\', '\\u0000', '"__proto__":', 'null', '1e999', ...words]),
    },
  );
}
