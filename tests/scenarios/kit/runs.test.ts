import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type RunReport, runScenario, shareRuns } from '../../../scenarios/kit/index.ts';
import { scenario as pingPong } from './ping-pong.ts';

const test = suite('runs');

test('a metric that a run does not have is refused with those it has', async () => {
  const run = shareRuns(pingPong, async (resolved): Promise<RunReport> => runScenario(pingPong, resolved));
  const result = await run({});
  assert.throws(
    () => result.number('speed'),
    (error: Error) => 'code' in error && error.code === 'METRIC_UNKNOWN' && error.message.includes("no metric 'speed'"),
  );
});

test.run();
