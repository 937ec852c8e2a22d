import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { BroadcastChannel } from 'node:worker_threads';
import { type Job as QueueJob, UnrecoverableError, Worker } from 'bullmq';
import { SimError } from '../../../engine/index.ts';
import { quoted } from '../../kit/errors.ts';
import { type Resolved, resolveParams } from '../../kit/parameters.ts';
import type { Replication } from '../../kit/run-scenario.ts';
import type { ParamsInput, Scenario } from '../../kit/scenario.ts';
import { type Attempt, attemptLimit } from '../attempt.ts';
import { connect, keyPrefix, queueConnection } from './connection.ts';
import { checkJob, type Job, jobRefusal } from './job.ts';
import { announce, announceEvery, depart, type Presence, present } from './presence.ts';
import { cancelChannel, cancelled, logChannel, queueName } from './redis-engine.ts';
import type { RedisServer } from './redis-url.ts';

/** Scenarios that a worker computes with some code. */
export interface Offer {
  readonly code: string;
  /** The scenario of this id and the name by which threads load it, or undefined when this offer has none. */
  readonly find: (id: string) => Promise<{ readonly scenario: Scenario; readonly name: string } | undefined>;
}

export interface RedisWorkerOptions {
  readonly offers: readonly Offer[];
  readonly version: string;
  /** Runs computed at a time. */
  readonly concurrency: number;
  /** Milliseconds of silence after which others take over the runs of a worker. */
  readonly takeover: number;
  readonly pool: {
    readonly attempt: (
      scenario: string,
      resolved: Resolved,
      replication: number,
      options: { readonly progress: { readonly channel: string; readonly id: string }; readonly cancel: AbortSignal },
    ) => Promise<Attempt>;
  };
  readonly say: (text: string) => void;
}

export interface RedisWorker {
  /** Runs computed and runs that failed since the start. */
  readonly counts: { readonly done: number; readonly failed: number; readonly active: number };
  /** Milliseconds since the last run ended or, before the first, since the start; 0 while one is computed. */
  readonly idleMs: () => number;
  /** Finishes what is being computed, takes nothing new, and frees the connections. */
  readonly close: () => Promise<void>;
}

