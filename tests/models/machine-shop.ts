import {
  acquire,
  type Duration,
  delay,
  fork,
  Interrupted,
  interrupt,
  process,
  release,
  resource,
  Simulation,
  type Steps,
  serve,
  type TimeDistribution,
} from '../../engine/index.ts';

export interface ShopSpec {
  readonly seed: number;
  readonly replication: number;
  readonly machines: number;
  /** Time of one part on a machine that does not fail. */
  readonly part: TimeDistribution;
  readonly timeToFail: TimeDistribution;
  readonly repair: TimeDistribution;
  /** Length of the repairman's other jobs, of which there is always one more. */
  readonly otherJob: Duration;
  readonly until: Duration;
}

export interface ShopResult {
  readonly parts: readonly number[];
  /** Machines that worked, on average over time. */
  readonly working: number;
  readonly otherJobs: number;
}

/** SimPy's machine shop: machines fail while they work, and the repairman puts aside what else he does. */
export function machineShop(spec: ShopSpec): ShopResult {
  const { seed, replication } = spec;
  const sim = new Simulation({ seed, replication, resolution: 'us' });
  const repairman = resource(sim, { name: 'repairman', preemptive: true });
  const parts: number[] = [];
  let downTime = 0;
  let otherJobs = 0;

  const machine = process(function* (ctx, { number }: { readonly number: number }) {
    parts[number] = 0;
    const partTimes = ctx.random('parts');
    const repairs = ctx.random('repairs');
    const failures = ctx.random('failures');
    let isBroken = false;

    function* work(): Steps {
      for (;;) {
        let left = spec.part.sample(partTimes);
        while (left > 0) {
          const start = sim.elapsed;
          try {
            yield* delay(left);
            break;
          } catch (error) {
            if (!(error instanceof Interrupted)) throw error;
            const failed = sim.elapsed;
            left = (left - (failed - start)) as Duration;
            isBroken = true;
            const hold = yield* acquire(repairman, { priority: 1 });
            yield* delay(spec.repair.sample(repairs));
            release(hold);
            isBroken = false;
            downTime += sim.elapsed - failed;
          }
        }
        parts[number] = (parts[number] as number) + 1;
      }
    }

    const worker = yield* fork(work());
    for (;;) {
      yield* delay(spec.timeToFail.sample(failures));
      if (!isBroken) interrupt(worker, 'failure');
    }
  });

  const others = process(function* () {
    for (;;) {
      yield* serve(sim, repairman, spec.otherJob, { priority: 2, onPreempt: 'resume' });
      otherJobs++;
    }
  });

  for (let number = 0; number < spec.machines; number++) sim.spawn(`machine${number}`, machine, { number });
  sim.spawn('others', others, undefined);
  sim.run({ until: spec.until });
  return { parts, working: spec.machines - downTime / spec.until, otherJobs };
}
