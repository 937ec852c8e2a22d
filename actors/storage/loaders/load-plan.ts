import { type AccessTrace, epochOrder } from './access-trace.ts';
import { mergeReads } from './merge-reads.ts';

/** Ranks that train together. */
export interface Ranks {
  readonly ranks: number;
  /** Samples of a rank and step; all ranks together take ranks x batch consecutive samples of an epoch. */
  readonly batch: number;
  /** Samples that the buffer of one rank holds. */
  readonly capacity: number;
}

/** What every rank does in every step. Entry `step * ranks + rank`; steps are numbered through all epochs. */
export interface LoadPlan extends Ranks {
  readonly epochs: number;
  /** First step of each epoch, and their number as last entry. */
  readonly firstStep: Int32Array;
  /** Samples read from storage, requests for them (samples that share one count once), and records these bring. */
  readonly reads: Int32Array;
  readonly requests: Int32Array;
  readonly records: Int32Array;
  /** Samples found in the rank's own buffer, and fetched from another rank's. */
  readonly hits: Int32Array;
  readonly peers: Int32Array;
  /** Samples that the rank trains on. */
  readonly processed: Int32Array;
  /** By epoch: hits in the first ranks x capacity places, buffered samples that could not stay with their owner. */
  readonly earlyHits: Float64Array;
  readonly overflows: Float64Array;
  /** Smallest share of an epoch's samples that were processed exactly once. */
  readonly coverage: number;
  /** Whether every step processed exactly the samples that the trace gives it. */
  readonly keepsBatches: boolean;
  /** Most samples that one rank held at an instant. */
  readonly bufferPeak: number;
  /** Samples sent between ranks to put them into buffers. */
  readonly placed: number;
}

/** Steps of one epoch: ceil(length / (ranks x batch)). */
export function stepsOf(length: number, { ranks, batch }: Ranks): number {
  return Math.ceil(length / (ranks * batch));
}

/** Sum of a column of the plan over one epoch. */
export function sumOfEpoch(plan: LoadPlan, column: Int32Array, epoch: number): number {
  let sum = 0;
  const end = plan.firstStep[epoch + 1]! * plan.ranks;
  for (let i = plan.firstStep[epoch]! * plan.ranks; i < end; i++) sum += column[i]!;
  return sum;
}

/** Sum over steps of the largest rank, and of the mean over ranks, for the epochs from `from` up to and without `to`. */
export function unevenness(plan: LoadPlan, column: Int32Array, from: number, to: number): readonly [number, number] {
  const { ranks } = plan;
  let [largest, total] = [0, 0];
  for (let step = plan.firstStep[from]!; step < plan.firstStep[to]!; step++) {
    let most = 0;
    for (let i = step * ranks; i < (step + 1) * ranks; i++) {
      const value = column[i]!;
      total += value;
      if (value > most) most = value;
    }
    largest += most;
  }
  return [largest, total / ranks];
}

/** Writes a plan sample by sample and checks on the way that batches stay what they are. */
export class PlanWriter {
  readonly #trace: AccessTrace;
  readonly #shape: Ranks;
  readonly #gap: number;
  readonly #firstStep: Int32Array;
  readonly #reads: Int32Array;
  readonly #requests: Int32Array;
  readonly #records: Int32Array;
  readonly #hits: Int32Array;
  readonly #peers: Int32Array;
  readonly #processed: Int32Array;
  readonly #earlyHits: Float64Array;
  readonly #overflows: Float64Array;
  /** Step a sample belongs to, -1 once it was processed. */
  readonly #due: Int32Array;
  readonly #missed: number[][];
  #epoch = 0;
  #step = 0;
  #end = 0;
  #doneInEpoch = 0;
  #coverage = 1;
  #keepsBatches = true;
  /** Most samples held by one rank, and samples sent to be kept. */
  bufferPeak = 0;
  placed = 0;

  /** `gap` > 0 merges the reads of a rank and step over distances up to it. */
  constructor(trace: AccessTrace, shape: Ranks, gap: number) {
    this.#trace = trace;
    this.#shape = shape;
    this.#gap = gap;
    this.#firstStep = new Int32Array(trace.epochs + 1);
    for (let e = 0; e < trace.epochs; e++)
      this.#firstStep[e + 1] = this.#firstStep[e]! + stepsOf(trace.starts[e + 1]! - trace.starts[e]!, shape);
    const cells = this.#firstStep[trace.epochs]! * shape.ranks;
    this.#reads = new Int32Array(cells);
    this.#requests = gap > 0 ? new Int32Array(cells) : this.#reads;
    this.#records = gap > 0 ? new Int32Array(cells) : this.#reads;
    this.#hits = new Int32Array(cells);
    this.#peers = new Int32Array(cells);
    this.#processed = new Int32Array(cells);
    this.#earlyHits = new Float64Array(trace.epochs);
    this.#overflows = new Float64Array(trace.epochs);
    this.#due = new Int32Array(trace.samples).fill(-1);
    this.#missed = Array.from({ length: gap > 0 ? shape.ranks : 0 }, () => []);
  }

