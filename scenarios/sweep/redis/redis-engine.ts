import { Queue, QueueEvents } from 'bullmq';
import { quoted } from '../../kit/errors.ts';
import { attemptLimit } from '../attempt.ts';
import type { CodeIdentity } from '../code-hash.ts';
import { type RunResult, StudyStopped, type SweepEngine, type SweepRun } from '../engine.ts';
import type { Study } from '../study.ts';
import { connect, keyPrefix, queueConnection } from './connection.ts';
import { checkResult, type Job } from './job.ts';
import { announce, announceEvery, depart, type Presence, present } from './presence.ts';
import type { RedisServer } from './redis-url.ts';

/** Runs that are given to the server at a time: enough for hundreds of workers, little to lose with a server. */
const window = 1000;
const batch = 200;
/** Milliseconds after which a run without news is looked up. */
const newsWithin = 3000;
/** Seconds that results wait on the server for a sweep that died. */
const keepSeconds = 7 * 86_400;

interface Pending {
  readonly run: SweepRun;
  readonly settle: (result: RunResult) => void;
  readonly reject: (error: Error) => void;
  checked: number;
}

/** What workers write when a run was given up because its study was cancelled. */
export const cancelled = 'cancelled by its study';

/** Name of the queue for runs of some code: workers with other code never see them. */
export function queueName(code: string): string {
  return `runs-${code}`;
}

/** Channel on which a study tells workers to give up its runs. */
export const cancelChannel = `${keyPrefix}:cancel`;

/** Channel on which workers tell a study what happens. */
export function logChannel(study: string): string {
  return `${keyPrefix}:log:${study}`;
}

/**
 * Computes runs on workers at a Redis server. The server holds copies, never the truth: a run that it has lost is given to it again, a result
 * that comes twice counts once, because the journal knows. Throws SWEEP_REDIS when the server cannot be reached at the start.
 */
