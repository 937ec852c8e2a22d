import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Engine } from './engines.ts';
import { measure } from './measure.ts';
import { runOurs } from './ours/index.ts';
import { reference } from './reference.ts';
import { jsonLine, table } from './report.ts';
import { type Workload, workloads } from './workloads.ts';

const test = suite('bench');

for (const { name, small } of workloads) {
  test(`${name} at smoke size: count and checksum equal the reference`, () => {
    const { count, checksum } = runOurs(small);
    assert.equal({ count, checksum }, reference(small));
  });
}

test('full-size outcomes in closed form or by recursion equal the reference', () => {
  const cheap = new Set(['mm1', 'mm1-processes', 'mm1-resource', 'token', 'rearm', 'fan-out', 'clocked']);
  for (const { name, program, expected } of workloads)
    if (cheap.has(program.kind)) assert.equal(reference(program), expected, name);
});

test('the mean time in system of M/M/1 is near theory', () => {
  for (const name of ['mm1-actors', 'mm1-resource']) {
    const { expected } = workloads.find((workload) => workload.name === name) as Workload;
    const mean = expected.checksum / expected.count / 1e6;
    assert.ok(Math.abs(mean - 10) < 0.4, `${name}: ${mean}`); // two standard deviations of the estimator at load 0.9
  }
});

function printing(line: string): Engine {
  return {
    name: 'fake',
    maxSamples: 2,
    tolerance: 0,
    command: () => [process.execPath, '-e', `console.log('${line}')`],
  };
}

const workload = workloads[0] as Workload;
const { count, checksum } = workload.expected;

test('a result is the fastest sample, at most as many as the engine allows', () => {
  const line = JSON.stringify({ count, checksum, seconds: 0.5, cpuSeconds: 0.25, rssMb: 3 });
  const [result] = measure(workload, [printing(line)], 5);
  assert.equal(result, { engine: 'fake', value: count / 0.5, spread: 0, rssMb: 3, samples: 2 });
  assert.is(measure(workload, [printing(line)], 1, 'cpuSeconds')[0]?.value, count / 0.25);
  assert.equal(JSON.parse(jsonLine(workload, result as NonNullable<typeof result>)).bench, 'phold-1024x1');
  assert.match(table(workload, result ? [result] : []), /fake +2\.05 M events\/s/);
});

test('a wrong count, a wrong checksum and a crash are problems, not results', () => {
  for (const wrong of [
    { count: count - 1, checksum },
    { count, checksum: checksum + 1 },
  ]) {
    const [result] = measure(
      workload,
      [printing(JSON.stringify({ ...wrong, seconds: 1, cpuSeconds: 1, rssMb: 1 }))],
      1,
    );
    assert.match(result?.problem ?? '', /^did \d+ \(checksum -?\d+\), not 1023760/);
  }
  const crash: Engine = { ...printing(''), command: () => [process.execPath, '-e', 'process.exit(3)'] };
  assert.match(measure(workload, [crash], 1)[0]?.problem ?? '', /^ended with 3/);
});

test.run();
