import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { importErrors, importWorkload } from '../../../../engine/trace/import/index.ts';
import {
  chakraBytes,
  collective,
  compute,
  goldenChakra,
  groupsNode,
  gzipFile,
  kinetoText,
  launched,
  minimalKineto,
  nccl,
  traceFile,
} from './traces.ts';

const test = suite('import fuzz');

const valid: readonly Buffer[] = [
  goldenChakra,
  chakraBytes([
    groupsNode(0, { dp: [0, 1], tp: [0] }),
    compute(1, [0], { inputs: { shapes: '[[8, 8], [8, 8]]' }, name: 'aten::mm' }),
    collective(2, 4096, [1], 'dp', 2),
    compute(3, [2, 1], {
      attr: [
        { name: 'num_ops', int64_val: 1e9 },
        { name: 'x', bool_list: { values: [true] } },
      ],
    }),
  ]),
  Buffer.from(minimalKineto),
  Buffer.from(
    kinetoText({
      world: 2,
      events: [
        ...launched(1, [0, 4], [10, 5]),
        ...launched(2, [5, 4], [20, 5], { stream: 9, name: 'nccl', args: nccl('allreduce', 8, '[0, 1]') }),
      ],
    }),
  ),
  Buffer.from(
    '{"workload_graph":[{"Id":0,"Name":"a","NodeType":4,"runtime":3,"data_deps":[]},{"Id":1,"NodeType":7,"data_deps":[0],"comm_size":8}]}',
  ),
];

async function coded(bytes: Uint8Array, partial: boolean): Promise<void> {
  try {
    const workload = await importWorkload([traceFile('fuzz.0.et', bytes, 40)], { partial });
    assert.ok(workload.ranks.length === 1);
    for (const { nodes } of workload.ranks)
      for (const [i, { after, launch, duration }] of nodes.entries()) {
        assert.ok(after.every((before) => before < i) && (launch?.node ?? -1) < i);
        assert.ok(Number.isSafeInteger(duration) && duration >= 0);
      }
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === undefined || !Object.hasOwn(importErrors.catalogue, code)) throw error;
  }
}

const runs = { seed: 20261123, numRuns: 300 };

test('random bytes end in a coded error or a valid read', async () => {
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), coded), runs);
});

test('every truncation of valid files ends in a coded error or a valid read', async () => {
  for (const bytes of valid)
    for (let length = 0; length < bytes.length; length += bytes.length > 300 ? 7 : 1) {
      await coded(bytes.subarray(0, length), false);
      await coded(bytes.subarray(0, length), true);
    }
});

test('single-byte changes of valid files end in a coded error or a valid read', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...valid),
      fc.nat(),
      fc.nat({ max: 255 }),
      fc.boolean(),
      async (bytes, at, value, partial) => {
        const changed = Buffer.from(bytes);
        changed[at % changed.length] = value;
        await coded(changed, partial);
      },
    ),
    { ...runs, numRuns: 1000 },
  );
});

test('damaged gzip ends in a coded error or a valid read', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...valid),
      fc.nat({ max: 30 }),
      fc.nat(),
      fc.nat({ max: 255 }),
      async (bytes, cut, at, value) => {
        const parts: Uint8Array[] = [];
        for await (const part of gzipFile('x', bytes, cut).open()) parts.push(part);
        const packed = Buffer.concat(parts);
        if (packed.length > 3) packed[2 + (at % (packed.length - 2))] = value;
        await coded(packed, at % 2 === 0);
      },
    ),
    { ...runs, numRuns: 100 },
  );
});

test.run();
