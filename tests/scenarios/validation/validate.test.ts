import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { gemm } from '../../../actors/compute/index.ts';
import { loadGpu } from '../../../actors/presets/index.ts';
import { SimError, toSeconds } from '../../../engine/index.ts';
import {
  formatLeftOut,
  formatValidation,
  marksOf,
  parseTable,
  regressions,
  storedMarks,
  type ValidationRow,
  validate,
  validationDetails,
  validationPage,
} from '../../../scenarios/validation/index.ts';

const test = suite('validate');
const rows = validate();
const of = (model: string): ValidationRow[] => {
  const found = rows.filter((row) => row.model === model);
  assert.ok(found.length > 0, `no rows for ${model}`);
  return found;
};
const within = (model: string, meanPct: number): void => {
  for (const row of of(model)) {
    assert.ok(row.meanPct <= meanPct, `${model} ${row.device} ${row.role}: ${row.meanPct} > ${meanPct}`);
    assert.is(row.coverage, 1);
  }
};

test('matrix products are within 8 %, fitted and held-out rows alike', () => within('gemm', 8));
test('attention is within 10 %, fitted and held-out rows alike', () => {
  within('attention-prefill', 10);
  within('attention-decode', 10);
});
test('collectives on one node are within 10 %, fitted and held-out rows alike', () => within('collective-node', 10));
test('all-reduce across nodes is within 20 % from 64 MiB', () => within('collective-cluster', 20));
test('the Megatron table is within 8 % in the mean and 15 % at worst, with nothing fitted to it', () => {
  for (const model of ['megatron-full', 'megatron-selective']) {
    within(model, 8);
    for (const row of of(model)) {
      assert.is(row.role, 'check');
      assert.ok(row.worstPct <= 15);
    }
  }
});
test('measured Megatron iterations are within 20 % and ranked', () => {
  within('megatron-iteration', 20);
  for (const row of of('megatron-iteration')) assert.ok(row.spearman >= 0.9);
});

test('sharded training iterations, to which nothing is fitted, are within 12 % and ranked', () => {
  for (const row of of('fsdp-iteration')) {
    assert.is(row.role, 'check');
    assert.ok(row.meanPct <= 12, `${row.device}: ${row.meanPct}`);
    assert.ok(row.spearman >= 0.9 && row.coverage === 1);
  }
});

/** Share of predicted rows that are exact, or off by at most one in ten. */
function storageHits(model: string): { readonly share: number; readonly rows: number } {
  const points = validationDetails({ models: [model] }).flatMap((detail) => detail.points);
  const known = points.filter(({ predicted }) => predicted !== undefined);
  const hits = known.filter(({ measured, predicted }) => Math.abs((predicted ?? 0) - measured) <= measured / 10);
  return { share: hits.length / known.length, rows: points.length };
}

test('accelerators fed at the rate of their own row are exact or within one in ten for 80 % of rows', () => {
  const { share, rows: all } = storageHits('storage-own-rate');
  assert.is(all, 70);
  assert.ok(share >= 0.8, `${share}`);
  for (const row of of('storage-own-rate')) assert.is(row.role, 'calibration');
});

test('a rate carries over to another accelerator for half of the rows and to other jobs hardly: stated, not hidden', () => {
  const [gpu, job] = [storageHits('storage-other-gpu').share, storageHits('storage-other-job').share];
  assert.ok(gpu > 0.45 && gpu < 0.65, `${gpu}`);
  assert.ok(job > 0.1 && job < 0.4, `${job}`);
  for (const model of ['storage-other-gpu', 'storage-other-job'])
    for (const row of of(model)) assert.is(row.role, 'check');
});

test('a correction surface lowers held-out errors', () => {
  for (const model of ['gemm', 'attention-prefill', 'attention-decode'])
    for (const plain of of(model).filter((row) => row.role === 'check')) {
      const corrected = of(`${model}+surface`).find((row) => row.role === 'check' && row.device === plain.device);
      assert.ok(corrected !== undefined && corrected.meanPct < plain.meanPct, `${model} ${plain.device}`);
    }
});

test('no row became worse than its stored mark', () => {
  assert.equal(
    regressions(rows).map(({ message }) => message),
    [],
  );
  assert.equal(marksOf(rows).length, storedMarks().length);
});

test('a worse row, a lower coverage and a missing row are regressions', () => {
  const [first, second, ...others] = rows as [ValidationRow, ValidationRow, ...ValidationRow[]];
  const worse = [{ ...first, meanPct: first.meanPct + 0.2 }, { ...second, coverage: 0.5 }, ...others.slice(0, -1)];
  const messages = regressions(worse, marksOf(rows)).map(({ message }) => message);
  assert.is(messages.length, 3);
  assert.match(messages[0] ?? '', /mean error/);
  assert.match(messages[1] ?? '', /coverage 0.5/);
  assert.match(messages[2] ?? '', /no longer validated/);
});

