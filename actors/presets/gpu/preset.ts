import type { Parameter, RateUnit, SizeUnit, TimeUnit } from '../parameter.ts';

type Share = Parameter<'1'>;
type Time = Parameter<TimeUnit>;
type Rate = Parameter<RateUnit>;

/** Constants of the tile, wave and split-K law of matrix multiplication. */
export interface GemmPreset {
  /** Share of peak a processor reaches in the steady K loop. */
  readonly steadyShare: Share;
  /** Tile intensity tm*tn/(tm+tn) at which half of `steadyShare` is reached; 0 means no such loss. */
  readonly intensityHalf: Share;
  /** Prologue and epilogue of a tile, in extra K elements. */
  readonly fillK: Share;
  /** Rate at which tiles are fed from L2; left out where the intensity form already covers it. */
  readonly l2Rate?: Rate;
  /** Usable share of memory bandwidth. */
  readonly hbmShare: Share;
  /** Device-side floor from start to end. */
  readonly launch: Time;
  /** Extra pass of a split along K. */
  readonly reduce: Time;
  /** Share of the clock lost to power in very long kernels. */
  readonly clockLoss: Share;
  /** Work at which half of `clockLoss` has set in. */
  readonly clockLossHalf: Parameter<'TFLOP'>;
  /** Rate of continuous training relative to one timed kernel. */
  readonly sustained: Share;
}

/** Constants of fused causal attention over a whole prompt. */
export interface PrefillPreset {
  /** Start-to-end floor. */
  readonly launch: Time;
  /** Passes over one tensor made by the serving framework around the kernel. */
  readonly framework: Share;
  /** Share of peak a processor reaches inside a block. */
  readonly steadyShare: Share;
  /** Start and end of a query block, in extra key columns. */
  readonly fillColumns: Share;
  readonly hbmShare: Share;
}

/** Constants of attention for one new token against a cache. */
export interface DecodePreset {
  readonly launch: Time;
  /** Extra floor for each cached token, up to `floorLength`. */
  readonly floorPerToken: Time;
  readonly floorLength: Share;
  /** Share of the floor that a second round of blocks adds: whole-processor blocks, the same when a cache is split, half-processor blocks. */
  readonly wholeWave: Share;
  readonly splitWave: Share;
  readonly halfWave: Share;
  /** Sharpness of the change from floor to throughput. */
  readonly blend: Share;
  /** Work of one (sequence, head): always, from 16 tokens up, and for each token past 64. */
  readonly perHead: Time;
  readonly perHeadLong: Time;
  readonly perHeadToken: Time;
  /** Share of bandwidth for the first `cachedBytes`, and beyond. */
  readonly nearShare: Share;
  readonly hbmShare: Share;
  readonly cachedBytes: Parameter<SizeUnit>;
}

/** Every number of one GPU model, each with provenance. */
export interface GpuPreset {
  readonly id: string;
  readonly name: string;
  readonly processors: Share;
  /** Dense peaks. Tensor peak is bf16 or fp16, without sparsity. */
  readonly tensorPeak: Parameter<'TFLOP/s'>;
  readonly fp8Peak?: Parameter<'TFLOP/s'>;
  readonly vectorPeak: Parameter<'TFLOP/s'>;
  readonly capacity: Parameter<SizeUnit>;
  readonly hbm: Rate;
  readonly l2: Parameter<SizeUnit>;
  /** One direction, all links of the GPU together. */
  readonly nvlink: Rate;
  readonly nvlinks: Share;
  readonly pcie: Rate;
  /** The usual network card of one GPU, one direction. */
  readonly nic: Rate;
  readonly power: Parameter<'W'>;
  readonly clock: Parameter<'MHz'>;
  /** Tensor rate of kernels written for A100's instructions, relative to the share of peak they reach there. */
  readonly portableShare: Share;
  readonly gemm: GemmPreset;
  readonly prefill: PrefillPreset;
  readonly decode: DecodePreset;
  readonly elementwise: {
    /** Share of memory bandwidth an element-wise kernel reaches at full occupancy. */
    readonly hbmShare: Share;
    /** Share of resident threads from which bandwidth no longer grows. */
    readonly saturation: Share;
    /** Floor of a small kernel in stream order. */
    readonly launch: Time;
  };
  readonly launch: {
    /** Period of small kernels back to back in one stream. */
    readonly kernelPeriod: Time;
    /** The same inside a recorded graph. */
    readonly graphPeriod: Time;
    /** Host time of one bare launch call. */
    readonly hostCall: Time;
    /** Host time of one operator of an eager framework. */
    readonly hostOperator: Time;
    /** Launches one stream holds before the host blocks. */
    readonly queueDepth: Share;
  };
}
