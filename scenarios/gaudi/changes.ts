import type { NetworkMessage, NetworkState } from '../../actors/index.ts';
import { type ActorRef, bytesPerSecond, seconds } from '../../engine/index.ts';
import { editSpecs, type WorldChange } from '../kit/index.ts';
import type { GaudiParams } from './parameters.ts';

/**
 * Parameters that can change while a program runs; all others are in its operations, which are priced before it begins. More bandwidth than
 * they were priced with ends waits for the memory and makes no operation faster.
 */
export const changes: Readonly<Record<'hbmBandwidth' | 'hostIssueSeconds', WorldChange<GaudiParams>>> = {
  hbmBandwidth(sim, { hbmBandwidth }) {
    const memory = sim.actor('hbm') as unknown as ActorRef<NetworkMessage> | undefined;
    if (memory === undefined) return 'with hbmContention off operations are priced with it';
    const { name } = (sim.stateOf(memory as never) as NetworkState).topology.links[0] as { readonly name: string };
    sim.send(memory, { type: 'setCapacity', link: name, capacity: bytesPerSecond(hbmBandwidth) });
    return undefined;
  },
  hostIssueSeconds(sim, { hostIssueSeconds }) {
    const absent = 'at 0 all operations are issued at the start';
    if (hostIssueSeconds === 0) return absent;
    return editSpecs(sim, /^gaudi\/host$/, { interval: seconds(hostIssueSeconds) }, absent);
  },
};
