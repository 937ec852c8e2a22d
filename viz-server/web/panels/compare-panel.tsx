import type { ComparisonKind } from '../../protocol/client-messages.ts';
import type { ComparableRun } from '../../protocol/server-messages.ts';
import { uploadTrace } from '../app/api.ts';
import { nameOfRun, type RunPair } from '../app/comparison.ts';
import { useComparison } from '../app/use-comparison.ts';
import type { Viewer } from '../app/viewer.ts';
import { DifferenceTracks } from './difference-tracks.tsx';
import { FirstDifference } from './first-difference.tsx';
import { PairedHistogram } from './paired-histogram.tsx';
import { ResultTable } from './result-table.tsx';
import { SecondRunForm } from './second-run-form.tsx';

const parts: ReadonlyArray<readonly [ComparisonKind, string]> = [
  ['metrics', 'Metrics'],
  ['times', 'Times'],
  ['path', 'Critical path'],
  ['tasks', 'Tasks that differ'],
  ['tracks', 'Difference tracks'],
  ['histogram', 'Histograms'],
  ['divergence', 'First difference'],
];

/** The watched run beside another: which, and all that is different. */
export function ComparePanel({ viewer }: { readonly viewer: Viewer }) {
  const { compare } = viewer;
  const pair = compare.pair.value;
  const part = compare.part.value;
  const problem = compare.problem.value;
  const hasRun = viewer.run.value.scenario !== '';
  if (!hasRun) return <p class="soft">Start a scenario first; then another run of it can stand beside it.</p>;
  return (
    <div class="compare">
      <Choice viewer={viewer} pair={pair} />
      {problem !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {compare.isFormOpen.value && <SecondRunForm viewer={viewer} />}
      {pair === undefined && !compare.isFormOpen.value && (
        <p class="soft">There is no second run yet: start one, or load a trace that was saved.</p>
      )}
      {pair !== undefined && (
        <>
          <p class="choices" role="group" aria-label="Comparison">
            {parts.map(([one, text]) => (
              <button
                type="button"
                key={one}
                aria-pressed={one === part}
                onClick={() => {
                  compare.part.value = one;
                }}
              >
                {text}
              </button>
            ))}
          </p>
          <Part viewer={viewer} pair={pair} part={part} key={`${pair.before.run} ${pair.after.run} ${part}`} />
        </>
      )}
    </div>
  );
}

function Choice({ viewer, pair }: { readonly viewer: Viewer; readonly pair: RunPair | undefined }) {
  const { compare } = viewer;
  const runs = viewer.runs.value;
  const load = async (input: HTMLInputElement): Promise<void> => {
    const [file] = input.files ?? [];
    input.value = '';
    if (file === undefined) return;
    try {
      compare.after.value = await uploadTrace(viewer, file);
      compare.problem.value = '';
      viewer.say(`${file.name} is loaded.`);
    } catch (error) {
      compare.problem.value = error instanceof Error ? error.message : String(error);
    }
  };
  return (
    <div class="pair">
      <RunSelect
        label="This"
        runs={runs}
        value={pair?.before.run ?? runs.find(({ kind }) => kind === 'live')?.run}
        onRun={(run) => {
          compare.before.value = run;
        }}
      />
      <RunSelect
        label="with"
        runs={runs}
        value={pair?.after.run}
        onRun={(run) => {
          compare.after.value = run;
        }}
      />
      {pair !== undefined && <RunNote viewer={viewer} run={pair.after} />}
      <span class="spring" />
      <button
        type="button"
        aria-expanded={compare.isFormOpen.value}
        disabled={!viewer.canControl.value}
        onClick={() => {
          compare.isFormOpen.value = !compare.isFormOpen.value;
        }}
      >
        Second run …
      </button>
      <label class="file">
        <span class="button">Load a trace …</span>
        <input
          type="file"
          accept=".pftrace"
          aria-label="Load a trace"
          disabled={!viewer.canControl.value}
          onChange={({ currentTarget }) => void load(currentTarget)}
        />
      </label>
    </div>
  );
}

function RunSelect({
  label,
  runs,
  value,
  onRun,
}: {
  readonly label: string;
  readonly runs: readonly ComparableRun[];
  readonly value: number | undefined;
  onRun(run: number): void;
}) {
  return (
    <label>
      <span>{label}</span>{' '}
      <select value={value ?? ''} onChange={({ currentTarget }) => onRun(Number(currentTarget.value))}>
        {value === undefined && <option value="">none yet</option>}
        {runs.map((run) => (
          <option key={run.run} value={run.run}>
            {nameOfRun(run)}
          </option>
        ))}
      </select>
    </label>
  );
}

function RunNote({ viewer, run }: { readonly viewer: Viewer; readonly run: ComparableRun }) {
  const { kind, state, progress, now, warnings, error } = run;
  return (
    <span class="note" data-state={state}>
      {state === 'running' && kind === 'fork' && (
        <>
          computes, at {viewer.span(now)}{' '}
          {progress !== null && <progress max={1} value={progress} aria-label="progress of the second run" />}{' '}
          <button type="button" disabled={!viewer.canControl.value} onClick={() => void viewer.compare.endFork()}>
            End it
          </button>
        </>
      )}
      {state === 'stopped' && <>ended early, at {viewer.span(now)}</>}
      {state === 'failed' && <span class="problem">{error}</span>}
      {warnings.map((text) => (
        <span key={text} class="problem">
          {text}
        </span>
      ))}
    </span>
  );
}

function Part({
  viewer,
  pair,
  part,
}: {
  readonly viewer: Viewer;
  readonly pair: RunPair;
  readonly part: ComparisonKind;
}) {
  switch (part) {
    case 'tracks':
      return <DifferenceTracks viewer={viewer} pair={pair} />;
    case 'histogram':
      return <PairedHistogram viewer={viewer} pair={pair} />;
    case 'divergence':
      return <FirstDifference viewer={viewer} pair={pair} />;
    case 'metrics':
    case 'times':
    case 'path':
    case 'tasks':
      return <TablePart viewer={viewer} pair={pair} part={part} />;
    default:
      return part satisfies never;
  }
}

const captions = {
  metrics: 'Metrics of both runs',
  times: 'How long it took, and what all tasks did and waited for',
  path: 'What the critical path is made of, the largest change first',
  tasks: 'Tasks that differ, the largest shift first',
} as const satisfies Partial<Record<ComparisonKind, string>>;

function TablePart({
  viewer,
  pair,
  part,
}: {
  readonly viewer: Viewer;
  readonly pair: RunPair;
  readonly part: keyof typeof captions;
}) {
  const [answer, problem] = useComparison(viewer, pair, part);
  if (problem !== '') return <p class="problem">{problem}</p>;
  if (answer?.table === undefined) return <p class="soft">Comparing …</p>;
  const { table, value, truncated } = answer;
  const missing = value !== undefined && 'missing' in value ? value.missing : [];
  const counts = value !== undefined && 'same' in value ? value : undefined;
  const hidden = new Set(['numberBefore', 'numberAfter']);
  const shown = table.columns.map(({ name }, i) => ({ name, i })).filter(({ name }) => !hidden.has(name));
  const numbers = ['numberBefore', 'numberAfter'].map((name) => table.columns.findIndex((one) => one.name === name));
  const live = pair.before.kind === 'live' ? 0 : pair.after.kind === 'live' ? 1 : undefined;
  return (
    <>
      {missing.map(({ run, why }) => (
        <p key={run} class="soft">
          Run {run} has no metrics: {why}.
        </p>
      ))}
      {counts !== undefined && (
        <p class="summary" data-different={counts.different}>
          <b>{counts.same.toLocaleString('en')}</b> tasks are the same, <b>{counts.different.toLocaleString('en')}</b>{' '}
          are not
          {counts.unfinished > 0 && `; ${counts.unfinished.toLocaleString('en')} may still come`}
          {truncated && `; the first ${table.rows.length.toLocaleString('en')} are listed`}.
        </p>
      )}
      {table.rows.length === 0 && (
        <p class="soft">{part === 'tasks' ? 'Nothing differs.' : 'Nothing to compare yet.'}</p>
      )}
      {table.rows.length > 0 && (
        <ResultTable
          viewer={viewer}
          caption={captions[part]}
          table={{
            columns: shown.map(({ i }) => table.columns[i]!),
            rows: table.rows.map((row) => shown.map(({ i }) => row[i] ?? null)),
          }}
          {...(live === undefined || part !== 'tasks'
            ? {}
            : {
                onRow: (chosen) => {
                  const row = table.rows.find((one) => one[0] === chosen[0]);
                  const number = row?.[numbers[live]!];
                  if (typeof number === 'number' && number > 0) void viewer.choice.goto(number);
                  else viewer.say('This run has no such task.');
                },
              })}
        />
      )}
    </>
  );
}