  /** Runs `work` for every step of every epoch: the samples of the step, its first place in the epoch, the index of its first access, the epoch. */
  eachStep(work: (batch: Int32Array, place: number, access: number, epoch: number) => void): void {
    const { ranks, batch } = this.#shape;
    for (let epoch = 0; epoch < this.#trace.epochs; epoch++) {
      const order = epochOrder(this.#trace, epoch);
      const start = this.#trace.starts[epoch]!;
      this.#epoch = epoch;
      this.#doneInEpoch = 0;
      for (let place = 0; place < order.length; place += ranks * batch) {
        const samples = order.subarray(place, place + ranks * batch);
        this.#begin(samples, this.#firstStep[epoch]! + place / (ranks * batch));
        work(samples, place, start + place, epoch);
        this.#finish(samples);
      }
      if (order.length > 0) this.#coverage = Math.min(this.#coverage, this.#doneInEpoch / order.length);
    }
  }

  #begin(samples: Int32Array, step: number): void {
    this.#step = step;
    for (let i = 0; i < samples.length; i++) this.#due[samples[i]!] = step;
    this.#end = 0;
  }

  #finish(samples: Int32Array): void {
    this.#doneInEpoch += this.#end;
    if (this.#end !== samples.length) this.#keepsBatches = false;
    for (let rank = 0; rank < this.#missed.length; rank++) {
      const missed = this.#missed[rank]!;
      if (missed.length === 0) continue;
      const { requests, records } = mergeReads(Int32Array.from(missed).sort(), this.#gap);
      const cell = this.#step * this.#shape.ranks + rank;
      this.#requests[cell] = requests;
      this.#records[cell] = records;
      missed.length = 0;
    }
  }

  #process(rank: number, sample: number): number {
    if (this.#due[sample] === this.#step) {
      this.#due[sample] = -1;
      this.#end++;
    } else this.#keepsBatches = false;
    const cell = this.#step * this.#shape.ranks + rank;
    this.#processed[cell]!++;
    return cell;
  }

  /** The rank trains on a sample from its own buffer; `place` is that of the sample in the epoch. */
  hit(rank: number, sample: number, place: number): void {
    this.#hits[this.#process(rank, sample)]!++;
    if (place < this.#shape.ranks * this.#shape.capacity) this.#earlyHits[this.#epoch]!++;
  }

  /** The rank trains on a sample from another rank's buffer. */
  peer(rank: number, sample: number, place: number): void {
    this.#peers[this.#process(rank, sample)]!++;
    if (place < this.#shape.ranks * this.#shape.capacity) this.#earlyHits[this.#epoch]!++;
  }

  /** The rank trains on a sample that it reads from storage. */
  read(rank: number, sample: number): void {
    this.#reads[this.#process(rank, sample)]!++;
    if (this.#gap > 0) this.#missed[rank]!.push(sample);
  }

  /** `rank` trains on a sample that `loader` loads for it, from its buffer or from storage. */
  loadedBy(loader: number, rank: number, sample: number, place: number, isHeld: boolean): void {
    this.#process(rank, sample);
    const cell = this.#step * this.#shape.ranks + loader;
    if (!isHeld) {
      this.#reads[cell]!++;
      if (this.#gap > 0) this.#missed[loader]!.push(sample);
      return;
    }
    this.#hits[cell]!++;
    if (place < this.#shape.ranks * this.#shape.capacity) this.#earlyHits[this.#epoch]!++;
  }

  /** A buffered sample could not stay with its owner. */
  overflow(): void {
    this.#overflows[this.#epoch]!++;
  }

  plan(): LoadPlan {
    return {
      ...this.#shape,
      epochs: this.#trace.epochs,
      firstStep: this.#firstStep,
      reads: this.#reads,
      requests: this.#requests,
      records: this.#records,
      hits: this.#hits,
      peers: this.#peers,
      processed: this.#processed,
      earlyHits: this.#earlyHits,
      overflows: this.#overflows,
      coverage: this.#coverage,
      keepsBatches: this.#keepsBatches,
      bufferPeak: this.bufferPeak,
      placed: this.placed,
    };
  }
}
