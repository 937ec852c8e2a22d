import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type DataflowSpec,
  type DataflowState,
  dataflow,
  dataflowErrors,
  type EngineKind,
  engineTimes,
  memoryTopology,
  type Operation,
  operationTimes,
  type SliceSpan,
} from '../../../actors/dataflow/index.ts';
import { type DeviceMemoryState, deviceMemory } from '../../../actors/memory/index.ts';
import { network } from '../../../actors/network/index.ts';
import { type Bytes, bytesPerSecond, GB, MB, Simulation, us } from '../../../engine/index.ts';
import { checkTrace } from '../../../engine/trace/index.ts';
import { sliceEnds } from './oracle.ts';
import { randomCase } from './random-program.ts';

const test = suite('dataflow');
const settings = { seed: 20261123, numRuns: 200 };

const two: readonly EngineKind[] = [
  { name: 'matrix', count: 1 },
  { name: 'vector', count: 1 },
];

function run(spec: DataflowSpec): { readonly state: DataflowState; readonly spans: readonly SliceSpan[]; now: number } {
  const sim = new Simulation();
  const scheduler = sim.spawn('device', dataflow, { ...spec, record: true });
  sim.run();
  const state = sim.stateOf(scheduler) as DataflowState;
  return { state, spans: state.slices ?? [], now: sim.now };
}

function op(
  name: string,
  engine: string,
  work: number,
  after: readonly number[],
  more: Partial<Operation> = {},
): Operation {
  return { name, label: name, engine, work: us(work), after, ...more };
}

const attention = (slices: number): readonly Operation[] => [
  op('scores', 'matrix', 8, [], { slices }),
  op('softmax', 'vector', 40, [0], { slices }),
  op('values', 'matrix', 12, [1], { slices }),
];

const startsOf = (spans: readonly SliceSpan[], number: number): readonly number[] =>
  spans.filter((span) => span.op === number).map(({ start }) => start / us(1));

test('a schedule is the one computed by hand', () => {
  const whole = run({ engines: two, program: attention(1) });
  assert.is(whole.state.finished, us(60));
  const cut = run({ engines: two, program: attention(4) });
  assert.equal(startsOf(cut.spans, 0), [0, 2, 4, 6]);
  assert.equal(startsOf(cut.spans, 1), [2, 12, 22, 32]);
  assert.equal(startsOf(cut.spans, 2), [12, 22, 32, 42]);
  assert.is(cut.state.finished, us(45));
});

test('the example of the README', () => {
  const sim = new Simulation();
  const memory = sim.spawn('hbm', network, { topology: memoryTopology('hbm', bytesPerSecond(900e9)) });
  const engines = [
    { name: 'matrix', count: 1 },
    { name: 'vector', count: 8, together: true },
  ];
  const program = attention(4).map((one) => ({ ...one, label: one.name === 'softmax' ? one.name : 'matmul' }));
  const device = sim.spawn('device', dataflow, { engines, program, memory });
  sim.run();
  const state = sim.stateOf(device) as DataflowState;
  assert.is(state.finished, us(45));
  assert.equal(engineTimes(state, state.finished)[0]?.busy, { matmul: us(20) });
  assert.equal(engineTimes(state, state.finished)[0]?.waits, { 'dependency: softmax': us(25) });
});

test('idle time is booked to what the engine waited for', () => {
  const { state } = run({ engines: two, program: attention(1) });
  const [matrix, vector] = engineTimes(state, state.finished);
  assert.equal(matrix, {
    name: 'matrix',
    engines: 1,
    busy: { scores: us(8), values: us(12) },
    waits: { 'dependency: softmax': us(40) },
  });
  assert.equal(vector?.waits, { 'dependency: scores': us(8), done: us(12) });
});

test('a blocked head blocks its queue', () => {
  const program = [op('long', 'matrix', 30, []), op('reader', 'vector', 1, [0]), op('ready', 'vector', 5, [])];
  const { spans } = run({ engines: two, program });
  assert.equal(startsOf(spans, 2), [31]);
});

