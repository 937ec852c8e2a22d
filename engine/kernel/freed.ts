const freed = new Map<string, number>();

/**
 * From now until the result is called, resources, stations and links made under one of these names never make anyone wait: what if they
 * were free. A name ending in `*` stands for all that begin so. Runs made meanwhile are other runs, with other fingerprints.
 */
export function freeResources(names: readonly string[]): () => void {
  for (const name of names) freed.set(name, (freed.get(name) ?? 0) + 1);
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    for (const name of names) {
      const left = (freed.get(name) ?? 1) - 1;
      if (left === 0) freed.delete(name);
      else freed.set(name, left);
    }
  };
}

/** Whether what is being made under `name` is to be free. */
export function isFreed(name: string): boolean {
  if (freed.size === 0) return false;
  for (const each of freed.keys())
    if (each === name || (each.endsWith('*') && name.startsWith(each.slice(0, -1)))) return true;
  return false;
}
