import { type Duration, defineActor, noTask, seconds, type TaskRef } from '../../engine/index.ts';
import { operationPresets, passPresets } from './baselines.ts';

/** One operation of a batch and the time it took, s. */
export interface TimedOperation {
  readonly name: string;
  readonly start: number;
  readonly seconds: number;
}

interface Pipeline {
  readonly operations: ReadonlyArray<{ readonly name: string; readonly time: Duration }>;
  readonly done: TimedOperation[];
  batches: number;
  next: number;
  task: TaskRef;
}

/** A framework that works through batches, one operation of tensors after the other. */
export const frameworkPipeline = defineActor<
  { readonly batchSeconds: number; readonly batches: number },
  Pipeline,
  { readonly type: 'next' }
>({
  kind: 'framework-pipeline',
  init({ batchSeconds, batches }, ctx) {
    ctx.send(ctx.self, { type: 'next' });
    return { operations: operationsOf(batchSeconds), done: [], batches, next: 0, task: noTask };
  },
  on: {
    next(state, message, ctx) {
      if (state.task !== noTask) ctx.trace.end(state.task);
      state.task = noTask;
      const operation = state.operations[state.next];
      if (operation === undefined) {
        state.next = 0;
        state.batches--;
        if (state.batches > 0) ctx.send(ctx.self, message);
        return;
      }
      state.done.push({ name: operation.name, start: ctx.now / 1e12, seconds: operation.time / 1e12 });
      state.next++;
      state.task = ctx.trace.begin('operation', operation.name);
      ctx.schedule(operation.time, ctx.self, message);
    },
  },
});

/** Operations of a batch in their order; their times add up to the batch, to a picosecond each. */
function operationsOf(batchSeconds: number): Pipeline['operations'] {
  const forward = passPresets.forward.value * batchSeconds;
  const backward = passPresets.backward.value * batchSeconds;
  const names = Object.entries(operationPresets);
  const total = names.reduce((sum, [, { value }]) => sum + value, 0);
  return [
    ...names.map(([name, { value }]) => ({ name, time: seconds((forward * value) / total) })),
    { name: 'backward', time: seconds(backward) },
    { name: 'optimiser', time: seconds(batchSeconds - forward - backward) },
  ];
}