test('the host paces the start of operations', () => {
  const program = [0, 1, 2].map((index) => op(`call${index}`, 'matrix', index === 1 ? 15 : 2, []));
  const { spans, state } = run({ engines: two, program, issueInterval: us(10) });
  assert.equal([startsOf(spans, 0), startsOf(spans, 1), startsOf(spans, 2)], [[0], [10], [25]]);
  assert.is(engineTimes(state, state.finished)[0]?.waits.issue, us(8));
});

test('a preparation counts from the moment the inputs are there', () => {
  const program = [op('input', 'matrix', 5, []), op('odd', 'vector', 3, [0], { preparation: us(20) })];
  const { spans, state } = run({ engines: two, program });
  assert.equal(startsOf(spans, 1), [25]);
  assert.is(engineTimes(state, state.finished)[1]?.waits['preparation: odd'], us(20));
});

test('serial order starts an operation when the one before has ended', () => {
  const program = [op('a', 'matrix', 5, []), op('b', 'vector', 7, []), op('c', 'matrix', 1, [])];
  assert.is(run({ engines: two, program, order: 'serial' }).state.finished, us(13));
  const { state } = run({ engines: two, program, order: 'serial' });
  assert.is(engineTimes(state, state.finished)[0]?.waits['order: b'], us(7));
});

test('slices go to the first free engine of a kind, or to all of them together', () => {
  const program = [op('job', 'pool', 12, [], { slices: 4 })];
  const pool = (together: boolean): readonly EngineKind[] => [{ name: 'pool', count: 2, together }];
  const apart = run({ engines: pool(false), program });
  assert.is(apart.state.finished, us(6));
  assert.equal(
    apart.spans.map(({ engine }) => engine),
    [0, 1, 0, 1],
  );
  assert.is(run({ engines: pool(true), program }).state.finished, us(12));
});

test('engines share the memory by demand, and what that costs is a wait for memory', () => {
  const demanding = { bytes: MB(7.5) as Bytes };
  const program = [op('a', 'matrix', 10, [], demanding), op('b', 'vector', 10, [], demanding)];
  const sim = new Simulation();
  const memory = sim.spawn('hbm', network, { topology: memoryTopology('hbm', bytesPerSecond(1e12)) });
  const scheduler = sim.spawn('device', dataflow, { engines: two, program, memory });
  sim.run();
  const state = sim.stateOf(scheduler) as DataflowState;
  assert.ok(Math.abs(state.finished - us(15)) <= 2, `${state.finished}`);
  const [matrix] = engineTimes(state, state.finished);
  assert.is(matrix?.busy.a, us(10));
  assert.ok(Math.abs((matrix?.waits.memory ?? 0) - us(5)) <= 2);
  assert.is(state.bytes, MB(15));
});

test('memory that is not contended costs nothing', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ work: fc.integer({ min: 1, max: 5000 }), share: fc.double({ min: 0.01, max: 1, noNaN: true }) }),
        {
          minLength: 1,
          maxLength: 6,
        },
      ),
      fc.integer({ min: 1, max: 8 }),
      (draws, count) => {
        const program = draws.map(({ work, share }, index) =>
          op(`op${index}`, 'matrix', work, [], { bytes: Math.floor(work * 1e6 * share) as Bytes }),
        );
        const sim = new Simulation();
        const memory = sim.spawn('hbm', network, { topology: memoryTopology('hbm', bytesPerSecond(1e12)) });
        const engines = [{ name: 'matrix', count, together: true }];
        const scheduler = sim.spawn('device', dataflow, { engines, program, memory });
        sim.run();
        const alone = draws.reduce((sum, { work }) => sum + us(work), 0);
        const late = (sim.stateOf(scheduler) as DataflowState).finished - alone;
        assert.ok(late >= 0 && late <= draws.length, `${late} ps late`);
      },
    ),
    settings,
  );
});

