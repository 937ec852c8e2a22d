import { type SimulationOptions as KernelOptions, Simulation as KernelSimulation } from './kernel/index.ts';
import { createRandomSource } from './random/index.ts';
import {
  type Checkpoint,
  checkpoint,
  type Edit,
  type Fork,
  type ForkOptions,
  fork,
  keep,
  type Meta,
} from './snapshots/index.ts';

export interface SimulationOptions extends KernelOptions {
  /** Substream of this replication: replications of one seed draw independently. Default 0. */
  readonly replication?: number;
  /** Mirror every draw, for antithetic pairs. Default false. */
  readonly antithetic?: boolean;
}

/** The kernel's simulation with the random streams of `engine/random` and the checkpoints of `engine/snapshots`. */
export class Simulation extends KernelSimulation {
  constructor(options: SimulationOptions = {}) {
    const { seed = 1, replication = 0, antithetic = false } = options;
    super({ random: createRandomSource({ seed, replication, antithetic }), ...options });
  }

  /** Saves this moment of the run, between two events; see `restore`. Throws SIM_UNFIT. */
  checkpoint(meta?: Meta): Checkpoint {
    return checkpoint(this, meta);
  }

  /** Has checkpoints hold what handlers change outside their states; see `keep`. Returns it. */
  keep<Kept extends object>(object: Kept): Kept {
    return keep(this, object);
  }

  /** A branch at this moment, its specs and states changed by an Immer recipe. Throws SIM_UNFIT, SNAPSHOT_NO_BUILD, SNAPSHOT_NO_ACTOR. */
  fork(edit?: Edit, options?: ForkOptions<Simulation>): Fork<Simulation> {
    return fork(this, edit, options);
  }
}
