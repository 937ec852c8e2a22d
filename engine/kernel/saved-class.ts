/** How instances of a class go into a checkpoint and come back. */
export interface SavedClass {
  readonly name: string;
  /** Plain data, or data with instances of other declared classes; it must not change the instance. */
  readonly save: (instance: never) => unknown;
  readonly load: (data: never) => object;
  /** Gives an instance that set-up has made the contents of a saved one; without it such a run is replayed. */
  readonly put: ((instance: never, data: never) => void) | undefined;
}

const declared = new Map<unknown, SavedClass>();
const byName = new Map<string, SavedClass>();
const constants = new Set<unknown>();

/**
 * Declares how instances of `type`, not of its heirs, are saved: then states, messages and specs may hold them. `name` must be its own and
 * stay. With `put` an instance may also be made by set-up and shared, by specs or `keep`: it gets its contents back where it is.
 */
export function saveClass<Instance extends object, Data>(
  type: abstract new (...args: never) => Instance,
  name: string,
  save: (instance: Instance) => Data,
  load: (data: Data) => Instance,
  put?: (instance: Instance, data: Data) => void,
): void {
  const entry: SavedClass = { name, save, load, put };
  declared.set(type.prototype, entry);
  byName.set(name, entry);
}

/**
 * Declares that instances of `type` never change once set-up has made them: a checkpoint then refers to those in specs, and a restore takes
 * the ones that set-up makes again.
 */
export function constantClass(type: abstract new (...args: never) => object): void {
  constants.add(type.prototype);
}

/** How `value` is saved; undefined when nobody has declared its class. */
export function savedClassOf(value: object): SavedClass | undefined {
  return declared.get(Object.getPrototypeOf(value));
}

/** Whether `value` never changes. */
export function isConstantClass(value: object): boolean {
  return constants.has(Object.getPrototypeOf(value));
}

/** */
export function savedClassNamed(name: string): SavedClass | undefined {
  return byName.get(name);
}
