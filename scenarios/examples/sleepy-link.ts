import { assign, setup } from 'xstate';
import { delay, fromMachine, ns, phases, process, timed } from '../../engine/index.ts';
import { defineScenario, param } from '../kit/index.ts';

interface Use {
  asleep: number;
  wakes: number;
  since: number;
}

/** The link; delays in nanoseconds. */
const linkOf = (params: { idleAfter: number; wake: number; send: number }, use: Use, now: () => number) =>
  setup({
    types: { context: {} as { waiting: number }, events: {} as { type: 'frame' } },
    guards: { more: ({ context }) => context.waiting > 0 },
    actions: {
      queue: assign({ waiting: ({ context }) => context.waiting + 1 }),
      sent: assign({ waiting: ({ context }) => context.waiting - 1 }),
      fallAsleep: () => {
        use.since = now();
      },
      wakeUp: () => {
        use.asleep += now() - use.since;
        use.wakes++;
      },
    },
  }).createMachine({
    id: 'link',
    context: { waiting: 0 },
    initial: 'asleep',
    states: {
      asleep: { entry: 'fallAsleep', exit: 'wakeUp', on: { frame: { target: 'waking', actions: 'queue' } } },
      waking: { on: { frame: { actions: 'queue' } }, after: { [params.wake / ns(1)]: 'sending' } },
      sending: {
        on: { frame: { actions: 'queue' } },
        after: { [params.send / ns(1)]: { target: 'deciding', actions: 'sent' } },
      },
      deciding: { always: [{ guard: 'more', target: 'sending' }, { target: 'idle' }] },
      idle: {
        on: { frame: { target: 'sending', actions: 'queue' } },
        after: { [params.idleAfter / ns(1)]: 'asleep' },
      },
    },
  });

/** A link that sleeps when it is idle: how much energy the sleep saves, how often frames find it asleep. */
export const scenario = defineScenario({
  id: 'sleepy-link',
  title: 'A link that sleeps when idle',
  paper: { title: 'none', reference: 'none' },
  params: {
    idleAfter: param.duration({ min: '1ns', default: '10us', describe: 'idle time before it sleeps' }),
    wake: param.duration({ min: '1ns', default: '5us', describe: 'time to wake' }),
    send: param.duration({ min: '1ns', default: '1us', describe: 'time of one frame' }),
    gap: param.duration({ min: '1ns', default: '20us', describe: 'mean time between frames' }),
    frames: param.integer({ min: 1, max: '10M', default: 100000, describe: 'frames that are sent' }),
    asleepPower: param.quantity({ unit: 'W', min: 0, default: 0.2, describe: 'power asleep' }),
    awakePower: param.quantity({ unit: 'W', min: 0, default: 2, describe: 'power in every other state' }),
  },
  metrics: {
    asleep: { unit: '', describe: 'share of the time asleep' },
    power: { unit: 'W', describe: 'mean power' },
    wakes: { unit: '', describe: 'times it woke, for each frame' },
  },
  presets: { quick: { describe: 'few frames', set: { frames: 5000 } } },
  build(sim, params) {
    const use: Use = { asleep: 0, wakes: 0, since: 0 };
    const machine = linkOf(params, use, () => sim.elapsed);
    const link = sim.spawn('link', fromMachine(machine, { delayUnit: ns(1) }), undefined);
    const law = timed.exponential(params.gap);
    const source = process(function* (ctx) {
      for (let i = 0; i < params.frames; i++) {
        yield* delay(law.sample(ctx.random('gap')), phases.arrival);
        ctx.send(link, { type: 'frame' });
      }
    });
    sim.spawn('source', source, undefined);
    return use;
  },
  measure(use, { asleepPower, awakePower, frames }, sim) {
    const asleep = use.asleep / sim.elapsed;
    return { asleep, power: asleep * asleepPower + (1 - asleep) * awakePower, wakes: use.wakes / frames };
  },
  examples: ['escapement run dist/scenarios/examples/sleepy-link.js --set idleAfter=100us'],
});
