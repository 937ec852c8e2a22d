import type { EngineKind, Operation } from '../../../actors/dataflow/index.ts';

/**
 * When every slice ends, by recursion in program order and without events, for kinds that are one server each: a kind's engines work
 * together, or there is one of them. A slice starts when the slice before it in its queue, the producers' shares and the host are done.
 */
export function sliceEnds(
  engines: readonly EngineKind[],
  program: readonly Operation[],
  options: { readonly issueInterval?: number; readonly order?: 'serial' | 'dataflow' } = {},
): readonly (readonly number[])[] {
  const { issueInterval = 0, order = 'dataflow' } = options;
  const free = new Map(engines.map(({ name }) => [name, 0]));
  const ends: number[][] = [];
  program.forEach((operation, op) => {
    const { slices = 1, setup = 0, sliceSetup = 0, preparation = 0, work, engine, after } = operation;
    const own: number[] = [];
    for (let j = 0; j < slices; j++) {
      let ready = op * issueInterval;
      for (const before of after) {
        const made = ends[before] as number[];
        ready = Math.max(ready, made[Math.ceil(((j + 1) * made.length) / slices) - 1] as number);
      }
      if (order === 'serial') for (const earlier of ends) ready = Math.max(ready, earlier.at(-1) as number);
      if (j === 0) ready += preparation;
      const part = Math.round((work * (j + 1)) / slices) - Math.round((work * j) / slices);
      const end = Math.max(ready, free.get(engine) as number) + (j === 0 ? setup : sliceSetup) + part;
      free.set(engine, end);
      own.push(end);
    }
    ends.push(own);
  });
  return ends;
}
