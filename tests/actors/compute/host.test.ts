import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type GpuState,
  gpu,
  type HostCall,
  host,
  hostLabel,
  type StreamOp,
  timesAt,
} from '../../../actors/compute/index.ts';
import { Simulation, us } from '../../../engine/index.ts';
import { checkTraces } from '../../../engine/trace/index.ts';

const test = suite('host');
const cases = { seed: 20261123, numRuns: 200 };

const kernel = (id: number, micros: number): StreamOp => ({
  id,
  stream: 0,
  label: 'kernel',
  after: [],
  work: { kind: 'kernel', duration: us(micros) },
});

function run(calls: HostCall[], depth?: number) {
  const sim = new Simulation();
  const device = sim.spawn('gpu', gpu, { streams: ['compute'] });
  const thread = sim.spawn('host', host, { gpu: device, ...(depth === undefined ? {} : { depth }) });
  sim.send(thread, { type: 'issue', calls });
  sim.run();
  return { sim, times: timesAt(sim.stateOf(device) as GpuState, sim.now)[0]! };
}

const program = (count: number, cost: number, micros: number): HostCall[] =>
  Array.from({ length: count }, (_, id) => ({ op: kernel(id, micros), cost: us(cost) }));

test('a host that is slower than its kernels paces them, and the GPU waits for it by name', () => {
  const { sim, times } = run(program(10, 8, 3));
  assert.is(sim.elapsed, us(10 * 8 + 3));
  assert.is(times.waits[hostLabel], us(10 * 8 - 9 * 3));
});

test('a host that is faster runs ahead until the queue is full', () => {
  const { sim, times } = run(program(10, 1, 5), 3);
  assert.is(sim.elapsed, us(1 + 10 * 5));
  assert.is(times.waits[hostLabel], us(1));
});

test('the makespan is that of the two-stage line with a buffer of the depth of the queue', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ cost: fc.nat({ max: 9 }), micros: fc.nat({ max: 9 }) }), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 5 }),
      (jobs, depth) => {
        const { sim } = run(
          jobs.map(({ cost, micros }, id) => ({ op: kernel(id, micros), cost: us(cost) })),
          depth,
        );
        const starts: number[] = [];
        let issued = 0;
        let free = 0;
        for (const [i, { cost, micros }] of jobs.entries()) {
          issued = Math.max(issued + cost, i >= depth ? starts[i - depth]! : 0);
          starts.push(Math.max(issued, free));
          free = starts[i]! + micros;
        }
        assert.is(sim.elapsed, us(free));
      },
    ),
    cases,
  );
});

test('work and waits tile each call', async () => {
  const { reports } = await checkTraces(() => run(program(20, 1, 4), 2));
  for (const { problems } of reports) assert.equal(problems, []);
});

test('a queue has room for at least one launch', () => {
  assert.throws(() => run(program(1, 1, 1), 0), /GPU_HOST_DEPTH|cannot queue 0/);
});

test.run();
