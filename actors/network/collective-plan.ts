import { type Bytes, type BytesPerSecond, bytes, bytesPerSecond, MiB } from '../../engine/kernel/quantities.ts';
import type { Duration } from '../../engine/kernel/time.ts';
import type { CollectiveOp } from './collective-algorithms.ts';
import { collectiveErrors } from './collective-errors.ts';
import type { CollectiveGroup, Pattern } from './collective-group.ts';
import type { CollectiveCosts, Protocol } from './collective-protocols.ts';

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
  /**
   * Rings across nodes. `ring`: through all members, leaving each node through all of them in turn. `hierarchical`: inside the nodes, and
   * between members of equal position. Default: hierarchical when the protocols say what they cost across nodes and all nodes have equally
   * many members, otherwise ring. `halving-doubling`: pairs at distance 1, 2, 4, ... exchange halves, quarters, ...; needs a power of two.
   * `tree`: two complementary binary trees, each reducing and broadcasting half of the buffer, for all-reduce. An operation that does not
   * know the algorithm takes its default.
   */
  readonly algorithm?: 'ring' | 'hierarchical' | 'halving-doubling' | 'tree';
  /**
   * Parts that a hierarchical collective is really sent in. Default: none; its stages run at once, delayed by what the pipeline takes to
   * fill on an idle network, at the same few events for any size.
   */
  readonly chunks?: number;
}

const DEFAULT_PIECE = MiB(4);