/** Computes runs of studies at a Redis server until it is closed. Throws SWEEP_REDIS when the server cannot be reached at the start. */
export async function startRedisWorker(server: RedisServer, options: RedisWorkerOptions): Promise<RedisWorker> {
  const { offers, version, concurrency, takeover, pool, say } = options;
  const client = await connect(server);
  const listener = client.duplicate();
  const label = `${hostname()}/${process.pid}`;
  const me: Presence = { id: randomUUID(), codes: offers.map(({ code }) => code), version, label, slots: concurrency };
  const counts = { done: 0, failed: 0, active: 0 };
  const active = new Map<string, { readonly study: string; readonly abort: AbortController; readonly job: QueueJob }>();
  let lastEnd = performance.now();
  let lost = '';
  const onError = (error: Error): void => {
    const reason = (error as NodeJS.ErrnoException).code ?? error.message;
    if (reason !== lost) say(`${server.name}: ${quoted(reason, 200)}`);
    lost = reason;
  };
  for (const part of [client, listener]) part.on('error', onError);
  client.on('ready', () => {
    if (lost !== '') say(`connected to ${server.name} again`);
    lost = '';
  });
  const channel = new BroadcastChannel(`escapement-worker-${me.id}`);
  channel.onmessage = (message: unknown): void => {
    const { id, fraction, text } = (message as { data: { id: string; fraction: number; text?: string } }).data;
    const progress = { fraction: Number.isFinite(fraction) ? fraction : 0, ...(text === undefined ? {} : { text }) };
    void active.get(id)?.job.updateProgress(progress).catch(onError);
  };
  channel.unref();

  const compute = async (offer: Offer, queued: QueueJob): Promise<Replication> => {
    const id = queued.id ?? '';
    const { job, name, resolved } = await accept(offer, id, queued.data);
    const abort = new AbortController();
    active.set(id, { study: job.study, abort, job: queued });
    try {
      const progress = { channel: channel.name, id };
      const attempt = await pool.attempt(name, resolved, job.replication, { progress, cancel: abort.signal });
      if (attempt.kind === 'done') {
        for (const warning of attempt.replication.warnings) void queued.log(warning).catch(onError);
        counts.done += 1;
        return attempt.replication;
      }
      if (attempt.final) throw new UnrecoverableError(attempt.error);
      throw new Error(attempt.error);
    } catch (error) {
      if (abort.signal.aborted) throw new UnrecoverableError(cancelled);
      const reason = quoted((error as Error).message.split('\n')[0] ?? '', 300);
      const last = error instanceof UnrecoverableError || queued.attemptsMade + 1 >= attemptLimit;
      const text = `${label}: run ${id} failed at attempt ${queued.attemptsMade + 1}${last ? ', set aside' : ''}: ${reason}`;
      say(text);
      void client.publish(logChannel(job.study), text).catch(onError);
      if (last) counts.failed += 1;
      throw error;
    } finally {
      active.delete(id);
    }
  };

  const workers = offers.map((offer) => {
    const worker = new Worker(
      queueName(offer.code),
      async (job: QueueJob) => {
        counts.active += 1;
        try {
          return await compute(offer, job);
        } catch (error) {
          throw error instanceof SimError ? new UnrecoverableError(error.message) : error;
        } finally {
          counts.active -= 1;
          lastEnd = performance.now();
        }
      },
      {
        connection: queueConnection(server),
        prefix: keyPrefix,
        concurrency,
        lockDuration: takeover,
        stalledInterval: Math.max(500, Math.floor(takeover / 2)),
        maxStalledCount: attemptLimit - 1,
        runRetryDelay: 1000,
        name: label,
      },
    );
    worker.on('error', onError);
    return worker;
  });
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));

  await listener.subscribe(cancelChannel);
  listener.on('message', (_, study: string) => {
    for (const run of active.values()) if (run.study === study) run.abort.abort();
  });
  const refused = new Set<string>();
  const beat = async (): Promise<void> => {
    await announce(client, 'workers', me);
    for (const study of await present(client, 'studies')) {
      if (refused.has(study.id) || study.codes.some((code) => me.codes.includes(code))) continue;
      refused.add(study.id);
      say(
        `refused study ${quoted(study.id)} of ${quoted(study.label)}: it needs code ${quoted(study.codes[0] ?? '')} (version ${quoted(study.version)}), this worker has ${me.codes[0]} (version ${version})`,
      );
    }
  };
  await beat();
  const timer = setInterval(() => void beat().catch(onError), announceEvery);

  return {
    counts,
    idleMs: () => (counts.active > 0 ? 0 : performance.now() - lastEnd),
    async close() {
      clearInterval(timer);
      await Promise.allSettled(workers.map((worker) => worker.close()));
      await Promise.race([
        depart(client, 'workers', me).catch(() => 0),
        new Promise((resume) => setTimeout(resume, 1000)),
      ]);
      channel.close();
      client.disconnect();
      listener.disconnect();
    },
  };
}

/** Checks a job against what this worker offers. Throws SWEEP_JOB. */
async function accept(
  offer: Offer,
  id: string,
  data: unknown,
): Promise<{ readonly job: Job; readonly name: string; readonly resolved: Resolved }> {
  const job = checkJob(id, data);
  if (job.code !== offer.code)
    throw jobRefusal(id, `it needs code ${job.code}, this worker has ${offer.code}`, 'Start a worker of that version.');
  const found = await offer.find(job.scenario);
  if (found === undefined)
    throw jobRefusal(id, `scenario ${job.scenario} is not here`, 'Name its file: escapement worker ./my-scenario.js.');
  try {
    const resolved = resolveParams(found.scenario, { ...job.own, ...job.reserved } as ParamsInput);
    return { job, name: found.name, resolved };
  } catch (error) {
    if (error instanceof SimError) throw jobRefusal(id, error.message, 'Jobs are made by escapement sweep --redis.');
    throw error;
  }
}
