import { type ActorRef, type Context, defineActor } from '../../../engine/kernel/actor.ts';
import { attendBlock, backwardBlock, emptyRunning, finishAttention, type Running } from './attention-math.ts';
import { cutByHeads, cutByTokens, joinHeads, joinTokens, localRows, ringTokens, type Sharding } from './sharding.ts';

/** Tensors of attention. */
export type TensorName = 'q' | 'k' | 'v' | 'output' | 'gradOutput' | 'gradQ' | 'gradK' | 'gradV';

/** What a rank's arithmetic does at a point of its stream. */
export type Act =
  /** Sends its part of `tensor` to the partners: from tokens to heads, or back. */
  | { readonly kind: 'toHeads' | 'toTokens'; readonly tensor: TensorName }
  /** Computes one step of attention, forward or backward, with the block of keys and values it has. */
  | { readonly kind: 'attend' | 'attendBackward'; readonly step: number }
  /** Hands the block on to the next rank of the ring. */
  | { readonly kind: 'pass'; readonly step: number }
  /** Takes the gradients of its own keys and values off the block that has come home. */
  | { readonly kind: 'settle' };

export type WorkerMessage =
  | { readonly type: 'act'; readonly act: Act }
  | {
      readonly type: 'piece';
      readonly tensor: TensorName;
      readonly to: 'heads' | 'tokens';
      readonly from: number;
      readonly rows: Float32Array;
    }
  | { readonly type: 'block'; readonly block: Block }
  | { readonly type: 'meet'; readonly workers: readonly ActorRef<WorkerMessage>[] };

/** Keys and values that travel around a ring; on the way back with their gradients. */
export interface Block {
  readonly position: number;
  readonly k: Float32Array;
  readonly v: Float32Array;
  readonly gradK?: Float32Array;
  readonly gradV?: Float32Array;
}

export interface WorkerSpec {
  readonly rank: number;
  readonly sharding: Sharding;
  /** Whole tensors, of which the worker keeps its part. */
  readonly inputs: Readonly<Partial<Record<TensorName, Float32Array>>>;
}

export interface WorkerState {
  readonly rank: number;
  readonly sharding: Sharding;
  workers: readonly ActorRef<WorkerMessage>[];
  /** All heads of my tokens. */
  readonly byTokens: Map<TensorName, Float32Array>;
  /** All tokens of my ring position, my heads. */
  readonly byHeads: Map<TensorName, Float32Array>;
  readonly pieces: Map<string, Float32Array[]>;
  block: Block | undefined;
  running: Running[];
  logSums: Float32Array[];
}

/** The arithmetic of one rank: moves real tensors in messages and computes attention in single precision when its stream says so. */
export const worker = defineActor<WorkerSpec, WorkerState, WorkerMessage>({
  kind: 'numerics-worker',
  init: ({ rank, sharding, inputs }) => ({
    rank,
    sharding,
    workers: [],
    byTokens: new Map(
      (Object.entries(inputs) as [TensorName, Float32Array][]).map(([name, whole]) => [
        name,
        localRows(sharding, rank, whole),
      ]),
    ),
    byHeads: new Map(),
    pieces: new Map(),
    block: undefined,
    running: [],
    logSums: [],
  }),
  on: {
    meet(state, { workers }) {
      state.workers = workers;
    },
    act(state, { act }, ctx) {
      switch (act.kind) {
        case 'toHeads':
          sendPieces(state, act.tensor, 'heads', cutByHeads(state.sharding, held(state.byTokens, act.tensor)), ctx);
          return;
        case 'toTokens':
          sendPieces(state, act.tensor, 'tokens', cutByTokens(state.sharding, held(state.byHeads, act.tensor)), ctx);
          return;
        case 'attend':
          attend(state, act.step);
          return;
        case 'attendBackward':
          attendBackward(state, act.step);
          return;
        case 'pass':
          ctx.send(neighbour(state), { type: 'block', block: state.block as Block });
          return;
        case 'settle': {
          const { gradK, gradV } = state.block as Required<Block>;
          state.byHeads.set('gradK', gradK);
          state.byHeads.set('gradV', gradV);
          return;
        }
        default:
          act satisfies never;
      }
    },
    piece(state, { tensor, to, from, rows }) {
      const { exchange } = state.sharding;
      const key = `${to} ${tensor}`;
      const pieces = state.pieces.get(key) ?? [];
      state.pieces.set(key, pieces);
      pieces[from] = rows;
      if (pieces.filter(Boolean).length < exchange) return;
      state.pieces.delete(key);
      if (to === 'heads') state.byHeads.set(tensor, joinTokens(state.sharding, pieces));
      else state.byTokens.set(tensor, joinHeads(pieces));
    },
    block(state, { block }) {
      state.block = block;
    },
  },
});

