import type { LayerParameter } from './layer.ts';

/** Changes parameters by their gradients; keeps its moments itself. */
export interface Optimizer {
  step(parameters: readonly LayerParameter[], learningRate: number): void;
}

/** Stochastic gradient descent: v = momentum v + g, w -= rate v; `decay` w is added to the gradient. */
export function sgd({ momentum = 0.9, decay = 0 }: { momentum?: number; decay?: number } = {}): Optimizer {
  const velocities = new Map<string, Float32Array>();
  return {
    step(parameters, learningRate) {
      for (const { name, value, gradient } of parameters) {
        const velocity = slot(velocities, name, value.length);
        for (let i = 0; i < value.length; i++) {
          velocity[i] = momentum * velocity[i]! + gradient[i]! + decay * value[i]!;
          value[i]! -= learningRate * velocity[i]!;
        }
      }
    },
  };
}

/** Adam with bias correction (Kingma and Ba, 2015); `decay` w is added to the gradient. */
export function adam({
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  decay = 0,
}: {
  beta1?: number;
  beta2?: number;
  epsilon?: number;
  decay?: number;
} = {}): Optimizer {
  const firsts = new Map<string, Float32Array>();
  const seconds = new Map<string, Float32Array>();
  let [power1, power2] = [1, 1];
  return {
    step(parameters, learningRate) {
      power1 *= beta1;
      power2 *= beta2;
      for (const { name, value, gradient } of parameters) {
        const first = slot(firsts, name, value.length);
        const second = slot(seconds, name, value.length);
        for (let i = 0; i < value.length; i++) {
          const g = gradient[i]! + decay * value[i]!;
          first[i] = beta1 * first[i]! + (1 - beta1) * g;
          second[i] = beta2 * second[i]! + (1 - beta2) * g * g;
          value[i]! -= (learningRate * first[i]!) / (1 - power1) / (Math.sqrt(second[i]! / (1 - power2)) + epsilon);
        }
      }
    },
  };
}

function slot(slots: Map<string, Float32Array>, name: string, length: number): Float32Array {
  let values = slots.get(name);
  if (values === undefined) {
    values = new Float32Array(length);
    slots.set(name, values);
  }
  return values;
}
