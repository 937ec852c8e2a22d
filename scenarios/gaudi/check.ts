import type { Problem } from '../kit/index.ts';
import { lower, lowerMatmul } from './lower.ts';
import { defaultParams, type GaudiParams, isModel, type Workload } from './parameters.ts';
import { shapeOf } from './resolve.ts';

type Name = Extract<keyof GaudiParams, string>;
type Peak = (params: GaudiParams) => { readonly peak: number; readonly name: string; readonly bytes: number };

/** Runs with more events than this are refused. */
const mostEvents = 5e6;

const models: readonly Workload[] = ['bert', 'gpt'];
const attentions: readonly Workload[] = ['softmax-attention', 'linear-attention', 'performer'];

/** Parameters that mean something for some workloads only. */
const only: Partial<Record<Name, readonly Workload[]>> = {
  engine: ['matmul'],
  n: ['matmul'],
  calls: ['matmul'],
  features: ['performer'],
  activation: ['linear-attention'],
  compileGapSeconds: ['linear-attention'],
  layers: models,
  vocab: models,
  phase: models,
  residualNorm: attentions,
  verify: attentions,
};

/** Everything that is wrong with a combination of parameters, before any event; `peakOf` tells the memory that it needs. */
export function checkParams(params: GaudiParams, peakOf: Peak): readonly Problem<Name>[] {
  const { workload } = params;
  const problems: Problem<Name>[] = [];
  for (const [name, workloads] of Object.entries(only) as [Name, readonly Workload[]][])
    if (params[name] !== defaultParams[name] && !workloads.includes(workload) && !isRemoved(params, name))
      problems.push({
        parameter: name,
        constraint: `has no effect for workload ${workload}, only for ${workloads.join(', ')}`,
        use: [defaultParams[name]],
      });
  if (problems.length > 0) return problems;
  const { batch, heads } = shapeOf(params);
  if (params.scheduler === 'sliced' && workload !== 'matmul' && params.slices > batch * heads)
    problems.push({
      parameter: 'slices',
      constraint: `${params.slices} slices are more than batch x heads = ${batch * heads}`,
      use: [batch * heads],
    });
  const events = eventsOf(params);
  if (events > mostEvents)
    problems.push({
      parameter: workload === 'matmul' ? 'calls' : isModel(workload) ? 'layers' : 'slices',
      constraint: `about ${Math.round(events / 1e5) / 10} million events are expected, at most 5 million are allowed; less of it, of slices or of tpcCores`,
      use: [],
    });
  if (problems.length > 0 || params.onOom === 'report') return problems;
  const { peak, name, bytes } = peakOf(params);
  if (peak > params.hbmBytes) {
    const constraint = `${peak} bytes are needed at once, hbmBytes has ${params.hbmBytes}; the largest tensor, ${name}, has ${bytes}; onOom=report simulates all the same`;
    problems.push({ parameter: 'batch', constraint, use: fittingBatch(params, peakOf, peak) });
  }
  return problems;
}

/** Presets that switch a cost off may do so for every workload. */
function isRemoved(params: GaudiParams, name: Name): boolean {
  return name === 'compileGapSeconds' && params.compileGapSeconds === 0;
}

/** Events of a run, about: each slice has a start, setup, work, traffic and end on each of its engines, and changes rates twice. */
export function eventsOf(params: GaudiParams): number {
  const engines = params.engine === 'both' ? (['mme', 'tpc'] as const) : ([params.engine] as const);
  const programs =
    params.workload === 'matmul'
      ? engines.map((engine) => lowerMatmul(params, engine).program)
      : [lower(params).program];
  const eventsFor = (slices: number, engine: string): number =>
    slices * (6 * (engine === 'tpc' ? params.tpcCores : 1) + 3) + 2;
  return programs.flat().reduce((sum, { slices = 1, engine }) => sum + eventsFor(slices, engine), 0);
}

/** The largest batch that fits, if any: memory grows with the batch. */
function fittingBatch(params: GaudiParams, peakOf: Peak, peak: number): readonly number[] {
  let batch = Math.floor((shapeOf(params).batch * params.hbmBytes) / peak);
  for (let tries = 0; batch >= 1 && tries < 8; tries++, batch = Math.floor(batch * 0.9))
    if (peakOf({ ...params, batch }).peak <= params.hbmBytes) return [batch];
  return [];
}
