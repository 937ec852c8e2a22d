import { type NetworkLayer, parameter } from './layer.ts';
import { checkWhole } from './layers.ts';

/**
 * Normalises every channel to mean 0 and variance 1 over the batch, then scales and shifts it; outside training by running means. Saves
 * the normalised values as `name/normalised`.
 */
export function batchNorm(
  name: string,
  { channels, momentum = 0.1, epsilon = 1e-5 }: { channels: number; momentum?: number; epsilon?: number },
): NetworkLayer {
  checkWhole(name, 'channels', channels, 1);
  const scale = parameter(`${name}/scale`, [channels], 0);
  scale.value.fill(1);
  const shift = parameter(`${name}/shift`, [channels], 0);
  const mean = { name: `${name}/mean`, value: new Float32Array(channels) };
  const variance = { name: `${name}/variance`, value: new Float32Array(channels).fill(1) };
  return {
    name,
    parameters: [scale, shift],
    buffers: [mean, variance],
    forward(x, pass) {
      const count = x.data.length / channels;
      const means = new Float64Array(channels);
      const inverse = new Float64Array(channels);
      if (pass.training) {
        const squares = new Float64Array(channels);
        for (let i = 0; i < x.data.length; i++) means[i % channels]! += x.data[i]! / count;
        for (let i = 0; i < x.data.length; i++)
          squares[i % channels]! += (x.data[i]! - means[i % channels]!) ** 2 / count;
        for (let c = 0; c < channels; c++) {
          inverse[c] = 1 / Math.sqrt(squares[c]! + epsilon);
          mean.value[c] = (1 - momentum) * mean.value[c]! + momentum * means[c]!;
          variance.value[c] = (1 - momentum) * variance.value[c]! + momentum * squares[c]!;
        }
      } else
        for (let c = 0; c < channels; c++) {
          means[c] = mean.value[c]!;
          inverse[c] = 1 / Math.sqrt(variance.value[c]! + epsilon);
        }
      const normalised = new Float32Array(x.data.length);
      const data = new Float32Array(x.data.length);
      for (let i = 0; i < data.length; i++) {
        const c = i % channels;
        normalised[i] = (x.data[i]! - means[c]!) * inverse[c]!;
        data[i] = normalised[i]! * scale.value[c]! + shift.value[c]!;
      }
      if (pass.training) {
        pass.save(`${name}/normalised`, { shape: x.shape, data: normalised }, 'normalised');
        pass.note(name, inverse);
      }
      return { shape: x.shape, data };
    },
    backward(gradient, pass) {
      const normalised = pass.load(`${name}/normalised`).data;
      const inverse = pass.noted(name) as Float64Array;
      const count = normalised.length / channels;
      const [sums, products] = [new Float64Array(channels), new Float64Array(channels)];
      for (let i = 0; i < normalised.length; i++) {
        sums[i % channels]! += gradient.data[i]!;
        products[i % channels]! += gradient.data[i]! * normalised[i]!;
      }
      shift.gradient.set(sums);
      scale.gradient.set(products);
      const data = new Float32Array(normalised.length);
      for (let i = 0; i < data.length; i++) {
        const c = i % channels;
        const centred = gradient.data[i]! - sums[c]! / count - (normalised[i]! * products[c]!) / count;
        data[i] = scale.value[c]! * inverse[c]! * centred;
      }
      return { shape: gradient.shape, data };
    },
  };
}
