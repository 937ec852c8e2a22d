import { type SavedClass, savedClassNamed, savedClassOf, unsavedName } from '../kernel/index.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { snapshotErrors } from './errors.ts';

/** A value in JSON: itself when JSON keeps it, else a tagged list; `['r', n]` is the object of row n. */
type Cell = null | boolean | number | string | readonly unknown[];

/** Plain data as rows that JSON can hold. What was one object is one object again, cycles included. */
export interface Graph {
  readonly root: Cell;
  readonly rows: readonly (readonly unknown[])[];
}

const views = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
} as const;
type ViewName = keyof typeof views;

/** How to encode what is no plain data, or is only named; undefined leaves it to the usual way. */
export type Encode = (value: object) => Cell | undefined;

/** Where an object is that is put back in place, as a cell that `Decode.named` understands; undefined: made anew. */
export type PlaceOf = (value: object) => readonly unknown[] | undefined;

/** How to decode what is only named. */
export interface Decode {
  /** The object that a cell of `Encode` or `PlaceOf` names. */
  readonly named: (cell: readonly unknown[]) => unknown;
  /** Gets what is to be done when nothing can fail any more: objects get their contents back in place. */
  readonly later: Array<() => void>;
}

/**
 * Encodes plain data: primitives, objects, lists, Maps, Sets, typed arrays and their buffers. `path` names it in errors.
 * Throws SNAPSHOT_NOT_PLAIN for functions, symbols, accessors and instances of classes, unless `other` encodes them. Objects that have a
 * place are encoded as what they hold and where.
 */
export function encodeGraph(value: unknown, path: string, other?: Encode, placeOf?: PlaceOf): Graph {
  const rows: unknown[][] = [];
  const ids = new Map<object, number>();
  const work: Array<{ readonly object: object; readonly row: unknown[]; readonly path: string }> = [];
  const refuse = (at: string, what: string): never => {
    throw snapshotErrors.create('SNAPSHOT_NOT_PLAIN', { path: at, what });
  };
  const cell = (value: unknown, at: string): Cell => {
    if (typeof value === 'object' && value !== null) {
      const known = ids.get(value);
      if (known !== undefined) return ['r', known];
      const replaced = other?.(value);
      if (replaced !== undefined) return replaced;
      const row: unknown[] = [];
      ids.set(value, rows.length);
      work.push({ object: value, row, path: at });
      rows.push(row);
      return ['r', rows.length - 1];
    }
    if (typeof value === 'function') return other?.(value) ?? refuse(at, 'a function');
    if (typeof value === 'symbol') return refuse(at, 'a symbol');
    if (value === undefined) return ['u'];
    if (typeof value === 'bigint') return ['b', String(value)];
    if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
      return ['n', Object.is(value, -0) ? '-0' : String(value)];
    return value as Cell;
  };
  const root = cell(value, path);
  for (let item = work.pop(); item !== undefined; item = work.pop()) {
    const { object, row, path: at } = item;
    const place = placeOf?.(object);
    if (place !== undefined) {
      const saved = savedClassOf(object);
      row.push(
        'p',
        saved?.name ?? '',
        place,
        cell(saved === undefined ? copyOf(object) : saved.save(object as never), at),
      );
    } else if (Array.isArray(object)) {
      row.push('a');
      for (let i = 0; i < object.length; i++) row.push(cell(object[i], `${at}[${i}]`));
    } else if (object instanceof Map) {
      row.push('m');
      for (const [key, entry] of object)
        row.push(cell(key, `${at} key`), cell(entry, `${at}[${typeof key === 'object' ? 'an object' : String(key)}]`));
    } else if (object instanceof Set) {
      row.push('s');
      for (const entry of object) row.push(cell(entry, `${at} entry`));
    } else if (object instanceof ArrayBuffer) row.push('B', toBase64(new Uint8Array(object)));
    else if (ArrayBuffer.isView(object)) {
      const name = object.constructor.name;
      if (!Object.hasOwn(views, name)) refuse(at, `a ${name}`);
      const { buffer, byteOffset, length } = object as Uint8Array;
      row.push('v', name, cell(buffer, `${at}.buffer`), byteOffset, length);
    } else {
      const prototype: unknown = Object.getPrototypeOf(object);
      const saved = savedClassOf(object);
      if (saved !== undefined) {
        row.push('k', saved.name, cell(saved.save(object as never), at));
        continue;
      }
      if (prototype !== Object.prototype && prototype !== null) refuse(at, unsavedName(object));
      row.push(prototype === null ? 'z' : 'o');
      if (Object.getOwnPropertySymbols(object).length > 0) refuse(at, 'an object with symbols');
      for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
        if (!('value' in property)) refuse(`${at}.${key}`, 'an accessor');
        row.push(key, cell(property.value, `${at}.${key}`));
      }
    }
  }
  return { root, rows };
}

