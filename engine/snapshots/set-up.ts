import { isConstantClass, type RandomStream, type Simulation, savedClassOf, unsavedName } from '../kernel/index.ts';
import { snapshotErrors } from './errors.ts';
import { keptBy } from './keep.ts';

type Cell = readonly unknown[];

interface Found {
  readonly parent: object | undefined;
  readonly key: string | number;
}

/**
 * The objects that set-up has made and a checkpoint names instead of copying: all that the specs of its actors hold, what `keep` was given,
 * and the random streams. Those that change, instances of classes with `put` and kept objects, are saved with where they are.
 */
export class SetUp {
  /** Objects to be put back in place. */
  readonly changing: readonly object[];
  readonly #found = new Map<object, Found>();
  readonly #places = new Map<object, Cell>();
  readonly #streams = new Map<object, Cell>();

  /** Throws SNAPSHOT_NOT_PLAIN when a spec holds, or `keep` was given, an instance of which nothing is known. */
  constructor(sim: Simulation) {
    const changing: object[] = [];
    for (const [i, object] of keptBy(sim).entries()) {
      if (this.#places.has(object)) continue;
      const saved = savedClassOf(object);
      if (saved === undefined ? !canBePut(object) : saved.put === undefined) refuse(object, 'what keep was given');
      this.#places.set(object, ['kept', i]);
      changing.push(object);
    }
    for (const cell of sim.world.cells) {
      // The streams of an actor that has stopped are no longer part of the run; who still draws from one has it as his own.
      if (cell.isAlive)
        for (const [name, stream] of cell.streams()) this.#streams.set(stream, ['stream', cell.index, name]);
      if (cell.bornAt === 0 && cell.index > 0) this.#walk(cell.spec, cell.index, `the spec of ${cell.path}`, changing);
    }
    this.changing = changing;
  }

  /** The cell that names an object, undefined for one that is copied. Throws SNAPSHOT_NOT_PLAIN. */
  readonly name = (value: object): Cell | undefined => {
    const stream = this.#streams.get(value);
    if (stream !== undefined) return stream;
    if (this.#places.has(value) || !this.#found.has(value)) return undefined;
    return this.#cellOf(value);
  };

  readonly placeOf = (value: object): Cell | undefined => this.#places.get(value);

  #cellOf(value: object): Cell {
    const keys: Array<string | number> = [];
    for (let at: object | undefined = value; at !== undefined; ) {
      const found = this.#found.get(at) as Found;
      keys.push(found.key);
      at = found.parent;
    }
    return ['spec', ...keys.reverse()];
  }

  #walk(spec: unknown, actor: number, path: string, changing: object[]): void {
    const work: object[] = [];
    const meet = (value: unknown, key: string | number, parent: object | undefined): void => {
      if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return;
      if (this.#found.has(value) || this.#places.has(value) || this.#streams.has(value)) return;
      this.#found.set(value, { parent, key });
      const saved = savedClassOf(value);
      if (saved !== undefined) {
        if (saved.put === undefined) refuse(value, path);
        this.#places.set(value, this.#cellOf(value));
        changing.push(value);
      } else if (typeof value === 'object') {
        if (!isPlain(value) && !isConstantClass(value)) refuse(value, path);
        work.push(value);
      }
    };
    meet(spec, actor, undefined);
    for (let value = work.pop(); value !== undefined; value = work.pop())
      for (const [key, part] of partsOf(value)) meet(part, key, value);
  }
}

function refuse(value: object, path: string): never {
  throw snapshotErrors.create('SNAPSHOT_NOT_PLAIN', {
    path,
    what: `or holds ${unsavedName(value)}`,
  });
}

/** Whether an object without a declared class can get its contents back in place. */
function canBePut(object: object): boolean {
  return isPlain(object) && !(object instanceof ArrayBuffer || object instanceof DataView);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null || Array.isArray(value)) return true;
  return value instanceof Map || value instanceof Set || value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}

/** What an object holds, by names that `partOf` finds again. */
function* partsOf(value: object): Generator<readonly [string | number, unknown]> {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return;
  if (Array.isArray(value)) for (let i = 0; i < value.length; i++) yield [i, value[i]];
  else if (value instanceof Map) {
    let i = 0;
    for (const [key, part] of value) {
      yield [i++, key];
      yield [i++, part];
    }
  } else if (value instanceof Set) {
    let i = 0;
    for (const part of value) yield [i++, part];
  } else
    for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(value)))
      if ('value' in property) yield [key, property.value];
}

function partOf(value: unknown, key: string | number): unknown {
  if (value instanceof Map) return [...value][(key as number) >> 1]?.[(key as number) & 1];
  if (value instanceof Set) return [...value][key as number];
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

/** The object that a cell of `SetUp` names, of a simulation that is set up alike; undefined when there is none. */
export function namedBy(
  sim: Simulation,
  [kind, first, ...keys]: Cell,
  streamOf: (actor: number, name: string) => RandomStream | undefined,
): unknown {
  if (kind === 'kept') return keptBy(sim)[first as number];
  if (kind === 'stream') return streamOf(first as number, keys[0] as string);
  let value: unknown = sim.world.cells[first as number]?.spec;
  for (const key of keys) value = partOf(value, key as string | number);
  return value;
}
