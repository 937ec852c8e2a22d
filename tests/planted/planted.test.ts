import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type CommandCheck,
  caseFile,
  checkCommands,
  checkpointOracle,
  declaredDependences,
  type Failure,
  findFailure,
  type Request,
  replayCase,
  requests,
  tieOrderReport,
} from '../../scenarios/kit/testing/index.ts';
import { simulatedRuns } from '../scenarios/kit/testing/quick-works.ts';
import { type Bug, runLock } from './broken-lock.ts';

const test = suite('planted bugs');
const seed = 20261123;

/** Each bug with the invariant that finds it. */
const bugs: Readonly<Record<Bug, RegExp>> = {
  'stale wake-up': /no stale wake-up/,
  'lost wake-up': /no lost grant/,
  'double grant': /no double grant/,
  'order by Map iteration': /first come, first served/,
  'observer changes the run': /observer transparency/,
  'leaked task': /tiling/,
};

const checkOf = (bug?: Bug): CommandCheck<Request> => ({
  name: `lock${bug === undefined ? '' : ` with ${bug}`}`,
  command: requests(),
  run: (commands) => runLock(commands, bug),
});

for (const [bug, found] of Object.entries(bugs) as ReadonlyArray<[Bug, RegExp]>)
  test(`${bug} is found by seed and shrunk to at most five commands`, () => {
    const failure = findFailure(checkOf(bug), { seed }) as Failure<Request>;
    assert.ok(failure !== undefined, 'not found');
    assert.match(failure.reason, found);
    assert.ok(failure.commands.length <= 5, `${failure.commands.length} commands`);
    const { seed: again, path } = failure;
    assert.equal(findFailure(checkOf(bug), { seed: again, path })?.commands, failure.commands);
    assert.throws(() => replayCase(checkOf(bug), caseFile({ ...failure })), found);
    // The case alone does not fail the lock that is right.
    runLock(failure.commands);
  });

test('the lock without a bug passes, so that nothing is found where nothing is', () => {
  checkCommands(checkOf(), { seed, numRuns: 1000 });
});

for (const { entry, runs } of await simulatedRuns(true))
  test(`the checkpoint oracle and independence of ties hold at the whole quick preset: ${entry.id}`, async () => {
    for (const { work } of runs) {
      const { simulations, checkpoints, byState } = await checkpointOracle(work, [0.43, 0.86]);
      assert.is(checkpoints, 2 * simulations);
      assert.is(byState, entry.resumes === 'by state' ? checkpoints : 0);
      assert.equal((await tieOrderReport(work, [3], declaredDependences[entry.id])).undeclared, []);
    }
  });

test.run();
