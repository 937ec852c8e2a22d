import type { ActorRef } from '../../engine/kernel/actor.ts';
import { type BytesPerSecond, bytesPerSecond } from '../../engine/kernel/quantities.ts';
import type { Simulation } from '../../engine/kernel/simulation.ts';
import { editWorld } from '../../engine/snapshots/index.ts';
import type { NetworkMessage, NetworkState } from '../network/index.ts';
import type { CollectiveServiceState } from './collective-service.ts';
import { trainingSoftware } from './software.ts';

/** Rates of a GPU's ports in a step that runs, in bytes per second. */
export interface PortRates {
  /** Effective rate of one GPU's port on the node's switch, each direction. */
  readonly nvlink: number;
  /** Nominal rate of one GPU's network card, each direction, and the share of it that one GPU's messages reach. */
  readonly nic: number;
  readonly nicEfficiency: number;
}

/** Parameters that port rates follow from, in bytes per second; an NVLink bandwidth of 0 stands for what the GPU has. */
export interface PortParameters {
  readonly nvlinkBandwidth: number;
  readonly nicBandwidth: number;
  readonly nicEfficiency: number;
}

/** Rates of the ports of GPUs with a nominal NVLink rate of `nvlink` bytes per second. */
export function portRates(params: PortParameters, nvlink: number): PortRates {
  return {
    nvlink: params.nvlinkBandwidth > 0 ? params.nvlinkBandwidth : nvlink * trainingSoftware.nvlinkShare,
    nic: params.nicBandwidth,
    nicEfficiency: params.nicEfficiency,
  };
}

/**
 * Ways to give the ports of a step that runs (`simulateStep`) other rates from now on, by the parameter that changes; to be called between
 * events. Kernels are priced when the program is written. Flows under way keep the caps that they began with, those that begin later have
 * caps in proportion. Each says why when it cannot.
 */
export function portChanges<Params extends PortParameters>(
  ratesOf: (params: Params) => PortRates,
): Readonly<Record<keyof PortParameters, (sim: Simulation, now: Params, was: Params) => string | undefined>> {
  const change = (name: keyof PortParameters) => (sim: Simulation, now: Params, was: Params) =>
    changeRates(sim, ratesOf({ ...was, [name]: now[name] }), ratesOf(was));
  return {
    nvlinkBandwidth: change('nvlinkBandwidth'),
    nicBandwidth: change('nicBandwidth'),
    nicEfficiency: change('nicEfficiency'),
  };
}

function changeRates(sim: Simulation, now: PortRates, was: PortRates): string | undefined {
  const network = sim.actor('network') as unknown as ActorRef<NetworkMessage> | undefined;
  if (network === undefined) return 'no network runs';
  const { topology } = sim.stateOf(network as never) as NetworkState;
  const rates: Readonly<Record<string, number>> = { nvlink: now.nvlink, nic: now.nic };
  for (const { name, category } of topology.links) {
    const rate = rates[category];
    if (rate !== undefined && rate !== (was as unknown as typeof rates)[category])
      sim.send(network, { type: 'setCapacity', link: name, capacity: bytesPerSecond(rate) });
  }
  const factor = (now.nic * now.nicEfficiency) / (was.nic * was.nicEfficiency);
  if (factor === 1) return undefined;
  editWorld(sim, (world) => {
    for (const path of sim.actors()) {
      const state = sim.stateOf(sim.actor(path) as never) as Partial<CollectiveServiceState> | undefined;
      if (state?.parties === undefined || state.completed === undefined) continue;
      const { spec } = world.actor<CollectiveServiceState>(path).state;
      for (const { flows } of spec.plans)
        for (const flow of flows as unknown as Array<{ cap?: BytesPerSecond }>)
          if (flow.cap !== undefined) flow.cap = bytesPerSecond(flow.cap * factor);
    }
  });
  return undefined;
}
