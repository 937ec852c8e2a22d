import { cellsPerWeight } from '../../actors/index.ts';
import type { Problem } from '../kit/index.ts';
import { divisors, multiplesNear, nearest } from '../kit/neighbours.ts';
import { mappingOf } from './matrix-layers.ts';
import { layerShapes } from './networks.ts';
import { trainedRatios } from './numerics/weights.ts';
import type { ReramParams } from './params.ts';

type ReramProblem = Problem<Extract<keyof ReramParams, string>>;

const MOST_DRAWS = 1e11;

/** Everything that is wrong with a combination of parameters, before anything is drawn. */
export function problemsOf(params: ReramParams): readonly ReramProblem[] {
  const problems: ReramProblem[] = [];
  const refuse = (
    parameter: ReramProblem['parameter'],
    constraint: string,
    use: readonly (number | string)[] = [],
  ): void => {
    problems.push({ parameter, constraint, use });
  };
  const { bits, cellBits, mapping, mitigation, network, study, pruneRatio, restLevel } = params;
  const isTrained = network === 'mlp' || network === 'lenet5';
  if (cellBits > 0 && bits % cellBits !== 0)
    refuse(
      'cellBits',
      `${cellBits} bits of a cell must divide ${bits} bits of a weight`,
      nearest(divisors(bits), cellBits),
    );
  if (params.offResistanceOhms <= params.onResistanceOhms)
    refuse(
      'offResistanceOhms',
      `must exceed the on resistance: ${params.offResistanceOhms} is not more than ${params.onResistanceOhms} ohms`,
      [10 * params.onResistanceOhms],
    );
  if (isTrained && !trainedRatios.some((ratio) => ratio === pruneRatio))
    refuse('pruneRatio', `trained ratios of ${network} are 1, 10, 20`, nearest(trainedRatios, pruneRatio));
  if (study === 'tolerance' && !isTrained)
    refuse('network', `${network} has no trained weights, so no accuracy to tolerate by`, ['mlp', 'lenet5']);
  if (restLevel !== 1 && mapping !== 'rest')
    refuse('restLevel', `is read by mapping=rest only, not by ${mapping}`, [1]);
  if (mitigation === 'pair-compensate' && mapping === 'offset')
    refuse('mitigation', 'pair-compensate needs a pair of cells: offset has one', ['none']);
  if (mitigation === 'pair-compensate' && cellBits > 0 && cellBits < bits)
    refuse('mitigation', `pair-compensate needs whole weights in a cell: cellBits ${cellBits} of ${bits}`, ['none']);
  if (params.dacBits > params.inputBits)
    refuse('dacBits', `exceeds the ${params.inputBits} bits of an input`, [params.inputBits]);
  if (problems.length > 0) return problems;
  const m = cellsPerWeight(mappingOf(params));
  if (params.crossbarCols % m !== 0)
    refuse(
      'crossbarCols',
      `must be a multiple of the ${m} cells of a weight: ${params.crossbarCols} columns`,
      multiplesNear(params.crossbarCols, m),
    );
  if (params.adcsPerArray > params.crossbarCols)
    refuse('adcsPerArray', `an array has ${params.crossbarCols} columns`, [params.crossbarCols]);
  const weights = layerShapes(network, params.linearRows, params.linearCols).reduce(
    (sum, { inputs, outputs }) => sum + inputs * outputs,
    0,
  );
  const draws = params.trials * weights * m;
  if (study !== 'device' && draws > MOST_DRAWS)
    refuse('trials', `${params.trials} chips of ${weights * m} cells are ${draws} draws; the limit is 1e11`, [
      Math.floor(MOST_DRAWS / (weights * m)),
    ]);
  return problems;
}
