import type { ActorRef } from '../../engine/kernel/actor.ts';
import type { RandomStream } from '../../engine/kernel/random.ts';
import type { Distribution } from '../../engine/random/distribution.ts';
import type { GpuMessage } from '../compute/gpu.ts';
import { faultErrors } from './errors.ts';

/** Where devices live and whose stream is drawn from: the simulation. */
export interface SpeedTarget {
  send(to: ActorRef<GpuMessage>, message: GpuMessage): unknown;
  random(name: string): RandomStream;
}

/**
 * Gives every device a speed for the whole run, drawn in order of the list from the stream `name`: lasting stragglers. Returns the
 * speeds. Throws FAULT_SPEED when the law gives one that is not positive.
 */
export function lastingSpeeds(
  sim: SpeedTarget,
  devices: ReadonlyArray<ActorRef<GpuMessage>>,
  law: Distribution,
  name = 'speeds',
): readonly number[] {
  const stream = sim.random(name);
  return devices.map((device, index) => {
    const factor = law.sample(stream);
    if (!(factor > 0 && factor < Number.POSITIVE_INFINITY))
      throw faultErrors.create('FAULT_SPEED', { law: law.kind, device: index, speed: factor });
    sim.send(device, { type: 'setSpeed', factor });
    return factor;
  });
}
