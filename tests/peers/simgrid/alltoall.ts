// Uneven all-to-all side by side with SimGrid: node dist/tests/peers/simgrid/alltoall.js [hosts]
// Fails when completion times differ by more than 0.1 % or the whole engine is less than 30 times as fast.
import { runEngine, runFlows, unevenSizes } from '../../bench/uneven-all-to-all.ts';
import { hasSimgrid, simgrid } from './peer.ts';

const ROUNDS = 3;
const hosts = Number(process.argv[2] ?? 128);
if (!hasSimgrid()) {
  console.log('SimGrid is not installed (Debian: libsimgrid-dev, g++)');
  process.exit(2);
}

/** Least processor time of three runs in ms; memory is collected before each when node runs with --expose-gc. */
function measure(run: () => Float64Array): { readonly ms: number; readonly ends: Float64Array } {
  let ms = Number.POSITIVE_INFINITY;
  let ends: Float64Array = new Float64Array(0);
  for (let round = 0; round < ROUNDS; round++) {
    globalThis.gc?.();
    const before = process.cpuUsage();
    ends = run();
    const { user, system } = process.cpuUsage(before);
    ms = Math.min(ms, (user + system) / 1e3);
  }
  return { ms, ends };
}

const sizes = unevenSizes(hosts);
const flows = measure(() => runFlows(hosts, sizes));
const engine = measure(() => runEngine(hosts, sizes));
const [peerMs, ...peerEnds] = simgrid('alltoall', [String(hosts)], sizes.join('\n'));

const apart = (ends: Float64Array) =>
  peerEnds.reduce((most, end, i) => Math.max(most, Math.abs(ends[i]! / end - 1)), 0);
const rows = [
  { program: 'SimGrid', 'processor ms': peerMs!, ratio: 1, 'largest difference of an end': 0 },
  {
    program: 'FlowNetwork',
    'processor ms': flows.ms,
    ratio: peerMs! / flows.ms,
    'largest difference of an end': apart(flows.ends),
  },
  {
    program: 'whole engine',
    'processor ms': engine.ms,
    ratio: peerMs! / engine.ms,
    'largest difference of an end': apart(engine.ends),
  },
];
console.log(
  `uneven all-to-all, ${hosts} hosts, ${sizes.length} flows, ${process.version}, ${ROUNDS} runs of ours, 1 of SimGrid`,
);
console.table(rows);
const good = rows[2]!.ratio >= 30 && rows.every((row) => row['largest difference of an end'] <= 1e-3);
process.exitCode = good ? 0 : 1;
