import type { Problem } from '../kit/index.ts';
import type { HeatParams } from './params.ts';
import { directoryNeeds } from './row-caches.ts';
import { layoutOf } from './sample-program.ts';
import { dimOf, machineOf, negativesOf, setupOf, sizesOf, threadsOf } from './setup.ts';

type Name = keyof HeatParams;
type HeatProblem = Problem<Name>;

/** Lines that the tables may have at most, and bytes of the directory. */
const limits = { lines: 4e9, directory: 1.2e9 } as const;

/** Everything wrong with the parameters, with values that would do. */
export function problemsOf(params: HeatParams): readonly HeatProblem[] {
  if (params.mode === 'cache-trace') return checkTrace(params);
  if (params.mode === 'numerics') return checkNumerics(params);
  return [...checkSystem(params), ...checkSampler(params), ...checkMachine(params)];
}

function problem(parameter: Name, constraint: string, use: Problem['use'] = []): HeatProblem {
  return { parameter, constraint, use };
}

function checkSystem(params: HeatParams): readonly HeatProblem[] {
  const { system, model, loss, dataset, epochSecondsOverride } = params;
  const found: HeatProblem[] = [];
  if (system === 'heat-ccl' && model === 'simplex')
    found.push(problem('model', 'heat-ccl does not aggregate; system=heat-accl does', ['mf', 'auto']));
  if (system === 'heat-accl' && model === 'mf')
    found.push(problem('model', 'heat-accl aggregates; system=heat-ccl does not', ['simplex', 'auto']));
  const negatives = negativesOf(params);
  if (loss === 'mse' && negatives !== 1) found.push(problem('negatives', 'loss mse has one negative', [1]));
  if (system === 'cumf-sgd' && loss === 'ccl') found.push(problem('loss', 'cumf-sgd has no contrastive loss', ['mse']));
  if (loss === 'mse' && !['heat-ccl', 'cumf-sgd', 'torchrec-v100'].includes(system))
    found.push(problem('loss', 'only heat-ccl, cumf-sgd and torchrec-v100 were measured with it', ['ccl']));
  if (params.gradientMode === 'sparse' && system !== 'pytorch-cpu')
    found.push(problem('gradientMode', 'only pytorch-cpu was measured with it', ['dense']));
  if (sizesOf(params).interactions === 0 && epochSecondsOverride === 0)
    found.push(
      problem(
        'interactions',
        `are not published for ${dataset}; pass interactions=... or epochSecondsOverride=...`,
        [11_400_000],
      ),
    );
  return found;
}

function checkSampler(params: HeatParams): readonly HeatProblem[] {
  const { items } = sizesOf(params);
  const found: HeatProblem[] = [];
  const negatives = negativesOf(params);
  if (negatives >= items) found.push(problem('negatives', `must be below ${items} items`, [Math.max(1, items - 1)]));
  if (params.sampler === 'tile' && params.tile > items) found.push(problem('tile', `at most ${items} items`, [items]));
  return found;
}

/** Geometry of caches and threads; memory of the simulation. */
function checkMachine(params: HeatParams): readonly HeatProblem[] {
  if (!params.system.startsWith('heat')) return [];
  const machine = machineOf(params);
  const found: HeatProblem[] = [];
  const threads = threadsOf(params, machine);
  if (threads > machine.cores)
    found.push(problem('threads', `${params.platform} has ${machine.cores} cores`, [machine.cores]));
  if (machine.coresPerCluster > machine.cores)
    found.push(problem('coresPerCluster', `${params.platform} has ${machine.cores} cores`, [machine.cores]));
  const { line } = machine;
  if (!isPowerOfTwo(line) || line < 4) return [problem('lineBytes', 'must be a power of two from 4', [64])];
  const dim = dimOf(params);
  if ((4 * dim) % line !== 0) {
    const step = line / 4;
    const below = Math.floor(dim / step) * step;
    found.push(
      problem(
        'dim',
        `rows of 4 x dim bytes must be whole lines of ${line} B`,
        below > 0 ? [below, below + step] : [step],
      ),
    );
  }
  const caches = [...machine.levels, machine.cluster];
  caches.forEach((cache, level) => {
    const name = `l${level + 1}Bytes` as 'l1Bytes' | 'l2Bytes' | 'l3Bytes';
    const ways = `l${level + 1}Ways` as 'l1Ways' | 'l2Ways' | 'l3Ways';
    const sets = cache.bytes / (cache.ways * line);
    if (!Number.isInteger(sets)) {
      if (params[ways] > 0 && params[name] === 0)
        found.push(problem(ways, `${cache.ways} ways of ${line} B do not divide ${cache.bytes} B`, [8]));
      else found.push(problem(name, `must be a multiple of ${cache.ways} ways of ${line} B`, [cache.ways * line * 64]));
    } else if (!isPowerOfTwo(sets))
      found.push(
        problem(params[name] > 0 ? name : ways, `makes ${sets} sets, not a power of two`, [
          params[name] > 0 ? cache.ways * line * 2 ** Math.floor(Math.log2(sets)) : 8,
        ]),
      );
  });
  if (params.platform === 'a64fx' && (params.l3Bytes > 0 || params.l3Ways > 0))
    found.push(problem(params.l3Bytes > 0 ? 'l3Bytes' : 'l3Ways', 'a64fx has no third level', [0]));
  return found.length > 0 ? found : checkMemory(params);
}