test('the text table has one line for each row', () => {
  const text = formatValidation(rows);
  for (const row of rows) assert.ok(text.includes(row.device) && text.includes(row.table));
  assert.is(text.split('\n').filter((line) => /calibration|check/.test(line)).length, rows.length);
});

test('the page plots every model and device and needs nothing from outside', () => {
  const details = validationDetails();
  const page = validationPage(details);
  const plots = new Set(details.map(({ table, model, device }) => `${table} ${model} ${device}`));
  assert.is(page.split('<figure>').length - 1, plots.size);
  const points = details.reduce(
    (sum, detail) => sum + detail.points.filter((p) => p.predicted !== undefined).length,
    0,
  );
  assert.is(page.split('h0').length - 1, points);
  assert.not.match(page, /<script|https?:|NaN/);
  assert.ok(page.length < 1e6, `${page.length} characters`);
});

test('the page escapes names from tables', () => {
  withTable('gpu,m,n,k,time_us\n<b>A100,1,2,3,4\n', (path) => {
    const page = validationPage(validationDetails({ tables: [path], shipped: false }));
    assert.not.match(page, /<b>/);
  });
});

function withTable(text: string, use: (path: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'escapement-'));
  try {
    const path = join(folder, 'mine.csv');
    writeFileSync(path, text);
    use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("a user's table is judged on its own, devices without a preset count against coverage", () => {
  const us = toSeconds(gemm(loadGpu('h200-141gb'), { m: 512, n: 512, k: 512 })) * 1e6;
  const table = `gpu,m,n,k,time_us\nH200-SXM-141GB,512,512,512,${us * 2}\nMI300X,512,512,512,9\n`;
  withTable(table, (path) => {
    const own = validate({ tables: [path], shipped: false });
    assert.equal(
      own.map(({ device, role, rows: n, coverage }) => [device, role, n, coverage]),
      [
        ['H200-SXM-141GB', 'external', 1, 1],
        ['MI300X', 'external', 0, 0],
      ],
    );
    assert.ok(Math.abs((own[0]?.biasPct ?? 0) + 50) < 1e-6);
  });
});

test('a row without a prediction says why, once for each reason', () => {
  const gemms = ['MI300X', 'MI300X', 'Gaudi 3', 'L40S'].map((gpu) => `${gpu},512,512,512,9,x`).join('\n');
  withTable(`gpu,m,n,k,time_us,note\n${gemms}\n`, (path) => {
    const own = validate({ tables: [path], shipped: false });
    const text = formatLeftOut(own) ?? '';
    assert.match(text, /MI300X: 2 rows: no preset for the device 'MI300X'; known are .*l40s-48gb/);
    assert.match(text, /Gaudi 3: 1 row: no preset/);
    assert.is(text.split('\n').length, 3);
    assert.equal(
      own.map(({ leftOut }) => leftOut.length),
      [1, 0, 1],
    );
  });
  withTable(
    'gpu,op,ngpus,bytes,time_us\nL40S,all_reduce,4,1048576,9\nH100-SXM-80GB,sendrecv,4,1048576,9\nH200,AllReduce,16,1048576,9\nGB200,reduce-scatter,72,1048576,9\n',
    (path) => {
      const text = formatLeftOut(validate({ tables: [path], shipped: false })) ?? '';
      assert.match(text, /'L40S': its nodes have no switch/);
      assert.match(text, /no law for the operation 'sendrecv'/);
      assert.match(text, /16 ranks on one node of 'H200': at most 8/);
      assert.not.match(text, /GB200:/);
    },
  );
  withTable('system,op,ngpus,nodes,bytes,time_us\nH100 100GbE TCP,all_reduce,16,2,134217728,9000\n', (path) =>
    assert.match(formatLeftOut(validate({ tables: [path], shipped: false })) ?? '', /no model of TCP/),
  );
  withTable('gpu,op,ngpus,nodes,bytes,time_us\nH100-SXM-80GB,all_reduce,16,2,1048576,9\n', (path) => {
    const [row, ...others] = validate({ tables: [path], shipped: false });
    assert.is(others.length, 0);
    assert.is(row?.model, 'no-model');
    assert.match(row?.leftOut[0]?.because ?? '', /collective-node takes rows of one node/);
  });
  assert.is(formatLeftOut(of('gemm')), undefined);
});

test('siblings of calibrated GPUs are predicted, in the order of their peaks', () => {
  const devices = [
    'H200',
    'B200',
    'GB200',
    'A100-PCIE-40GB',
    'H100 PCIe',
    'H100 NVL',
    'L40S',
    'L4',
    'Tesla V100-SXM2-16GB',
  ];
  withTable(`gpu,m,n,k,time_us\n${devices.map((gpu) => `${gpu},4096,4096,4096,200`).join('\n')}\n`, (path) => {
    const own = validate({ tables: [path], shipped: false });
    assert.is(own.length, devices.length);
    for (const row of own) assert.is(row.coverage, 1);
    const time = (gpu: string) => own.find(({ device }) => device === gpu)?.biasPct ?? Number.NaN;
    assert.ok(time('GB200') < time('B200') && time('B200') < time('H200') && time('H200') <= time('H100 NVL'));
    assert.ok(time('H100 NVL') < time('H100 PCIe') && time('H100 PCIe') < time('L40S') && time('L40S') < time('L4'));
  });
});

test('a shape that a law refuses counts against coverage', () => {
  const header = [
    '# GPUs',
    'global batch',
    'micro batch',
    'hidden size',
    'attention heads',
    '# layers',
    'sequence length',
  ];
  const more = ['tensor parallelism', 'data parallelism', 'pipeline parallelism', 'iteration time (ms)'];
  withTable(
    `${[...header, ...more].join(',')}\n8,8,1,1536,12,12,1024,8,1,1,300\n8,8,1,1024,16,12,1024,8,1,1,300\n`,
    (path) => {
      const [row] = validate({ tables: [path], shipped: false });
      assert.equal([row?.rows, row?.coverage], [1, 0.5]);
    },
  );
});

test("a surface helps a user's table of a calibrated device and names rows without support", () => {
  withTable('gpu,m,n,k,time_us\nH100-SXM-80GB,1024,4096,4096,70\nH100-SXM-80GB,3,70,70,5\n', (path) => {
    const details = validationDetails({ tables: [path], shipped: false });
    assert.equal(
      details.map(({ model, unsupported }) => [model, unsupported]),
      [
        ['gemm', []],
        ['gemm+surface', [3]],
      ],
    );
  });
});

const refuses = (text: string, code: string, parts: readonly string[]) =>
  withTable(text, (path) =>
    assert.throws(
      () => validate({ tables: [path], shipped: false }),
      (error: Error) => {
        assert.is('code' in error && error.code, code);
        for (const part of [path, ...parts])
          assert.ok(error.message.includes(part), `${part} not in: ${error.message}`);
        return true;
      },
    ),
  );

test('TABLE_CELL: a bad cell is refused with file, line and column', () => {
  refuses('gpu,m,n,k,time_us\nA100,1,2,3,4\nA100,1,2,3,fast\n', 'TABLE_CELL', ['line 3', 'column time_us', '"fast"']);
  refuses('gpu,m,n,k,time_us\nA100,1,2.5,3,4\n', 'TABLE_CELL', ['line 2', 'column n', 'whole number']);
  refuses('gpu,m,n,k,time_us\nA100,1,2,3,-4\n', 'TABLE_CELL', ['line 2', 'above 0']);
  refuses('gpu,m,n,k,time_us\n,1,2,3,4\n', 'TABLE_CELL', ['line 2', 'column gpu']);
});

test('any text is a table or is refused by name', () => {
  const cell = fc.oneof(fc.string(), fc.constantFrom('gpu', 'm', 'time_us', '"', '1e3', ''));
  const text = fc.array(fc.array(cell).map((cells) => cells.join(','))).map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(text, (content) => {
      try {
        const table = parseTable(content, 'fuzz.csv');
        assert.ok(table.rows.length > 0);
        for (const row of table.rows) assert.ok(row.line > 1);
      } catch (error) {
        assert.instance(error, SimError);
        assert.match((error as SimError).code, /^TABLE_(CSV|EMPTY)$/);
      }
    }),
    { seed: 20261123, numRuns: 500 },
  );
});

test('TABLE_CSV, TABLE_EMPTY, TABLE_COLUMNS, TABLE_UNREADABLE: bad tables are refused', () => {
  refuses('gpu,m,n,k,time_us\nA100,1,2\n', 'TABLE_CSV', ['line 2']);
  refuses('gpu,m,n,k,time_us\n', 'TABLE_EMPTY', []);
  refuses('', 'TABLE_EMPTY', []);
  refuses('gpu,m,n,time_us\nA100,1,2,3\n', 'TABLE_COLUMNS', ['matrix products', 'lacks k']);
  assert.throws(
    () => validate({ tables: ['no-such.csv'] }),
    (error: Error) => 'code' in error && error.code === 'TABLE_UNREADABLE',
  );
});

test.run();
