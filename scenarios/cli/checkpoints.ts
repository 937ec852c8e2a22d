import { existsSync, readFileSync, statSync } from 'node:fs';
import {
  atEvent,
  type Checkpoint,
  checkpoint,
  picosecondsPerTick,
  type Resumed,
  readCheckpoint,
  resumeWhenRun,
  SimError,
  type Simulation,
  snapshotErrors,
  watchSimulations,
} from '../../engine/index.ts';
import { kitErrors, quoted } from '../kit/errors.ts';
import { paramsToJson, type Resolved, resolveParams } from '../kit/parameters.ts';
import type { ParamsInput, Scenario } from '../kit/scenario.ts';
import { readNumber } from '../kit/units.ts';
import type { CheckpointOptions } from './checkpoint-options.ts';
import { exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';
import { checkWritable, writeWhole } from './write-file.ts';

/** What a checkpoint of the command knows about its run. */
export interface RunMeta {
  /** The scenario as it was named on the command line. */
  readonly scenario: string;
  readonly params: ParamsInput;
  /** Which of the run's simulations it was taken of, counted from 1. */
  readonly simulation: number;
}

/** Whether a checkpoint, not the program, is at fault. */
export function isCheckpointError(error: unknown): error is SimError {
  return error instanceof SimError && Object.hasOwn(snapshotErrors.catalogue, error.code);
}

/** Saves checkpoints as the options ask, the latest in the file, written whole or not at all. Throws USAGE. */
export function startCheckpoints(
  options: CheckpointOptions,
  name: string,
  scenario: Scenario,
  resolved: Resolved,
): { finish(io: Io): void } | undefined {
  if (options.checkpointEvery === undefined) {
    if (options.checkpointFile === undefined && options.checkpointSimulation === undefined) return undefined;
    throw kitErrors.create('USAGE', {
      problem: 'no checkpoint is taken',
      hint: 'Add --checkpoint-every 10ms.',
    });
  }
  const read = readNumber(options.checkpointEvery, { dimension: 'duration', unit: 's', binary: false });
  if (read.kind !== 'value' || !(read.value > 0))
    throw kitErrors.create('USAGE', {
      problem: `--checkpoint-every ${quoted(options.checkpointEvery)} is no time above 0`,
      hint: 'Write it as 10ms or 15us.',
    });
  const only = options.checkpointSimulation ?? '';
  if (!/^([1-9]\d{0,8})?$/.test(only))
    throw kitErrors.create('USAGE', {
      problem: `--checkpoint-simulation is ${quoted(only)}`,
      hint: 'Give a whole number from 1 on.',
    });
  const file = options.checkpointFile ?? `${scenario.id}.ckpt`;
  checkWritable(file, '--checkpoint-file');
  const params = { ...paramsToJson(scenario, resolved), seed: resolved.reserved.seed };
  let taken = 0;
  let latest = 0;
  let replayOnly: string | undefined;
  let bytes = 0;
  let refused: string | undefined;
  let simulations = 0;
  const stop = watchSimulations((sim: Simulation) => {
    const simulation = ++simulations;
    if (only !== '' && simulation !== Number(only)) return;
    const every = read.value / picosecondsPerTick[sim.resolution];
    let next = every;
    sim.watch({
      eventEnds() {
        if (sim.now < next || refused !== undefined) return;
        next = (Math.floor(sim.now / every) + 1) * every;
        const saved = checkpoint(sim, { scenario: name, params, simulation });
        const container = saved.bytes();
        try {
          writeWhole(file, container, '--checkpoint-file');
        } catch (error) {
          refused = (error as Error).message; // the run is worth more than its checkpoints
          return;
        }
        taken += 1;
        latest = simulation;
        replayOnly = saved.replayOnly;
        bytes = container.length;
      },
    });
  });
  return {
    finish(io) {
      stop();
      const which = simulations === 1 ? '' : ` of simulation ${latest} of ${simulations}`;
      if (taken > 0)
        io.err(`checkpoints: ${taken} taken, the latest${which} is ${file}, ${Math.ceil(bytes / 1024)} KiB\n`);
      if (replayOnly !== undefined) io.err(`it holds the moment only, --resume runs up to it again: ${replayOnly}\n`);
      if (refused !== undefined) {
        io.err(`error: no further checkpoint: ${refused}\n`);
        io.setExitCode(exitCodes.badInput);
      } else if (taken === 0)
        io.err(`${io.color.yellow('warning:')} no checkpoint: no simulation ran for ${options.checkpointEvery}\n`);
    },
  };
}

/** A checkpoint file of the command. Throws USAGE, SNAPSHOT_FOREIGN, SNAPSHOT_NEWER, SNAPSHOT_CUT, SNAPSHOT_ALTERED. */
export function readCheckpointFile(file: string): { readonly checkpoint: Checkpoint; readonly meta: RunMeta } {
  if (!existsSync(file) || !statSync(file).isFile())
    throw kitErrors.create('USAGE', {
      problem: `there is no checkpoint ${quoted(file, 200)}`,
      hint: 'Make one: escapement run ulysses --checkpoint-every 10s.',
    });
  const checkpoint = readCheckpoint(readFileSync(file));
  const meta = checkpoint.meta as unknown as RunMeta;
  if (typeof meta.scenario !== 'string' || typeof meta.simulation !== 'number')
    throw kitErrors.create('USAGE', {
      problem: `${quoted(file, 200)} is a checkpoint of a program, not of the command`,
      hint: 'Restore it where it was made.',
    });
  return { checkpoint, meta };
}

/** Calls `reached` at the moment of `checkpoint` in the runs to come. Throws SNAPSHOT_DIVERGED there when it is another moment. */
export function whenReached(
  checkpoint: Checkpoint,
  meta: RunMeta,
  reached: (sim: Simulation) => void,
): { stop(): void } {
  let simulations = 0;
  const stop = watchSimulations((sim: Simulation) => {
    if (++simulations !== meta.simulation) return;
    atEvent(sim, checkpoint.event, () => {
      const { event, fingerprint: was } = checkpoint;
      const now = sim.fingerprint();
      if (now !== was) throw snapshotErrors.create('SNAPSHOT_DIVERGED', { event, now, was });
      reached(sim);
    });
  });
  return { stop };
}

/**
 * Prepares to go on from a checkpoint: its simulation is set up, and its states are put back, or it is replayed where they cannot be; other
 * simulations of the run are run. `whole`: something else wants to see the run from its start. Throws SNAPSHOT_CHANGED for another scenario
 * or other parameters.
 */
export function startResume(
  file: string,
  scenario: Scenario,
  given: ParamsInput,
  whole: string | undefined,
): { readonly resolved: Resolved; tell(io: Io): void; stop(): void } {
  const { checkpoint: saved, meta } = readCheckpointFile(file);
  const refuse = (what: string, was: unknown, now: unknown): never => {
    throw snapshotErrors.create('SNAPSHOT_CHANGED', { what, was, now });
  };
  const savedId = meta.scenario;
  if (savedId !== scenario.id && !/[\\/.]/.test(savedId)) refuse('the scenario', savedId, scenario.id);
  const resolved = resolveParams(scenario, meta.params);
  const wanted = resolveParams(scenario, { ...meta.params, ...given });
  for (const part of ['own', 'reserved'] as const)
    for (const [name, value] of Object.entries(wanted[part])) {
      const was = (resolved[part] as Readonly<Record<string, unknown>>)[name];
      if (was !== value) refuse(name, was, value);
    }
  let resumed: Resumed | undefined;
  let simulations = 0;
  const stop = watchSimulations((sim: Simulation) => {
    if (++simulations === meta.simulation)
      resumeWhenRun(sim, saved, (_, how) => (resumed = how), whole === undefined ? {} : { replay: whole });
  });
  return {
    resolved,
    stop,
    tell(io) {
      if (resumed === undefined)
        throw snapshotErrors.create('SNAPSHOT_DIVERGED', {
          event: saved.event,
          now: 'none: the run ended before',
          was: saved.fingerprint,
        });
      const how =
        resumed.how === 'state'
          ? `states put back at event ${saved.event}`
          : `replayed to event ${saved.event} (${resumed.reason})`;
      io.err(`resumed: ${how}, same fingerprint as the checkpoint there\n`);
    },
  };
}
