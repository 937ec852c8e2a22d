import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  defineActor,
  noTask,
  ns,
  Simulation,
  type TaskRef,
  type Time,
  type Trace,
} from '../../../engine/kernel/index.ts';
import { checkTrace, checkTraces, type TraceReport } from '../../../engine/trace/index.ts';

const test = suite('task checker');

type Step = { readonly type: 'step' };

function run(...does: ReadonlyArray<(trace: Trace) => void>): TraceReport {
  const sim = new Simulation();
  const check = checkTrace(sim);
  const actor = defineActor<undefined, { next: number }, Step>({
    kind: 'steps',
    init: () => ({ next: 0 }),
    on: {
      step(state, message, ctx) {
        does[state.next++]?.(ctx.trace);
        if (state.next < does.length) ctx.schedule(ns(1), ctx.self, message);
      },
    },
  });
  sim.send(sim.spawn('a', actor, undefined), { type: 'step' });
  sim.run();
  return check();
}

function codes(report: TraceReport): string[] {
  return report.problems.map(({ code }) => code);
}

test('a sound trace has no problem, and its work and waits are counted', () => {
  let [outer, inner] = [noTask, noTask];
  const report = run(
    (trace) => {
      outer = trace.begin('outer');
    },
    (trace) => {
      trace.wait(outer, 'dependency', 'inner');
      inner = trace.begin('inner', 'x', outer);
    },
    (trace) => trace.wait(inner, 'resource', 'gpu'),
    (trace) => trace.work(inner),
    (trace) => {
      // The order of ends at one instant is free.
      trace.end(outer);
      trace.end(inner);
    },
  );
  assert.equal(report, { problems: [], tasks: 2, waits: 2, open: 0, worked: 3000, waited: 4000 });
});

test('an end too many, a wait after the end and a task nobody began are found', () => {
  let task = noTask;
  const report = run(
    (trace) => {
      task = trace.begin('job');
      trace.end(task);
      trace.end(task);
    },
    (trace) => trace.wait(task, 'queue', 'x'),
    (trace) => trace.work(99 as TaskRef),
    (trace) => trace.annotate(noTask, 'k', 1),
    (trace) => trace.flow(task, 98 as TaskRef),
    (trace) => {
      const other = trace.begin('other');
      trace.work(other, 97 as TaskRef);
      trace.end(other);
    },
  );
  assert.equal(codes(report), [
    'TASK_ENDED',
    'TASK_ENDED',
    'TASK_UNKNOWN',
    'TASK_UNKNOWN',
    'TASK_UNKNOWN',
    'TASK_UNKNOWN',
  ]);
  assert.match(report.problems[0]?.text ?? '', /job of a has ended, but ends at 0/);
});

test('a child outside its parent is found', () => {
  let [outer, inner] = [noTask, noTask];
  const late = run(
    (trace) => {
      outer = trace.begin('outer');
      inner = trace.begin('inner', '', outer);
    },
    (trace) => trace.end(outer),
    (trace) => trace.end(inner),
  );
  assert.equal(codes(late), ['CHILD_OUTLIVES_PARENT']);
  const orphan = run(
    (trace) => {
      outer = trace.begin('outer');
      trace.end(outer);
    },
    (trace) => trace.end(trace.begin('inner', '', outer)),
  );
  assert.equal(codes(orphan), ['PARENT_ENDED']);
  const early = run(
    () => undefined,
    (trace) => {
      outer = trace.begin('outer');
      trace.past({ kind: 'inner', start: 0 as Time, segments: [{ until: 1000 as Time }], parent: outer });
      trace.end(outer);
    },
  );
  assert.equal(codes(early), ['CHILD_OUTLIVES_PARENT']);
});

test('stretches of a past task that overlap or lie in the future are found', () => {
  const past = (start: number, ...until: number[]): string[] =>
    codes(
      run(
        () => undefined,
        (trace) =>
          void trace.past({ kind: 'p', start: start as Time, segments: until.map((at) => ({ until: at as Time })) }),
      ),
    );
  assert.equal(past(0, 400, 1000), []);
  assert.ok(past(0, 400, 300).includes('TASK_NOT_TILED'));
  assert.ok(past(0, 2000).includes('TASK_NOT_TILED'));
  assert.ok(past(500, 200).includes('TASK_NOT_TILED'));
});

test('what is open at the end has leaked, unless it waits for its next message', () => {
  const report = run(
    (trace) => {
      trace.begin('job');
      trace.wait(trace.begin('server'), 'message', 'a request');
    },
    (trace) => trace.wait(trace.begin('stuck'), 'resource', 'gpu'),
  );
  assert.equal(codes(report), ['TASK_LEAKED', 'TASK_LEAKED']);
  assert.match(report.problems[1]?.text ?? '', /stuck of a, begun at 1000, waits for resource gpu/);
  assert.is(report.open, 3);
});

test('a wait without a name and a counter with two units or no value are found', () => {
  const report = run((trace) => {
    const task = trace.begin('job');
    trace.wait(task, 'queue', '');
    trace.end(task);
    trace.counter('depth', 1, 'jobs');
    trace.counter('depth', 2, 'B');
    trace.counter('rate', Number.NaN);
  });
  assert.equal(codes(report), ['WAIT_UNNAMED', 'COUNTER_BAD', 'COUNTER_BAD']);
});

test('tasks begun before the checker listened are not judged', () => {
  const sim = new Simulation();
  const early = sim.trace.begin('early');
  const check = checkTrace(sim);
  const child = sim.trace.begin('child', '', early);
  sim.trace.end(child);
  sim.trace.end(early);
  assert.equal(check().problems, []);
});

test('problems beyond the first hundred are counted', () => {
  const report = run((trace) => {
    for (let i = 0; i < 130; i++) trace.end(999 as TaskRef);
  });
  assert.is(report.problems.length, 101);
  assert.match(report.problems[100]?.text ?? '', /30 more/);
});

test('every simulation that a piece of code makes is checked', async () => {
  const { result, reports } = await checkTraces(async () => {
    const good = new Simulation();
    good.trace.end(good.trace.begin('a'));
    await Promise.resolve();
    new Simulation().trace.end(3 as TaskRef);
    return 'done';
  });
  assert.is(result, 'done');
  assert.equal(reports.map(codes), [[], ['TASK_UNKNOWN']]);
});

test('any order of begins, waits, works and ends of open tasks tiles', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3), fc.nat(4), fc.nat(3)), { maxLength: 60 }), (choices) => {
      const sim = new Simulation();
      const check = checkTrace(sim);
      const open: TaskRef[] = [];
      let lifetimes = 0;
      const starts = new Map<TaskRef, number>();
      for (const [what, which, pause] of choices) {
        sim.run({ until: (sim.elapsed + pause) as never });
        const task = open[which % Math.max(1, open.length)];
        if (task === undefined || what === 0) {
          const begun = sim.trace.begin('t');
          starts.set(begun, sim.now);
          open.push(begun);
        } else if (what === 1) sim.trace.wait(task, 'queue', 'q');
        else if (what === 2) sim.trace.work(task);
        else {
          sim.trace.end(task);
          lifetimes += sim.now - (starts.get(task) ?? 0);
          open.splice(open.indexOf(task), 1);
        }
      }
      const report = check();
      assert.equal(report.problems, []);
      assert.is(report.worked + report.waited, lifetimes);
      assert.is(report.open, open.length);
    }),
    { seed: 20261123, numRuns: 200 },
  );
});

test.run();
