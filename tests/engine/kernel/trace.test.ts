import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type AnyRef,
  defineActor,
  NO_TIME,
  noTask,
  ns,
  Simulation,
  type TaskRef,
  type Time,
  type Trace,
  type TraceSink,
  watchSimulations,
} from '../../../engine/kernel/index.ts';

const test = suite('trace');

/** Writes down what it hears. */
function notes(sim: Simulation): { readonly lines: string[]; readonly sink: TraceSink } {
  const lines: string[] = [];
  const path = (actor: AnyRef): string => sim.pathOf(actor) || '-';
  const sink: TraceSink = {
    taskBegins: (task, at, actor, kind, name, parent, lane) =>
      void lines.push(`${at} begin ${task} ${path(actor)} ${kind}/${name}/${parent}/${lane}`),
    taskWaits: (task, at, cause, what, by) => void lines.push(`${at} wait ${task} ${cause} ${what} ${by}`),
    taskWorks: (task, at, by) => void lines.push(`${at} work ${task} ${by}`),
    taskEnds: (task, at) => void lines.push(`${at} end ${task}`),
    annotated: (task, key, value) => void lines.push(`note ${task} ${key}=${value}`),
    counted: (at, actor, name, value, unit) => void lines.push(`${at} count ${path(actor)} ${name} ${value} ${unit}`),
    flowed: (at, from, to, name) => void lines.push(`${at} flow ${from} ${to} ${name}`),
    marked: (at, actor, name, task) => void lines.push(`${at} mark ${path(actor)} ${name} ${task}`),
  };
  return { lines, sink };
}

type Step = { readonly type: 'step' };

/** An actor that does one thing after the other, 1 ns apart. */
function steps(sim: Simulation, ...does: ReadonlyArray<(trace: Trace, now: Time) => void>): void {
  const actor = defineActor<undefined, { next: number }, Step>({
    kind: 'steps',
    init: (_, ctx) => {
      ctx.schedule(NO_TIME, ctx.self, { type: 'step' });
      return { next: 0 };
    },
    on: {
      step(state, message, ctx) {
        does[state.next++]?.(ctx.trace, ctx.now);
        if (state.next < does.length) ctx.schedule(ns(1), ctx.self, message);
      },
    },
  });
  sim.spawn('steps', actor, undefined);
}

test('a listener hears what actors tell, with the time, the actor and the task', () => {
  const sim = new Simulation();
  const { lines, sink } = notes(sim);
  sim.trace.listen(sink);
  const setUp = sim.trace.begin('set-up');
  let task = noTask;
  steps(
    sim,
    (trace) => {
      task = trace.begin('job', 'a', setUp, 'left');
      trace.counter('depth', 3, 'jobs');
    },
    (trace) => trace.wait(task, 'resource', 'gpu'),
    (trace) => {
      trace.work(task, setUp);
      trace.annotate(task, 'bytes', 7);
      trace.instant('full', task);
      trace.flow(setUp, task, 'granted');
    },
    (trace) => trace.end(task),
  );
  sim.run();
  sim.trace.end(setUp);
  assert.equal(lines, [
    '0 begin 1 - set-up//0/',
    '0 begin 2 steps job/a/1/left',
    '0 count steps depth 3 jobs',
    '1000 wait 2 resource gpu 0',
    '2000 work 2 1',
    'note 2 bytes=7',
    '2000 mark steps full 2',
    '2000 flow 1 2 granted',
    '3000 end 2',
    '3000 end 1',
  ]);
});

test('a task of the past is told as one that happened', () => {
  const sim = new Simulation();
  const { lines, sink } = notes(sim);
  sim.trace.listen(sink);
  steps(
    sim,
    () => undefined,
    () => undefined,
    (trace) =>
      void trace.past({
        kind: 'flow',
        start: 0 as Time,
        segments: [
          { until: 500 as Time, cause: 'link', what: 'nic', by: 7 as TaskRef },
          { until: 900 as Time },
          { until: 1000 as Time, cause: 'queue', what: 'disk' },
        ],
      }),
  );
  sim.run();
  assert.equal(lines, [
    '0 begin 1 steps flow//0/',
    '0 wait 1 link nic 0',
    '500 work 1 7',
    '900 wait 1 queue disk 0',
    '1000 end 1',
  ]);
});

test('tasks have the same numbers and runs the same fingerprint whether or not anyone listens', () => {
  const run = (listens: boolean): readonly [string, number[]] => {
    const sim = new Simulation();
    if (listens) sim.trace.listen(notes(sim).sink);
    const numbers: number[] = [];
    const one = (trace: Trace): void => {
      const task = trace.begin('job');
      numbers.push(task);
      trace.end(task);
      numbers.push(trace.past({ kind: 'past', start: 0 as Time, segments: [] }));
    };
    steps(sim, one, one, one);
    sim.run();
    return [sim.fingerprint(), numbers];
  };
  assert.equal(run(true), run(false));
  assert.equal(run(true)[1], [1, 2, 3, 4, 5, 6]);
});

test('recording can start and stop during a run', () => {
  const sim = new Simulation();
  const { lines, sink } = notes(sim);
  let off: () => void = () => undefined;
  let first = noTask;
  steps(
    sim,
    (trace) => {
      first = trace.begin('early');
    },
    (trace) => {
      assert.not(trace.isRecording);
      off = sim.trace.listen(sink);
      assert.ok(trace.isRecording);
    },
    (trace) => {
      trace.end(first);
      off();
      off();
      assert.not(trace.isRecording);
    },
    (trace) => void trace.begin('late'),
  );
  sim.run();
  assert.equal(lines, ['2000 end 1']);
});

test('what a listener throws does not change the run, and is thrown at its end', () => {
  const sim = new Simulation();
  const { sink } = notes(sim);
  sim.trace.listen({
    ...sink,
    taskBegins: () => {
      throw new Error('no room');
    },
  });
  steps(
    sim,
    (trace) => void trace.begin('job'),
    () => undefined,
  );
  assert.throws(
    () => sim.run(),
    (error: Error) => /SIM_PROBE_FAILED|no room/.test(`${error.message}`),
  );
  assert.is(sim.events, 2);
  assert.is(sim.pending, 0);
});

test('a listener cannot touch the simulation', () => {
  const sim = new Simulation();
  const { sink } = notes(sim);
  sim.trace.listen({ ...sink, taskEnds: () => void sim.send(sim.actor('steps') as never, { type: 'step' } as never) });
  steps(sim, (trace) => trace.end(trace.begin('job')));
  assert.throws(
    () => sim.run(),
    (error: Error) => /SIM_WATCHED|watching must not change/.test(error.message),
  );
});

test('simulations made by other code can be watched from their start', () => {
  const seen: number[] = [];
  const stop = watchSimulations((sim) => void seen.push(sim.seed));
  new Simulation({ seed: 4 });
  stop();
  new Simulation({ seed: 5 });
  assert.equal(seen, [4]);
});

test.run();
