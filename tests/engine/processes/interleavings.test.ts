import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type AnyRef, type Duration, SimError, Simulation } from '../../../engine/kernel/index.ts';
import {
  acquire,
  any,
  cancel,
  delay,
  type Hold,
  Interrupted,
  interrupt,
  Preempted,
  type Process,
  process,
  type Resource,
  resource,
  type Steps,
  start,
  timeout,
} from '../../../engine/processes/index.ts';
import { type Op, type Program, reference } from './reference.ts';

const test = suite('process interleavings');

function real(program: Program): string[] {
  const log: string[] = [];
  const sim = new Simulation();
  const resources = program.resources.map(({ capacity, preemptive }, i) =>
    resource(sim, { name: `r${i}`, capacity, preemptive, mostCapacity: 3 }),
  );
  const processes: Array<Process<void>> = [];
  const refs: AnyRef[] = [];
  const hosts: Array<{ readonly staleWakeUps: number }> = [];
  function* run(index: number, script: readonly Op[]): Steps {
    const held: Hold[] = [];
    const note = (what: string) => {
      const levels = resources.map((each) => `${each.inUse}/${each.queueLength}`).join(' ');
      log.push(`${sim.now} p${index} ${what} ${levels}`);
    };
    const got = (hold: Hold) => {
      held.push(hold);
      note('granted');
    };
    let hasEnded = false;
    try {
      for (const op of script) {
        try {
          switch (op.op) {
            case 'hold':
              yield* delay(op.time as Duration);
              note('held');
              break;
            case 'acquire': {
              const { amount, priority } = op;
              const options = { amount, priority };
              const chosen = op.patience === undefined ? options : { ...options, patience: op.patience as Duration };
              const hold: Hold | 'reneged' = yield* acquire(resources[op.resource] as Resource, chosen);
              if (hold === 'reneged') note(hold);
              else got(hold);
              break;
            }
            case 'either': {
              const first = acquire(resources[op.resource] as Resource, { priority: op.priority });
              const won = yield* any(first, timeout(op.time as Duration));
              if (won.which === 0) got(won.value);
              else note('late');
              break;
            }
            case 'release': {
              const name = `r${op.resource}`;
              const hold = held.findLast((each) => each.isHeld && each.resource.name === name);
              if (hold === undefined) break;
              hold.release();
              note('released');
              break;
            }
            case 'interrupt':
              note(`interrupts ${interrupt(processes[op.process] as Process<void>, 'x')}`);
              break;
            case 'cancel':
              note(`cancels ${cancel(processes[op.process] as Process<void>)}`);
              break;
            case 'stop':
              if (op.process === index || !processes[op.process]?.isAlive) break;
              sim.stop(refs[op.process] as AnyRef);
              note('stops');
              break;
            case 'capacity':
              resources[op.resource]?.setCapacity(op.capacity, { evict: op.evict });
              note('sets');
              break;
          }
        } catch (error) {
          if (error instanceof Interrupted) note('interrupted');
          else if (error instanceof Preempted) note('preempted');
          else throw error;
        }
      }
      hasEnded = true;
    } finally {
      note(hasEnded ? 'ended' : 'cancelled');
    }
  }
  for (const [i, script] of program.scripts.entries()) {
    const behavior = process(function* () {
      yield* run(i, script);
    });
    const started = start(sim, `p${i}`, behavior, undefined);
    processes.push(started.process);
    refs.push(started.ref as unknown as AnyRef);
    hosts.push(sim.stateOf(started.ref) as { readonly staleWakeUps: number });
  }
  try {
    sim.run();
  } catch (error) {
    if (!(error instanceof SimError) || error.code !== 'SIM_DEADLOCK') throw error;
  }
  const levels = resources.map((each) => `${each.inUse}/${each.queueLength}`).join(' ');
  for (const [i, each] of processes.entries()) if (each.isAlive) log.push(`${sim.now} p${i} waits for ever ${levels}`);
  for (const host of hosts) assert.is(host.staleWakeUps, 0);
  return log;
}

const time = fc.integer({ min: 0, max: 3 });
const which = fc.integer({ min: 0, max: 1 });
const priority = fc.integer({ min: 0, max: 2 });
const other = fc.integer({ min: 0, max: 3 });

const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ op: fc.constant('hold' as const), time }) },
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant('acquire' as const),
      resource: which,
      amount: fc.integer({ min: 1, max: 2 }),
      priority,
      patience: fc.option(time, { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('either' as const), resource: which, priority, time }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('release' as const), resource: which }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('interrupt' as const), process: other }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('cancel' as const), process: other }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('stop' as const), process: other }) },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('capacity' as const),
      resource: which,
      capacity: fc.integer({ min: 0, max: 3 }),
      evict: fc.boolean(),
    }),
  },
);

const program: fc.Arbitrary<Program> = fc.record({
  resources: fc.array(fc.record({ capacity: fc.integer({ min: 1, max: 2 }), preemptive: fc.boolean() }), {
    minLength: 2,
    maxLength: 2,
  }),
  scripts: fc.array(fc.array(op, { maxLength: 8 }), { minLength: 4, maxLength: 4 }),
});

test('hold, acquire, timeout, interrupt, preempt, cancel, stop and capacity at equal times do what the plain model does', () => {
  fc.assert(
    fc.property(program, (each) => {
      assert.equal(real(each), reference(each));
    }),
    { seed: 20261123, numRuns: 1500 },
  );
});

test.run();