test('outputs are held from the first slice to the end of the last reader', () => {
  const sim = new Simulation();
  const capacity = sim.spawn('memory', deviceMemory, { limit: GB(100), record: true });
  const program = attention(1).map((one) => ({ ...one, output: GB(1) }));
  sim.spawn('device', dataflow, { engines: two, program, capacity });
  sim.run();
  const { changes, peak } = sim.stateOf(capacity) as DeviceMemoryState;
  assert.is(peak, GB(2));
  assert.equal(
    changes?.map(({ at, tag, bytes }) => [at / us(1), tag, Math.sign(bytes)]),
    [
      [0, 'scores', 1],
      [8, 'softmax', 1],
      [48, 'scores', -1],
      [48, 'values', 1],
      [60, 'softmax', -1],
    ],
  );
});

test('slices on chip are held until every reader has ended the same share', () => {
  const sim = new Simulation();
  const scratch = sim.spawn('scratch', deviceMemory, { limit: GB(100), record: true });
  const program = attention(4).map((one, index) => ({ ...one, scratch: index < 2 ? MB(8) : MB(0) }));
  sim.spawn('device', dataflow, { engines: two, program, scratch });
  sim.run();
  const { changes, peak, used } = sim.stateOf(scratch) as DeviceMemoryState;
  assert.is(used, 0);
  assert.is(peak, MB(10));
  assert.equal(
    changes?.filter(({ tag }) => tag === 'scores').map(({ at, bytes }) => [at / us(1), bytes / 1e6]),
    [
      [0, 2],
      [2, 2],
      [4, 2],
      [6, 2],
      [12, -2],
      [22, -2],
      [32, -2],
      [42, -2],
    ],
  );
});

test('whatever is held is given back, except what nobody reads', () => {
  fc.assert(
    fc.property(randomCase(3), ({ engines, program }) => {
      const sim = new Simulation();
      const capacity = sim.spawn('memory', deviceMemory, { limit: GB(100) });
      const scratch = sim.spawn('scratch', deviceMemory, { limit: GB(100) });
      const sized = program.map((one, op) => ({ ...one, output: MB(op + 1), scratch: MB(op + 1) }));
      sim.spawn('device', dataflow, { engines, program: sized, capacity, scratch });
      sim.run();
      const unread = sized.filter((_, op) => !sized.some(({ after }) => after.includes(op)));
      const left = unread.reduce((sum, { output }) => sum + output, 0);
      assert.is((sim.stateOf(capacity) as DeviceMemoryState).used, left);
      assert.is((sim.stateOf(scratch) as DeviceMemoryState).used, left);
    }),
    settings,
  );
});

test('a program that cannot run is refused', () => {
  const code = (program: readonly Operation[], engines = two): string => {
    try {
      run({ engines, program });
    } catch (error) {
      return (error as { code: string }).code;
    }
    return 'none';
  };
  assert.is(code([op('a', 'tensor', 1, [])]), 'DATAFLOW_ENGINE');
  assert.is(code([op('a', 'matrix', 1, [0])]), 'DATAFLOW_ORDER');
  assert.is(code([op('a', 'matrix', 1, [], { slices: 0 })]), 'DATAFLOW_COUNT');
  assert.is(code([op('a', 'matrix', 1, [], { bytes: -1 as Bytes })]), 'DATAFLOW_AMOUNT');
  assert.is(code([], [{ name: 'matrix', count: 0 }]), 'DATAFLOW_COUNT');
  assert.ok(dataflowErrors.catalogue.DATAFLOW_ENGINE.hint.length > 0);
});