/** The fastest plan on an idle network for `size` bytes; ties go to the first protocol. */
export function planCollective(
  group: CollectiveGroup,
  costs: CollectiveCosts,
  op: CollectiveOp,
  size: Bytes,
  options: PlanOptions = {},
): CollectivePlan {
  if (group.size === 1 || size === 0) return plan('none', 0, [], 1);
  const plans = protocolsFor(group, op === 'all-to-all' ? costs.allToAll : costs.ring).map((protocol) =>
    planWith(group, costs, protocol, op, size, options),
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

function protocolsFor(group: CollectiveGroup, all: readonly Protocol[]): readonly Protocol[] {
  const across = group.nodes === 1 ? [] : all.filter((protocol) => protocol.across !== undefined);
  return across.length > 0 ? across : all;
}

function planWith(
  group: CollectiveGroup,
  costs: CollectiveCosts,
  protocol: Protocol,
  op: CollectiveOp,
  size: number,
  options: PlanOptions,
): CollectivePlan {
  switch (op) {
    case 'all-to-all':
      return allToAll(group, costs, protocol, size);
    case 'broadcast':
    case 'reduce':
      return chain(group, costs, protocol, size);
    case 'all-gather':
    case 'reduce-scatter':
    case 'all-reduce': {
      if (options.algorithm === 'halving-doubling') return halvingDoubling(group, costs, protocol, op, size);
      if (options.algorithm === 'tree' && op === 'all-reduce') return doubleTree(group, costs, protocol, size);
      const algorithm = options.algorithm ?? (protocol.across === undefined ? 'ring' : 'hierarchical');
      return algorithm === 'ring' || group.nodes === 1 || group.perNode === 0
        ? ring(group, costs, protocol, op, size)
        : hierarchical(group, costs, protocol, op, size, options.chunks);
    }
  }
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
  const delay = latency(group, costs, protocol, passes, n - 1, group.nodes - 1, sent, size);
  if (group.nodes === 1) return plan(protocol.name, delay, [[flows(group.ringInside, sent, bandwidth)]], 1);
  const g = group.perNode;
  if (g === 0) return plan(protocol.name, delay, [[flows(group.ringFlat, sent, bandwidth)]], 1);
  // As many rings as members on a node, each leaving it through another member: a rank sends 1/g of its bytes to another node.
  const outside = flows(group.ringOutside, sent / g, Math.min(bandwidth, nicRate(group, costs, protocol, size)));
  const inside = g > 1 ? [flows(group.ringInside, (sent * (g - 1)) / g, (bandwidth * (g - 1)) / g)] : [];
  return plan(protocol.name, delay, [[...inside, outside]], 1);
}

function hierarchical(
  group: CollectiveGroup,
  costs: CollectiveCosts,
  protocol: Protocol,
  op: CollectiveOp,
  size: number,
  chunks: number | undefined,
): CollectivePlan {
  const g = group.perNode;
  const k = group.nodes;
  const passes = op === 'all-reduce' ? 2 : 1;
  const bandwidth = rateOf(protocol, g);
  const sent = (passes * size * (g - 1)) / g;
  const delay = latency(group, costs, protocol, passes, g - 1 + k - 1, k - 1, sent, size);
  const nic = Math.min(bandwidth, nicRate(group, costs, protocol, size));
  const between = (passes * (size / g) * (k - 1)) / k;
  if (chunks !== undefined) {
    const outside = [flows(group.ringOutside, between / chunks, nic)];
    if (g === 1) return plan(protocol.name, delay, [outside], chunks);
    const inside = [flows(group.ringInside, sent / passes / chunks, bandwidth)];
    const stages =
      op === 'all-reduce' ? [inside, outside, inside] : op === 'reduce-scatter' ? [inside, outside] : [outside, inside];
    return plan(protocol.name, delay, stages, chunks);
  }
  const outside = flows(group.ringOutside, between, nic);
  if (g === 1) return plan(protocol.name, delay, [[outside]], 1);
  // The stages inside share the node's links, so together they are one flow.
  let inside = flows(group.ringInside, sent, bandwidth);
  const reduction = costs.switchReduction;
  if (op === 'all-reduce' && reduction !== undefined && g >= (reduction.from ?? 2)) {
    const inSwitch = flows(group.ringInside, (1 + 1 / g) * size, reduction.bandwidth);
    if (timeOf(inSwitch) < timeOf(inside)) inside = inSwitch;
  }
  const fill = Math.min(timeOf(inside), timeOf(outside)) / Math.ceil(size / (costs.piece ?? DEFAULT_PIECE));
  return plan(protocol.name, delay + fill, [[inside, outside]], 1);
}

/** Nearest partners first when reducing, so that the largest messages stay inside the nodes; the other way round when gathering. */
function halvingDoubling(
  group: CollectiveGroup,
  costs: CollectiveCosts,
  protocol: Protocol,
  op: 'all-gather' | 'reduce-scatter' | 'all-reduce',
  size: number,
): CollectivePlan {
  const n = group.size;
  const steps = Math.log2(n);
  if (!Number.isInteger(steps))
    throw collectiveErrors.create('COLLECTIVE_RANKS', {
      what: 'a halving-doubling collective',
      ranks: n,
      least: 2,
      remedy: `Use ${2 ** Math.round(steps)} ranks or a ring.`,
    });
  const passes = op === 'all-reduce' ? 2 : 1;
  const sent = (passes * size * (n - 1)) / n;
  const across = Math.ceil(Math.log2(group.nodes));
  const delay = latency(group, costs, protocol, passes, steps, across, sent, size);
  const bandwidth = rateOf(protocol, n);
  const halving = Array.from({ length: steps }, (_, step) => {
    const cap = 2 ** step < group.perNode ? bandwidth : Math.min(bandwidth, portShare(group, costs, protocol, size));
    return [flows(group.exchange(2 ** step), size / 2 ** (step + 1), cap)];
  });
  const doubling = [...halving].reverse();
  const stages = op === 'all-reduce' ? [...halving, ...doubling] : op === 'all-gather' ? doubling : halving;
  return plan(protocol.name, delay, stages, 1);
}

/** All edges of both trees carry half of the buffer up and down at once; the pipeline fills once per level. */
function doubleTree(group: CollectiveGroup, costs: CollectiveCosts, protocol: Protocol, size: number): CollectivePlan {
  const n = group.size;
  const depth = Math.ceil(Math.log2(n));
  const delay = latency(group, costs, protocol, 2, depth, Math.ceil(Math.log2(group.nodes)), 2 * size, size);
  const { trees } = group;
  const port = Math.min(rateOf(protocol, n), group.nodes > 1 ? portShare(group, costs, protocol, size) : Infinity);
  const both = flows(trees, size / 2, port / Math.max(...outDegrees(trees, n)));
  const fill = (timeOf(both) * depth) / Math.ceil(size / (costs.piece ?? DEFAULT_PIECE));
  return plan(protocol.name, delay + fill, [[both]], 1);
}

function outDegrees({ pairs }: Pattern, ranks: number): readonly number[] {
  const degrees = new Map<number, number>();
  for (const [from] of pairs) degrees.set(from, (degrees.get(from) ?? 0) + 1);
  return ranks > 1 ? [...degrees.values()] : [1];
}

/** Rate of one member's port to other nodes. */
function portShare(group: CollectiveGroup, costs: CollectiveCosts, protocol: Protocol, size: number): number {
  return nicShare(group, costs, protocol, size) * (group.perNode === 0 ? group.ringFlat : group.ringOutside).rate;
}

/** Broadcast and reduce: from rank to rank in pieces that are small against the buffer. */
function chain(group: CollectiveGroup, costs: CollectiveCosts, protocol: Protocol, size: number): CollectivePlan {
  const n = group.size;
  const delay = latency(group, costs, protocol, 1, n - 1, group.nodes - 1, size, size);
  const cap =
    group.nodes === 1
      ? rateOf(protocol, n)
      : Math.min(rateOf(protocol, n), nicShare(group, costs, protocol, size) * group.chain.rate);
  return plan(protocol.name, delay, [[flows(group.chain, size, cap)]], 1);
}

function allToAll(group: CollectiveGroup, costs: CollectiveCosts, protocol: Protocol, size: number): CollectivePlan {
  const n = group.size;
  const each = size / n;
  const bandwidth = rateOf(protocol, n);
  const { allInside: inside, allOutside: outside } = group;
  const stage: PlannedFlows[] = [];
  // A port's rate is divided among the peers it serves in the same scope; inside and outside ports are different ones.
  const cap = (pattern: Pattern) => (protocol.per === 'peer' ? bandwidth : (bandwidth * n) / pattern.pairs.length);
  if (inside.pairs.length > 0) stage.push(flows(inside, each, cap(inside)));
  if (outside.pairs.length > 0) {
    const share = (protocol.across?.share ?? 1) * (costs.allToAllEfficiency?.(size, group.nodes) ?? 1);
    stage.push(flows(outside, each, Math.min(cap(outside), share * outside.rate)));
  }
  const { across } = protocol;
  const delay =
    group.nodes === 1 || across === undefined
      ? latency(group, costs, protocol, 1, n - 1, 0, each * (n - 1), size)
      : across.base + (n - 1) * across.hop + (across.ramp ?? 0) * Math.sqrt(size / 1e6);
  return plan(protocol.name, delay, [stage], 1);
}

function rateOf(protocol: Protocol, ranks: number): number {
  return protocol.bandwidth * (ranks === 2 ? (protocol.pair ?? 1) : 1);
}

function nicRate(group: CollectiveGroup, costs: CollectiveCosts, protocol: Protocol, size: number): number {
  return nicShare(group, costs, protocol, size) * group.ringOutside.rate;
}

function nicShare(group: CollectiveGroup, costs: CollectiveCosts, protocol: Protocol, size: number): number {
  return (protocol.across?.share ?? 1) * (costs.ringEfficiency?.(size, group.nodes) ?? 1);
}

/** What passes before the first byte: fixed cost, `passes` times the steps of which `outside` cross nodes, and the ramp. */
function latency(
  group: CollectiveGroup,
  costs: CollectiveCosts,
  protocol: Protocol,
  passes: number,
  steps: number,
  outside: number,
  sent: number,
  size: number,
): number {
  const { base, hop, ramp = 0, across } = protocol;
  if (group.nodes > 1 && across !== undefined)
    return (passes / 2) * (across.base + (across.ramp ?? 0) * Math.sqrt(size / 1e6)) + passes * outside * across.hop;
  const ramped = ramp * Math.sqrt(sent / 1e6);
  const { network } = costs;
  if (group.nodes === 1 || network === undefined) return base + passes * steps * hop + ramped;
  return base + (network.base ?? 0) + passes * ((steps - outside) * hop + outside * network.hop) + ramped;
}

function flows(pattern: Pattern, size: number, cap: number): PlannedFlows {
  return { pattern, bytes: bytes(size), cap: bytesPerSecond(cap) };
}

/** Time of flows alone, in ps. */
function timeOf({ pattern, bytes: size, cap }: PlannedFlows): number {
  return (size / Math.min(cap, pattern.rate)) * 1e12;
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
    const time = Math.max(...stage.map(timeOf));
    for (const { pattern } of stage) routes = Math.max(routes, pattern.latency);
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
