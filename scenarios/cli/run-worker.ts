import { BroadcastChannel } from 'node:worker_threads';
import type { Resolved } from '../kit/parameters.ts';
import { type Replication, type RunReport, runReplication, runScenario } from '../kit/run-scenario.ts';
import { type Attempt, attemptRun } from '../sweep/attempt.ts';
import { loadScenario } from './load-scenario.ts';

/** One run for a worker thread: the scenario by name, since code does not travel between threads. */
export interface RunTask {
  readonly scenario: string;
  readonly resolved: Resolved;
}

/** Computes a run; called by the pool in a worker thread. */
export async function computeRun(task: RunTask): Promise<RunReport> {
  return runScenario(await loadScenario(task.scenario), task.resolved);
}

/** Computes one replication of a run; called by the pool in a worker thread. */
export async function computeReplication(task: RunTask & { readonly replication: number }): Promise<Replication> {
  return runReplication(await loadScenario(task.scenario), task.resolved, task.replication);
}

/** Tries one replication and reports how far it is, at most once a second, to the channel of its pool; called by the pool in a worker thread. */
export async function computeAttempt(
  task: RunTask & {
    readonly replication: number;
    readonly progress?: { readonly channel: string; readonly id: string };
  },
): Promise<Attempt> {
  const scenario = await loadScenario(task.scenario);
  const { progress } = task;
  if (progress === undefined) return attemptRun(scenario, task.resolved, task.replication);
  let last = performance.now();
  return attemptRun(scenario, task.resolved, task.replication, (fraction, text) => {
    const now = performance.now();
    if (now - last < 1000) return;
    last = now;
    channelOf(progress.channel).postMessage({ id: progress.id, fraction, text });
  });
}

const channels = new Map<string, BroadcastChannel>();

function channelOf(name: string): BroadcastChannel {
  let channel = channels.get(name);
  if (channel === undefined) {
    channel = new BroadcastChannel(name);
    channel.unref();
    channels.set(name, channel);
  }
  return channel;
}
