import { assign, enqueueActions, setup } from 'xstate';
import { actorTarget } from '../../engine/charts/index.ts';
import type { ActorRef, Duration } from '../../engine/kernel/index.ts';

/** Tells the owner of a link which share of its bandwidth is there: 1 up, less when degraded, 0 down or under repair. */
export interface LinkShareChanged {
  readonly type: 'linkShare';
  readonly link: number;
  readonly share: number;
}

/** How one link fails, degrades and comes back. */
export interface LinkChartInput {
  /** Number by which the owner knows the link. */
  readonly link: number;
  /** Hears every change of share; none: only `emit` tells. */
  readonly owner?: ActorRef<LinkShareChanged>;
  /** Share of its bandwidth a degraded link keeps, in (0, 1]. */
  readonly degradedShare: number;
  /** From losing the link until its repair begins. */
  readonly detection: Duration;
  /** From the start of the repair until the link is up again. */
  readonly repair: Duration;
  /** Recoverable errors within one `errorWindow` that degrade the link; at least 1. */
  readonly errorLimit: number;
  /** From the first error of a clean link until all are forgotten. */
  readonly errorWindow: Duration;
}

export interface LinkChartContext extends LinkChartInput {
  /** Errors in the window. */
  readonly errors: number;
  /** Times the link was lost. */
  readonly losses: number;
}

/** `error`: recoverable, counted. `degrade`: lanes lost. `restore`: lanes back. `fail`: link lost; under repair, the repair starts over. */
export type LinkChartEvent =
  | { readonly type: 'error' }
  | { readonly type: 'degrade' }
  | { readonly type: 'restore' }
  | { readonly type: 'fail' };

/**
 * A link that is up (clean or suspect), degraded, down or repairing. Its delays are Durations: run it with
 * `fromMachine(linkChart, { delayUnit: ps(1) })`.
 */
export const linkChart = setup({
  types: {} as {
    context: LinkChartContext;
    events: LinkChartEvent;
    input: LinkChartInput;
    emitted: LinkShareChanged;
  },
  guards: { isLast: ({ context }) => context.errors + 1 >= context.errorLimit },
  delays: {
    detection: ({ context }) => context.detection,
    repair: ({ context }) => context.repair,
    errorWindow: ({ context }) => context.errorWindow,
  },
  actions: {
    tell: enqueueActions(({ enqueue, context }, { share }: { share: number }) => {
      const change: LinkShareChanged = { type: 'linkShare', link: context.link, share };
      enqueue.emit(change);
      if (context.owner !== undefined) enqueue.sendTo(actorTarget(context.owner), change);
    }),
    count: assign({ errors: ({ context }) => context.errors + 1 }),
    forget: assign({ errors: 0 }),
    lose: assign({ losses: ({ context }) => context.losses + 1 }),
  },
}).createMachine({
  id: 'link',
  context: ({ input }) => ({ ...input, errors: 0, losses: 0 }),
  initial: 'up',
  states: {
    up: {
      entry: { type: 'tell', params: { share: 1 } },
      initial: 'clean',
      on: {
        error: [
          { guard: 'isLast', target: 'degraded' },
          { target: '.suspect', actions: 'count' },
        ],
        degrade: 'degraded',
        fail: 'down',
      },
      states: {
        clean: { entry: 'forget' },
        suspect: {
          after: { errorWindow: 'clean' },
          on: { error: [{ guard: 'isLast', target: '#link.degraded' }, { actions: 'count' }] },
        },
      },
    },
    degraded: {
      entry: { type: 'tell', params: ({ context }) => ({ share: context.degradedShare }) },
      on: { restore: 'up', fail: 'down' },
    },
    down: {
      entry: ['lose', { type: 'tell', params: { share: 0 } }],
      after: { detection: 'repairing' },
    },
    repairing: {
      after: { repair: 'up' },
      on: { fail: { target: 'repairing', reenter: true } },
    },
  },
});
