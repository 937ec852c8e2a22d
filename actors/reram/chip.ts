import { type ActorRef, type Behavior, type Context, defineActor } from '../../engine/kernel/actor.ts';
import { type Duration, NO_TIME, seconds, type Time } from '../../engine/kernel/time.ts';
import { noTask, type TaskRef } from '../../engine/kernel/trace.ts';
import type { CrossbarSpec } from './costs.ts';
import { type LayerDone, type LayerMessage, layerController } from './layer-controller.ts';
import type { MappingSpec } from './mapping.ts';
import { type ProgrammedMessage, programmer } from './programmer.ts';
import type { Tiling } from './tiling.ts';

/** What a chip is asked for; while it is busy the next waits. */
export type ChipJob =
  /** Writes all arrays; `reads` of each row come before its pulses, for chips that are tested first. Default 0. */
  | { readonly type: 'program'; readonly reads?: number }
  /** One input through all layers; `inputs` holds the first layer's whole numbers, or nothing when the run only takes time. */
  | { readonly type: 'infer'; readonly inputs: Int32Array | undefined };

export type ChipMessage = ChipJob | ProgrammedMessage | LayerDone;

/** A layer of a chip and what its cells hold. */
export interface ChipLayer {
  readonly tiling: Tiling;
  /** Levels of the used cells of each array; undefined when reads only take time. */
  readonly levels: ReadonlyArray<Float32Array> | undefined;
  /** Writes a row of an array; returns the most pulses that a cell of it took. */
  readonly writeRow: (tile: number, row: number) => number;
}

export interface ChipSpec {
  readonly layers: readonly ChipLayer[];
  readonly mapping: MappingSpec;
  readonly crossbar: CrossbarSpec;
  readonly isIdealAdc: boolean;
  readonly writePulseSeconds: number;
  /** Whether each pulse is followed by a read. */
  readonly isVerified: boolean;
  /** Bias, activation, pooling and rounding between layers; needed for runs with inputs. */
  readonly between?: (layer: number, values: Float64Array) => Int32Array;
}

export interface ChipState {
  readonly spec: ChipSpec;
  readonly layers: readonly ActorRef<LayerMessage>[];
  /** Jobs that wait for the one under way. */
  readonly waiting: ChipJob[];
  isBusy: boolean;
  writing: number;
  startedAt: Time;
  layerStartedAt: Time;
  /** Time spent writing so far. */
  programTime: Duration;
  /** Time of the last input through all layers, and of each layer. */
  readTime: Duration;
  readonly layerTimes: Duration[];
  /** Sums of the last layer of the last run with inputs. */
  outputs: Float64Array | undefined;
  task: TaskRef;
}

type Ctx = Context<ChipMessage>;

/** A chip does one job after the other: writes all its arrays at once, or sends one input through its layers, one after the other. */
export const chip: Behavior<ChipSpec, ChipState, ChipMessage> = defineActor<ChipSpec, ChipState, ChipMessage>({
  kind: 'chip',
  spawns: () => [programmer],
  init(spec, ctx) {
    const self = ctx.self as ActorRef<LayerDone>;
    const { mapping, crossbar, isIdealAdc } = spec;
    const layers = spec.layers.map(({ tiling, levels }, layer) =>
      ctx.spawn(`layer${layer}`, layerController, { layer, tiling, mapping, crossbar, isIdealAdc, levels, chip: self }),
    );
    return {
      spec,
      layers,
      waiting: [],
      isBusy: false,
      writing: 0,
      startedAt: ctx.now,
      layerStartedAt: ctx.now,
      programTime: NO_TIME,
      readTime: NO_TIME,
      layerTimes: spec.layers.map(() => NO_TIME),
      outputs: undefined,
      task: noTask,
    };
  },
  on: {
    program: take,
    infer: take,
    programmed(state, _, ctx) {
      state.writing--;
      if (state.writing > 0) return;
      state.programTime = (state.programTime + ctx.since(state.startedAt)) as Duration;
      ctx.trace.end(state.task);
      finish(state, ctx);
    },
    layerDone(state, { layer, values }, ctx) {
      state.layerTimes[layer] = ctx.since(state.layerStartedAt);
      state.layerStartedAt = ctx.now;
      const following = state.layers[layer + 1];
      if (following === undefined) {
        state.readTime = ctx.since(state.startedAt);
        state.outputs = values;
        ctx.trace.end(state.task);
        finish(state, ctx);
        return;
      }
      const { between } = state.spec;
      const inputs = values === undefined || between === undefined ? undefined : between(layer, values);
      ctx.trace.wait(state.task, 'data', `layer${layer + 1}`);
      ctx.send(following, { type: 'run', inputs, parent: state.task });
    },
  },
});

function take(state: ChipState, job: ChipJob, ctx: Ctx): void {
  if (state.isBusy) state.waiting.push(job);
  else begin(state, job, ctx);
}

function begin(state: ChipState, job: ChipJob, ctx: Ctx): void {
  state.isBusy = true;
  state.startedAt = ctx.now;
  state.task = ctx.trace.begin(job.type);
  if (job.type === 'program') program(state, job.reads ?? 0, ctx);
  else {
    state.layerStartedAt = ctx.now;
    ctx.trace.wait(state.task, 'data', 'layer0');
    ctx.send(state.layers[0]!, { type: 'run', inputs: job.inputs, parent: state.task });
  }
}

function program(state: ChipState, reads: number, ctx: Ctx): void {
  const { spec } = state;
  const lead = seconds(reads * spec.crossbar.readPulseSeconds);
  const pulse = seconds(spec.writePulseSeconds + (spec.isVerified ? spec.crossbar.readPulseSeconds : 0));
  ctx.trace.wait(state.task, 'barrier', 'arrays');
  const self = ctx.self as ActorRef<ProgrammedMessage>;
  for (const { tiling, writeRow } of spec.layers)
    for (const [tile, { rows }] of tiling.tiles.entries()) {
      const writer = ctx.spawn('programmer#', programmer, { rows, tile, writeRow, pulse, lead, chip: self });
      ctx.send(writer, { type: 'program', parent: state.task });
      state.writing++;
    }
}

function finish(state: ChipState, ctx: Ctx): void {
  state.isBusy = false;
  const job = state.waiting.shift();
  if (job !== undefined) begin(state, job, ctx);
}
