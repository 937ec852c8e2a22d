import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { noTask, Simulation, type TaskRef, type Time } from '../../../engine/kernel/index.ts';
import { checkPerfetto, PerfettoWriter, readPerfetto } from '../../../engine/trace/formats/index.ts';
import {
  type CounterLabel,
  DirectTarget,
  FormatConsumer,
  Recorder,
  type RecorderOptions,
  type TaskLabel,
  type TraceConsumer,
  type TraceRow,
  type WaitLabel,
} from '../../../engine/trace/index.ts';
import { OpenTasks } from '../../../engine/trace/record/open-tasks.ts';

const test = suite('recorder');
const cases = { seed: 20261123, numRuns: 200 };

class Lines implements TraceConsumer {
  readonly lines: string[] = [];
  row({ index, track, place }: TraceRow): void {
    this.lines.push(`row ${index} ${track.path}:${track.lane} ${place}`);
  }
  counter(index: number, { path, name, unit }: CounterLabel): void {
    this.lines.push(`counter ${index} ${path} ${name} ${unit}`);
  }
  begins(row: number, at: number, task: number, { kind, name }: TaskLabel, parent: number): void {
    this.lines.push(`${at} begin ${task} on ${row} ${kind}/${name} in ${parent}`);
  }
  waits(row: number, at: number, task: number, { cause, what }: WaitLabel, by: number): void {
    this.lines.push(`${at} wait ${task} on ${row} ${cause} ${what} by ${by}`);
  }
  works(row: number, at: number, task: number, by: number): void {
    this.lines.push(`${at} work ${task} on ${row} by ${by}`);
  }
  ends(row: number, at: number, task: number, cut: boolean): void {
    this.lines.push(`${at} ${cut ? 'cut' : 'end'} ${task} on ${row}`);
  }
  note(_row: number, task: number, key: string, value: string | number | boolean): void {
    this.lines.push(`note ${task} ${key}=${value}`);
  }
  counts(counter: number, at: number, value: number): void {
    this.lines.push(`${at} ${counter} = ${value}`);
  }
  flows(from: number, to: number, at: number, name: string): void {
    this.lines.push(`${at} flow ${from} ${to} ${name}`);
  }
  marks(row: number, at: number, name: string): void {
    this.lines.push(`${at} mark ${row} ${name}`);
  }
}

function record(does: (sim: Simulation, go: (ticks: number) => void) => void, options: RecorderOptions = {}): string[] {
  const sim = new Simulation();
  const lines = new Lines();
  const recorder = new Recorder(sim, new DirectTarget(lines), options).start();
  does(sim, (ticks) => void sim.run({ until: (sim.elapsed + ticks) as never }));
  recorder.finish();
  recorder.finish();
  return lines.lines;
}

test('what is told comes out of the chunks as it was told', () => {
  const lines = record((sim, go) => {
    const { trace } = sim;
    const outer = trace.begin('step', 'a');
    go(5);
    const inner = trace.begin('op', '', outer, 'left');
    trace.wait(inner, 'link', 'nic', outer);
    trace.counter('depth', -1.5, 'jobs');
    trace.annotate(inner, 'text', 'x');
    trace.annotate(inner, 'number', 0.25);
    trace.annotate(inner, 'yes', true);
    go(2 ** 40);
    trace.work(inner, outer);
    trace.flow(outer, inner, 'go');
    trace.instant('now', inner);
    trace.instant('all');
    trace.end(inner);
    trace.end(outer);
  });
  const end = 2 ** 40 + 5;
  assert.equal(lines.slice(1), [
    'row 0 : 0',
    '0 begin 1 on 0 step/a in 0',
    'row 1 :left 0',
    '5 begin 2 on 1 op/ in 1',
    '5 wait 2 on 1 link nic by 1',
    '5 0 = -1.5',
    'note 2 text=x',
    'note 2 number=0.25',
    'note 2 yes=true',
    `${end} work 2 on 1 by 1`,
    `${end} flow 0 1 go`,
    `${end} mark 1 now`,
    'row 2 : 1',
    `${end} mark 2 all`,
    `${end} end 2 on 1`,
    `${end} end 1 on 0`,
  ]);
  assert.is(lines[0], 'counter 0  depth jobs');
});

test('tasks of a track that overlap get rows of their own, a child one below its parent', () => {
  const lines = record((sim) => {
    const a = sim.trace.begin('a');
    const b = sim.trace.begin('b');
    sim.trace.end(a);
    const c = sim.trace.begin('c', '', b);
    const d = sim.trace.begin('d');
    for (const task of [b, c, d]) sim.trace.end(task);
  });
  const begins = lines.filter((line) => line.includes('begin'));
  assert.equal(begins, [
    '0 begin 1 on 0 a/ in 0',
    '0 begin 2 on 1 b/ in 0',
    '0 begin 3 on 2 c/ in 2',
    '0 begin 4 on 0 d/ in 0',
  ]);
});

test('a task of the past goes to a row where nothing came after it', () => {
  const lines = record((sim, go) => {
    const first = sim.trace.begin('first');
    go(10);
    sim.trace.end(first);
    sim.trace.past({ kind: 'past', start: 5 as Time, segments: [{ until: 9 as Time, cause: 'link', what: 'x' }] });
    sim.trace.past({ kind: 'later', start: 10 as Time, segments: [] });
  });
  assert.equal(
    lines.filter((line) => /begin|end/.test(line)),
    [
      '0 begin 1 on 0 first/ in 0',
      '10 end 1 on 0',
      '5 begin 2 on 1 past/ in 0',
      '9 end 2 on 1',
      '10 begin 3 on 0 later/ in 0',
      '10 end 3 on 0',
    ],
  );
});

