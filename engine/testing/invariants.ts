import type { CoverageReport } from '../charts/index.ts';
import { SimError, type Simulation } from '../kernel/index.ts';
import { type AnyBehavior, atEvent, checkpoint, readCheckpoint, restore } from '../snapshots/index.ts';
import { checkTrace } from '../trace/index.ts';
import { testingErrors } from './errors.ts';

function fail(invariant: string, detail: string): never {
  throw testingErrors.create('TEST_INVARIANT', { invariant, detail });
}

/** What a check needs to know of a model. */
export type Build = () => Simulation;

/** Runs to the end; a deadlock is the model's own affair here. */
function finish(sim: Simulation): string {
  try {
    sim.run();
    return sim.fingerprint();
  } catch (error) {
    if (!(error instanceof SimError) || error.code === 'SIM_PROBE_FAILED') throw error;
    return `${error.code} ${sim.fingerprint()}`;
  }
}

/** Whoever looks changes nothing: the same fingerprint with a probe, a trace listener and a checkpoint on the way. Throws TEST_INVARIANT. */
export function checkTransparency(build: Build): void {
  const bare = build();
  const straight = finish(bare);
  const looks: Readonly<Record<string, (sim: Simulation) => void>> = {
    'a probe': (sim) => void sim.watch({ eventBegins: () => undefined, eventEnds: () => undefined }),
    'a trace listener': (sim) => void checkTrace(sim),
    'a checkpoint': (sim) => atEvent(sim, bare.events >> 1, (at) => void checkpoint(at)),
  };
  for (const [what, look] of Object.entries(looks)) {
    const sim = build();
    look(sim);
    const seen = finish(sim);
    if (seen !== straight)
      fail('observer transparency', `with ${what} the fingerprint is ${seen}, without ${straight}`);
  }
}

/** Each task begins once, ends once, is tiled by work and waits, lies in its parent, and none is left open. Throws TEST_INVARIANT. */
export function checkTiling(build: Build): void {
  const sim = build();
  const check = checkTrace(sim);
  finish(sim);
  const { problems } = check();
  const first = problems[0];
  if (first !== undefined) fail('tiling', `${problems.length} problems, the first: ${first.text}`);
}

/** Time never goes back, and no event number is skipped. Throws TEST_INVARIANT. */
export function checkClock(build: Build): void {
  const sim = build();
  let last = -1;
  let number = sim.events;
  sim.watch({
    eventBegins(event, _, time) {
      if (time < last) fail('monotonic clock', `event ${event} at tick ${time}, after ${last}`);
      if (event !== number + 1) fail('monotonic clock', `event ${event} follows event ${number}`);
      last = time;
      number = event;
    },
  });
  try {
    finish(sim);
  } catch (error) {
    throw error instanceof SimError && error.cause instanceof SimError ? error.cause : error;
  }
}

/** `total` is the same after every event as before the first: what goes out comes back. Throws TEST_INVARIANT. */
export function checkConservation(build: Build, what: string, total: (sim: Simulation) => number): void {
  const sim = build();
  const before = total(sim);
  while (sim.step()) {
    const now = total(sim);
    if (now !== before) fail('conservation', `${what} is ${now} after event ${sim.events}, ${before} before`);
  }
}

/** Run to the end equals checkpoint, rebuild, restore, run to the end, twice in a row, at each of `shares` (0 to 1) of the run. Throws TEST_INVARIANT. */
export function checkRestores(
  build: Build,
  shares: readonly number[],
  options: { readonly behaviors?: readonly AnyBehavior[] } = {},
): void {
  const whole = build();
  const straight = finish(whole);
  for (const share of shares) {
    let sim = build();
    for (const event of [Math.floor(share * whole.events), Math.floor(((1 + share) / 2) * whole.events)]) {
      if (event > sim.events) sim.run({ maxEvents: event - sim.events });
      sim = restore(build, readCheckpoint(checkpoint(sim).bytes()), options).sim;
    }
    const again = finish(sim);
    if (again !== straight)
      fail('checkpoint oracle', `restored at ${share} of the run it ends with ${again}, else ${straight}`);
  }
}

/** States never entered and transitions never taken, by name; an empty list says that the suite has seen all of a chart. */
export function uncovered({ states, transitions }: CoverageReport): readonly string[] {
  return [
    ...states.filter(({ entered }) => entered === 0).map(({ id }) => id),
    ...transitions
      .filter(({ taken }) => taken === 0)
      .map(({ source, event, targets }) => `${source} --${event}--> ${targets.join(', ')}`),
  ];
}