export async function redisEngine(
  study: Study,
  server: RedisServer,
  code: CodeIdentity,
  say: (text: string) => void,
): Promise<SweepEngine> {
  const client = await connect(server);
  const listener = client.duplicate();
  const options = { connection: queueConnection(server), prefix: keyPrefix };
  const queue = new Queue(queueName(code.hash), options);
  const events = new QueueEvents(queueName(code.hash), options);
  const trouble = troubleTeller(server, say);
  for (const part of [client, listener, queue, events]) (part as Queue).on('error', trouble.error);
  client.on('ready', trouble.well);
  await Promise.all([queue.waitUntilReady(), events.waitUntilReady()]);

  const pending = new Map<string, Pending>();
  const running = new Map<string, string>();
  let fresh: string[] = [];
  let finished: string[] = [];
  let stopped = false;
  let flushing = false;
  let workers: readonly Presence[] = [];

  const jobOf = ({ resolved, replication }: SweepRun): Job => ({
    form: 1,
    study: study.key,
    code: code.hash,
    scenario: study.scenario.id,
    own: resolved.own,
    reserved: resolved.reserved as unknown as Job['reserved'],
    replication,
  });
  const flush = async (): Promise<void> => {
    if (flushing) return;
    flushing = true;
    try {
      while (fresh.length > 0 || finished.length > 0) {
        const ids = fresh.slice(0, batch).filter((id) => pending.has(id));
        fresh = fresh.slice(batch);
        const gone = finished;
        finished = [];
        await Promise.all([
          ids.length > 0 ? queue.addBulk(ids.map((id) => entryOf(id, jobOf((pending.get(id) as Pending).run)))) : [],
          ...gone.map((id) => queue.remove(id).catch(() => 0)),
        ]);
      }
    } catch (error) {
      trouble.error(error as Error);
    } finally {
      flushing = false;
    }
  };
  const settle = (id: string, result: RunResult): void => {
    const waiting = pending.get(id);
    if (waiting === undefined) return;
    pending.delete(id);
    running.delete(id);
    waiting.settle(result);
    finished.push(id);
    setImmediate(flush);
  };
  const fail = (id: string, reason: string): void => {
    if (reason === cancelled) {
      void queue.remove(id).then(() => {
        if (!pending.has(id)) return;
        fresh.push(id);
        void flush();
      }, trouble.error);
      return;
    }
    const stalled = /stalled more than allowable/.test(reason);
    const error = stalled ? `its worker died at each of ${attemptLimit} attempts` : quoted(reason, 400);
    settle(id, { kind: 'failed', error });
  };
  const complete = (id: string, given: unknown): void => {
    const replication = checkResult(given);
    if (replication === undefined)
      settle(id, { kind: 'failed', error: 'its worker returned something that is no result' });
    else settle(id, { kind: 'done', replication });
  };
  /** Asks the server about runs without news: their event was lost, or the server lost them. */
  const look = async (id: string): Promise<void> => {
    const waiting = pending.get(id);
    if (waiting === undefined) return;
    const job = await queue.getJob(id);
    if (!pending.has(id) || stopped) return;
    waiting.checked = performance.now();
    if (job === undefined) fresh.push(id);
    else if (job.finishedOn === undefined) {
      if ((await job.getState()) !== 'unknown') return;
      await queue.remove(id).catch(() => 0);
      if (pending.has(id)) fresh.push(id);
    } else if (job.failedReason) fail(id, job.failedReason);
    else complete(id, job.returnvalue);
  };
  const lookAround = async (): Promise<void> => {
    const now = performance.now();
    const silent = [...pending].filter(([, { checked }]) => now - checked > newsWithin).map(([id]) => id);
    for (const id of silent) (pending.get(id) as Pending).checked = now;
    await Promise.all(silent.map(look));
    void flush();
  };

  events.on('completed', ({ jobId, returnvalue }) => complete(jobId, returnvalue));
  events.on('failed', ({ jobId, failedReason }) => {
    if (pending.has(jobId)) fail(jobId, failedReason);
  });
  events.on('progress', ({ jobId, data }) => {
    const { fraction } = data as { readonly fraction?: unknown };
    if (pending.has(jobId) && typeof fraction === 'number') running.set(jobId, `${Math.floor(fraction * 100)} %`);
  });
  await listener.subscribe(logChannel(study.key));
  listener.on('message', (_, text: string) => say(quoted(text, 500)));

  const me: Presence = {
    id: study.key,
    codes: [code.hash],
    version: code.version,
    label: study.scenario.id,
    slots: 0,
  };
  let told = '';
  const checkWorkers = async (): Promise<void> => {
    await announce(client, 'studies', me);
    const all = await present(client, 'workers');
    workers = all.filter(({ codes }) => codes.includes(code.hash));
    const text = workers.length > 0 ? '' : describeAbsence(all, code, server);
    if (text !== told && text !== '' && pending.size > 0) say(text);
    told = text;
  };
  const timers = [
    setInterval(() => void lookAround().catch(trouble.error), 1000),
    setInterval(() => void checkWorkers().catch(trouble.error), announceEvery),
  ];
  setTimeout(() => !stopped && void checkWorkers().catch(trouble.error), 500).unref();

  return {
    get name() {
      const slots = workers.reduce((sum, worker) => sum + worker.slots, 0);
      const shares = [...running.values()].slice(0, 3).join(', ');
      return `${workers.length} worker${workers.length === 1 ? '' : 's'} (${slots} slot${slots === 1 ? '' : 's'}) at ${server.name}${shares === '' ? '' : `, ${shares}`}`;
    },
    window,
    run(run) {
      if (stopped) return Promise.reject(new StudyStopped());
      const id = `${study.key}-${run.point}-${run.replication}`;
      return new Promise<RunResult>((resolve, reject) => {
        pending.set(id, { run, settle: resolve, reject, checked: performance.now() });
        fresh.push(id);
        if (fresh.length === 1) setImmediate(flush);
      });
    },
    stop() {
      stopped = true;
      const ids = [...pending.keys()];
      for (const { reject } of pending.values()) reject(new StudyStopped());
      pending.clear();
      fresh = [];
      finished.push(...ids);
      void client.publish(cancelChannel, study.key).catch(() => 0);
      void flush();
    },
    async close() {
      for (const timer of timers) clearInterval(timer);
      const farewell = async (): Promise<void> => {
        await flush();
        while (flushing) await new Promise((resume) => setTimeout(resume, 10));
        await depart(client, 'studies', me);
      };
      await Promise.race([farewell().catch(() => 0), new Promise((resume) => setTimeout(resume, 3000))]);
      trouble.mute();
      const closing = Promise.allSettled([queue.close(), events.close()]);
      await Promise.race([closing, new Promise((resume) => setTimeout(resume, 1000))]);
      await Promise.race([
        Promise.allSettled([queue.disconnect(), events.disconnect()]),
        new Promise((resume) => setTimeout(resume, 500)),
      ]);
      client.disconnect();
      listener.disconnect();
    },
  };

  function entryOf(id: string, data: Job) {
    return {
      name: data.scenario,
      data,
      opts: {
        jobId: id,
        attempts: attemptLimit,
        removeOnComplete: { age: keepSeconds },
        removeOnFail: { age: keepSeconds },
      },
    };
  }
}

function describeAbsence(all: readonly Presence[], code: CodeIdentity, server: RedisServer): string {
  const needed = `code ${code.hash} (version ${code.version})`;
  const [other] = all;
  if (other === undefined) return `no worker at ${server.name}: start escapement worker --redis with ${needed}`;
  const what =
    all.length === 1 ? `the worker at ${server.name} has` : `the ${all.length} workers at ${server.name} have`;
  return `${what} other code and refuses this study: it needs ${needed}, ${other.label} has ${other.codes[0]} (version ${other.version})`;
}

/** Says once that the connection is lost, and once that it is back. */
function troubleTeller(server: RedisServer, say: (text: string) => void) {
  let lost = false;
  let muted = false;
  return {
    error: (error: Error): void => {
      if (lost || muted) return;
      lost = true;
      const reason = (error as NodeJS.ErrnoException).code ?? error.message;
      say(`connection to ${server.name} lost (${quoted(reason, 120)}); waiting for it`);
    },
    well: (): void => {
      if (lost && !muted) say(`connected to ${server.name} again`);
      lost = false;
    },
    mute: (): void => {
      muted = true;
    },
  };
}
