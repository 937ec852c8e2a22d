import type { Command } from 'commander';
import type { Scenario } from '../kit/scenario.ts';
import type { SweepEngine } from '../sweep/engine.ts';
import type { Study } from '../sweep/study.ts';
import type { StudySpec } from '../sweep/study-spec.ts';
import type { Summary } from '../sweep/summary.ts';
import { exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';
import { loadScenario, looksLikeFile } from './load-scenario.ts';
import { type ParameterOptions, readParameters, withParameterOptions } from './parameter-options.ts';
import { startProgress } from './progress.ts';
import { textTable } from './table.ts';

interface Options extends ParameterOptions {
  readonly vary?: readonly string[];
  readonly where?: readonly string[];
  readonly among?: string;
  readonly sample?: string;
  readonly replications?: string;
  readonly untilPrecision?: string;
  readonly mostReplications?: string;
  readonly independent?: boolean;
  readonly rank?: string;
  readonly given?: string;
  readonly pareto?: string;
  readonly out?: string;
  readonly fresh?: boolean;
  readonly retryFailed?: boolean;
  readonly top: string;
  readonly threads?: string;
  readonly inProcess?: boolean;
  readonly redis?: string | true;
  readonly json?: boolean;
}

const examples = `
Axes: gpus=8,16,32  seq=8K..1M:x2  sp=1..8:+1  system (every choice);
with --sample also ranges, nicBandwidth=10GB/s..100GB/s or ...:log.
Conditions: names, numbers with units, == != < <= > >=, in (a, b), + - * / %,
and, or, not, parentheses.

The folder of a study holds study.json, journal.jsonl, results.csv,
results.parquet, results.json and report.html. The same command continues an
interrupted study; a study that is complete is only ranked and drawn again.

Examples:
  escapement sweep ulysses --vary gpus=8,16,32 --vary seq=8K..1M:x2 --vary system=ulysses,megatron-sp --given gpus,seq
  escapement sweep ulysses --preset fig4 --rank tflopsPerGpu --among "not outOfMemory"
  escapement sweep ./my-scenario.js --vary load=0.1..0.9 --sample lhs:200 --replications 20 --until-precision 2%
  escapement sweep ulysses/four-systems --set gpu=h100-80gb
  escapement sweep study.json --redis redis://host:6379
  escapement worker --redis redis://host:6379            on every host that computes
`;

/** `escapement sweep`: a study of many settings, its ranking and report. */
export function configure(command: Command, io: Io): void {
  const several = (text: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), text];
  command
    .argument('<scenario>', 'id of a scenario, the path of your own file, or a study (.json)')
    .argument('[parameters...]', 'parameters as --name value')
    .usage('<scenario|study.json> [--vary name=values]... [--set name=value]... [options]')
    .option('--vary <name=values>', 'vary a parameter; may be given many times', several)
    .option('--where <condition>', 'only settings that hold it, e.g. "gpus>=sp"; may be given many times', several)
    .option('--sample <way>', 'grid, random:N, or lhs:N, a Latin hypercube (default: grid)')
    .option('--replications <number>', 'runs of each setting with other random numbers (default: 1)')
    .option('--until-precision <share>', 'more replications until the 95 % interval of the ranked metric is within it')
    .option('--most-replications <number>', 'where --until-precision gives up (default: 1000)')
    .option('--independent', 'random numbers of its own for each setting, instead of common ones')
    .option('--rank <metric>', 'metric that decides, name:max or name:min (default: the first of the scenario)')
    .option('--among <condition>', 'rank only settings whose results hold it, e.g. "not outOfMemory"')
    .option('--given <axes>', 'axes that are given (your cluster); the others are chosen for each of their values')
    .option('--pareto <two metrics>', 'show the Pareto front of two metrics')
    .option('--top <number>', 'settings in the ranking', '20')
    .option('--out <folder>', 'folder of the study (default: escapement-sweep/<scenario>-<study>)')
    .option('--fresh', 'compute everything again')
    .option('--retry-failed', 'compute again what was set aside')
    .option('--threads <number>', 'worker threads (default: one per core, 8 at most)')
    .option('--in-process', 'compute in this thread')
    .option('--redis [url]', 'compute on workers at a Redis server (default: ESCAPEMENT_REDIS)')
    .option('--json', 'print JSON')
    .addHelpText('after', examples);
  withParameterOptions(command);
  command.action((name: string, rest: readonly string[], options: Options) => sweep(name, rest, options, command, io));
}

