import type { Preset } from '../kit/index.ts';
import type { params } from './params.ts';

type CometPreset = Preset<typeof params>;

/** Named settings. */
export const presets = {
  quick: {
    describe: 'trains the small network with and without compressed activations, in seconds',
    set: { network: 'tiny-cnn', trainPerClass: 200, testPerClass: 160, epochs: 3 },
  },
  plain: { describe: 'every tensor stays raw', set: { codec: 'none' } },
  comet: { describe: 'the system of the paper, AlexNet', set: { codec: 'comet' } },
  fixed: { describe: 'one absolute bound for all layers', set: { codec: 'cusz-fixed' } },
  jpeg: { describe: 'the other framework: transform in an offload unit', set: { codec: 'jpeg-act' } },
  zvc: { describe: 'lossless: zero bitmap and values', set: { codec: 'lossless' } },
  offload: { describe: 'migration to the host', set: { codec: 'migrate' } },
  checkpoint: { describe: 'recomputation from checkpoints', set: { codec: 'recompute' } },
  tiny: { describe: 'the small network at full length', set: { network: 'tiny-cnn' } },
  'released-code': {
    describe: 'what the public repository does: fixed bound, one dimension; it saves no memory',
    set: { codec: 'cusz-fixed', lorenzoDims: 1 },
  },
} as const satisfies { readonly quick: CometPreset } & Readonly<Record<string, CometPreset>>;
