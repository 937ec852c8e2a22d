import { type Bytes, type BytesPerSecond, bytes, bytesPerSecond } from '../../engine/kernel/quantities.ts';
import type { Duration } from '../../engine/kernel/time.ts';
import { type CollectiveCosts, type CollectiveOp, efficiency, type Protocol } from './collective-costs.ts';
import type { CollectiveGroup, Pattern } from './collective-group.ts';

/** Flows of one pattern: `bytes` each, at most `cap` each. */
export interface PlannedFlows {
  readonly pattern: Pattern;
  readonly bytes: Bytes;
  readonly cap: BytesPerSecond;
}

/** How a collective is done: after `delay` and the `latency` of the routes, each of `chunks` parts goes through the stages in order; a stage does one part at a time. */
export interface CollectivePlan {
  readonly protocol: string;
  readonly delay: Duration;
  readonly latency: Duration;
  readonly stages: ReadonlyArray<readonly PlannedFlows[]>;
  readonly chunks: number;
  /** Time on an idle network: delay + latency + sum of the stages for one part + (chunks - 1) * the longest. */
  readonly idle: Duration;
}

export interface PlanOptions {
  /** `ring` (default): rings through all members at once, each node left by as many rings as it has members. `hierarchical`: inside, between, inside nodes. */
  readonly algorithm?: 'ring' | 'hierarchical';
  /** Parts that a hierarchical collective is cut into; default 8. */
  readonly chunks?: number;
}

/** The fastest plan on an idle network for `size` bytes; ties go to the first protocol. */
export function planCollective(
  group: CollectiveGroup,
  costs: CollectiveCosts,
  op: CollectiveOp,
  size: Bytes,
  options: PlanOptions = {},
): CollectivePlan {
  if (group.size === 1 || size === 0) return plan('none', 0, [], 1);
  const plans =
    op === 'all-to-all'
      ? costs.allToAll.map((protocol) => allToAll(group, costs, protocol, size))
      : costs.ring.map((protocol) =>
          options.algorithm === 'hierarchical' && group.nodes > 1 && group.perNode > 1
            ? hierarchical(group, costs, protocol, op, size, options.chunks ?? 8)
            : ring(group, costs, protocol, op, size),
        );
  const reduction = costs.switchReduction;
  if (op === 'all-reduce' && reduction !== undefined && group.nodes === 1 && group.size >= (reduction.from ?? 2))
    plans.push(
      plan(
        'switch',
        reduction.latency,
        [[flows(group.ringInside, (1 + 1 / group.size) * size, reduction.bandwidth)]],
        1,
      ),
    );
  return plans.reduce((best, next) => (next.idle < best.idle ? next : best));
}

function ring(
  group: CollectiveGroup,
  costs: CollectiveCosts,
  protocol: Protocol,
  op: CollectiveOp,
  size: number,
): CollectivePlan {
  const n = group.size;
  const passes = op === 'all-reduce' ? 2 : 1;
  const sent = (passes * size * (n - 1)) / n;
  const bandwidth = rateOf(protocol, n);
  const delay = latency(protocol, costs, passes * (n - 1), passes * (group.nodes - 1), sent, group.nodes);
  if (group.nodes === 1) return plan(protocol.name, delay, [[flows(group.ringInside, sent, bandwidth)]], 1);
  if (group.perNode === 0) return plan(protocol.name, delay, [[flows(group.ringFlat, sent, bandwidth)]], 1);
  // As many rings as members on a node, each leaving it through another member: a rank sends 1/g of its bytes to another node.
  const g = group.perNode;
  const share = efficiency(costs.network?.ring, group.nodes, size);
  const outside = flows(group.ringOutside, sent / g, Math.min(bandwidth, share * group.ringOutside.rate));
  const inside = g > 1 ? [flows(group.ringInside, (sent * (g - 1)) / g, (bandwidth * (g - 1)) / g)] : [];
  return plan(protocol.name, delay, [[...inside, outside]], 1);
}