async function sweep(name: string, rest: readonly string[], options: Options, command: Command, io: Io): Promise<void> {
  const { makeStudy } = await import('../sweep/study.ts');
  const { openStudyFolder } = await import('../sweep/study-folder.ts');
  const { runStudy } = await import('../sweep/run-study.ts');
  const { codeIdentity } = await import('../sweep/code-hash.ts');
  const top = await readTop(options.top);
  const { scenario, spec } = await readStudy(name, rest, options, command);
  const study = makeStudy(scenario, spec);
  const code = codeIdentity(looksLikeFile(spec.scenario) ? spec.scenario : undefined);
  const folder = openStudyFolder(study, code, { out: options.out, fresh: options.fresh === true });
  const progress = startProgress(io);
  let stopListening = (): void => undefined;
  try {
    if (options.retryFailed) folder.journal.forgetFailures();
    const { recovery } = folder.journal;
    if (recovery.damaged > 0) io.err(`warning: ${recovery.damaged} damaged lines of the journal are computed again\n`);
    const before = folder.journal.runs;
    const started = performance.now();
    const say = (text: string): void => {
      progress.clear();
      io.err(`${text}\n`);
    };
    const engine = await startEngine(spec.scenario, study, options, code, say);
    stopListening = io.listenForInterrupt(engine.stop);
    let done = 0;
    let complete = false;
    try {
      complete = await runStudy(study, engine, folder.journal, (now) => {
        done = now.computed;
        const left = now.total - (now.done - now.computed);
        const failed = now.failed === 0 ? '' : `, ${now.failed} failed`;
        progress.update(
          left > 0 ? now.computed / left : 1,
          `${now.done} of ${now.total} runs on ${engine.name}${failed}`,
        );
      });
    } finally {
      progress.clear();
      await engine.close();
    }
    if (complete && done === 0 && before === 0) await refuseEmpty(study, folder.summarise(top));
    const summary = complete ? await folder.writeResults(top) : folder.summarise(top);
    const seconds = (performance.now() - started) / 1000;
    if (options.json) io.out(`${JSON.stringify(await jsonOf(study, summary, folder.path, complete), null, 2)}\n`);
    else await print(study, summary, io);
    const kept = before > 0 ? `, ${before} were journalled before` : '';
    const told = `${done} runs computed on ${engine.name} in ${seconds.toFixed(1)} s${kept}`;
    if (complete) (options.json ? io.err : io.out)(`\n${told}\nResults: ${folder.path}\n`);
    else {
      io.err(`interrupted: ${told}; the same command continues\n`);
      io.setExitCode(exitCodes.interrupted);
    }
  } finally {
    progress.clear();
    stopListening();
    folder.close();
  }
}

/** A study without any setting is a mistake in its conditions. Throws SWEEP_STUDY. */
async function refuseEmpty({ spec }: Study, { counts }: Summary): Promise<void> {
  if (counts.done + counts.refused + counts.failed + counts.open > 0) return;
  const { sweepErrors } = await import('../sweep/errors.ts');
  const { quoted } = await import('../kit/errors.ts');
  throw sweepErrors.create('SWEEP_STUDY', {
    problem: `no setting holds ${spec.where.map((text) => `'${quoted(text)}'`).join(' and ')}`,
    hint: 'Loosen --where, or vary more.',
  });
}

