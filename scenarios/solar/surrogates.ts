/** What a surrogate model reads and computes. */
export interface Surrogate {
  readonly samples: number;
  readonly sampleBytes: number;
  /** Requests that bring one sample: data sets of one file, or an open and a read. */
  readonly requestsPerSample: number;
  readonly layout: 'shared-file' | 'file-per-sample';
  /** Samples of a GPU and step. */
  readonly batch: number;
  readonly epochs: number;
  /** Seconds of training on one sample. */
  readonly compute: number;
}

/** Data sets and scripts of the released code (github.com/ANL-FAIR-SBI/SOLAR); times of computing are assumed, that of PtychoNN from 13 GFLOP at 7.8 TFLOP/s. */
export const surrogates = {
  ptychonn: {
    samples: 87_632,
    sampleBytes: 196_608,
    requestsPerSample: 3,
    layout: 'shared-file',
    batch: 256,
    epochs: 100,
    compute: 1.7e-3,
  },
  autophasenn: {
    samples: 50_000,
    sampleBytes: 3_027_436,
    requestsPerSample: 2,
    layout: 'file-per-sample',
    batch: 128,
    epochs: 100,
    compute: 5e-3,
  },
  cosmoflow: {
    samples: 47_616,
    sampleBytes: 16_777_216,
    requestsPerSample: 2,
    layout: 'file-per-sample',
    batch: 16,
    epochs: 100,
    compute: 10e-3,
  },
  synthetic: {
    samples: 8_192,
    sampleBytes: 1_000_000,
    requestsPerSample: 1,
    layout: 'file-per-sample',
    batch: 16,
    epochs: 10,
    compute: 1e-3,
  },
} as const satisfies Readonly<Record<string, Surrogate>>;
