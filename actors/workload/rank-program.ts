import type { ActorRef } from '../../engine/kernel/actor.ts';
import { NO_TIME } from '../../engine/kernel/time.ts';
import type { RankWork, WorkNode } from '../../engine/trace/import/index.ts';
import type { CallMessage, StreamOp } from '../compute/index.ts';
import type { NodePrice } from './price-node.ts';

/** What a span of a replayed rank is, told by the first word of its label. */
export type SpanKind = WorkNode['kind'] | 'launch';

/** The operations of a rank for a GPU with one stream for each lane. */
export interface RankProgram {
  readonly streams: readonly string[];
  readonly ops: readonly StreamOp[];
}

/** The kind of a label made here. */
export function spanKind(label: string): SpanKind {
  return label.slice(0, label.indexOf(' ')) as SpanKind;
}

/**
 * Turns the work of a rank into operations: nodes in order on the stream of their lane; what a call launches waits on its own stream until
 * its delay after the start of the call has passed; communication calls the desk with the number of its exchange.
 */
export function rankProgram(
  work: RankWork,
  priceOf: (node: WorkNode) => NodePrice,
  exchangeOf: (node: number) => number | undefined,
  desk: ActorRef<CallMessage>,
): RankProgram {
  const streams: string[] = [];
  const streamOf = new Map<string, number>();
  const ops: StreamOp[] = [];
  /** The operation that ends a node, and markers of the starts of calls, one for each launch. */
  const ends: number[] = [];
  const launches = work.nodes.map(() => 0);
  for (const { launch } of work.nodes) if (launch !== undefined) launches[launch.node]!++;
  const markers = new Map<number, number[]>();
  work.nodes.forEach((node, i) => {
    let stream = streamOf.get(node.lane);
    if (stream === undefined) {
      stream = streams.push(node.lane) - 1;
      streamOf.set(node.lane, stream);
    }
    const after = node.after.map((before) => ends[before]!);
    for (let k = 0; k < launches[i]!; k++) {
      const id = ops.length;
      ops.push({ id, stream, label: 'call start', after, work: { kind: 'kernel', duration: NO_TIME }, timed: true });
      const list = markers.get(i);
      if (list === undefined) markers.set(i, [id]);
      else list.push(id);
    }
    if (node.launch !== undefined) {
      const marker = markers.get(node.launch.node)!.shift()!;
      ops.push({
        id: ops.length,
        stream,
        label: `launch ${node.name}`,
        after: [marker],
        work: { kind: 'floor', since: marker, duration: node.launch.delay },
      });
    }
    const exchange = exchangeOf(i);
    ops.push({
      id: ops.length,
      stream,
      label: `${node.kind} ${node.name}`,
      after,
      work:
        exchange === undefined
          ? { kind: 'kernel', duration: priceOf(node).duration }
          : { kind: 'call', to: desk, request: exchange },
    });
    ends.push(ops.length - 1);
  });
  return { streams, ops };
}