function hierarchical(
  group: CollectiveGroup,
  costs: CollectiveCosts,
  protocol: Protocol,
  op: CollectiveOp,
  size: number,
  chunks: number,
): CollectivePlan {
  const g = group.perNode;
  const k = group.nodes;
  const passes = op === 'all-reduce' ? 2 : 1;
  const bandwidth = rateOf(protocol, g);
  const share = efficiency(costs.network?.ring, k, size);
  const inside = flows(group.ringInside, (size * (g - 1)) / g / chunks, bandwidth);
  const outside = flows(
    group.ringOutside,
    (passes * (size / g) * (k - 1)) / k / chunks,
    Math.min(bandwidth, share * group.ringOutside.rate),
  );
  const sent = (passes * size * (g - 1)) / g;
  const delay = latency(protocol, costs, passes * (g - 1) + passes * (k - 1), passes * (k - 1), sent, k);
  const stages =
    op === 'all-reduce'
      ? [[inside], [outside], [inside]]
      : op === 'reduce-scatter'
        ? [[inside], [outside]]
        : [[outside], [inside]];
  return plan(protocol.name, delay, stages, chunks);
}

function allToAll(group: CollectiveGroup, costs: CollectiveCosts, protocol: Protocol, size: number): CollectivePlan {
  const n = group.size;
  const each = size / n;
  const bandwidth = rateOf(protocol, n);
  const inside = group.allInside;
  const outside = group.allOutside;
  const sent = each * (n - 1);
  const away = outside.pairs.length / n;
  const stage: PlannedFlows[] = [];
  // A port's rate is divided among the peers it serves in the same scope; inside and outside ports are different ones.
  const cap = (peers: number) => (protocol.per === 'peer' ? bandwidth : bandwidth / peers);
  if (inside.pairs.length > 0) stage.push(flows(inside, each, cap(inside.pairs.length / n)));
  if (outside.pairs.length > 0) {
    const share = efficiency(costs.network?.allToAll, group.nodes, size);
    stage.push(flows(outside, each, Math.min(cap(away), share * outside.rate)));
  }
  return plan(protocol.name, latency(protocol, costs, n - 1, 0, sent, group.nodes), [stage], 1);
}

function rateOf(protocol: Protocol, ranks: number): number {
  return protocol.bandwidth * (ranks === 2 ? (protocol.pair ?? 1) : 1);
}

/** base + steps inside * hop + steps outside * hop of the network + ramp. */
function latency(
  protocol: Protocol,
  costs: CollectiveCosts,
  steps: number,
  outside: number,
  sent: number,
  nodes: number,
): number {
  const { base, hop, ramp = 0 } = protocol;
  const ramped = ramp * Math.sqrt(sent / 1e6);
  if (nodes === 1 || costs.network === undefined) return base + steps * hop + ramped;
  return base + (costs.network.base ?? 0) + (steps - outside) * hop + outside * costs.network.hop + ramped;
}

function flows(pattern: Pattern, size: number, cap: number): PlannedFlows {
  return { pattern, bytes: bytes(size), cap: bytesPerSecond(cap) };
}

function plan(
  protocol: string,
  delay: number,
  stages: ReadonlyArray<readonly PlannedFlows[]>,
  chunks: number,
): CollectivePlan {
  let sum = 0;
  let longest = 0;
  let routes = 0;
  for (const stage of stages) {
    let time = 0;
    for (const { pattern, bytes: size, cap } of stage) {
      time = Math.max(time, (size / Math.min(cap, pattern.rate)) * 1e12);
      routes = Math.max(routes, pattern.latency);
    }
    sum += time;
    longest = Math.max(longest, time);
  }
  return {
    protocol,
    delay: Math.round(delay) as Duration,
    latency: routes as Duration,
    stages,
    chunks,
    idle: Math.round(delay + routes + sum + (chunks - 1) * longest) as Duration,
  };
}
