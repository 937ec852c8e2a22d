import { resolveParams } from '../../scenarios/kit/index.ts';
import { reram, runDevice } from '../../scenarios/reram/index.ts';

/** A fault campaign over 10^8 cells: formed, written row by row, worn for a million cycles. Asserts what it counts. */
export function run(cells = 1e8): { readonly cells: number; readonly seconds: number; readonly worn: number } {
  const given = { study: 'device', cells, writeCycles: 1e6 };
  const { own } = resolveParams(reram, given as Parameters<typeof resolveParams>[1]);
  const started = performance.now();
  const result = runDevice(own as unknown as Parameters<typeof runDevice>[0], 1);
  const seconds = (performance.now() - started) / 1000;
  const { pristine, hrs, lrs, intermediate, stuckOff, stuckOn } = result.census;
  if (pristine + hrs + lrs + intermediate + stuckOff + stuckOn !== cells) throw new Error('cells are missing');
  const share = result.worn / (cells - result.formedStuck);
  if (Math.abs(share - 0.5) > 10 / Math.sqrt(cells)) throw new Error(`${share} worn, not one half`);
  return { cells, seconds, worn: result.worn };
}
