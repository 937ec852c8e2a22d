import { formatValue } from './field.ts';
import { formatMetric } from './format-metric.ts';
import { resolveParams } from './parameters.ts';
import type { Claim, Figure, PassBand, Role, RunFunction, Scenario, Tag, Target } from './scenario.ts';

export type Verdict = 'pass' | 'miss' | 'shown';

/** A published cell beside what the simulation gives. */
export interface CellOutcome {
  readonly id: string;
  readonly group: string;
  readonly role: Role;
  readonly tag: Tag;
  readonly source: string;
  /** Parameters that differ from the defaults, e.g. `gpus=64 seq=128K`. */
  readonly params: string;
  readonly metric: string;
  readonly unit: string;
  readonly published: number | boolean;
  readonly simulated: number | boolean;
  /** (simulated - published) / published; absent for booleans. */
  readonly error?: number;
  readonly verdict: Verdict;
}

/** Errors of all numeric cells of one role, and how many judged ones passed. */
export interface RoleSummary {
  readonly role: Role;
  readonly cells: number;
  /** Mean and worst absolute relative error; 0 without numeric cells. */
  readonly mean: number;
  readonly worst: number;
  readonly worstCell: string;
  readonly passed: number;
  readonly missed: number;
}

export interface TargetOutcome {
  readonly id: string;
  readonly cells: number;
  readonly mean: number;
  readonly worst: number;
  readonly limit: string;
  readonly verdict: Verdict;
}

export interface ClaimOutcome {
  readonly id: string;
  readonly text: string;
  readonly source: string;
  readonly unit: string;
  readonly published: number | boolean;
  readonly simulated: number | boolean;
  readonly error?: number;
  /** The stated band, e.g. `1.8 to 3.4`. */
  readonly band: string;
  readonly verdict: Verdict;
}

/** All that is published about a scenario, judged. `complete` is false when it was interrupted. */
export interface Comparison {
  readonly scenario: string;
  readonly title: string;
  readonly reference: string;
  readonly cells: readonly CellOutcome[];
  readonly roles: readonly RoleSummary[];
  readonly targets: readonly TargetOutcome[];
  readonly claims: readonly ClaimOutcome[];
  readonly misses: readonly string[];
  /** Cells and claims that were left out because they take long. */
  readonly leftOut: number;
  readonly complete: boolean;
}

export interface CompareOptions {
  /** Leaves out cells and claims marked slow, and targets on groups with such cells. */
  readonly quick?: boolean;
  /** Called after each cell and claim. */
  readonly onStep?: (done: number, total: number, what: string) => void;
  /** Asked between cells; true ends the comparison with what is done. */
  readonly stopped?: () => boolean;
}

/** Runs every published cell and claim of a scenario, in declaration order. */
export async function compareScenario(
  scenario: Scenario,
  run: RunFunction,
  options: CompareOptions = {},
): Promise<Comparison> {
  const isDue = (item: { readonly slow?: boolean }): boolean => !(options.quick === true && item.slow === true);
  const claims = scenario.claims.filter(isDue);
  const figures = scenario.figures.filter(isDue);
  const partial = new Set(scenario.figures.filter((cell) => !isDue(cell)).map((cell) => cell.group));
  const total = figures.length + claims.length;
  let done = 0;
  let complete = true;
  const each = async <Item extends { readonly id: string }, Result>(
    items: readonly Item[],
    compute: (item: Item) => Promise<Result>,
  ): Promise<Result[]> => {
    const slots: Array<Result | undefined> = items.map(() => undefined);
    const interrupted = new Error('interrupted');
    await Promise.all(
      items.map(async (item, i) => {
        try {
          if (options.stopped?.()) throw interrupted;
          slots[i] = await compute(item);
          done += 1;
          options.onStep?.(done, total, item.id);
        } catch (error) {
          if (!options.stopped?.()) throw error;
          complete = false;
        }
      }),
    );
    return slots.filter((slot) => slot !== undefined);
  };
  const cells = await each(figures, (cell) => judgeCell(scenario, cell, run));
  const claimed = await each(claims, (claim) => judgeClaim(claim, run));
  const roles = (['calibration', 'check', 'report'] as const)
    .map((role) =>
      summarise(
        role,
        cells.filter((cell) => cell.role === role),
      ),
    )
    .filter((summary) => summary.cells > 0);
  const targets = (complete ? scenario.targets : [])
    .filter((target) => !target.groups.some((group) => partial.has(group)))
    .map((target) => judgeTarget(target, cells))
    .filter((target) => target.cells > 0);
  return {
    scenario: scenario.id,
    title: scenario.title,
    reference: scenario.paper.reference,
    cells,
    roles,
    targets,
    claims: claimed,
    misses: [
      ...cells.filter(missed).map((cell) => `cell ${cell.id}`),
      ...targets.filter(missed).map((target) => `target ${target.id}`),
      ...claimed.filter(missed).map((claim) => `claim ${claim.id}`),
    ],
    leftOut: scenario.figures.length + scenario.claims.length - total,
    complete,
  };
}

function missed(outcome: { readonly verdict: Verdict }): boolean {
  return outcome.verdict === 'miss';
}

/** Relative error of a simulated number; against a published zero only zero is right. */
export function relativeError(simulated: number, published: number): number {
  if (published === 0) return simulated === 0 ? 0 : Math.sign(simulated);
  return (simulated - published) / Math.abs(published);
}

