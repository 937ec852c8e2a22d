import { createMachine } from 'xstate';
import { compile } from '../../engine/charts/index.ts';
import { type ActorRef, type Context, defineActor, type Message, noTask, type TaskRef } from '../../engine/index.ts';

/**
 * What happens to a kept activation. `used`: its last forward user has run. `done`: the transfer or the codec job in progress has
 * ended. `needed`: its backward is near. `spent`: its backward has run.
 */
export type TensorEvent = 'produced' | 'compress' | 'offload' | 'drop' | 'keep' | 'needed' | 'done' | 'spent';

/** Life of an activation between its forward and its backward; an event out of turn breaks it. */
const tensorChart = createMachine({
  id: 'activation',
  types: {} as { events: { readonly type: TensorEvent } },
  initial: 'absent',
  on: { '*': '.broken' },
  states: {
    absent: { on: { produced: 'resident' } },
    resident: { on: { compress: 'compressing', offload: 'offloading', drop: 'dropped', keep: 'kept' } },
    compressing: { on: { done: 'stored' } },
    stored: { on: { needed: 'decompressing' } },
    decompressing: { on: { done: 'restored' } },
    offloading: { on: { done: 'onHost' } },
    onHost: { on: { needed: 'prefetching' } },
    prefetching: { on: { done: 'restored' } },
    dropped: { on: { needed: 'recomputing' } },
    recomputing: { on: { done: 'restored' } },
    kept: { on: { needed: 'restored' } },
    restored: { on: { spent: 'absent' } },
    broken: {},
  },
});

const chart = compile(tensorChart);
// All configurations get their numbers now, so that a saved state means the same in every process.
chart.explore(64);

export type TensorMessage = Message & { readonly type: 'tensor'; readonly event: TensorEvent };
export type TensorRef = ActorRef<TensorMessage>;

export interface TensorState {
  readonly life: ReturnType<typeof chart.start>;
  /** Times it was compressed, copied or dropped, and times it was brought back. */
  stored: number;
  restored: number;
  task: TaskRef;
}

/** The state of the chart, e.g. `stored`. */
export function stateOfTensor({ life }: TensorState): string {
  return String(chart.value(life));
}

/** One activation as an actor; its trace tells what it waits for from `produced` to `spent`. */
export const activationTensor = defineActor<undefined, TensorState, TensorMessage>({
  kind: 'activation-tensor',
  init: () => ({ life: chart.start(), stored: 0, restored: 0, task: noTask }),
  on: {
    tensor(state, { event }, ctx) {
      chart.send(state.life, { type: event });
      tell(state, event, ctx);
    },
  },
});

function tell(state: TensorState, event: TensorEvent, ctx: Context<TensorMessage>): void {
  const { trace } = ctx;
  switch (stateOfTensor(state)) {
    case 'resident':
      state.task = trace.begin('activation');
      return;
    case 'stored':
    case 'onHost':
    case 'dropped':
    case 'kept':
      state.stored++;
      trace.wait(state.task, 'dependency', 'backward pass');
      return;
    case 'offloading':
    case 'prefetching':
      trace.wait(state.task, 'link', 'host link');
      return;
    case 'restored':
      state.restored++;
      trace.wait(state.task, 'dependency', 'gradient');
      return;
    case 'absent':
      if (event === 'spent') trace.end(state.task);
      return;
    default:
      trace.work(state.task);
  }
}
