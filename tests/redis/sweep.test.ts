import { appendFileSync, cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Queue } from 'bullmq';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { codeIdentity } from '../../scenarios/sweep/code-hash.ts';
import { connect } from '../../scenarios/sweep/redis/connection.ts';
import { present } from '../../scenarios/sweep/redis/presence.ts';
import { queueName } from '../../scenarios/sweep/redis/redis-engine.ts';
import { type Running, Stage, toy } from './processes.ts';
import { startProxy, startRedis, type TestServer, until } from './server.ts';

const test = suite('redis/sweep');

/** Runs a test with a server and a stage of its own; both are gone afterwards. */
function staged(name: string, body: (stage: Stage, redis: TestServer) => Promise<void>, persistent = false): void {
  test(name, async () => {
    const redis = await startRedis(persistent);
    const stage = new Stage();
    try {
      await body(stage, redis);
    } finally {
      await stage.close();
      await redis.close();
    }
  });
}

/** Forty runs of 100 ms. */
const slow = ['--vary', 'share=1..8:+1', '--vary', 'size=840,1680,2520,3360,4200', '--set', 'wait=100ms'];

/** Results must be those of one process, and every run must be journalled once. */
async function checkAgainstLocal(stage: Stage, name: string, args: readonly string[], runs: number): Promise<void> {
  const local = stage.sweep('local', [...args, '--in-process']);
  assert.is(await local.exit, 0, local.text());
  for (const file of ['results.csv', 'results.json', 'report.html', 'study.json'])
    assert.is(stage.result(name, file), stage.result('local', file), file);
  const lines = stage.journal(name);
  assert.is(new Set(lines.map((line) => /"p":\d+,"r":\d+/.exec(line)?.[0])).size, runs);
  assert.is(lines.length, runs);
}

async function finish(sweep: Running, code = 0): Promise<void> {
  await until(() => sweep.child.exitCode !== null, `the sweep: ${sweep.text()}`, 120);
  assert.is(await sweep.exit, code, sweep.text());
}

staged('two workers give the same files as one process', async (stage, redis) => {
  const args = [
    '--vary',
    'kind',
    '--vary',
    'size=840,1680',
    '--set',
    'noise=0.2',
    '--replications',
    '8',
    '--until-precision',
    '5%',
  ];
  const workers = [stage.worker(redis.url), stage.worker(redis.url, { concurrency: 2 })];
  const sweep = stage.sweep('far', [...args, '--redis', redis.url]);
  await finish(sweep);
  await checkAgainstLocal(stage, 'far', args, stage.journal('far').length);
  for (const worker of workers) {
    worker.child.kill('SIGTERM');
    assert.is(await worker.exit, 0, worker.text());
    assert.match(worker.text(), /\d+ runs computed, 0 set aside/);
  }
});

staged('workers killed in the middle lose nothing', async (stage, redis) => {
  const workers = [stage.worker(redis.url, { concurrency: 2 }), stage.worker(redis.url, { concurrency: 2 })];
  const sweep = stage.sweep('far', [...slow, '--redis', redis.url]);
  for (const [i, worker] of workers.entries()) {
    await until(() => stage.journal('far').length >= 6 * (i + 1), 'some runs');
    worker.child.kill('SIGKILL');
    stage.worker(redis.url, { concurrency: 2 });
  }
  await finish(sweep);
  await checkAgainstLocal(stage, 'far', slow, 40);
});

staged('a sweep killed in the middle resumes and counts every run once', async (stage, redis) => {
  stage.worker(redis.url, { concurrency: 2 });
  const first = stage.sweep('far', [...slow, '--redis', redis.url]);
  await until(() => stage.journal('far').length >= 8, 'some runs');
  first.child.kill('SIGKILL');
  await first.exit;
  const before = stage.journal('far');
  const second = stage.sweep('far', [...slow, '--redis', redis.url]);
  await finish(second);
  assert.match(second.text(), `${before.length} were journalled before`);
  assert.equal(stage.journal('far').slice(0, before.length), before);
  await checkAgainstLocal(stage, 'far', slow, 40);
});

