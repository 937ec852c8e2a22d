import { attentionDecode, attentionPrefill } from '../../../actors/compute/attention.ts';
import { loadGpu } from '../../../actors/presets/gpu/load.ts';
import { gpuIdOf, noPreset } from '../../../actors/presets/gpu/names.ts';
import { toSeconds } from '../../../engine/kernel/time.ts';
import type { TableRow } from '../csv.ts';
import { leftOut, type ValidationModel } from '../model.ts';

/** Head size of the tables that have no column for it. */
const HEAD_SIZE = 128;

const common = {
  columns: ['gpu', 'phase', 'heads_mha', 'batch', 'seq_or_kv_len', 'time_us'],
  device: (row: TableRow) => row.text('gpu'),
  measured: (row: TableRow) => row.positive('time_us') * 1e-6,
  group: (row: TableRow) => `${row.text('heads_mha')}x${row.text('batch')}`,
} as const;

const shapeOf = (row: TableRow) => ({ heads: row.count('heads_mha'), batch: row.count('batch'), headSize: HEAD_SIZE });

const groupAndLength = (row: TableRow) => [row.count('heads_mha') * row.count('batch'), row.count('seq_or_kv_len')];

/** Causal prefill inside a serving framework. */
export const prefillModel: ValidationModel = {
  ...common,
  id: 'attention-prefill',
  title: 'attention over a prompt, causal',
  limits:
    "prompts below 1 Ki tokens (to 28 %); it contains a serving framework's own work, which a training kernel lacks; any GPU but A100 and H100; heads of other sizes than 128 and grouped queries have no rows.",
  surface: { sigma: 0.35, prior: 0.05, at: groupAndLength },
  accepts: (row) => /^(context|prefill)/.test(row.text('phase')),
  about: 'rows whose phase begins with context or prefill',
  predict(row) {
    const id = gpuIdOf(row.text('gpu'));
    const shape = {
      ...shapeOf(row),
      sequence: row.count('seq_or_kv_len'),
      causal: !row.text('phase').includes('full'),
      framework: true,
    };
    return id === undefined ? leftOut(noPreset(row.text('gpu'))) : toSeconds(attentionPrefill(loadGpu(id), shape));
  },
};

/** One new token for each sequence. */
export const decodeModel: ValidationModel = {
  ...common,
  id: 'attention-decode',
  title: 'attention of one new token',
  limits:
    'single rows where the library changes its kernel with heads x batch and length (to 80 %), caches beyond 16 Ki tokens (too fast); any GPU but A100 is only scaled by bandwidth; grouped queries have no rows.',
  surface: { sigma: 0.15, prior: 0.01, at: groupAndLength },
  accepts: (row) => /^(decode|generation)/.test(row.text('phase')),
  about: 'rows whose phase begins with decode or generation',
  predict(row) {
    const id = gpuIdOf(row.text('gpu'));
    const shape = { ...shapeOf(row), cached: row.count('seq_or_kv_len') };
    return id === undefined ? leftOut(noPreset(row.text('gpu'))) : toSeconds(attentionDecode(loadGpu(id), shape));
  },
};
