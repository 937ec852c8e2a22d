import { freeResources } from '../../kernel/index.ts';

/** Runs `run`, which builds and runs simulations, with the named resources, stations and links free: nobody waits for them. A name may end in `*`. */
export async function whatIfFree<R>(names: readonly string[], run: () => R | Promise<R>): Promise<R> {
  const freed = freeResources(names);
  try {
    return await run();
  } finally {
    freed.restore();
  }
}
