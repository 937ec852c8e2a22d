import type { Scenario } from './kit/scenario.ts';

/** A scenario that ships with the package; its module is loaded when it is used. */
export interface RegistryEntry {
  readonly id: string;
  readonly title: string;
  /** Reference of the paper, e.g. `arXiv:2309.14509`. */
  readonly paper: string;
  /** How a run goes on from a checkpoint: its states are put back, or it is replayed to that moment, as generator processes must be. */
  readonly resumes: 'by state' | 'by replay';
  readonly load: () => Promise<Scenario>;
}

/** All scenarios of the package, in the order of `list` and `replay`. Id, title and paper repeat the scenario's own, so that `list` loads nothing. */
export const registry: readonly RegistryEntry[] = [
  {
    id: 'ulysses',
    title: 'Sequence parallelism by all-to-all (DeepSpeed-Ulysses)',
    paper: 'arXiv:2309.14509',
    resumes: 'by state',
    load: async () => (await import('./ulysses/index.ts')).ulysses,
  },
  {
    id: 'ds4science',
    title: 'Memory walls in two science workloads (DeepSpeed4Science)',
    paper: 'arXiv:2310.04610',
    resumes: 'by state',
    load: async () => (await import('./ds4science/index.ts')).ds4science,
  },
  {
    id: 'gaudi',
    title: 'Transformers on a matrix engine and vector cores (Habana Gaudi)',
    paper: 'arXiv:2309.16976',
    resumes: 'by state',
    load: async () => (await import('./gaudi/index.ts')).gaudi,
  },
  {
    id: 'solar',
    title: 'Loading training samples with the future known (SOLAR)',
    paper: 'arXiv:2211.00224',
    resumes: 'by state',
    load: async () => (await import('./solar/index.ts')).solar,
  },
  {
    id: 'comet',
    title: 'Training with error-bounded compression of activations (COMET)',
    paper: 'VLDB 2022',
    resumes: 'by state',
    load: async () => (await import('./comet/index.ts')).comet,
  },
  {
    id: 'reram',
    title: 'Stuck cells in ReRAM crossbars: pruning and differential mapping',
    paper: 'arXiv:2106.09166',
    resumes: 'by state',
    load: async () => (await import('./reram/index.ts')).reram,
  },
  {
    id: 'heat',
    title: 'Recommender training bound by caches and coherence (HEAT)',
    paper: 'arXiv:2304.07334',
    resumes: 'by state',
    load: async () => (await import('./heat/index.ts')).heat,
  },
  {
    id: 'haloc',
    title: 'Low-rank compression with searched ranks (HALOC)',
    paper: 'AAAI 2023',
    resumes: 'by state',
    load: async () => (await import('./haloc/index.ts')).haloc,
  },
  {
    id: 'papagai',
    title: 'Feedback on reflective essays: a pipeline with rules, a language model, a lecturer (PapagAI)',
    paper: 'arXiv:2307.07523',
    resumes: 'by replay',
    load: async () => (await import('./papagai/index.ts')).papagai,
  },
  {
    id: 'hgcn',
    title: 'Graph convolutions on AI Engines and programmable logic (H-GCN)',
    paper: 'arXiv:2206.13734',
    resumes: 'by state',
    load: async () => (await import('./hgcn/index.ts')).hgcn,
  },
];