async function readTop(text: string): Promise<number> {
  const { fieldOf } = await import('../kit/field.ts');
  const { param } = await import('../kit/param.ts');
  const { parseValue } = await import('../kit/parse-value.ts');
  const schema = param.integer({ min: 1, max: 10_000, default: 20, describe: 'settings in the ranking' });
  return parseValue(fieldOf('command', 'top', schema), text) as number;
}

/** The study of a file, of the package or of the command line; what the command line says comes last. */
async function readStudy(
  name: string,
  rest: readonly string[],
  options: Options,
  command: Command,
): Promise<{ readonly scenario: Scenario; readonly spec: StudySpec }> {
  const { checkSpec, readSpec } = await import('../sweep/study-spec.ts');
  const { findStudyFile } = await import('../sweep/study-folder.ts');
  const file = findStudyFile(name);
  const from = file === undefined ? checkSpec({ scenario: name }) : readSpec(file.text, name);
  const scenario = await loadScenario(from.scenario);
  const { preset, seed, ...set } = readParameters(scenario, options, rest, command) as Record<string, string>;
  const { parseAxes, parseList } = await import('../sweep/study-folder.ts');
  const vary = parseAxes(options.vary ?? []);
  const kept = (values: Readonly<Record<string, unknown>>, without: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(values).filter(([key]) => !Object.hasOwn(without, key)));
  const given = {
    ...from,
    set: { ...kept(from.set, vary), ...set },
    vary: { ...kept(from.vary, set), ...vary },
    where: [...from.where, ...(options.where ?? [])],
    ...(preset === undefined ? {} : { preset }),
    ...(seed === undefined ? {} : { seed }),
    ...(options.sample === undefined ? {} : { sample: options.sample }),
    ...(options.replications === undefined ? {} : { replications: options.replications }),
    ...(options.untilPrecision === undefined ? {} : { untilPrecision: options.untilPrecision }),
    ...(options.mostReplications === undefined ? {} : { mostReplications: options.mostReplications }),
    ...(options.independent ? { independent: true } : {}),
    ...(options.rank === undefined ? {} : { rank: options.rank }),
    ...(options.among === undefined ? {} : { among: options.among }),
    ...(options.given === undefined ? {} : { given: parseList(options.given) }),
    ...(options.pareto === undefined ? {} : { pareto: parseList(options.pareto) }),
  };
  const spec = checkSpec(given);
  return { scenario, spec: { ...spec, given: spec.given.filter((axis) => !Object.hasOwn(set, axis)) } };
}

async function startEngine(
  name: string,
  study: Study,
  options: Options,
  code: { readonly version: string; readonly hash: string },
  say: (text: string) => void,
): Promise<SweepEngine> {
  if (options.redis !== undefined) {
    const { redisEngine } = await import('../sweep/redis/redis-engine.ts');
    const { readRedisUrl } = await import('../sweep/redis/redis-url.ts');
    return redisEngine(study, readRedisUrl(options.redis === true ? undefined : options.redis), code, say);
  }
  if (options.inProcess) {
    const { inProcessEngine } = await import('../sweep/engines/in-process.ts');
    return inProcessEngine(study.scenario);
  }
  const { threadEngine } = await import('../sweep/engines/threads.ts');
  const { readThreads } = await import('./threads.ts');
  const { startRunPool } = await import('./run-pool.ts');
  const pool = startRunPool(readThreads(options.threads));
  return threadEngine({ ...pool, attempt: (run) => pool.attempt(name, run.resolved, run.replication) });
}

