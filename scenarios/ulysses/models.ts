/** Shape of a GPT: layers, hidden width and attention heads; the head size is hidden / heads. */
export interface ModelShape {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly source: string;
}

/** Names of the models with a known shape. */
export type ModelName = '1.2b' | '1.3b' | '7b' | '30b' | '66b';

/** The shapes behind the model names. Only 7b and 30b are certain; `source` says how each was obtained. */
export const modelShapes: Readonly<Record<ModelName, ModelShape>> = {
  '1.2b': {
    layers: 24,
    hidden: 2048,
    heads: 64,
    source: 'derived: 12 l h^2 = 1.21e9; heads assumed, the fewest that allow 64-way sequence parallelism',
  },
  '1.3b': { layers: 24, hidden: 2048, heads: 16, source: 'Megatron-DeepSpeed convergence script' },
  '7b': { layers: 32, hidden: 4096, heads: 32, source: 'Megatron-DeepSpeed script, confirmed by equation (1)' },
  '30b': { layers: 64, hidden: 6144, heads: 64, source: 'Megatron-DeepSpeed script' },
  '66b': { layers: 64, hidden: 9216, heads: 72, source: 'assumed: the shape of OPT-66B, not given in the paper' },
};
