import { defineErrors, type ErrorRoom } from '../../engine/kernel/errors.ts';

/** Every error of real numerics. */
export const numericsErrors: ErrorRoom<
  'NUMERICS_BACKEND' | 'NUMERICS_SHAPE' | 'NUMERICS_DATA' | 'NUMERICS_SAVED' | 'NUMERICS_WEIGHTS'
> = defineErrors({
  NUMERICS_BACKEND: {
    fatal: false,
    text: 'tensor backend %name does not load (%reason)',
    hint: 'Use wasm, cpu or auto; node needs the package @tensorflow/tfjs-node installed beside this one.',
  },
  NUMERICS_SHAPE: { fatal: false, text: '%what of %where is %value', hint: 'It must be %expected.' },
  NUMERICS_DATA: { fatal: false, text: 'data set %name cannot be had: %reason', hint: '%remedy.' },
  NUMERICS_SAVED: {
    fatal: true,
    text: 'the backward pass asks for %name, which %reason',
    hint: 'Run forward with training before backward, and let `load` return a tensor of the shape given to `save`.',
  },
  NUMERICS_WEIGHTS: { fatal: false, text: 'weights for %name have %value numbers', hint: 'The network has %expected.' },
});
