import type { ActorRef } from '../../../engine/kernel/actor.ts';
import type { RandomSource, RandomStream } from '../../../engine/kernel/random.ts';
import { normal } from '../../../engine/random/normal.ts';
import { createRandomSource } from '../../../engine/random/source.ts';
import type { UlyssesParams } from '../parameters.ts';
import { platformOf } from '../platform.ts';
import { resolve } from '../resolve.ts';
import type { Setup } from '../setup.ts';
import { simulate } from '../simulate.ts';
import { type AttentionInputs, referenceAttention } from './reference.ts';
import { numericsRange, trialOf } from './shape.ts';
import { localRows, type Sharding, shardingOf } from './sharding.ts';
import { type TensorName, type WorkerMessage, type WorkerState, worker } from './worker.ts';

/** Agreement of distributed attention with attention on one device, over all trials. */
export interface NumericsResult {
  /** An all-to-all followed by its inverse gave every tensor back bit for bit. */
  readonly roundTripExact: boolean;
  readonly maxAbsError: number;
  readonly gradMaxAbsError: number;
  readonly events: number;
  readonly fingerprint: string;
}

/** Runs the trials of scope numerics: the shape given with model=custom, otherwise a random shape for each. */
export function runNumerics(params: UlyssesParams, seed: number): NumericsResult {
  const random = createRandomSource({ seed });
  let roundTripExact = true;
  let [maxAbsError, gradMaxAbsError, events] = [0, 0, 0];
  let fingerprint = '';
  for (let trial = 0; trial < params.numericsTrials; trial++) {
    const result = runTrial(trialParams(params, random, trial), seed, trial);
    roundTripExact &&= result.roundTripExact;
    maxAbsError = Math.max(maxAbsError, result.maxAbsError);
    gradMaxAbsError = Math.max(gradMaxAbsError, result.gradMaxAbsError);
    events += result.events;
    fingerprint = result.fingerprint;
  }
  return { roundTripExact, maxAbsError, gradMaxAbsError, events, fingerprint };
}

/** The shape of one trial. */
function trialParams(params: UlyssesParams, random: RandomSource, trial: number): UlyssesParams {
  if (params.model === 'custom') return trialOf(params);
  const stream = random.stream('numerics', `shape ${trial}`);
  const pick = (low: number, high: number): number => low + Math.floor(stream.uniform() * (high - low + 1));
  const sp = numericsRange.degrees[pick(0, numericsRange.degrees.length - 1)] as number;
  const rings = params.system === 'hybrid' ? divisorsOf(sp) : [params.system === 'ring' ? sp : 1];
  const ringDegree = rings[pick(0, rings.length - 1)] as number;
  const exchange = sp / ringDegree;
  const heads = exchange * pick(1, Math.floor(numericsRange.heads / exchange));
  const headDim = 8 * pick(1, 8);
  const step = 2 * sp;
  const seq = step * pick(1, Math.floor(numericsRange.seq / step));
  return {
    ...params,
    scope: 'numerics',
    model: 'custom',
    layers: 1,
    heads,
    kvHeads: 0,
    hidden: heads * headDim,
    gpus: sp,
    sp,
    ringDegree: params.system === 'hybrid' ? ringDegree : 1,
    seq,
    batch: 1,
    microBatch: 1,
  };
}

/** One trial with the tensors it gave, whole: head after head, token after token. */
export function runTrial(
  params: UlyssesParams,
  seed: number,
  trial: number,
): NumericsResult & { readonly tensors: Tensors } {
  const random = createRandomSource({ seed });
  const platform = platformOf(params);
  const setup = resolve(params, platform.gpu.capacity);
  const inputs = drawInputs(setup, random, trial);
  const states: WorkerState[] = [];
  const workers: ActorRef<WorkerMessage>[] = [];
  const sharding = shardingOf(setup);
  const outcome = simulate(setup, platform, {
    usable: platform.gpu.capacity,
    full: true,
    arithmetic: {
      spawn(sim, rank) {
        const spawned = sim.spawn(`worker${rank}`, worker, { rank, sharding, inputs: { ...inputs } });
        workers.push(spawned);
        return spawned;
      },
      meet(sim) {
        for (const one of workers) sim.send(one, { type: 'meet', workers });
      },
      collect(sim) {
        for (const one of workers) states.push(sim.stateOf(one) as WorkerState);
      },
    },
  });
  const { heads, headSize, tokens } = sharding;
  const reference = referenceAttention(inputs, { heads, headSize, tokens });
  const error = (name: TensorName, whole: Float64Array): number =>
    states.reduce((most, state) => {
      const found = state.byTokens.get(name) as Float32Array;
      const expected = localRows(sharding, state.rank, whole);
      return found.reduce((worst, value, i) => Math.max(worst, Math.abs(value - expected[i]!)), most);
    }, 0);
  const exact = (name: 'q' | 'k' | 'v'): boolean =>
    states.every((state) => {
      const start = localRows(sharding, state.rank, inputs[name]);
      const back = state.byTokens.get(name) as Float32Array;
      return back.length === start.length && back.every((value, i) => Object.is(value, start[i]));
    });
  return {
    roundTripExact: exact('q') && exact('k') && exact('v'),
    maxAbsError: error('output', reference.output),
    gradMaxAbsError: Math.max(
      error('gradQ', reference.gradQ),
      error('gradK', reference.gradK),
      error('gradV', reference.gradV),
    ),
    events: outcome.events,
    fingerprint: outcome.fingerprint,
    tensors: wholeTensors(sharding, states),
  };
}

type Tensors = Readonly<Record<'output' | 'gradQ' | 'gradK' | 'gradV', Float32Array>>;

/** The parts of all ranks, put together by asking where each number of the whole went. */
function wholeTensors(sharding: Sharding, states: readonly WorkerState[]): Tensors {
  const size = sharding.heads * sharding.tokens * sharding.headSize;
  const index = Float64Array.from({ length: size }, (_, i) => i);
  const whole = (name: TensorName): Float32Array => {
    const result = new Float32Array(size);
    for (const state of states) {
      const places = localRows(sharding, state.rank, index);
      const part = state.byTokens.get(name) as Float32Array;
      part.forEach((value, i) => {
        result[places[i] as number] = value;
      });
    }
    return result;
  };
  return { output: whole('output'), gradQ: whole('gradQ'), gradK: whole('gradK'), gradV: whole('gradV') };
}

function drawInputs(setup: Setup, random: RandomSource, trial: number): AttentionInputs {
  const size = setup.seq * setup.hidden;
  const standard = normal(0, 1);
  const draw = (name: string): Float32Array => {
    const stream: RandomStream = random.stream(`numerics/${trial}`, name);
    return Float32Array.from({ length: size }, () => standard.sample(stream));
  };
  return { q: draw('q'), k: draw('k'), v: draw('v'), gradOutput: draw('gradOutput') };
}

function divisorsOf(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0);
}
