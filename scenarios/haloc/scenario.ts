import { defineScenario, type Target } from '../kit/index.ts';
import { problemsOf } from './check.ts';
import { claims } from './claims.ts';
import { cells } from './figures.ts';
import { invariants } from './invariants.ts';
import { metrics } from './metrics.ts';
import { modeOf } from './parameters.ts';
import { params } from './params.ts';
import { presets } from './presets.ts';
import { type HalocRun, runKernel, runLayer, runNetwork } from './run.ts';
import { story } from './story.ts';

const targets: readonly Target[] = [
  { id: 'core kernels, rtx2080ti, fitted', groups: ['core kernels rtx2080ti, fitted'], mean: 0.09, worst: 0.4 },
  {
    id: 'core kernels, rtx2080ti, nobody fitted',
    groups: ['core kernels rtx2080ti, predicted'],
    mean: 0.13,
    worst: 0.4,
  },
  { id: 'core kernels, a100, fitted', groups: ['core kernels a100, fitted'], mean: 0.09, worst: 0.4 },
  { id: 'core kernels, a100, nobody fitted', groups: ['core kernels a100, predicted'], mean: 0.13, worst: 0.4 },
];

/** The replay of HALOC: ranks of low-rank convolutions searched by gradient, for machines. */
export const haloc = defineScenario({
  id: 'haloc',
  title: 'Low-rank compression with searched ranks (HALOC)',
  paper: {
    title: 'HALOC: Hardware-Aware Automatic Low-Rank Compression for Compact Neural Networks',
    reference: 'AAAI 2023',
  },
  params,
  metrics,
  presets,
  refine: problemsOf,
  async run(given, context) {
    const mode = modeOf(given);
    const { warnings, ...outcome } =
      mode === 'train'
        ? await (await import('./train/run-train.ts')).runTrain(given, context)
        : mode === 'network'
          ? runNetwork(given, context.seed)
          : ((mode === 'layer' ? runLayer(given) : runKernel(given)) satisfies HalocRun);
    for (const warning of warnings) context.onWarning(warning);
    return outcome;
  },
  figures: cells,
  targets,
  claims,
  invariants,
  story,
  examples: [
    'escapement run haloc --set network=resnet18 --set flopsTarget=0.66 --set kernelLibrary=tdc',
    'escapement run haloc --set network=resnet18 --set objective=latency --set latencyTarget=0.5 --set device=a100 --set kernelLibrary=tdc',
    'escapement run haloc --set network=resnet20 --set device=jetson-tx2 --set flopsTarget=0.72',
    'escapement run haloc --set mode=layer --set coreIn=64 --set coreOut=64 --set coreSize=56 --set rank=33',
    'escapement run haloc --set network=tiny-cnn --set flopsTarget=0.85 --seed 2',
  ],
});
