import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { registry } from '../../../scenarios/index.ts';
import { checkInvariants } from './check-invariants.ts';
import { scenario as mm1 } from './mm1.ts';

const test = suite('invariants of scenarios');

test('those of the sample scenario hold', () => checkInvariants(mm1));

test('a broken one is found and shrunk', async () => {
  const broken = {
    ...mm1,
    invariants: [
      {
        id: 'short',
        text: 'less than three',
        draw: (draw: { integer(min: number, max: number): number }) => ({ servers: draw.integer(1, 1024) }),
        holds: async (params: { readonly [name: string]: unknown }) => Number(params.servers) < 3 || 'three or more',
      },
    ],
  };
  try {
    await checkInvariants(broken as never);
    assert.unreachable();
  } catch (error) {
    assert.match(String((error as Error).cause ?? (error as Error).message), /\{"servers":3\}/);
  }
});

for (const entry of registry) test(`those of ${entry.id} hold`, async () => checkInvariants(await entry.load()));

test.run();
