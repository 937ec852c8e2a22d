import type { Simulation, WaitCause } from '../kernel/index.ts';
import { processErrors } from './errors.ts';
import { placeOf } from './place.ts';
import { sharedByProcesses } from './shared-by-processes.ts';
import { DECIDED, IDLE, WAITING, Wait } from './wait.ts';

/** A place where `parties` processes meet, again and again: nobody goes on before all have come. */
export class Barrier {
  readonly name: string;
  readonly parties: number;
  /** Times it has opened. */
  rounds = 0;
  /** @internal */
  readonly arrived: Arrive[] = [];

  /** @internal */
  constructor(name: string, parties: number) {
    this.name = name;
    this.parties = parties;
  }

  /** Those who wait for the others. */
  get waiting(): number {
    return this.arrived.length;
  }
}

/** See `arrive`. */
export class Arrive extends Wait<number> {
  readonly barrier: Barrier;
  #turn = 0;

  /** @internal */
  constructor(barrier: Barrier) {
    super();
    this.barrier = barrier;
  }

  /** @internal */
  begin(): boolean {
    const { arrived, parties } = this.barrier;
    this.#turn = arrived.length;
    if (arrived.length + 1 < parties) {
      arrived.push(this);
      this.stage = WAITING;
      return false;
    }
    this.barrier.rounds++;
    this.stage = DECIDED;
    for (const other of arrived.splice(0)) other.decide(false);
    return true;
  }

  /** @internal */
  abandon(): void {
    const { arrived } = this.barrier;
    const at = arrived.indexOf(this);
    if (at >= 0) arrived.splice(at, 1);
  }

  /** @internal */
  take(): number {
    this.stage = IDLE;
    return this.#turn;
  }

  /** @internal */
  override get traceCause(): WaitCause {
    return 'barrier';
  }

  /** @internal */
  override get traceWhat(): string {
    return this.barrier.name;
  }

  /** @internal */
  override get cause(): string {
    return `the others at '${this.barrier.name}' (${this.barrier.waiting} of ${this.barrier.parties})`;
  }
}

/** Makes a barrier of `sim`. Throws PROC_BAD_PARTIES unless a whole number >= 1. */
export function barrier(sim: Simulation, options: { readonly name: string; readonly parties: number }): Barrier {
  const { name, parties } = options;
  if (!(Number.isSafeInteger(parties) && parties >= 1))
    throw processErrors.create('PROC_BAD_PARTIES', { name, value: parties }, placeOf(sim));
  sharedByProcesses(sim, 'barrier', name);
  return new Barrier(name, parties);
}

/** Waits at the barrier until all parties are there; the value is how many came before. */
export function arrive(at: Barrier): Arrive {
  return new Arrive(at);
}
