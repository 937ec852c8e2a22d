import type { Command } from 'commander';
import type { Offer } from '../sweep/redis/redis-worker.ts';
import type { Io } from './io.ts';
import { loadScenario } from './load-scenario.ts';

interface Options {
  readonly redis?: string;
  readonly concurrency?: string;
  readonly takeover: string;
  readonly idle?: string;
}

const examples = `
A worker computes runs of every study whose code is its own, byte for byte;
others it refuses. Stop it with Ctrl-C or SIGTERM: it finishes what it computes.
A worker that is killed loses nothing: its runs are taken over by others.

Examples:
  escapement worker --redis redis://host:6379 --concurrency 8
  ESCAPEMENT_REDIS=rediss://user:password@host:6379 escapement worker --idle 10min
  escapement worker ./my-scenario.js --redis redis://host:6379
`;

/** `escapement worker`: computes runs that `escapement sweep --redis` asks for. */
export function configure(command: Command, io: Io): void {
  command
    .argument('[files...]', 'scenario files of your own that this worker computes, beside those of the package')
    .option('--redis <url>', 'Redis server (default: ESCAPEMENT_REDIS)')
    .option('--concurrency <number>', 'runs at a time, each in a thread (default: one per core)')
    .option('--takeover <time>', 'silence after which its runs are given to others', '30s')
    .option('--idle <time>', 'end after this time without work')
    .addHelpText('after', examples)
    .action((files: readonly string[], options: Options) => work(files, options, io));
}

async function work(files: readonly string[], options: Options, io: Io): Promise<void> {
  const { readRedisUrl } = await import('../sweep/redis/redis-url.ts');
  const { readThreads } = await import('./threads.ts');
  const { codeIdentity } = await import('../sweep/code-hash.ts');
  const { registry } = await import('../registry.ts');
  const server = readRedisUrl(options.redis);
  const cores = (await import('node:os')).availableParallelism();
  const concurrency = readThreads(options.concurrency, 'concurrency') ?? cores;
  const takeover = await readTime('takeover', options.takeover, '1s');
  const idle = options.idle === undefined ? Number.POSITIVE_INFINITY : await readTime('idle', options.idle, '1s');
  const { version, hash } = codeIdentity();
  const offers: Offer[] = [
    {
      code: hash,
      find: async (id) => {
        const entry = registry.find((candidate) => candidate.id === id);
        return entry === undefined ? undefined : { scenario: await entry.load(), name: id };
      },
    },
  ];
  for (const file of files) {
    const scenario = await loadScenario(file);
    const offer = { scenario, name: file };
    offers.push({ code: codeIdentity(file).hash, find: async (id) => (id === scenario.id ? offer : undefined) });
  }
  const say = (text: string): void => io.err(`${text}\n`);
  const { startRedisWorker } = await import('../sweep/redis/redis-worker.ts');
  const { startRunPool } = await import('./run-pool.ts');
  const pool = startRunPool(concurrency);
  try {
    const worker = await startRedisWorker(server, { offers, version, concurrency, takeover, pool, say });
    say(`worker ${process.pid} at ${server.name}: ${concurrency} runs at a time, code ${hash} (version ${version})`);
    await new Promise<void>((resolve) => {
      const stopListening = io.listenForInterrupt(() => end());
      const timer = setInterval(() => worker.idleMs() >= idle && end(), 200);
      const end = (): void => {
        clearInterval(timer);
        stopListening();
        resolve();
      };
    });
    if (worker.counts.active > 0) say(`finishing ${worker.counts.active} runs; again to leave them to others`);
    const leave = io.listenForInterrupt();
    await worker.close();
    leave();
    say(`${worker.counts.done} runs computed, ${worker.counts.failed} set aside`);
  } finally {
    await pool.close();
  }
}

/** A time as milliseconds. Throws PARAM_VALUE. */
async function readTime(name: string, text: string, min: string): Promise<number> {
  const { fieldOf } = await import('../kit/field.ts');
  const { param } = await import('../kit/param.ts');
  const { parseValue } = await import('../kit/parse-value.ts');
  const schema = param.duration({ min, max: '24h', default: '30s', describe: name });
  return (parseValue(fieldOf('command', name, schema), text) as number) / 1e9;
}