async function print(study: Study, summary: Summary, io: Io): Promise<void> {
  const { formatMetric } = await import('../kit/format-metric.ts');
  const { behind } = await import('../sweep/summary.ts');
  const { choiceOf, leadOf } = await import('../sweep/report.ts');
  const { goal } = study;
  const { counts } = summary;
  io.out(`${io.color.bold(study.scenario.title)}\n\n`);
  if (study.given.length > 0) {
    io.out(
      textTable(
        [
          ...study.given.map((head) => ({ head, align: 'right' as const })),
          { head: 'best' },
          { head: 'with', wrap: true },
          { head: goal.metric, align: 'right' },
          { head: 'lead' },
        ],
        summary.decisions.map((decision) =>
          decision.best === undefined
            ? [...decision.given, 'nothing works', '', '', '']
            : [
                ...decision.given,
                ...choiceOf(study, decision.best),
                formatMetric(decision.best.goal, goal.unit),
                leadOf(study, decision),
              ],
        ),
        io.width,
      ),
    );
    io.out('\n');
  }
  const [first] = summary.best;
  const random = study.replicating.most > 1;
  io.out(
    textTable(
      [
        { head: 'rank', align: 'right' },
        ...study.axes.map((axis) => ({ head: axis.field.name, align: 'right' as const })),
        { head: goal.metric, align: 'right' },
        ...(random ? [{ head: '95 % interval', align: 'right' as const }] : []),
        { head: 'behind', align: 'right' },
      ],
      summary.best.map((entry, i) => [
        String(i + 1),
        ...entry.values,
        formatMetric(entry.goal, goal.unit),
        ...(random ? [(entry.interval ?? []).map((value) => formatMetric(value, goal.unit)).join(' .. ')] : []),
        i === 0 || first === undefined ? '' : `${(100 * behind(entry, first, goal)).toFixed(1)} %`,
      ]),
      io.width,
    ),
  );
  if (summary.front.length > 0) {
    io.out(
      `\nPareto front of ${study.pareto.map(({ metric, direction }) => `${metric} (${direction})`).join(' and ')}\n\n`,
    );
    io.out(
      textTable(
        [...study.axes.map((axis) => axis.field.name), ...study.pareto.map(({ metric }) => metric)].map((head) => ({
          head,
          align: 'right' as const,
        })),
        summary.front.map((entry) => [
          ...entry.values,
          ...entry.pareto.map((value, i) => formatMetric(value, study.pareto[i]?.unit ?? '')),
        ]),
        io.width,
      ),
    );
  }
  const effects = summary.sensitivity.effects(goal.metric).filter(({ share }) => share > 0);
  if (effects.length > 0) {
    const sorted = [...effects].sort((a, b) => b.share - a.share);
    io.out(
      `\n${goal.metric} is moved by ${sorted.map(({ axis, share }) => `${axis} (${(100 * share).toFixed(0)} %)`).join(', ')}\n`,
    );
  }
  for (const { values, reason } of summary.failures)
    io.out(`${io.color.red('set aside')} ${values.join(' ')}: ${reason}\n`);
  const others = [
    `${counts.done} settings`,
    `${counts.refused} impossible`,
    ...(counts.failed > 0 ? [`${counts.failed} failed`] : []),
    ...(counts.open > 0 ? [`${counts.open} not computed yet`] : []),
    ...(summary.unranked > 0 ? [`${summary.unranked} not ranked`] : []),
  ];
  io.out(`\n${others.join(', ')}\n`);
}

async function jsonOf(study: Study, summary: Summary, path: string, complete: boolean): Promise<unknown> {
  const { counts, unranked, events, best, front, decisions, failures, refusals, sensitivity } = summary;
  const axes = study.axes.map((axis) => axis.field.name);
  const entry = (one: Summary['best'][number]) => ({
    values: Object.fromEntries(axes.map((axis, a) => [axis, one.values[a]])),
    metrics: one.metrics,
  });
  return {
    scenario: study.scenario.id,
    study: study.key,
    complete,
    counts: { ...counts, unranked },
    events,
    rank: study.goal,
    best: best.map(entry),
    decisions: decisions.map(({ given, rivals }) => ({
      given: Object.fromEntries(study.given.map((axis, g) => [axis, given[g]])),
      rivals: rivals.map(entry),
    })),
    front: front.map(entry),
    sensitivity: Object.fromEntries(
      sensitivity
        .metrics()
        .map((metric) => [
          metric,
          Object.fromEntries(sensitivity.effects(metric).map(({ axis, share }) => [axis, share])),
        ]),
    ),
    failures,
    refusals,
    folder: path,
  };
}
