import { describeType, type Field, formatValue } from './field.ts';
import type { Preset, Scenario } from './scenario.ts';
import { wrapText } from './wrap-text.ts';

/** The help of one scenario, generated from its schema: parameters, presets, metrics, examples; at most `width` columns where words permit. */
export function helpText(scenario: Scenario, name: string, width = 100): string {
  const reference = scenario.paper.reference === 'none' ? '' : ` (${scenario.paper.reference})`;
  const lines = [
    `Usage: escapement run ${name} [--set name=value]... [--name value]... [options]`,
    '',
    scenario.title,
    ...(reference === '' ? [] : [`${scenario.paper.title}${reference}`]),
    '',
    'Parameters (--set gpus=64 or --gpus 64):',
    ...rows(
      scenario.fields.map((field) => [field.name, describeField(field)]),
      width,
    ),
    '',
    'Presets (--preset NAME; applied first, explicit parameters override it):',
    ...rows(
      Object.entries(scenario.presets).map(([preset, value]) => [preset, describePreset(value)]),
      width,
    ),
    '',
    'Metrics:',
    ...rows(
      Object.entries(scenario.metrics).map(([metric, info]) => [
        metric,
        info.unit === '' ? info.describe : `${info.describe} [${info.unit}]`,
      ]),
      width,
    ),
    '',
    ...wrapText(
      'Values: 40GiB is binary, 25GB decimal, 10us a time, 85% a share; k, M and G are decimal unless a parameter says that it counts in powers of 1024.',
      width,
    ),
    '',
    'Options:',
    ...rows(
      [
        ['--json', 'print the result as JSON'],
        ['--debug', 'show a stack trace when something fails'],
        ['--help', 'show this text; with --json, the same as data'],
      ],
      width,
    ),
    "Traces, what-ifs, checkpoints and the viewer: 'escapement run --help'.",
  ];
  const examples = scenario.examples.length > 0 ? scenario.examples : [`escapement run ${name} --preset quick`];
  return [...lines, '', 'Examples:', ...examples.map((example) => `  ${example}`), ''].join('\n');
}

function describeField(field: Field): string {
  const words =
    field.kind === 'number'
      ? Object.entries(field.words).map(([word, value]) => `${formatValue(field, value)} = ${word}`)
      : [];
  const binary = field.kind === 'number' && field.binary ? ['K and M are powers of 1024'] : [];
  const notes = [describeType(field), ...words, ...binary, `default ${formatValue(field, field.default)}`];
  return `${field.describe} [${notes.join('; ')}]`;
}

function describePreset(preset: Preset): string {
  const set = Object.entries(preset.set ?? {}).map(([name, value]) => `${name}=${value}`);
  const vary = Object.entries(preset.vary ?? {}).map(([name, values]) => `${name}=${(values ?? []).join(',')}`);
  return `${preset.describe} [${[...set, ...vary].join(' ') || 'the defaults'}]`;
}

function rows(entries: ReadonlyArray<readonly [string, string]>, width: number): string[] {
  const left = Math.max(...entries.map(([name]) => name.length), 0) + 4;
  return entries.flatMap(([name, text]) => {
    const wrapped = wrapText(text, Math.max(30, width - left));
    return wrapped.map((line, i) => `${i === 0 ? `  ${name}`.padEnd(left) : ' '.repeat(left)}${line}`);
  });
}
