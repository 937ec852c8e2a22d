import { assign, createMachine, type EventObject } from 'xstate';

export interface LinkContext {
  readonly credits: number;
  readonly retries: number;
}

interface ErrorEvent extends EventObject {
  readonly type: 'error';
  readonly severity: number;
}

/** A link with credits, errors and retries: every transition is guarded, and nearly every one changes state and context. */
export const guardedLink = createMachine({
  id: 'link',
  types: {} as { context: LinkContext; events: { type: 'send' } | { type: 'ack' } | ErrorEvent },
  context: { credits: 4, retries: 0 },
  initial: 'idle',
  states: {
    idle: {
      on: {
        send: [
          {
            guard: ({ context }) => context.credits > 0,
            target: 'busy',
            actions: assign({ credits: ({ context }) => context.credits - 1 }),
          },
          { target: 'blocked' },
        ],
        error: { guard: ({ event }) => event.severity > 2, target: 'down' },
      },
    },
    busy: {
      on: {
        ack: {
          guard: ({ context }) => context.credits < 8,
          target: 'idle',
          actions: assign({ credits: ({ context }) => context.credits + 1 }),
        },
        send: [
          {
            guard: ({ context }) => context.credits > 0,
            actions: assign({ credits: ({ context }) => context.credits - 1 }),
          },
          { target: 'blocked' },
        ],
        error: { guard: ({ event }) => event.severity > 2, target: 'down' },
      },
    },
    blocked: {
      on: {
        ack: { target: 'idle', actions: assign({ credits: 2 }) },
        error: { guard: ({ event }) => event.severity > 5, target: 'down' },
      },
    },
    down: {
      on: {
        ack: [
          {
            guard: ({ context }) => context.retries < 3,
            target: 'idle',
            actions: assign({ retries: ({ context }) => context.retries + 1 }),
          },
          { target: 'blocked', actions: assign({ credits: 0, retries: 0 }) },
        ],
      },
    },
  },
});

/** The events of the guarded chart, in a cycle. */
export const linkEvents: ReadonlyArray<{ type: 'send' } | { type: 'ack' } | ErrorEvent> = [
  { type: 'send' },
  { type: 'ack' },
  { type: 'send' },
  { type: 'send' },
  { type: 'error', severity: 1 },
  { type: 'ack' },
  { type: 'error', severity: 4 },
  { type: 'ack' },
  { type: 'send' },
  { type: 'ack' },
];

const next = (to: string) => ({ on: { next: to } });

/** Four states in a ring: cells that differ stay different, so no shortcut for uniform ranges applies. */
export const ring = createMachine({
  id: 'ring',
  initial: 's0',
  states: { s0: next('s1'), s1: next('s2'), s2: next('s3'), s3: next('s0') },
});

/** Probability with which a cell of the random benchmark gets its event. */
export const CHANCE = 0.1;

/** The same ring for an engine without random delivery: every cell is asked, and a guard draws. */
export function randomRing(draw: () => number) {
  const guarded = (to: string) => ({ on: { next: { guard: () => draw() < CHANCE, target: to } } });
  return createMachine({
    id: 'ring',
    initial: 's0',
    states: { s0: guarded('s1'), s1: guarded('s2'), s2: guarded('s3'), s3: guarded('s0') },
  });
}
