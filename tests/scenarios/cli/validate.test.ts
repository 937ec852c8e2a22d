import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { models, storedMarks } from '../../../scenarios/validation/index.ts';
import { inProcess } from './run-command.ts';

const test = suite('escapement validate');
const folder = mkdtempSync(join(tmpdir(), 'escapement-'));

test.after(() => rmSync(folder, { recursive: true, force: true }));

function table(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const mine = table('mine.csv', 'gpu,m,n,k,time_us\nH100-SXM-80GB,1024,4096,4096,70\nMI300X,1,2,3,9\n');

test('validate prints figures by model, device, table and role, says where models are not to be trusted', async () => {
  const { code, out, err } = await inProcess(['validate']);
  assert.is(code, 0, err);
  assert.is(err, '');
  for (const { model, device, table: file, role } of storedMarks()) {
    const paragraph = out.slice(out.indexOf(`\n${file}\n`));
    assert.match(
      paragraph,
      new RegExp(`^${model.replace('+', '[+]')} +${device.replace(/[.]/g, '[.]')} +${role} `, 'm'),
    );
  }
  const limits = out.slice(out.indexOf('Not to be trusted:'));
  for (const { id, limits: text } of models) assert.match(limits, new RegExp(`^  ${id} +`, 'm'), text);
});

test('--json is an array of rows with exactly the documented keys', async () => {
  const { code, out } = await inProcess(['validate', '--json', '--table', mine]);
  assert.is(code, 0);
  const rows = JSON.parse(out) as Array<Record<string, unknown>>;
  const names = ['model', 'device', 'table', 'role', 'rows', 'meanPct', 'medianPct', 'p90Pct', 'worstPct', 'biasPct'];
  for (const row of rows) assert.equal(Object.keys(row), [...names, 'spearman', 'coverage', 'leftOut']);
  const own = rows.filter(({ role }) => role === 'external');
  assert.equal(
    own.map(({ model, device, table: file, coverage }) => [model, device, file, coverage]),
    [
      ['gemm', 'H100-SXM-80GB', mine, 1],
      ['gemm', 'MI300X', mine, 0],
      ['gemm+surface', 'H100-SXM-80GB', mine, 1],
    ],
  );
});

test('--model and --no-shipped choose what is judged', async () => {
  const gemm = await inProcess(['validate', '--model', 'gemm', '--json']);
  assert.is(gemm.code, 0);
  const seen = new Set((JSON.parse(gemm.out) as Array<{ model: string }>).map(({ model }) => model));
  assert.equal([...seen], ['gemm', 'gemm+surface']);
  const own = await inProcess(['validate', '--no-shipped', '--table', mine, '--json']);
  assert.is(own.code, 0);
  assert.is(JSON.parse(own.out).length, 3);
});

test('--html writes a page with plots', async () => {
  const file = join(folder, 'page.html');
  const { code, out } = await inProcess(['validate', '--model', 'gemm', '--html', file]);
  assert.is(code, 0);
  assert.ok(out.includes(file));
  assert.match(readFileSync(file, 'utf8'), /<svg[\s\S]*Not to be trusted/);
});

test('an error above its mark is named and exits with 1', async () => {
  const { out } = await inProcess(['validate', '--model', 'gemm', '--table', mine, '--json']);
  const before = JSON.parse(out) as Array<{ meanPct: number; role: string }>;
  const same = await inProcess(['validate', '--model', 'gemm', '--table', mine, '--marks', table('same.json', out)]);
  assert.is(same.code, 0, same.err);
  const lower = before.map((row, i) => (i === 0 ? { ...row, meanPct: row.meanPct - 0.5 } : row));
  const marks = table('lower.json', JSON.stringify(lower));
  const worse = await inProcess(['validate', '--model', 'gemm', '--table', mine, '--marks', marks, '--json']);
  assert.is(worse.code, 1);
  assert.is(worse.out, out);
  assert.match(
    worse.err,
    /^Worse than the marks: 1\n {2}gemm on A100-SXM4-80GB \(gemm_bf16.csv, calibration\): mean error /,
  );
});

test('bad input is refused in one line with exit code 2', async () => {
  mkdirSync(join(folder, 'directory'));
  const cases: ReadonlyArray<readonly [readonly string[], RegExp]> = [
    [
      ['--table', table('cell.csv', 'gpu,m,n,k,time_us\r\nA100,1,2,3,fast\r\n')],
      /cell.csv, line 2, column time_us: .*"fast"/,
    ],
    [['--table', table('short.csv', 'gpu,m,n,k,time_us\nA100,1,2\n')], /short.csv, line 2, column 3: /],
    [
      ['--table', table('quote.csv', 'gpu,m,n,k,time_us\nA100,1,2,3,4\nA"100,1,2,3,4\n')],
      /quote.csv, line 3, column 1: /,
    ],
    [['--table', table('newline.csv', 'gpu,m,n,k,time_us\nA100,1,2,3,"a\nb"\n')], /column time_us: .*"a\\u000ab"/],
    [['--table', table('other.csv', 'a,b\n1,2\n')], /other.csv: no model is checked by a table with the columns a, b/],
    [['--table', table('empty.csv', '')], /empty.csv: no rows/],
    [['--table', './none.csv'], /cannot read table .*none.csv: /],
    [['--table', './directory'], /cannot read table .*directory: /],
    [['--table', mine, '--model', 'attention-decode'], /mine.csv: not a table for attention-decode\. .*gemm/],
    [['--model', 'gem'], /there is no model 'gem'\. Did you mean 'gemm'\?/],
    [['--marks', table('no.json', '{')], /cannot use marks .*no.json: /],
    [['--marks', table('part.json', '[{}]')], /cannot use marks .*part.json: 0.model: /],
    [['--html', './none/page.html'], /there is no folder/],
    [['--tabel', 'x'], /unknown option '--tabel'/],
    [['x.csv'], /too many arguments/],
  ];
  for (const [texts, expected] of cases) {
    const args = texts.map((text) => text.replace(/^\.\//, `${folder}/`));
    const { code, out, err } = await inProcess(['validate', ...args]);
    assert.is(code, 2, err);
    assert.is(out, '');
    assert.match(err, expected);
    assert.match(err, /^error: [^\n]+\n$/);
  }
});

test.run();