test('operations start after what they need, in the order of their queue', () => {
  fc.assert(
    fc.property(randomCase(3), ({ engines, program }) => {
      const { spans, state } = run({ engines, program });
      const ends = program.map(({ slices = 1 }) => new Array<number>(slices).fill(Number.NaN));
      const starts = program.map(({ slices = 1 }) => new Array<number>(slices).fill(Number.NaN));
      for (const { op: number, slice, start, end } of spans) {
        (starts[number] as number[])[slice] = start;
        (ends[number] as number[])[slice] = end;
      }
      program.forEach(({ after, slices = 1, engine }, number) => {
        for (let j = 0; j < slices; j++) {
          const start = starts[number]?.[j] as number;
          assert.ok(start >= 0, `slice ${j} of ${number} never ran`);
          for (const before of after) {
            const made = ends[before] as number[];
            for (let i = 0; i < Math.ceil(((j + 1) * made.length) / slices); i++)
              assert.ok(start >= (made[i] as number), `slice ${j} of ${number} before its input`);
          }
          const previous = program.findLastIndex((one, index) => index < number && one.engine === engine);
          const ahead = j > 0 ? starts[number]?.[j - 1] : starts[previous]?.at(-1);
          if (ahead !== undefined) assert.ok(start >= ahead, 'out of order');
        }
        const { started, ended } = operationTimes(state, number);
        assert.equal([started, ended], [starts[number]?.[0], Math.max(...(ends[number] as number[]))]);
      });
    }),
    settings,
  );
});

test('an engine never runs two slices at once', () => {
  fc.assert(
    fc.property(randomCase(3), ({ engines, program }) => {
      const { spans } = run({ engines, program });
      const last = new Map<string, number>();
      for (const { kind, engine, start, end } of [...spans].sort((a, b) => a.start - b.start || a.end - b.end)) {
        assert.ok(start >= (last.get(`${kind}/${engine}`) ?? 0));
        last.set(`${kind}/${engine}`, end);
      }
    }),
    settings,
  );
});

test('work is conserved: busy time is setup and work, whatever the order', () => {
  fc.assert(
    fc.property(randomCase(3), ({ engines, program }) => {
      for (const order of ['serial', 'dataflow'] as const) {
        const { state, now } = run({ engines, program, order });
        const times = engineTimes(state, now as never);
        engines.forEach(({ name, count, together }, index) => {
          const parts = together ? count : 1;
          const expected = program
            .filter(({ engine }) => engine === name)
            .reduce(
              (sum, { work, setup = 0, sliceSetup = 0, slices = 1 }) => sum + setup + (slices - 1) * sliceSetup + work,
              0,
            );
          const busy = Object.values(times[index]?.busy ?? {}).reduce((sum, span) => sum + span, 0);
          assert.is(busy, expected * parts);
        });
      }
    }),
    settings,
  );
});

test('work and waits tile the time of every kind', () => {
  fc.assert(
    fc.property(randomCase(3), fc.nat(40), ({ engines, program }, interval) => {
      const { state, now } = run({ engines, program, issueInterval: us(interval / 100) });
      engineTimes(state, now as never).forEach(({ busy, waits, engines: count }, index) => {
        const sum = [...Object.values(busy), ...Object.values(waits)].reduce((total, span) => total + span, 0);
        assert.is(sum, count * now);
        const idle = (state.idle ?? []).filter(({ kind }) => kind === index);
        const open = (now - Math.max(0, ...idle.map(({ end }) => end))) * count;
        const spans = idle.reduce((total, { start, end, engines: free }) => total + (end - start) * free, 0);
        const waited = Object.values(waits).reduce((total, span) => total + span, 0);
        assert.ok(waited >= spans && waited <= spans + open, 'idle stretches and waits differ');
      });
    }),
    settings,
  );
});

test('work and waits tile each task of the trace, with or without memory and a host', () => {
  fc.assert(
    fc.property(randomCase(3), fc.nat(40), fc.boolean(), ({ engines, program }, interval, shared) => {
      const sim = new Simulation();
      const report = checkTrace(sim);
      const topology = memoryTopology('hbm', bytesPerSecond(1e12));
      const memory = shared ? { memory: sim.spawn('hbm', network, { topology }) } : {};
      const moving = program.map((one) => ({ ...one, bytes: Math.floor(one.work * 0.8) as Bytes }));
      sim.spawn('device', dataflow, { engines, program: moving, issueInterval: us(interval / 100), ...memory });
      sim.run();
      const { problems, tasks, open } = report();
      assert.equal(problems, []);
      assert.is(open, 0);
      assert.ok(tasks > program.length);
    }),
    settings,
  );
});

