import { bytes, bytesPerSecond } from '../../engine/kernel/quantities.ts';
import { NO_TIME, seconds } from '../../engine/kernel/time.ts';
import type { Fabric, NodeCollectives, ProtocolConstants } from '../presets/collectives/load.ts';
import { ncclTuner } from '../presets/collectives/nccl-tuner.ts';
import { inSI } from '../presets/parameter.ts';
import type { CollectiveCosts, Protocol } from './collective-protocols.ts';
import { networkEfficiency } from './network-efficiency.ts';

/** The collectives of a system from its presets, such as `loadNodeCollectives('a100-80gb')` and `loadFabric('efa-4x100')`. */
export function collectiveCosts(node: NodeCollectives, fabric?: Fabric): CollectiveCosts {
  const { ring, allToAll, nvls } = node;
  return {
    ring: (['ll', 'll128', 'simple'] as const).map((name) => ({
      ...protocol(name, ring[name]),
      ...(name === 'll' ? {} : { pair: ring.pair }),
      ...(fabric && {
        across: {
          base: seconds(fabric[name].base),
          hop: seconds(fabric[name].hop),
          ramp: seconds(fabric[name].ramp),
          share: fabric[name].nicShare,
        },
      }),
    })),
    allToAll: [
      { ...protocol('direct-small', allToAll.small), per: 'peer' },
      {
        ...protocol('direct-large', allToAll.large),
        pair: allToAll.pair,
        ...(fabric && { across: { base: seconds(fabric.ll.base), hop: seconds(allToAll.small.hop), ramp: NO_TIME } }),
      },
    ],
    ...(nvls && {
      switchReduction: { latency: seconds(nvls.base), bandwidth: bytesPerSecond(nvls.rate), from: nvls.ranks },
    }),
    allToAllEfficiency: (size, nodes) => networkEfficiency('all-to-all', size, nodes),
    piece: bytes(inSI(ncclTuner.buffer)),
  };
}

function protocol(name: string, constants: ProtocolConstants): Protocol {
  const { base, hop, rate, ramp } = constants;
  return { name, base: seconds(base), hop: seconds(hop), bandwidth: bytesPerSecond(rate), ramp: seconds(ramp) };
}