async function judgeCell(scenario: Scenario, cell: Figure, run: RunFunction): Promise<CellOutcome> {
  const result = await run(cell.params);
  const simulated = typeof cell.value === 'boolean' ? result.flag(cell.metric) : result.number(cell.metric);
  const error =
    typeof cell.value === 'number' && typeof simulated === 'number' ? relativeError(simulated, cell.value) : undefined;
  return {
    id: cell.id,
    group: cell.group,
    role: cell.role,
    tag: cell.tag,
    source: cell.source,
    params: differences(scenario, cell),
    metric: cell.metric,
    unit: scenario.metrics[cell.metric]?.unit ?? '',
    published: cell.value,
    simulated,
    ...(error === undefined ? {} : { error }),
    verdict: verdictOf(scenario, cell, simulated, error),
  };
}

function verdictOf(scenario: Scenario, cell: Figure, simulated: number | boolean, error: number | undefined): Verdict {
  if (cell.role === 'report') return 'shown';
  if (error === undefined) return simulated === cell.value ? 'pass' : 'miss';
  const limit = toleranceOf(scenario, cell);
  if (limit === undefined) return 'shown';
  return Math.abs(error) <= limit ? 'pass' : 'miss';
}

/** The cell's own tolerance, else the tightest worst-cell limit of the targets it belongs to. */
function toleranceOf(scenario: Scenario, cell: Figure): number | undefined {
  if (cell.tolerance !== undefined) return cell.tolerance;
  const limits = scenario.targets.flatMap((target) =>
    target.worst !== undefined && target.groups.includes(cell.group) ? [target.worst] : [],
  );
  return limits.length === 0 ? undefined : Math.min(...limits);
}

function differences(scenario: Scenario, cell: Figure): string {
  const { own } = resolveParams(scenario, cell.params);
  return scenario.fields
    .filter((field) => own[field.name] !== undefined && own[field.name] !== field.default)
    .map((field) => `${field.name}=${formatValue(field, own[field.name] as number)}`)
    .join(' ');
}

function summarise(role: Role, cells: readonly CellOutcome[]): RoleSummary {
  const worst = worstOf(cells);
  return {
    role,
    cells: cells.length,
    mean: meanOf(cells),
    worst: Math.abs(worst?.error ?? 0),
    worstCell: worst?.id ?? '',
    passed: cells.filter((cell) => cell.verdict === 'pass').length,
    missed: cells.filter(missed).length,
  };
}

function meanOf(cells: readonly CellOutcome[]): number {
  const errors = cells.flatMap((cell) => (cell.error === undefined ? [] : [Math.abs(cell.error)]));
  return errors.length === 0 ? 0 : errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

function worstOf(cells: readonly CellOutcome[]): CellOutcome | undefined {
  let worst: CellOutcome | undefined;
  for (const cell of cells)
    if (cell.error !== undefined && (worst === undefined || Math.abs(cell.error) > Math.abs(worst.error ?? 0)))
      worst = cell;
  return worst;
}

function judgeTarget(target: Target, all: readonly CellOutcome[]): TargetOutcome {
  const cells = all.filter((cell) => target.groups.includes(cell.group));
  const mean = meanOf(cells);
  const worst = Math.abs(worstOf(cells)?.error ?? 0);
  const limits = [
    ...(target.mean === undefined ? [] : [`mean <= ${percent(target.mean)}`]),
    ...(target.worst === undefined ? [] : [`worst <= ${percent(target.worst)}`]),
  ];
  const holds =
    mean <= (target.mean ?? Number.POSITIVE_INFINITY) && worst <= (target.worst ?? Number.POSITIVE_INFINITY);
  return {
    id: target.id,
    cells: cells.length,
    mean,
    worst,
    limit: limits.join(', '),
    verdict: holds ? 'pass' : 'miss',
  };
}

async function judgeClaim(claim: Claim, run: RunFunction): Promise<ClaimOutcome> {
  const simulated = await claim.how(run);
  const error =
    typeof claim.published === 'number' && typeof simulated === 'number'
      ? relativeError(simulated, claim.published)
      : undefined;
  return {
    id: claim.id,
    text: claim.text,
    source: claim.source,
    unit: claim.unit ?? '',
    published: claim.published,
    simulated,
    ...(error === undefined ? {} : { error }),
    band: describeBand(claim.pass, claim.unit),
    verdict: inBand(simulated, claim.pass) ? 'pass' : 'miss',
  };
}

function inBand(value: number | boolean, band: PassBand): boolean {
  if (band.equals !== undefined) return value === band.equals;
  return (
    typeof value === 'number' &&
    value >= (band.min ?? Number.NEGATIVE_INFINITY) &&
    value <= (band.max ?? Number.POSITIVE_INFINITY)
  );
}

/** A pass band in words: `1.8 to 3.4`, `>= 165`, `>= 1M tokens`, `exactly 4`. */
export function describeBand(band: PassBand, unit = ''): string {
  const write = (value: number): string =>
    unit === 'tokens' ? formatMetric(value, unit) : String(Number(value.toPrecision(6)));
  if (band.equals !== undefined)
    return typeof band.equals === 'boolean' ? formatMetric(band.equals, '') : `exactly ${write(band.equals)}`;
  if (band.min !== undefined && band.max !== undefined) return `${write(band.min)} to ${write(band.max)}`;
  if (band.min !== undefined) return `>= ${write(band.min)}`;
  return band.max !== undefined ? `<= ${write(band.max)}` : 'anything';
}

/** `0.1234` as `12.3 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}
