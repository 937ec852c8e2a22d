import fc from 'fast-check';
import type { IntermittentSpec } from '../../../actors/faults/index.ts';
import { gpuCluster, star, type Topology } from '../../../actors/network/index.ts';
import { bytesPerSecond, type Message, ns, timed, us } from '../../../engine/index.ts';
import { testingErrors } from '../../../engine/testing/errors.ts';
import { isInputError } from '../errors.ts';
import type { Field, NumberField, ParamValue } from '../field.ts';
import { fieldNamed, resolveParams } from '../parameters.ts';
import type { ParamsInput, Scenario } from '../scenario.ts';

const bandwidth = fc.integer({ min: 1, max: 900 }).map((gigabytes) => bytesPerSecond(gigabytes * 1e9));
const latency = fc.integer({ min: 0, max: 5000 }).map((time) => ns(time));
const port = fc.record({ bandwidth, latency });

/** Small networks of hosts around a switch, or of nodes of GPUs: `gpuCluster` and `star` with random ports. Shrinks to two slow hosts. */
export function topologies(options: { readonly maxEndpoints?: number } = {}): fc.Arbitrary<Topology> {
  const most = Math.max(2, options.maxEndpoints ?? 16);
  return fc.oneof(
    fc.record({ hosts: fc.integer({ min: 2, max: most }), port }).map(star),
    fc
      .record({ nodes: fc.integer({ min: 1, max: 4 }), gpus: fc.integer({ min: 1, max: 8 }), nvlink: port, nic: port })
      .filter(({ nodes, gpus }) => nodes * gpus >= 2 && nodes * gpus <= most)
      .map(({ nodes, gpus, nvlink, nic }) => gpuCluster({ nodes, gpusPerNode: gpus, nvlink, nic })),
  );
}

/** A transfer of a random workload. */
export interface Transfer {
  /** After the one before, in ns: often 0, so that ties happen. */
  readonly after: number;
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
}

/** Transfers among `endpoints` that overlap and tie; a command of `checkCommands`. */
export function workloads(endpoints: number, options: { readonly maxBytes?: number } = {}): fc.Arbitrary<Transfer> {
  const endpoint = fc.integer({ min: 0, max: endpoints - 1 });
  return fc.record({
    after: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 1000 })),
    from: endpoint,
    to: endpoint,
    bytes: fc.integer({ min: 1, max: options.maxBytes ?? 1_000_000 }),
  });
}

/** Laws of a disturbance that comes and goes, for `disturb`: the target and what it is told are the model's. */
export function faultPlans(): fc.Arbitrary<Pick<IntermittentSpec<Message>, 'between' | 'lasts' | 'until'>> {
  const span = fc.integer({ min: 1, max: 200 }).map((time) => us(time));
  return fc.record({
    between: span.map((mean) => timed.exponential(mean)),
    lasts: span.map((mean) => timed.exponential(mean)),
    until: fc.integer({ min: 1, max: 2000 }).map((time) => us(time)),
  });
}

/**
 * Parameters of a scenario from its schema: each name in `vary` takes any value that its schema allows, numbers at most 16 times the default
 * so that runs stay small, or those given; combinations that `refine` refuses are left out. Shrinks towards the smallest numbers.
 * Throws PARAM_UNKNOWN, and TEST_REFUSED when 200 combinations in a row are refused: parameters that mean something only beside others want
 * those in `base`.
 */
export function parameterSets(
  scenario: Scenario,
  vary: readonly string[],
  options: { readonly base?: ParamsInput; readonly values?: Readonly<Record<string, readonly ParamValue[]>> } = {},
): fc.Arbitrary<ParamsInput> {
  const model: Record<string, fc.Arbitrary<ParamValue>> = {};
  for (const name of vary) {
    const given = options.values?.[name];
    model[name] = given === undefined ? valuesOf(fieldNamed(scenario, name)) : fc.constantFrom(...given);
  }
  let refused = 0;
  return fc
    .record(model)
    .map((own): ParamsInput => ({ ...options.base, ...own }))
    .filter((params) => {
      const why = refusal(scenario, params);
      refused = why === undefined ? 0 : refused + 1;
      if (refused === MOST_REFUSED)
        throw testingErrors.create('TEST_REFUSED', { id: scenario.id, count: refused, why });
      return why === undefined;
    });
}

const MOST_REFUSED = 200;

/** Why the scenario does not take `params`. */
function refusal(scenario: Scenario, params: ParamsInput): string | undefined {
  try {
    resolveParams(scenario, params);
    return undefined;
  } catch (error) {
    if (isInputError(error)) return (error as Error).message;
    throw error;
  }
}

function valuesOf(field: Field): fc.Arbitrary<ParamValue> {
  switch (field.kind) {
    case 'number':
      return numbersOf(field);
    case 'choice':
      return fc.constantFrom(...field.choices);
    case 'boolean':
      return fc.boolean();
    case 'text':
      return fc.constant(field.default);
    default:
      return field satisfies never;
  }
}

function numbersOf(field: NumberField): fc.Arbitrary<number> {
  const far = Math.max(16, 16 * Math.abs(field.default));
  const min = Math.max(field.min, -far);
  const max = Math.min(field.max, far);
  if (field.whole)
    return fc.integer({ min: Math.ceil(min) + (field.minExcluded && min === field.min ? 1 : 0), max: Math.floor(max) });
  return fc.double({
    min,
    max,
    noNaN: true,
    minExcluded: field.minExcluded && min === field.min,
    maxExcluded: field.maxExcluded && max === field.max,
  });
}
