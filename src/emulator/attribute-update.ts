import type { Call } from './call.ts';
import { invalid } from './service-error.ts';
import { checkShape, type Input, isRecord, keepKnown, type Shape } from './shape.ts';

type Attributes = Readonly<Record<string, Shape>>;

const memberName = (word: string): string => `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`;

/** `Operations` of UpdateUser and UpdateGroup applied in order; an absent or null value removes the attribute. */
export const applyOperations = <T extends Input>(call: Call, current: T, attributes: Attributes, fixed: string): T => {
  const operations = call.input['Operations'];
  let next: Input = current;
  for (const operation of Array.isArray(operations) ? operations : []) {
    if (isRecord(operation))
      next = applyOne(next, String(operation['AttributePath']), operation['AttributeValue'] ?? null, attributes, fixed);
  }
  return { ...current, ...without(current, next), ...next };
};

/** Spreading cannot remove: a removed attribute is set to undefined, which JSON leaves out. */
const without = (before: Input, after: Input): Input =>
  Object.fromEntries(
    Object.keys(before)
      .filter((k) => !(k in after))
      .map((k) => [k, undefined]),
  );

const unsupported = (path: string) => invalid(`The attribute path '${path}' is not supported.`);

const applyOne = (current: Input, path: string, value: unknown, attributes: Attributes, fixed: string): Input => {
  const [first = '', second, ...rest] = path.startsWith('aws:') ? ['extensions', path] : path.split('.');
  const name = memberName(first);
  const shape = attributes[name];
  if (shape === undefined || rest.length > 0) throw unsupported(path);
  if (value === null && name === fixed) throw invalid(`The attribute '${path}' cannot be removed.`);
  if (second === undefined) return set(current, name, value, shape, path);
  const key = name === 'Extensions' ? second : memberName(second);
  const inner = current[name];
  const member = shape.kind === 'structure' ? shape.members[key] : shape.kind === 'map' ? shape.of : undefined;
  if (member === undefined) throw unsupported(path);
  const nested = set(isRecord(inner) ? inner : {}, key, value, member, path);
  return set(current, name, Object.keys(nested).length === 0 ? null : nested, shape, path);
};

const set = (current: Input, name: string, value: unknown, shape: Shape, path: string): Input => {
  const { [name]: _former, ...others } = current;
  if (value === null) return others;
  checkShape({ kind: 'structure', members: { [path]: shape } }, { [path]: value }, () => false);
  return { ...others, [name]: keepKnown(shape, value) };
};