for (const persistent of [true, false])
  staged(
    `a server that restarts ${persistent ? 'with' : 'without'} its data loses nothing`,
    async (stage, redis) => {
      stage.worker(redis.url, { concurrency: 2 });
      const sweep = stage.sweep('far', [...slow, '--redis', redis.url]);
      await until(() => stage.journal('far').length >= 8, 'some runs');
      await redis.kill();
      await until(() => /connection to .* lost/.test(sweep.text()), 'the sweep to notice');
      await redis.start();
      await finish(sweep);
      await checkAgainstLocal(stage, 'far', slow, 40);
    },
    persistent,
  );

staged('a cut network is waited out', async (stage, redis) => {
  const [near, far] = [await startProxy(redis.port), await startProxy(redis.port)];
  try {
    stage.worker(near.url, { concurrency: 2 });
    const sweep = stage.sweep('far', [...slow, '--redis', far.url]);
    for (const [i, proxy] of [near, far].entries()) {
      await until(() => stage.journal('far').length >= 8 * (i + 1), 'some runs');
      proxy.set('closed');
      await new Promise((resume) => setTimeout(resume, 1500));
      proxy.set('open');
    }
    await finish(sweep);
    assert.match(sweep.text(), '40 runs computed');
    await checkAgainstLocal(stage, 'far', slow, 40);
  } finally {
    await Promise.all([near.close(), far.close()]);
  }
});

staged('a run delivered twice counts once: its worker fell silent and came back', async (stage, redis) => {
  const proxy = await startProxy(redis.port);
  try {
    const args = ['--vary', 'share=1..4:+1', '--set', 'size=840', '--set', 'wait=2s'];
    const lost = stage.worker(proxy.url, { concurrency: 2 });
    await until(() => lost.text().includes('runs at a time'), 'the worker');
    const sweep = stage.sweep('far', [...args, '--redis', redis.url]);
    await until(() => stage.begun().length >= 2, 'two runs to begin');
    proxy.set('silent');
    stage.worker(redis.url, { concurrency: 2 });
    await until(() => stage.begun().length >= 6, 'other workers to take over');
    proxy.set('open');
    await finish(sweep);
    assert.ok(stage.begun().length >= 6);
    await checkAgainstLocal(stage, 'far', args, 4);
  } finally {
    await proxy.close();
  }
});

staged('a worker of other code refuses, and the sweep says so', async (stage, redis) => {
  const top = fileURLToPath(new URL('../../../', import.meta.url));
  const copy = join(stage.folder, 'copy');
  mkdirSync(copy);
  for (const entry of ['dist', 'package.json'])
    cpSync(join(top, entry), join(copy, entry), { recursive: true, filter: (from) => !from.endsWith('.map') });
  symlinkSync(join(top, 'node_modules'), join(copy, 'node_modules'));
  appendFileSync(join(copy, 'dist/engine/index.js'), '\n// another version\n');
  const other = stage.worker(redis.url, { main: join(copy, 'dist/scenarios/cli/main.js') });
  await until(() => other.text().includes('runs at a time'), 'the other worker');
  const args = ['--vary', 'share=1,2,4'];
  const sweep = stage.sweep('far', [...args, '--redis', redis.url]);
  await until(() => other.text().includes('refused study'), `the refusal: ${other.text()}`);
  await until(
    () => sweep.text().includes('has other code and refuses this study'),
    `the sweep to say so: ${sweep.text()}`,
  );
  assert.equal(stage.begun(), []);
  stage.worker(redis.url);
  await finish(sweep);
  await checkAgainstLocal(stage, 'far', args, 3);
});

staged('poison runs are set aside with their error, and the others are computed', async (stage, redis) => {
  const args = ['--vary', 'fate=fine,throws,kills', '--vary', 'size=840,1680'];
  let over = false;
  const keepWorking = async (): Promise<void> => {
    while (!over) await stage.worker(redis.url).exit;
  };
  void keepWorking();
  const sweep = stage.sweep('far', [...args, '--redis', redis.url]);
  await finish(sweep);
  over = true;
  const table = stage.result('far');
  assert.match(table, 'replication 0: told to throw at 840');
  assert.match(table, 'replication 0: its worker died at each of 3 attempts');
  assert.is(table.match(/,done,/g)?.length, 2);
  assert.match(sweep.text(), 'failed at attempt 3, set aside: told to throw at 840');
  const begun = stage.begun().filter((line) => / 840 1 plain /.test(line));
  assert.ok(begun.length >= 7, begun.join('\n'));
});

