import {
  age,
  CellArray,
  type Census,
  drawBits,
  drawFaults,
  drawKey,
  isVerified,
  type ProgrammedMessage,
  type ProgrammerMessage,
  type PulseWriter,
  programmer,
  type WriteLaw,
} from '../../actors/index.ts';
import {
  type ActorRef,
  createRandomSource,
  type Duration,
  defineActor,
  NO_TIME,
  Simulation,
  seconds,
  toSeconds,
} from '../../engine/index.ts';
import { noTask, type TaskRef } from '../../engine/kernel/trace.ts';
import { enduranceOf, writeLawOf } from './chip-cells.ts';
import { mappingOf } from './matrix-layers.ts';
import type { ReramParams } from './params.ts';
import { spentBy, writersOf } from './writers.ts';

/** What became of the cells. */
export interface DeviceRun {
  readonly census: Census;
  readonly worn: number;
  readonly formedStuck: number;
  readonly arrays: number;
  readonly programSeconds: number;
  readonly pulsesPerCell: number;
  readonly failShare: number;
  readonly residual: number;
  readonly events: number;
  readonly fingerprint: string;
}

/** Intervals in which a population ages. */
const INTERVALS = 16;

type DeviceMessage =
  | { readonly type: 'begin' }
  | ProgrammedMessage
  | { readonly type: 'wear'; readonly interval: number };

interface DeviceState {
  writing: number;
  programTime: Duration;
  formedStuck: number;
  worn: number;
  task: TaskRef;
}

interface DeviceSpec {
  readonly params: ReramParams;
  readonly seed: number;
  readonly array: CellArray;
  /** By array. */
  readonly writers: readonly PulseWriter[];
  readonly law: WriteLaw;
  /** Writes a row of an array to levels drawn at random. */
  readonly writeRow: (tile: number, row: number) => number;
}

/** A campaign: all cells are formed, written row by row to levels drawn at random, and worn by cycles of writing. */
const device = defineActor<DeviceSpec, DeviceState & { readonly spec: DeviceSpec }, DeviceMessage>({
  kind: 'device',
  spawns: () => [programmer],
  init: (spec) => ({ spec, writing: 0, programTime: NO_TIME, formedStuck: 0, worn: 0, task: noTask }),
  on: {
    begin(state, _, ctx) {
      const { params, seed, array, law, writeRow } = state.spec;
      state.formedStuck = form(array, params, seed);
      state.task = ctx.trace.begin('program');
      ctx.trace.wait(state.task, 'barrier', 'arrays');
      const size = params.crossbarRows * params.crossbarCols;
      const pulse = seconds(params.writePulseSeconds + (isVerified(law) ? params.readPulseSeconds : 0));
      const self = ctx.self as ActorRef<ProgrammedMessage>;
      for (let tile = 0; tile * size < array.cells.length; tile++) {
        const rows = Math.ceil((Math.min(array.cells.length, (tile + 1) * size) - tile * size) / params.crossbarCols);
        const spec = { rows, tile, writeRow, pulse, lead: NO_TIME, chip: self };
        const each: ActorRef<ProgrammerMessage> = ctx.spawn('programmer#', programmer, spec);
        ctx.send(each, { type: 'program', parent: state.task });
        state.writing++;
      }
    },
    programmed(state, _, ctx) {
      state.writing--;
      if (state.writing > 0) return;
      ctx.trace.end(state.task);
      state.programTime = ctx.since(0 as Parameters<typeof ctx.since>[0]);
      const { params } = state.spec;
      if (params.writeCycles === 0) return;
      state.task = ctx.trace.begin('wear');
      ctx.schedule(intervalOf(params), ctx.self, { type: 'wear', interval: 1 });
    },
    wear(state, { interval }, ctx) {
      const { params, array } = state.spec;
      const cycles = (i: number) => (params.writeCycles * i) / INTERVALS;
      state.worn += age(array.cells, enduranceOf(params), cycles(interval - 1), cycles(interval), ctx.random('wear'));
      if (interval === INTERVALS) ctx.trace.end(state.task);
      else ctx.schedule(intervalOf(params), ctx.self, { type: 'wear', interval: interval + 1 });
    },
  },
});

const intervalOf = ({ writeCycles, writePulseSeconds }: ReramParams): Duration =>
  seconds((writeCycles * writePulseSeconds) / INTERVALS);

/** Writes rows of arrays, all cells one after the other in `array`. */
function rowWriter(
  array: CellArray,
  writers: readonly PulseWriter[],
  params: ReramParams,
  seed: number,
): DeviceSpec['writeRow'] {
  const { crossbarRows, crossbarCols } = params;
  const buffer = new Float32Array(crossbarCols);
  const levels = 2 ** mappingOf(params).cellBits - 1;
  const key = drawKey('targets', seed, 0, 0);
  return (tile, row) => {
    const from = tile * crossbarRows * crossbarCols + row * crossbarCols;
    const part = buffer.subarray(0, Math.min(crossbarCols, array.cells.length - from));
    for (let i = 0; i < part.length; i++)
      part[i] = Math.floor((drawBits(key, from + i) / 4294967296) * (levels + 1)) / levels;
    return array.write(part, writers[tile]!, levels, part, from);
  };
}

const BLOCK = 1 << 20;

function form(array: CellArray, params: ReramParams, seed: number): number {
  const law = { rate: params.faultRate, onShare: params.stuckOnShare };
  let stuckCells = 0;
  for (let from = 0, block = 0; from < array.cells.length; from += BLOCK, block++) {
    const fates = new Uint8Array(Math.min(BLOCK, array.cells.length - from));
    drawFaults(fates, law, drawKey('cells', seed, 0, block));
    array.form(fates, from);
    for (let i = 0; i < fates.length; i++) if (fates[i] !== 0) stuckCells++;
  }
  return stuckCells;
}

/** Runs a campaign over `cells` cells of one chip, without a network. */
export function runDevice(params: ReramParams, seed: number): DeviceRun {
  const span = params.writeCycles * params.writePulseSeconds;
  const sim = new Simulation({ seed, resolution: span > 3600 ? 'us' : 'ps' });
  const law = writeLawOf(params);
  const array = new CellArray(params.cells);
  const arrays = Math.ceil(params.cells / (params.crossbarRows * params.crossbarCols));
  const writers = writersOf(law, createRandomSource({ seed }), arrays);
  const ref = sim.spawn('device', device, {
    params,
    seed,
    array,
    writers,
    law,
    writeRow: rowWriter(array, writers, params, seed),
  });
  sim.send(ref, { type: 'begin' });
  sim.run();
  const { worn, formedStuck, programTime } = sim.stateOf(ref) as DeviceState;
  return {
    census: array.census(),
    worn,
    formedStuck,
    arrays,
    programSeconds: toSeconds(programTime),
    ...spentBy(writers),
    events: sim.events,
    fingerprint: sim.fingerprint(),
  };
}
