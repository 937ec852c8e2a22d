import { Redis, type RedisOptions } from 'ioredis';
import { quoted } from '../../kit/errors.ts';
import { sweepErrors } from '../errors.ts';
import type { RedisServer } from './redis-url.ts';

/** Prefix of every key. */
export const keyPrefix = 'escapement';

/** Milliseconds without an answer after which a connection is taken for dead; longer than any command waits on purpose (10 s). */
const silence = 15_000;

/** Options of every connection: it comes back by itself for as long as the process lives, and notices a network that swallows everything. */
export const connectionOptions = {
  maxRetriesPerRequest: null,
  connectTimeout: 5000,
  keepAlive: 5000,
  socketTimeout: silence,
  retryStrategy: (times: number): number => Math.min(100 * times, 1000),
} as const satisfies RedisOptions;

/** Options for the queue library: a connection of its own for each of its parts. */
export function queueConnection(server: RedisServer): typeof connectionOptions & { readonly url: string } {
  return { ...connectionOptions, url: server.url };
}

/** Connects, or says in one line why that is impossible; later losses of the connection are waited out. Throws SWEEP_REDIS. */
export async function connect(server: RedisServer): Promise<Redis> {
  const client = new Redis(server.url, { ...connectionOptions, lazyConnect: true, retryStrategy: () => null });
  let reason = '';
  client.on('error', (error: Error) => {
    reason = (error as NodeJS.ErrnoException).code ?? error.message;
  });
  try {
    await client.connect();
    await client.ping();
    const info = await client.info('server');
    const version = /redis_version:(\d+)/.exec(info)?.[1];
    if (version !== undefined && Number(version) < 6) reason = `is version ${version}`;
    if (reason !== '') throw new Error(reason);
    client.options.retryStrategy = connectionOptions.retryStrategy;
    return client;
  } catch (error) {
    client.disconnect();
    throw sweepErrors.create('SWEEP_REDIS', {
      problem: `no connection to ${server.name}: ${quoted(reason || (error as Error).message, 120)}`,
      hint: 'Check that Redis 6 or later runs there, and the address and password.',
    });
  }
}
