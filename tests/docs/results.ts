import { existsSync, readFileSync } from 'node:fs';
import { registry } from '../../scenarios/index.ts';
import type { Comparison } from '../../scenarios/kit/index.ts';
import { type ValidationRow, validate } from '../../scenarios/validation/index.ts';
import { root } from './snippets.ts';
import { table } from './table.ts';

/** What is kept of `compare <scenario> --json`: enough for the table of the README and for seeing that it is current. */
export interface StoredResult {
  readonly scenario: string;
  readonly title: string;
  readonly reference: string;
  readonly roles: Comparison['roles'];
  readonly claims: { readonly passed: number; readonly of: number };
  readonly misses: readonly string[];
  /** Every published cell with what was simulated. */
  readonly cells: Readonly<
    Record<string, { readonly published: number | boolean; readonly simulated: number | boolean }>
  >;
  /** A cell that is quick to simulate again. */
  readonly probe: string;
}

export const resultFile = (id: string): URL => new URL(`docs/results/${id}.json`, root);

export function readResult(id: string): StoredResult | undefined {
  const file = resultFile(id);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as StoredResult) : undefined;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The table of the README: one row a scenario, and one a cost model. */
export function resultTable(): string {
  const rows = registry.map(({ id }) => {
    const result = readResult(id);
    const name = `[${id}](scenarios/${id}/README.md)`;
    const command = `\`npx escapement compare ${id}\``;
    const check = result?.roles.find(({ role }) => role === 'check');
    if (result === undefined || check === undefined) return [name, 'no stored result', '', '', '', '', command];
    const { passed, of } = result.claims;
    const misses = result.misses.join('; ') || 'none';
    return [name, `${check.cells}`, percent(check.mean), percent(check.worst), `${passed} of ${of}`, misses, command];
  });
  const models = validate()
    .filter(({ role }) => role === ('check' satisfies ValidationRow['role']))
    .map((row) => [
      row.model,
      row.device,
      `${row.rows}`,
      `${row.meanPct.toFixed(1)} %`,
      `${row.worstPct.toFixed(1)} %`,
    ]);
  return [
    ...table(['Scenario', 'Cells nobody fitted', 'Mean error', 'Worst', 'Claims held', 'Misses', 'Command'], rows),
    '',
    ...table(['Cost model', 'Device', 'Rows left out of the fit', 'Mean error', 'Worst'], models),
    '',
    'Second table: `npx escapement validate`.',
  ].join('\n');
}
