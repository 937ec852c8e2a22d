import { axisStep } from './time-scale.ts';
import type { TimeView } from './time-view.ts';

/** A time that the axis names, and the step it is a multiple of. */
export interface AxisLabel {
  readonly at: number;
  readonly step: number;
}

const apart = 110;

/** Round times to name, about `apart` pixels from one to the next; on a bent axis each with the step that is right where it stands. */
export function axisLabels(time: TimeView): AxisLabel[] {
  const labels: AxisLabel[] = [];
  const isLinear = time.axis.kind === 'linear';
  let step = axisStep(time.ticksPerPixel, apart);
  for (let x = Math.max(0, time.xOf(0)); x < time.width && labels.length < 1000; ) {
    const from = Math.max(0, time.timeAt(x));
    if (!isLinear) step = axisStep(Math.max(0, time.timeAt(x + apart) - from) / apart, apart);
    const last = labels[labels.length - 1]?.at ?? Number.NEGATIVE_INFINITY;
    const at = Math.max(Math.ceil(from / step - 1e-9), Math.floor(last / step + 1 + 1e-9)) * step;
    if (!(at < time.to)) break;
    labels.push({ at, step });
    x = time.xOf(at) + (isLinear ? 1 : apart * 0.8);
  }
  return labels;
}
