/** Where two values differ first, with both printed. */
export interface Difference {
  /** E.g. `.route[2].size`; `value` for the values themselves. */
  readonly path: string;
  readonly left: string;
  readonly right: string;
}

const DEPTH = 32;

/**
 * The first difference between two plain values; undefined when there is none. Objects are compared by keys, in any order; arrays,
 * typed arrays, Maps and Sets element by element in iteration order, since handlers can see it. What has no plain structure (functions,
 * symbols, instances of classes) counts as equal when both sides have the same kind of it, and so does what is nested deeper than 32.
 */
export function firstDifference(left: unknown, right: unknown): Difference | undefined {
  const found = find(left, right, '', 0);
  return found === undefined ? undefined : { ...found, path: found.path === '' ? 'value' : found.path };
}

function find(left: unknown, right: unknown, path: string, depth: number): Difference | undefined {
  if (Object.is(left, right) || depth > DEPTH) return undefined;
  const kind = kindOf(left);
  if (kind !== kindOf(right)) return { path, left: print(left), right: print(right) };
  if (kind === 'list') return findInList(left as ArrayLike<unknown>, right as ArrayLike<unknown>, path, depth);
  if (kind === 'map')
    return findInList([...(left as Map<unknown, unknown>)], [...(right as Map<unknown, unknown>)], path, depth);
  if (kind === 'set') return findInList([...(left as Set<unknown>)], [...(right as Set<unknown>)], path, depth);
  if (kind === 'plain') return findInObject(left as PlainObject, right as PlainObject, path, depth);
  return kind === 'opaque' || kind.startsWith('class ') ? undefined : { path, left: print(left), right: print(right) };
}

type PlainObject = Readonly<Record<string, unknown>>;

function findInList(
  left: ArrayLike<unknown>,
  right: ArrayLike<unknown>,
  path: string,
  depth: number,
): Difference | undefined {
  const shorter = Math.min(left.length, right.length);
  for (let i = 0; i < shorter; i++) {
    const found = find(left[i], right[i], `${path}[${i}]`, depth + 1);
    if (found !== undefined) return found;
  }
  if (left.length === right.length) return undefined;
  return { path: `${path}.length`, left: String(left.length), right: String(right.length) };
}

function findInObject(left: PlainObject, right: PlainObject, path: string, depth: number): Difference | undefined {
  for (const key of Object.keys(left)) {
    if (!Object.hasOwn(right, key)) return { path: `${path}.${key}`, left: print(left[key]), right: 'missing' };
    const found = find(left[key], right[key], `${path}.${key}`, depth + 1);
    if (found !== undefined) return found;
  }
  for (const key of Object.keys(right))
    if (!Object.hasOwn(left, key)) return { path: `${path}.${key}`, left: 'missing', right: print(right[key]) };
  return undefined;
}

function kindOf(value: unknown): string {
  if (typeof value === 'function' || typeof value === 'symbol') return 'opaque';
  if (typeof value !== 'object') return typeof value;
  if (value === null) return 'null';
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) return 'list';
  if (value instanceof Map) return 'map';
  if (value instanceof Set) return 'set';
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return 'plain';
  return `class ${value.constructor?.name}`;
}

function print(value: unknown): string {
  const kind = kindOf(value);
  if (kind === 'list') return `a list of ${(value as ArrayLike<unknown>).length}`;
  if (kind === 'map' || kind === 'set') return `a ${kind} of ${(value as Set<unknown>).size}`;
  if (kind === 'plain' || kind === 'opaque' || kind.startsWith('class ')) return kind === 'plain' ? 'an object' : kind;
  return typeof value === 'string' ? `'${value}'` : String(value);
}
