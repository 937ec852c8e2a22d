import { suite } from 'uvu';
import { traceTables } from '../../engine/trace/formats/tables.ts';
import { commands } from '../../scenarios/cli/command.ts';
import { registry } from '../../scenarios/index.ts';
import { describeScenario } from '../../scenarios/kit/index.ts';
import { matchGolden } from '../golden.ts';
import { inProcess, sample } from '../scenarios/cli/run-command.ts';
import { table } from './table.ts';

const test = suite('reference pages');
const written = 'Written from the program by `npm run golden`.';

test('docs/reference/command.md is the help of the command', async () => {
  const lines = [
    '# The command',
    '',
    `${written} What is meant by the exit codes: [cli](../../scenarios/cli/README.md).`,
  ];
  for (const name of ['', ...commands.map((command) => command.name)]) {
    const { out } = await inProcess([...(name === '' ? [] : [name]), '--help']);
    lines.push('', `## escapement${name === '' ? '' : ` ${name}`}`, '', '```text', out.trimEnd(), '```');
  }
  matchGolden('../../docs/reference/command.md', `${lines.join('\n')}\n`);
});

test('docs/reference/scenarios.md names every parameter, preset and metric', async () => {
  const lines = ['# Scenarios', '', `${written} \`escapement run <id> --help\` prints the same.`];
  for (const { load } of registry) {
    const { id, title, paper, params, presets, metrics } = describeScenario(await load());
    lines.push(
      '',
      `## ${id}`,
      '',
      `${title}. ${paper.title}, ${paper.reference}. [README](../../scenarios/${id}/README.md)`,
    );
    lines.push(
      '',
      ...table(
        ['Parameter', 'Type', 'Default', 'Meaning'],
        params.map((param) => [code(param.name), param.type, code(param.defaultText), param.describe]),
      ),
    );
    lines.push(
      '',
      ...table(
        ['Preset', 'What', 'Sets'],
        Object.entries(presets).map(([name, { describe, set = {}, vary = {} }]) => [
          code(name),
          describe,
          settings(set, vary),
        ]),
      ),
    );
    lines.push(
      '',
      ...table(
        ['Metric', 'Unit', 'Meaning'],
        Object.entries(metrics).map(([name, { unit, describe }]) => [code(name), unit, describe]),
      ),
    );
  }
  matchGolden('../../docs/reference/scenarios.md', `${lines.join('\n')}\n`);
});

test('docs/reference/formats.md lists what files hold', async () => {
  const { out } = await inProcess(['run', sample('mm1'), '--json']);
  const report = JSON.parse(out) as Record<string, unknown>;
  const lines = ['# File formats', '', written, '', '## Read', ''];
  lines.push(
    ...table(
      ['File', 'By', 'What'],
      [
        ['`.pftrace`', '`analyze`, `export`', 'a recorded trace, Perfetto protobuf; of other programs as well'],
        [
          '`.et`, `.json`, both also `.gz`',
          '`import`',
          'Chakra execution traces and PyTorch (Kineto) traces: [how](../how-to/import-a-trace.md)',
        ],
        ['`.csv`', '`validate --table`', 'measured times: [columns](../../scenarios/validation/README.md)'],
        [
          '`.js`',
          '`run`, `compare`, `replay`, `serve`, `sweep`, `worker`',
          'a scenario of your own: [tutorial](../tutorial/first-scenario.md)',
        ],
        ['`.json`', '`sweep`', 'a study: [how](../how-to/distribute-a-sweep.md#a-study-file)'],
        ['`.json`', '`serve`', 'a case that a failed check has saved: [how](../how-to/test-your-simulation.md)'],
        ['`.ckpt`', '`run --resume`, `branch`', 'a checkpoint, of `run --checkpoint-every`'],
      ],
    ),
  );
  lines.push('', '## Written', '', '`run --json` prints one object:', '');
  lines.push(
    ...table(
      ['Field', 'Holds'],
      Object.entries(report).map(([name, value]) => [code(name), kindOf(value)]),
    ),
  );
  lines.push(
    '',
    '`run --trace` writes `.pftrace` (Perfetto) or `.json` (Chrome). `export --to csv` and `--to parquet` write a folder with these tables; times are whole picoseconds.',
  );
  for (const [name, columns] of Object.entries(traceTables))
    lines.push(
      '',
      `### ${name}`,
      '',
      ...table(
        ['Column', 'Type'],
        columns.map((column) => [code(column.name), column.type]),
      ),
    );
  lines.push(
    '',
    '`replay --report` writes one HTML file that needs nothing else. Containers of compressed activations: [codecs](../../actors/codecs/README.md).',
  );
  matchGolden('../../docs/reference/formats.md', `${lines.join('\n')}\n`);
});

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : typeof value === 'object' ? 'object: a value for each name' : typeof value;
}

function settings(
  set: Readonly<Record<string, unknown>>,
  vary: Readonly<Record<string, readonly unknown[] | undefined>>,
): string {
  const all = [
    ...Object.entries(set).map(([name, value]) => `${name}=${String(value)}`),
    ...Object.entries(vary).map(([name, values = []]) => `${name}=${values.join(',')}`),
  ];
  return all.map(code).join(' ');
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

test.run();
