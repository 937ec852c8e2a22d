import { type SimulationOptions as KernelOptions, Simulation as KernelSimulation } from './kernel/index.ts';
import { createRandomSource } from './random/index.ts';

export interface SimulationOptions extends KernelOptions {
  /** Substream of this replication: replications of one seed draw independently. Default 0. */
  readonly replication?: number;
  /** Mirror every draw, for antithetic pairs. Default false. */
  readonly antithetic?: boolean;
}

/** The kernel's simulation with the random streams of `engine/random`: `ctx.random('name')` works without further set-up. */
export class Simulation extends KernelSimulation {
  constructor(options: SimulationOptions = {}) {
    const { seed = 1, replication = 0, antithetic = false } = options;
    super({ random: createRandomSource({ seed, replication, antithetic }), ...options });
  }
}
