import { FlowNetwork } from '../../../actors/network/flow-network.ts';
import { bytes, bytesPerSecond } from '../../../engine/kernel/quantities.ts';

const hosts = Number(process.argv[2] ?? 128);
const repeats = Number(process.argv[3] ?? 3);

/** Sizes of the flows, the same in the C++ program: a linear congruential generator modulo 2^31. */
export function sizes(count: number): Float64Array {
  const out = new Float64Array(count);
  let x = 12345;
  for (let i = 0; i < count; i++) {
    x = Number((BigInt(x) * 1103515245n + 12345n) % 2147483648n);
    out[i] = 1e6 + (x % 1_000_000_000) / 100;
  }
  return out;
}

const size = sizes(hosts * hosts);
for (let repeat = 0; repeat < repeats; repeat++) {
  const start = process.cpuUsage();
  const net = new FlowNetwork();
  const up = Array.from({ length: hosts }, (_, i) => net.addLink({ name: `up${i}`, capacity: bytesPerSecond(1e9) }));
  const down = Array.from({ length: hosts }, (_, i) => net.addLink({ name: `dn${i}`, capacity: bytesPerSecond(1e9) }));
  let flows = 0;
  for (let i = 0; i < hosts; i++)
    for (let j = 0; j < hosts; j++)
      if (i !== j) {
        net.addFlow(net.addRoute([up[i]!, down[j]!]), bytes(size[i * hosts + j]!));
        flows++;
      }
  let sum = 0;
  let last = 0;
  let done = 0;
  net.advance(Number.POSITIVE_INFINITY, (_, time) => {
    sum += time;
    last = time;
    done++;
  });
  const used = process.cpuUsage(start);
  const ms = (used.user + used.system) / 1e3;
  console.log(
    `flows ${flows} done ${done} sum ${sum} last ${last} solves ${JSON.stringify(net.solves)} ${ms.toFixed(1)} ms`,
  );
}
