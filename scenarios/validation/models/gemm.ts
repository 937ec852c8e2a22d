import { gemm } from '../../../actors/compute/gemm.ts';
import { loadGpu } from '../../../actors/presets/gpu/load.ts';
import { gpuIdOf, noPreset } from '../../../actors/presets/gpu/names.ts';
import { toSeconds } from '../../../engine/kernel/time.ts';
import { leftOut, type ValidationModel } from '../model.ts';

/** bf16 products, each kernel timed alone. */
export const gemmModel: ValidationModel = {
  id: 'gemm',
  title: 'matrix products, bf16',
  limits:
    '64 < m <= 256 (13 % at P90) and single shapes (to 40 %); fp8 and int8; any GPU but A100 and H100, whose constants the others borrow (parts short of power, L4 above all, are slower).',
  columns: ['gpu', 'm', 'n', 'k', 'time_us'],
  device: (row) => row.text('gpu'),
  measured: (row) => row.positive('time_us') * 1e-6,
  predict(row) {
    const id = gpuIdOf(row.text('gpu'));
    const shape = { m: row.count('m'), n: row.count('n'), k: row.count('k') };
    return id === undefined ? leftOut(noPreset(row.text('gpu'))) : toSeconds(gemm(loadGpu(id), shape));
  },
  surface: { at: (row) => [row.count('m'), row.count('n'), row.count('k')] },
  group: (row) => `${row.text('n')}x${row.text('k')}`,
};
