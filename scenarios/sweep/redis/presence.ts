import type { Redis } from 'ioredis';
import { z } from 'zod';
import { keyPrefix } from './connection.ts';

const schema = z.object({
  id: z.string().max(200),
  /** Code of which runs are computed or wanted. */
  codes: z.array(z.string().max(64)).max(1000),
  version: z.string().max(64),
  /** Host and process of a worker, scenario of a study. */
  label: z.string().max(300),
  slots: z.number().int().min(0),
});

/** Who is there: a worker, or a study that waits for workers. */
export type Presence = z.output<typeof schema>;

const lifetime = 15_000;

/** Milliseconds between two announcements. */
export const announceEvery = 3000;

/** Announces a worker or a study for 15 s; the server's own clock counts. */
export async function announce(client: Redis, kind: 'workers' | 'studies', presence: Presence): Promise<void> {
  const key = `${keyPrefix}:${kind}`;
  const now = await serverTime(client);
  await client
    .multi()
    .zadd(key, now + lifetime, JSON.stringify(presence))
    .zremrangebyscore(key, '-inf', now)
    .pexpire(key, 2 * lifetime)
    .exec();
}

/** Takes an announcement back. */
export async function depart(client: Redis, kind: 'workers' | 'studies', presence: Presence): Promise<void> {
  await client.zrem(`${keyPrefix}:${kind}`, JSON.stringify(presence));
}

/** Everybody who was announced in the last 15 s; what is malformed is left out. */
export async function present(client: Redis, kind: 'workers' | 'studies'): Promise<readonly Presence[]> {
  const now = await serverTime(client);
  const texts = await client.zrangebyscore(`${keyPrefix}:${kind}`, now, '+inf');
  return texts.flatMap((text) => {
    try {
      const checked = schema.safeParse(JSON.parse(text));
      return checked.success ? [checked.data] : [];
    } catch {
      return [];
    }
  });
}

async function serverTime(client: Redis): Promise<number> {
  const [seconds, micros] = await client.time();
  return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
}
