import { loadGcnAccelerators, loadVersal } from '../../actors/index.ts';
import type { HgcnParams } from './parameters.ts';

/** Rates behind the parameters that are 0 by default. */
export interface Resolved {
  readonly onChip: number;
  readonly ddr: number;
  readonly clock: number;
}

/** Applies the rules behind 0 for the accelerator of `params`. */
export function resolve(params: HgcnParams): Resolved {
  const { accelerator, onChipBytes, ddrBandwidth, baselineClockHz } = params;
  const { stratixSx, boost } = loadGcnAccelerators();
  const { pl, ddr, aie } = loadVersal();
  const given = (value: number, rule: number): number => (value > 0 ? value : rule);
  switch (accelerator) {
    case 'hgcn':
      return { onChip: given(onChipBytes, pl.memory), ddr: given(ddrBandwidth, ddr), clock: aie.clock };
    case 'awb-gcn':
    case 'i-gcn':
      return {
        onChip: given(onChipBytes, stratixSx.memory),
        ddr: given(ddrBandwidth, stratixSx.ddr),
        clock: given(baselineClockHz, stratixSx.clock),
      };
    case 'boostgcn':
      return { onChip: 0, ddr: given(ddrBandwidth, boost.ddr), clock: given(baselineClockHz, boost.clock) };
    default:
      return accelerator satisfies never;
  }
}
