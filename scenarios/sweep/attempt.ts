import { SimError } from '../../engine/index.ts';
import { quoted } from '../kit/errors.ts';
import type { Resolved } from '../kit/parameters.ts';
import { type Replication, runReplication } from '../kit/run-scenario.ts';
import type { Scenario } from '../kit/scenario.ts';

/** How one attempt at a run ended. A `final` failure would be the same again; others may be of the machine. */
export type Attempt =
  | { readonly kind: 'done'; readonly replication: Replication }
  | { readonly kind: 'failed'; readonly error: string; readonly final: boolean };

/** Attempts at one run before it is set aside. */
export const attemptLimit = 3;

/** Runs one replication and turns whatever it throws into a result; never rejects. */
export async function attemptRun(
  scenario: Scenario,
  resolved: Resolved,
  replication: number,
  onProgress?: (fraction: number, text?: string) => void,
): Promise<Attempt> {
  try {
    const options = onProgress === undefined ? {} : { onProgress };
    return { kind: 'done', replication: await runReplication(scenario, resolved, replication, options) };
  } catch (error) {
    return failureOf(error);
  }
}

/** An error as it stands in journals and results: one line. Errors with a code come from what went in and are final. */
export function failureOf(error: unknown): Attempt & { readonly kind: 'failed' } {
  const text = error instanceof Error ? error.message : String(error);
  return {
    kind: 'failed',
    error: quoted(text.split('\n')[0] ?? '', 300) || 'failed without a message',
    final: error instanceof SimError,
  };
}
