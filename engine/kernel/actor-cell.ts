import type { AnyRef, FailurePolicy, Waits } from './actor.ts';
import { hot, INDEX_SPAN, STOPPED } from './actor-address.ts';
import type { DispatchTable } from './dispatch-table.ts';
import { hashText, mix, mixNumber } from './fingerprint.ts';
import { kernelErrors } from './kernel-errors.ts';
import type { RandomStream } from './random.ts';
import type { World } from './world.ts';

const noStreams: ReadonlyMap<string, RandomStream> = new Map();
const noNumbers: ReadonlyMap<string, number> = new Map();

/** An actor as the kernel keeps it. What every event needs of it is in `World.hot` and `World.states` instead. */
export class ActorCell {
  readonly world: World;
  readonly index: number;
  readonly birth: number;
  readonly parent: ActorCell | undefined;
  readonly name: string;
  readonly spec: unknown;
  readonly onFailure: FailurePolicy | undefined;
  /** Events handled before it was spawned: 0 for what set-up made. */
  readonly bornAt: number;
  waitCause: string | Waits | undefined = undefined;
  waitHolder: number = STOPPED;
  children: Set<ActorCell> | undefined = undefined;
  #path: string | undefined = undefined;
  #numbers: Map<string, number> | undefined = undefined;
  #streams: Map<string, RandomStream> | undefined = undefined;
  #lastStreamName: string | undefined = undefined;
  #lastStream: RandomStream | undefined = undefined;

  constructor(
    world: World,
    index: number,
    birth: number,
    parent: ActorCell | undefined,
    name: string,
    spec: unknown,
    onFailure: FailurePolicy | undefined,
    bornAt: number,
  ) {
    this.world = world;
    this.index = index;
    this.birth = birth;
    this.parent = parent;
    this.name = name;
    this.spec = spec;
    this.onFailure = onFailure;
    this.bornAt = bornAt;
  }

  get self(): AnyRef {
    return (this.index + this.birth * INDEX_SPAN) as AnyRef;
  }

  get isAlive(): boolean {
    return this.world.hot[this.index * hot.stride + hot.accepts] === this.birth;
  }

  get table(): DispatchTable {
    return this.world.tables[this.world.hot[this.index * hot.stride + hot.table] as number] as DispatchTable;
  }

  get pathHash(): number {
    return this.world.hot[this.index * hot.stride + hot.pathHash] as number;
  }

  get path(): string {
    if (this.#path === undefined) {
      const parent = this.parent;
      this.#path = parent === undefined || parent.name === '' ? this.name : `${parent.path}/${this.name}`;
    }
    return this.#path;
  }

  /** `prefix` with the next running number of this actor's children. */
  numbered(prefix: string): string {
    this.#numbers ??= new Map();
    const number = (this.#numbers.get(prefix) ?? 0) + 1;
    this.#numbers.set(prefix, number);
    return prefix + number;
  }

  /** The last running number of each prefix. */
  numbers(): ReadonlyMap<string, number> {
    return this.#numbers ?? noNumbers;
  }

  /** Puts back what `numbers` told. */
  restoreNumbers(numbers: ReadonlyMap<string, number>): void {
    this.#numbers = numbers.size === 0 ? undefined : new Map(numbers);
  }

  random(name: string): RandomStream {
    if (name === this.#lastStreamName) return this.#lastStream as RandomStream;
    this.#streams ??= new Map();
    let stream = this.#streams.get(name);
    if (stream === undefined) {
      const source = this.world.randomSource;
      if (source === undefined) throw kernelErrors.create('SIM_NO_RANDOM', { name }, this.world.place(this));
      stream = source.stream(this.path, name);
      this.#streams.set(name, stream);
    }
    this.#lastStreamName = name;
    this.#lastStream = stream;
    return stream;
  }

  /** Draws from `stream` under this name from now on. */
  adopt(name: string, stream: RandomStream): void {
    this.#streams ??= new Map();
    this.#streams.set(name, stream);
    this.#lastStreamName = undefined;
  }

  waitsFor(cause: string | Waits | undefined, holder: AnyRef | undefined): void {
    this.waitCause = cause;
    this.waitHolder = cause === undefined || holder === undefined ? STOPPED : holder;
  }

  /** The actor's streams by name, in order of first use. */
  streams(): ReadonlyMap<string, RandomStream> {
    return this.#streams ?? noStreams;
  }

  /** Hash of the states of the actor's streams, independent of the order in which they were made. */
  drawsHash(): number {
    let sum = 0;
    const { pathHash } = this;
    for (const [name, stream] of this.streams()) {
      let hash = mix(pathHash, hashText(name));
      for (const word of stream.state()) hash = mixNumber(hash, word);
      sum = (sum + hash) | 0;
    }
    return sum;
  }
}
