import { createActor } from 'xstate';
import { guardedLink, linkEvents, randomRing, ring } from './chart-machines.ts';
import { linkChecksum, scattered } from './ours/chart.ts';
import { elapsedOf, type Timed } from './ours/timed.ts';
import { fold, SplitMix32 } from './random.ts';
import type { Program } from './workloads.ts';

/** What XState gets of a program: as much as it does in about a second; undefined where it has nothing to say. */
export function xstateShare(program: Program): Program | undefined {
  if (program.kind === 'chart') return { kind: 'chart', events: Math.min(program.events, 200_000) };
  if (program.kind !== 'population') return undefined;
  const { target } = program;
  const rounds = target === 'range' || target === 'random' ? 100 : 1000;
  return {
    kind: 'population',
    target,
    cells: Math.min(program.cells, 1200),
    rounds: Math.min(program.rounds * 100, rounds),
  };
}

/** Runs `program` with `createActor().send`. Throws for programs without a chart. */
export function runXState(program: Program): Timed {
  if (program.kind === 'chart') {
    const actor = createActor(guardedLink).start();
    const elapsed = elapsedOf(() => {
      for (let i = 0, k = 0; i < program.events; i++) {
        actor.send(linkEvents[k]!);
        if (++k === linkEvents.length) k = 0;
      }
    });
    const { context, value } = actor.getSnapshot();
    return { count: program.events, checksum: linkChecksum(context, value), ...elapsed };
  }
  if (program.kind !== 'population') throw new Error(`no implementation of ${program.kind}`);
  const { target, cells, rounds } = program;
  const random = new SplitMix32(42);
  const machine = target === 'random' ? randomRing(() => random.uniform()) : ring;
  const event = { type: 'next' };
  const actors = Array.from({ length: cells }, () => createActor(machine).start());
  for (let i = 0; i < cells; i += 3) actors[i]!.send(event);
  const isAll = target === 'range' || target === 'random';
  const list = isAll ? Uint32Array.from(actors, (_, i) => i) : scattered(cells);
  if (target === 'indexes') list.sort();
  const elapsed = elapsedOf(() => {
    for (let round = 0; round < rounds; round++) for (let i = 0; i < list.length; i++) actors[list[i]!]!.send(event);
  });
  const counts = [0, 0, 0, 0];
  for (const actor of actors) counts[Number(String(actor.getSnapshot().value).slice(1))]!++;
  return { count: rounds * list.length, checksum: target === 'random' ? cells : counts.reduce(fold, 0), ...elapsed };
}
