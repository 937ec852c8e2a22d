import { assumed, type Parameter, spec } from '../../actors/presets/index.ts';

interface DatasetPreset {
  readonly users: Parameter<'1'>;
  readonly items: Parameter<'1'>;
  /** Training interactions; absent where none are published. */
  readonly interactions?: Parameter<'1'>;
}

const SHEET = 'HEAT (arXiv 2304.07334), section 5.1, and the data sheet of the RecZoo benchmark';
const TABLE = 'HEAT (arXiv 2304.07334), Table 3';

function sized(users: number, items: number, interactions: number): DatasetPreset {
  return {
    users: spec(users, '1', SHEET),
    items: spec(items, '1', SHEET),
    interactions: spec(interactions, '1', SHEET),
  };
}

/** Sizes of the data sets; `synthetic` is a small one of no origin. */
export const datasetPresets = {
  'amazon-books': sized(52643, 91599, 2380730),
  yelp18: sized(31668, 38048, 1237259),
  gowalla: sized(29858, 40981, 810128),
  goodreads: { users: spec(810_000, '1', TABLE), items: spec(1_560_000, '1', TABLE) },
  google: { users: spec(4_570_000, '1', TABLE), items: spec(3_120_000, '1', TABLE) },
  synthetic: {
    users: assumed(10_000, '1', 'chosen here: small enough to change by hand'),
    items: assumed(20_000, '1', 'chosen here: small enough to change by hand'),
    interactions: assumed(200_000, '1', 'chosen here: small enough to change by hand'),
  },
} as const satisfies Readonly<Record<string, DatasetPreset>>;

export type DatasetId = keyof typeof datasetPresets;

/** Users, items and interactions of a data set; interactions 0 where none are published. */
export function datasetOf(id: DatasetId): {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
} {
  const preset: DatasetPreset = datasetPresets[id];
  return {
    users: preset.users.value,
    items: preset.items.value,
    interactions: preset.interactions?.value ?? 0,
  };
}
