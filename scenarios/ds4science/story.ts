import type { Plot } from '../kit/index.ts';

/** The plots of the replay, from the claims to their reasons. */
export async function story(): Promise<readonly Plot[]> {
  return [];
}
