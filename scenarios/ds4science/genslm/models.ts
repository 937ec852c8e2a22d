/** Shape of a GPT: layers, hidden width and attention heads. */
export interface ModelShape {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly source: string;
}

/** The shapes behind the model names. Which shape the published figure used is not stated. */
export const modelShapes: Readonly<Record<'25b' | '30b' | '33b', ModelShape>> = {
  '25b': { layers: 64, hidden: 5760, heads: 64, source: 'default of the collaborators’ scripts' },
  '30b': {
    layers: 64,
    hidden: 6144,
    heads: 64,
    source: 'Megatron-DeepSpeed example script with tensor parallelism 32',
  },
  '33b': {
    layers: 80,
    hidden: 5760,
    heads: 64,
    source: 'layers and width in comments of the scripts; heads assumed: 80 there, but 32 and 64 ranks need a divisor',
  },
};

/** Padded vocabulary unless given. */
export const defaultVocab = 50304;