test('recording stops and starts: what is open is cut, what began meanwhile is left out', () => {
  const sim = new Simulation();
  const lines = new Lines();
  const recorder = new Recorder(sim, new DirectTarget(lines));
  const early = sim.trace.begin('early');
  recorder.start();
  const seen = sim.trace.begin('seen');
  sim.run({ until: 4 as never });
  recorder.stop();
  const missed = sim.trace.begin('missed');
  recorder.start();
  for (const task of [early, seen, missed]) sim.trace.end(task);
  const late = sim.trace.begin('late');
  recorder.finish();
  sim.trace.end(late);
  assert.equal(
    lines.lines.filter((line) => /begin|end|cut/.test(line)),
    ['0 begin 2 on 0 seen/ in 0', '4 cut 2 on 0', '4 begin 4 on 0 late/ in 0', '4 cut 4 on 0'],
  );
});

test('kinds and a window of time are chosen', () => {
  const does = (sim: Simulation, go: (ticks: number) => void): void => {
    for (let i = 0; i < 5; i++) {
      const task = sim.trace.begin(i % 2 === 0 ? 'even' : 'odd', `${i}`);
      go(10);
      sim.trace.end(task);
    }
  };
  const tasks = (options: RecorderOptions): string[] =>
    record(does, options)
      .filter((line) => /begin|end|cut/.test(line))
      .map((line) => line.replace(/ on.*/, ''));
  assert.equal(tasks({ kinds: ['odd'] }), ['10 begin 2', '20 end 2', '30 begin 4', '40 end 4']);
  assert.equal(tasks({ from: 15, until: 35 }), ['20 begin 3', '30 end 3', '30 begin 4', '35 cut 4']);
});

test('more names than are kept at once, in chunks of any size, come out right', () => {
  for (const chunkBytes of [100, 4096]) {
    const names: string[] = [];
    const lines = record(
      (sim) => {
        for (let i = 0; i < 70_000; i++) {
          const name = `n${i}`;
          const task = sim.trace.begin('k', name);
          if (i % 1000 === 0) {
            sim.trace.wait(task, 'queue', name);
            names.push(name);
          }
          sim.trace.end(task);
        }
      },
      { chunkBytes },
    );
    const begun = lines.filter((line) => line.includes('begin')).map((line) => line.split(' ')[5]);
    assert.equal(
      begun,
      Array.from({ length: 70_000 }, (_, i) => `k/n${i}`),
    );
    assert.equal(
      lines.filter((line) => line.includes('wait')).map((line) => line.split(' ')[6]),
      names,
    );
  }
});

test('a recording written as Perfetto keeps the rules, and reads back', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(7), fc.nat(4), fc.nat(3)), { maxLength: 80 }), (choices) => {
      const sim = new Simulation();
      const writer = new PerfettoWriter();
      const recorder = new Recorder(sim, new DirectTarget(new FormatConsumer(writer)), { chunkBytes: 256 }).start();
      const { trace } = sim;
      const open: TaskRef[] = [];
      let begun = 0;
      for (const [what, which, pause] of choices) {
        sim.run({ until: (sim.elapsed + 700 * pause) as never });
        const task = open[which % Math.max(1, open.length)];
        if (task === undefined || what === 0) {
          open.push(trace.begin('t', `${which}`, task ?? noTask, which === 1 ? 'lane' : ''));
          begun++;
        } else if (what === 1) trace.wait(task, 'queue', 'q', task);
        else if (what === 2) trace.work(task);
        else if (what === 3) trace.instant('i', task);
        else if (what === 4) trace.flow(task, open[0]!);
        else if (what === 5) {
          trace.past({
            kind: 'p',
            start: (sim.now >> 1) as Time,
            segments: [{ until: sim.now, cause: 'link', what: 'l' }],
          });
          begun++;
        } else if (what === 6) trace.counter('c', which);
        else {
          trace.end(task);
          open.splice(open.indexOf(task), 1);
        }
      }
      recorder.finish();
      const file = writer.take();
      assert.equal(checkPerfetto([file]).problems, []);
      let slices = 0;
      readPerfetto(file, {
        track() {},
        begin: (_at, _track, category) => void (category === 'wait' || slices++),
        end() {},
        instant() {},
        counter() {},
        finish() {},
      });
      assert.is(slices, begun);
    }),
    cases,
  );
});

test('what taking a chunk throws does not reach the run, and is thrown at the end', () => {
  const sim = new Simulation();
  const target = {
    take: (): Uint32Array => {
      throw new Error('no room');
    },
    finish: () => undefined,
  };
  const recorder = new Recorder(sim, target, { chunkBytes: 128 }).start();
  for (let i = 0; i < 100; i++) sim.trace.end(sim.trace.begin('t'));
  sim.run();
  assert.throws(() => recorder.finish(), /no room/);
});

test('the table of open tasks behaves as a map', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 3000 })), { maxLength: 2000 }), (steps) => {
      const mine = new OpenTasks();
      const theirs = new Map<number, number>();
      for (const [adds, task] of steps) {
        if (adds && !theirs.has(task)) {
          mine.add(task, task * 2);
          theirs.set(task, task * 2);
        } else if (!adds) {
          assert.is(mine.remove(task), theirs.get(task) ?? -1);
          theirs.delete(task);
        }
        assert.is(mine.get(task), theirs.get(task) ?? -1);
      }
      assert.equal(
        mine.entries(),
        [...theirs].sort((a, b) => a[0] - b[0]),
      );
      assert.is(mine.size, theirs.size);
    }),
    cases,
  );
});

test.run();