staged('Ctrl-C gives up what workers compute, and the same command continues', async (stage, redis) => {
  const args = ['--vary', 'share=1..4:+1', '--set', 'size=840', '--set', 'wait=3s'];
  const worker = stage.worker(redis.url, { concurrency: 2 });
  const first = stage.sweep('far', [...args, '--redis', redis.url]);
  await until(() => stage.begun().length >= 2, 'two runs to begin');
  first.child.kill('SIGINT');
  await finish(first, 130);
  const queue = new Queue(queueName(codeIdentity(toy).hash), {
    connection: { url: redis.url, maxRetriesPerRequest: null },
    prefix: 'escapement',
  });
  await until(async () => (await queue.getActiveCount()) === 0, 'the worker to give up', 2);
  assert.is(await queue.getWaitingCount(), 0);
  await queue.close();
  const second = stage.sweep('far', [...args, '--redis', redis.url]);
  await finish(second);
  await checkAgainstLocal(stage, 'far', args, 4);
  assert.is(worker.child.exitCode, null);
});

staged('a job that nobody may have made is refused in one line', async (stage, redis) => {
  const worker = stage.worker(redis.url);
  await until(() => worker.text().includes('runs at a time'), 'the worker');
  const { hash } = codeIdentity(toy);
  const queue = new Queue(queueName(hash), {
    connection: { url: redis.url, maxRetriesPerRequest: null },
    prefix: 'escapement',
  });
  const good = {
    form: 1,
    study: '0123456789abcdef',
    code: hash,
    scenario: 'toy',
    own: { size: 64 },
    reserved: { seed: 1 },
    replication: 0,
  };
  const refusal = async (data: unknown): Promise<string> => {
    const job = await queue.add('x', data, { attempts: 3 });
    await until(() => job.isFailed().then((failed) => failed || job.isCompleted()), 'the job to end');
    return (await queue.getJob(job.id as string))?.failedReason ?? '';
  };
  try {
    assert.is(await refusal(good), '');
    assert.match(await refusal('rm -rf'), /^job \d+ refused: its data: /);
    assert.match(await refusal({ ...good, scenario: '../../evil.js' }), 'refused: scenario: ');
    assert.match(await refusal({ ...good, scenario: 'ulysses' }), 'refused: scenario ulysses is not here');
    assert.match(await refusal({ ...good, code: '0'.repeat(16) }), 'refused: it needs code 0000000000000000');
    assert.match(await refusal({ ...good, own: { size: -1 } }), 'refused: size=-1: must be');
    assert.match(await refusal({ ...good, own: { share: 3 } }), 'cannot be shared by 3');
    assert.match(await refusal({ ...good, replication: 0.5 }), 'refused: replication: ');
    assert.match(await refusal({ ...good, more: 1 }), 'refused: its data: ');
    assert.is(stage.begun().length, 1);
  } finally {
    await queue.close();
  }
});

staged('addresses and servers that do not answer are refused in one line', async (stage, redis) => {
  const refusal = async (url: string): Promise<string> => {
    const sweep = stage.sweep('none', ['--vary', 'share=1,2', '--redis', url]);
    assert.is(await sweep.exit, 2, sweep.text());
    assert.is(sweep.text().trim().split('\n').length, 1, sweep.text());
    return sweep.text();
  };
  assert.match(await refusal('http://host'), 'does not begin with redis://');
  assert.match(await refusal('redis://127.0.0.1:1'), 'no connection to 127.0.0.1:1: ECONNREFUSED');
  const withPassword = redis.url.replace('//', '//user:secret@');
  assert.not.match(await refusal(withPassword), 'secret');
  const client = await connect({ url: redis.url, name: 'test' });
  await client.zadd('escapement:workers', Date.now() + 60_000, 'no json');
  await client.zadd('escapement:workers', Date.now() + 60_000, '{"id":3}');
  assert.equal(await present(client, 'workers'), []);
  client.disconnect();
});

staged('ten thousand short runs, each once', async (stage, redis) => {
  const all = ['--vary', 'size=1..10000:+1'];
  for (let i = 0; i < 2; i++) stage.worker(redis.url);
  const sweep = stage.sweep('far', [...all, '--redis', redis.url]);
  await finish(sweep);
  console.log(`\n   ${/\d+ runs computed on .* in [\d.]+ s/.exec(sweep.text())?.[0]}`);
  assert.is(stage.begun().length, 10_000);
  await checkAgainstLocal(stage, 'far', all, 10_000);
});

test.run();
