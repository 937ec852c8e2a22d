import { changeRates, type PortRates } from '../../actors/training/index.ts';
import type { WorldChange } from '../kit/index.ts';
import { platformOf } from './genslm/setup.ts';
import type { Ds4Params } from './params.ts';

const ratesOf = (params: Ds4Params): PortRates => {
  const { nvlink, nic, nicEfficiency } = platformOf(params);
  return { nvlink, nic, nicEfficiency };
};

const change =
  (name: 'nvlinkBandwidth' | 'nicBandwidth' | 'nicEfficiency'): WorldChange<Ds4Params> =>
  (sim, now, was) =>
    changeRates(sim, ratesOf({ ...was, [name]: now[name] }), ratesOf(was));

/** Parameters that can change while an iteration runs: the rates of the ports. Kernels are priced when the program is written. */
export const changes = {
  nvlinkBandwidth: change('nvlinkBandwidth'),
  nicBandwidth: change('nicBandwidth'),
  nicEfficiency: change('nicEfficiency'),
};
