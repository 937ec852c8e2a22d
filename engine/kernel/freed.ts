const freed = new Set<{ readonly name: string; isUsed: boolean }>();

/** Names that are free for now. */
export interface Freed {
  /** Ends it; harmless the second time. */
  restore(): void;
  /** The names that nothing bore which was made meanwhile. */
  unused(): string[];
}

/**
 * From now until `restore`, resources, stations and links made under one of these names never make anyone wait: what if they were free. A
 * name ending in `*` stands for all that begin so. Runs made meanwhile are other runs, with other fingerprints.
 */
export function freeResources(names: readonly string[]): Freed {
  const mine = names.map((name) => ({ name, isUsed: false }));
  for (const each of mine) freed.add(each);
  return {
    restore() {
      for (const each of mine) freed.delete(each);
    },
    unused: () => mine.filter(({ isUsed }) => !isUsed).map(({ name }) => name),
  };
}

/** Whether what is being made under `name` is to be free. */
export function isFreed(name: string): boolean {
  let isFree = false;
  for (const each of freed) {
    if (each.name !== name && !(each.name.endsWith('*') && name.startsWith(each.name.slice(0, -1)))) continue;
    each.isUsed = true;
    isFree = true;
  }
  return isFree;
}
