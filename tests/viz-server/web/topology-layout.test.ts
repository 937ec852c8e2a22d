import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { layoutTopology, linkEnds } from '../../../viz-server/web/view/topology-layout.ts';

const test = suite('layout of the topology');

test('a link hangs between what it is named after and what that is part of', () => {
  const links = [
    'node0/gpu0/nvlink/up',
    'node0/gpu0/nvlink/down',
    'node0/gpu1/nvlink/up',
    'host0/up',
    'hbm',
    'node0/nic0/up',
  ];
  assert.equal(
    linkEnds(links.map((link) => ({ network: 'net', link }))).map(({ from, to, place }) => [from, to, place]),
    [
      ['node0/gpu0/nvlink', 'node0', 0],
      ['node0/gpu0/nvlink', 'node0', 1],
      ['node0/gpu1/nvlink', 'node0', 0],
      ['host0', 'net', 0],
      ['hbm', 'net', 0],
      ['node0/nic0', 'node0', 0],
    ],
  );
});

test('boxes do not overlap, names hang on what they are part of, too many are counted', () => {
  const { boxes, left, width, height } = layoutTopology(
    ['net', 'a', 'a/b', 'a/b/c/d', 'a'],
    [{ from: 'net', to: 'a' }],
  );
  assert.equal([...boxes.keys()], ['net', 'a', 'a/b', 'a/b/c/d']);
  assert.is(left, 0);
  const list = [...boxes.values()];
  for (const [i, one] of list.entries()) {
    assert.ok(one.x - one.width / 2 >= 0 && one.x + one.width / 2 <= width);
    assert.ok(one.y - one.height / 2 >= 0 && one.y + one.height / 2 <= height);
    for (const other of list.slice(i + 1))
      assert.ok(
        Math.abs(one.x - other.x) >= (one.width + other.width) / 2 ||
          Math.abs(one.y - other.y) >= (one.height + other.height) / 2,
      );
  }
  assert.ok(boxes.get('a')!.y < boxes.get('a/b')!.y);
  assert.is(
    layoutTopology(
      Array.from({ length: 200 }, (_, i) => `n${i}`),
      [],
    ).left,
    50,
  );
});

test.run();
