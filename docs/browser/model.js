import { acquire, delay, fork, process, resource, Simulation, Tally, timed, toSeconds, us } from 'escapement';

/** Requests at a few GPUs: the same file runs on the page and in Node. */
export function run({ seed = 1, gpus = 2, requests = 5000 } = {}) {
  const sim = new Simulation({ seed });
  const pool = resource(sim, { name: 'gpus', capacity: gpus });
  const waits = new Tally();
  const gap = timed.exponential(us(625));
  const service = timed.exponential(us(1000));

  function* request(ctx) {
    const arrived = sim.elapsed;
    const gpu = yield* acquire(pool);
    waits.add(toSeconds(sim.elapsed - arrived));
    yield* delay(service.sample(ctx.random('service')));
    gpu.release();
  }

  const source = process(function* (ctx) {
    for (let i = 0; i < requests; i++) {
      yield* delay(gap.sample(ctx.random('gap')));
      yield* fork(request(ctx));
    }
  });
  sim.spawn('source', source, undefined);
  const { events } = sim.run();
  return { events, waitMs: 1e3 * waits.mean, fingerprint: sim.fingerprint({ wait: waits.mean }) };
}
