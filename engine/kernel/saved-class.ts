/** How instances of a class go into a checkpoint and come back. */
export interface SavedClass {
  readonly name: string;
  /** Plain data, or data with instances of other declared classes; it must not change the instance. */
  readonly save: (instance: never) => unknown;
  readonly load: (data: never) => object;
}

const declared = new Map<unknown, SavedClass>();
const byName = new Map<string, SavedClass>();

/** Declares how instances of `type`, not of its heirs, are saved: then states, messages and specs may hold them. `name` must be its own and stay. */
export function saveClass<Instance extends object, Data>(
  type: abstract new (...args: never) => Instance,
  name: string,
  save: (instance: Instance) => Data,
  load: (data: Data) => Instance,
): void {
  const entry: SavedClass = { name, save, load };
  declared.set(type.prototype, entry);
  byName.set(name, entry);
}

/** How `value` is saved; undefined when nobody has declared its class. */
export function savedClassOf(value: object): SavedClass | undefined {
  return declared.get(Object.getPrototypeOf(value));
}

/** The class declared under this name; undefined when there is none. */
export function savedClassNamed(name: string): SavedClass | undefined {
  return byName.get(name);
}