test('the trace names what an engine waits for', () => {
  const sim = new Simulation();
  const told: string[] = [];
  const names = new Map<number, string>();
  sim.trace.listen({
    taskBegins: (task, _at, _actor, kind, name) => void names.set(task, `${kind} ${name}`),
    taskWaits: (task, at, cause, what) => void told.push(`${at / us(1)} ${names.get(task)}: ${cause} ${what}`),
    taskWorks: (task, at) => void told.push(`${at / us(1)} ${names.get(task)} works`),
    taskEnds: () => undefined,
    annotated: () => undefined,
    counted: () => undefined,
    flowed: () => undefined,
    marked: () => undefined,
  });
  sim.spawn('device', dataflow, { engines: two, program: attention(1) });
  sim.run();
  assert.equal(
    told.filter((line) => line.includes('engine matrix')),
    ['0 engine matrix works', '8 engine matrix: dependency softmax', '48 engine matrix works'],
  );
  assert.equal(
    told.filter((line) => line.includes('operation values')),
    ['0 operation values: queue matrix', '8 operation values: dependency softmax', '48 operation values works'],
  );
});

test('every slice ends when the recursion over the program says', () => {
  fc.assert(
    fc.property(
      randomCase(1),
      fc.nat(400),
      fc.constantFrom('serial' as const, 'dataflow' as const),
      ({ engines, program }, interval, order) => {
        const issueInterval = us(interval / 1000);
        const { spans } = run({ engines, program, issueInterval, order });
        const expected = sliceEnds(engines, program, { issueInterval, order });
        for (const { op: number, slice, end } of spans) assert.is(end, expected[number]?.[slice]);
      },
    ),
    settings,
  );
});

test('slicing is never slower than its overhead', () => {
  fc.assert(
    fc.property(randomCase(1), ({ engines, program }) => {
      const whole = program.map((one) => ({ ...one, slices: 1 }));
      const overhead = program.reduce((sum, { slices = 1, sliceSetup = 0 }) => sum + (slices - 1) * sliceSetup, 0);
      const [cut, uncut] = [run({ engines, program }).state.finished, run({ engines, program: whole }).state.finished];
      assert.ok(cut <= uncut + overhead, `${cut} sliced, ${uncut} whole, ${overhead} overhead`);
    }),
    settings,
  );
});

test('serial order is never faster', () => {
  fc.assert(
    fc.property(randomCase(1), ({ engines, program }) => {
      const serial = run({ engines, program, order: 'serial' }).state.finished;
      assert.ok(run({ engines, program }).state.finished <= serial);
    }),
    settings,
  );
});

test('a step of many jobs and one that waits for all of them is quick', () => {
  const engines = [
    { name: 'loader', count: 1 },
    { name: 'core', count: 384 },
  ];
  const chunks = Array.from({ length: 64 }, (_, i) => op(`chunk${i}`, 'loader', 1, []));
  const jobs = Array.from({ length: 20000 }, (_, i) => op(`job${i}`, 'core', 2, [Math.floor((64 * i) / 20000)]));
  const merge = op(
    'merge',
    'loader',
    1,
    jobs.map((_, i) => 64 + i),
  );
  const sim = new Simulation();
  const scheduler = sim.spawn('device', dataflow, { engines, program: [...chunks, ...jobs, merge] });
  const { events } = sim.run();
  assert.ok(events < 70000, `${events} events`);
  assert.ok((sim.stateOf(scheduler) as DataflowState).finished >= us(1 + Math.ceil(20000 / 384) * 2));
});

test.run();
