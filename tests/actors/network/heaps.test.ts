import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { IndexedHeap } from '../../../actors/network/indexed-heap.ts';
import { PairingHeaps } from '../../../actors/network/pairing-heap.ts';

const test = suite('network heaps');
const runs = { seed: 20261123, numRuns: 200 };
const steps = fc.array(
  fc.tuple(fc.constantFrom('push', 'push', 'pop', 'remove'), fc.nat({ max: 40 }), fc.nat({ max: 20 })),
  {
    maxLength: 120,
  },
);

test('pairing heaps give the least key after any pushes, pops and removals', () => {
  fc.assert(
    fc.property(steps, (ops) => {
      const heaps = new PairingHeaps();
      heaps.reserve(200);
      const live = new Map<number, number>();
      let root = -1;
      let items = 0;
      for (const [op, pick, key] of ops) {
        if (op === 'push') {
          live.set(items, key);
          root = heaps.push(root, items++, key);
        } else if (live.size > 0) {
          const item = op === 'pop' ? root : [...live.keys()][pick % live.size]!;
          live.delete(item);
          root = op === 'pop' ? heaps.pop(root) : heaps.remove(root, item);
        }
        assert.is(root === -1, live.size === 0);
        if (root !== -1) assert.is(live.get(root), Math.min(...live.values()));
      }
    }),
    runs,
  );
});

test('the indexed heap gives the least (key, item) after any changes', () => {
  fc.assert(
    fc.property(steps, (ops) => {
      const heap = new IndexedHeap();
      heap.reserve(50);
      const live = new Map<number, number>();
      for (const [op, item, key] of ops) {
        if (op === 'push') {
          live.set(item, key);
          heap.set(item, key);
        } else {
          const gone = op === 'pop' ? heap.top : item;
          live.delete(gone);
          if (gone >= 0) heap.remove(gone);
        }
        const least = [...live].sort((a, b) => a[1] - b[1] || a[0] - b[0])[0];
        assert.equal(
          [heap.size, heap.top, heap.topKey],
          [live.size, least?.[0] ?? -1, least?.[1] ?? Number.POSITIVE_INFINITY],
        );
      }
    }),
    runs,
  );
});

test.run();
