import { compile, population, type RandomStream } from '../../../engine/index.ts';
import { CHANCE, guardedLink, type LinkContext, linkEvents, ring } from '../chart-machines.ts';
import { fold, SplitMix32 } from '../random.ts';
import type { Program } from '../workloads.ts';
import { elapsedOf, type Timed } from './timed.ts';

const compiled = compile(guardedLink);

/** One compiled chart with context and guards, sent events one after the other. */
export function chart({ events }: Extract<Program, { kind: 'chart' }>): Timed {
  const state = compiled.start();
  const elapsed = elapsedOf(() => {
    for (let i = 0, k = 0; i < events; i++) {
      compiled.send(state, linkEvents[k]!);
      if (++k === linkEvents.length) k = 0;
    }
  });
  return { count: events, checksum: linkChecksum(state.context, compiled.value(state)), ...elapsed };
}

/** What a run of the guarded chart left behind. */
export function linkChecksum({ credits, retries }: LinkContext, value: unknown): number {
  return ['idle', 'busy', 'blocked', 'down'].indexOf(String(value)) + 10 * credits + 100 * retries;
}

/** Scattered cells, a tenth of all, the same in every round. */
export function scattered(cells: number): Uint32Array {
  const random = new SplitMix32(7);
  return Uint32Array.from({ length: Math.ceil(cells / 10) }, () => Math.floor(random.uniform() * cells));
}

/** A population of cells, every third a step ahead; all of them, a list, or each with a chance get `next` in each round. */
export function cells({ target, cells: n, rounds }: Extract<Program, { kind: 'population' }>): Timed {
  const all = population(ring, n);
  const ahead = new Uint32Array(Math.ceil(n / 3));
  for (let i = 0; i < ahead.length; i++) ahead[i] = 3 * i;
  all.sendTo('next', ahead);
  const list = target === 'range' || target === 'random' ? new Uint32Array(0) : scattered(n);
  if (target === 'indexes') list.sort();
  const words = new SplitMix32(42);
  const stream: RandomStream = {
    uint32: () => words.uniform() * 2 ** 32,
    uniform: () => words.uniform(),
    state: () => [words.state()],
    restore: () => undefined,
  };
  const elapsed = elapsedOf(() => {
    for (let round = 0; round < rounds; round++)
      if (target === 'range') all.send('next');
      else if (target === 'random') all.sendRandomly({ event: 'next', probability: CHANCE }, stream);
      else all.sendTo('next', list);
  });
  const counts = all.counts();
  const sum = counts.reduce((total, count) => total + count, 0);
  return {
    count: rounds * (list.length > 0 ? list.length : n),
    checksum: target === 'random' ? sum : counts.reduce(fold, 0),
    ...elapsed,
  };
}