function checkMemory(params: HeatParams): readonly HeatProblem[] {
  if (params.epochSecondsOverride > 0 || params.loss === 'mse') return [];
  const setup = setupOf(params);
  const { rows } = layoutOf(setup);
  const lines = rows * setup.linesPerRow;
  if (lines > limits.lines)
    return [
      problem('items', `${lines.toExponential(1)} lines of tables exceed ${limits.lines.toExponential(0)}`, [1e6]),
    ];
  const { bytes } = directoryNeeds(setup, rows);
  if (bytes <= limits.directory) return [];
  const needed = (bytes / 1e9).toFixed(1);
  return [
    problem('items', `the directory of all lines would need ${needed} GB, at most ${limits.directory / 1e9} GB`, [1e6]),
  ];
}

function checkTrace(params: HeatParams): readonly HeatProblem[] {
  const { l1, ll, line } = traceCaches(params);
  const found: HeatProblem[] = [];
  if (!isPowerOfTwo(line)) found.push(problem('lineBytes', 'must be a power of two', [64]));
  for (const [name, { bytes, ways }] of [
    ['l1Bytes', l1],
    ['llBytes', ll],
  ] as const) {
    const sets = bytes / (ways * line);
    if (!(Number.isInteger(sets) && isPowerOfTwo(sets)))
      found.push(problem(name, `must be a power of two times ${ways} ways of ${line} B`, [ways * line * 64]));
  }
  const unit = params.traceKind === 'row' ? 512 : 64;
  if (params.traceKind !== 'seq' && params.footprintBytes % unit !== 0)
    found.push(
      problem('footprintBytes', `must be a multiple of ${unit} B`, [Math.ceil(params.footprintBytes / unit) * unit]),
    );
  if (params.traceKind === 'seq' && params.strideBytes > params.footprintBytes)
    found.push(problem('strideBytes', `at most the footprint of ${params.footprintBytes} B`, [params.footprintBytes]));
  return found;
}

/** The two caches of mode cache-trace. */
export function traceCaches(params: HeatParams) {
  return {
    line: params.lineBytes > 0 ? params.lineBytes : 64,
    l1: { bytes: params.l1Bytes > 0 ? params.l1Bytes : 32768, ways: params.l1Ways > 0 ? params.l1Ways : 8 },
    ll: { bytes: params.llBytes, ways: params.llWays },
  };
}

/** Users and items of mode numerics. */
export function numericsSizes({ users, items }: Pick<HeatParams, 'users' | 'items'>) {
  return { users: users > 0 ? users : 300, items: items > 0 ? items : 600 };
}

function checkNumerics(params: HeatParams): readonly HeatProblem[] {
  const { users, items } = numericsSizes(params);
  const found: HeatProblem[] = [];
  const own = params.interactionsPerUser + 2;
  if (params.clusters > items) found.push(problem('clusters', `at most ${items} items`, [items]));
  const reachable = params.noise > 0 ? items : Math.floor(items / params.clusters);
  if (own > reachable / 2)
    found.push(
      problem('interactionsPerUser', `a user's ${own} different items must be at most half of ${reachable}`, [
        Math.max(1, Math.floor(reachable / 2) - 2),
      ]),
    );
  if (negativesOf(params) >= items) found.push(problem('negatives', `must be below ${items} items`, [items - 1]));
  if (params.sampler === 'tile' && params.tile > items) found.push(problem('tile', `at most ${items} items`, [items]));
  const work = users * params.interactionsPerUser * (negativesOf(params) + 2) * dimOf(params) * params.epochs;
  if (work > 2e10)
    found.push(problem('epochs', `about ${Math.round(work / 3e8)} s of arithmetic: more than a minute`, [1]));
  return found;
}

/** What is odd about a run without being an error. */
export function warningsOf(params: HeatParams, given: { readonly tile: boolean }): readonly string[] {
  const warnings: string[] = [];
  if (params.mode === 'cache-trace') return warnings;
  if (params.sampler === 'random' && given.tile) warnings.push('tile and refresh mean nothing with sampler=random');
  if (params.mode === 'train' && params.system !== 'heat-accl' && params.localAccumulation !== 32)
    warnings.push('localAccumulation means nothing without aggregation: system=heat-accl has it');
  return warnings;
}

const isPowerOfTwo = (value: number): boolean => Number.isInteger(Math.log2(value));