function held(tensors: ReadonlyMap<TensorName, Float32Array>, name: TensorName): Float32Array {
  return tensors.get(name) as Float32Array;
}

function sendPieces(
  state: WorkerState,
  tensor: TensorName,
  to: 'heads' | 'tokens',
  pieces: readonly Float32Array[],
  ctx: Context<WorkerMessage>,
): void {
  const { exchange } = state.sharding;
  const first = state.rank - (state.rank % exchange);
  pieces.forEach((rows, i) => {
    const target = state.workers[first + i] as ActorRef<WorkerMessage>;
    ctx.send(target, { type: 'piece', tensor, to, from: state.rank - first, rows });
  });
}

function neighbour(state: WorkerState): ActorRef<WorkerMessage> {
  const { exchange, ranks } = state.sharding;
  return state.workers[(state.rank + exchange) % ranks] as ActorRef<WorkerMessage>;
}

function positionOf(state: WorkerState): number {
  return Math.floor(state.rank / state.sharding.exchange);
}

/** The part of head `head` in rows by heads. */
function headRows(rows: Float32Array, sharding: Sharding, head: number): Float32Array {
  const size = (sharding.tokens / sharding.ring) * sharding.headSize;
  return rows.subarray(head * size, (head + 1) * size);
}

function attend(state: WorkerState, step: number): void {
  const { sharding } = state;
  const { heads, exchange, headSize, ring } = sharding;
  const mine = heads / exchange;
  const position = positionOf(state);
  const own = ringTokens(sharding, position);
  if (step === 0) {
    state.block = { position, k: held(state.byHeads, 'k'), v: held(state.byHeads, 'v') };
    state.running = Array.from({ length: mine }, () => emptyRunning(own.length, headSize));
  }
  const block = state.block as Block;
  const others = ringTokens(sharding, block.position);
  const q = held(state.byHeads, 'q');
  state.running.forEach((running, head) => {
    const [keys, values] = [headRows(block.k, sharding, head), headRows(block.v, sharding, head)];
    attendBlock(running, headRows(q, sharding, head), keys, values, own, others, headSize);
  });
  if (step < ring - 1) return;
  const output = new Float32Array(q.length);
  state.logSums = state.running.map((running, head) => {
    const logSums = finishAttention(running, headSize);
    headRows(output, sharding, head).set(running.output);
    return logSums;
  });
  state.byHeads.set('output', output);
}

function attendBackward(state: WorkerState, step: number): void {
  const { sharding } = state;
  const { headSize } = sharding;
  const q = held(state.byHeads, 'q');
  const position = positionOf(state);
  if (step === 0) {
    const [k, v] = [held(state.byHeads, 'k'), held(state.byHeads, 'v')];
    state.block = { position, k, v, gradK: new Float32Array(k.length), gradV: new Float32Array(v.length) };
    state.byHeads.set('gradQ', new Float32Array(q.length));
  }
  const { k, v, gradK, gradV, position: from } = state.block as Required<Block>;
  const gradQ = held(state.byHeads, 'gradQ');
  const part = (rows: Float32Array, head: number): Float32Array => headRows(rows, sharding, head);
  state.logSums.forEach((logSums, head) => {
    const queries = {
      q: part(q, head),
      gradOutput: part(held(state.byHeads, 'gradOutput'), head),
      output: part(held(state.byHeads, 'output'), head),
      logSums,
      tokens: ringTokens(sharding, position),
    };
    const keyTokens = ringTokens(sharding, from);
    const [gq, gk, gv] = [part(gradQ, head), part(gradK, head), part(gradV, head)];
    backwardBlock(queries, part(k, head), part(v, head), keyTokens, headSize, gq, gk, gv);
  });
}