/** What `encodeGraph` was given, made of new objects. Throws SNAPSHOT_UNKNOWN_CLASS. */
export function decodeGraph({ root, rows }: Graph, decode?: Decode): unknown {
  const made: unknown[] = rows.map((row) =>
    row[0] === 'p' ? decode?.named(row[2] as readonly unknown[]) : shell(row),
  );
  const value = (cell: unknown): unknown => {
    if (!Array.isArray(cell)) return cell;
    switch (cell[0]) {
      case 'r':
        return madeAt(cell[1] as number);
      case 'u':
        return undefined;
      case 'n':
        return Number(cell[1]);
      case 'b':
        return BigInt(cell[1] as string);
      default:
        return decode?.named(cell);
    }
  };
  const filled = new Set<number>();
  const madeAt = (id: number): unknown => {
    const row = rows[id] as readonly unknown[];
    if (row[0] === 'v' && made[id] === undefined)
      made[id] = new views[row[1] as ViewName](value(row[2]) as ArrayBuffer, row[3] as number, row[4] as number);
    return made[id];
  };
  // Most rows can be made empty and filled in any order; views need their buffer, instances of declared classes all they are made of.
  const fill = (id: number): void => {
    if (filled.has(id)) return;
    filled.add(id);
    const row = rows[id] as readonly unknown[];
    if (row[0] === 'k') {
      for (const within of reach(row[2], rows)) fill(within);
      made[id] = classNamed(row[1] as string).load(value(row[2]) as never);
      return;
    }
    if (row[0] === 'p') {
      const saved = row[1] === '' ? undefined : classNamed(row[1] as string);
      const put = saved === undefined ? putPlain : (saved.put as (target: object, data: unknown) => void);
      decode?.later.push(() => put(made[id] as never, value(row[3]) as never));
      return;
    }
    for (const within of idsIn(row)) if ((rows[within] as readonly unknown[])[0] === 'k') fill(within);
    const target = madeAt(id);
    if (row[0] === 'a') for (let i = 1; i < row.length; i++) (target as unknown[]).push(value(row[i]));
    else if (row[0] === 's') for (let i = 1; i < row.length; i++) (target as Set<unknown>).add(value(row[i]));
    else if (row[0] === 'm')
      for (let i = 1; i < row.length; i += 2) (target as Map<unknown, unknown>).set(value(row[i]), value(row[i + 1]));
    else if (row[0] === 'o' || row[0] === 'z')
      for (let i = 1; i < row.length; i += 2) define(target as object, row[i] as string, value(row[i + 1]));
  };
  for (let id = 0; id < rows.length; id++) fill(id);
  return value(root);
}

function classNamed(name: string): SavedClass {
  const saved = savedClassNamed(name);
  if (saved === undefined) throw snapshotErrors.create('SNAPSHOT_UNKNOWN_CLASS', { name });
  return saved;
}

/** Rows a row names directly. */
function idsIn(row: readonly unknown[]): number[] {
  const ids: number[] = [];
  for (const cell of row) if (Array.isArray(cell) && cell[0] === 'r') ids.push(cell[1] as number);
  return ids;
}

/** Rows that can be reached from `cell`, the innermost instances last to be asked for. */
function reach(cell: unknown, rows: Graph['rows']): Set<number> {
  const found = new Set<number>();
  const work = idsIn([cell]);
  for (let id = work.pop(); id !== undefined; id = work.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    work.push(...idsIn(rows[id] as readonly unknown[]));
  }
  return found;
}

/** A shallow copy, so that the object itself is not met again. */
function copyOf(object: object): object {
  if (Array.isArray(object)) return [...object];
  if (object instanceof Map) return new Map(object);
  if (object instanceof Set) return new Set(object);
  if (ArrayBuffer.isView(object)) return (object as Uint8Array).slice();
  return { ...object };
}

/** Makes a plain object hold what another of its kind holds. */
function putPlain(target: object, data: object): void {
  if (Array.isArray(target)) target.splice(0, target.length, ...(data as unknown[]));
  else if (target instanceof Map) {
    target.clear();
    for (const [key, value] of data as Map<unknown, unknown>) target.set(key, value);
  } else if (target instanceof Set) {
    target.clear();
    for (const value of data as Set<unknown>) target.add(value);
  } else if (ArrayBuffer.isView(target)) (target as Uint8Array).set(data as Uint8Array);
  else {
    for (const key of Object.keys(target))
      if (!Object.hasOwn(data, key)) delete (target as Record<string, unknown>)[key];
    for (const [key, value] of Object.entries(data)) define(target, key, value);
  }
}

function define(target: object, key: string, value: unknown): void {
  if (key !== '__proto__') (target as Record<string, unknown>)[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}

function shell(row: readonly unknown[]): unknown {
  switch (row[0]) {
    case 'a':
      return [];
    case 'm':
      return new Map();
    case 's':
      return new Set();
    case 'B':
      return fromBase64(row[1] as string).buffer;
    case 'z':
      return Object.create(null);
    case 'o':
      return {};
    default:
      return undefined;
  }
}
