import { type ActorRef, type Behavior, type Context, defineActor } from '../../engine/kernel/actor.ts';
import type { Bytes } from '../../engine/kernel/quantities.ts';
import type { Time } from '../../engine/kernel/time.ts';
import { noTask, type TaskRef } from '../../engine/kernel/trace.ts';
import { type Question, type ReplyTo, reply } from '../../engine/processes/index.ts';
import type { NetworkMessage, NetworkReply } from '../network/network-actor.ts';
import { checkCount, checkRange } from './errors.ts';
import type { Served, StationMessage } from './service-station.ts';

/** What a read came to. */
export interface ReadDone {
  readonly bytes: Bytes;
  /** Requests sent to object servers. */
  readonly requests: number;
  readonly started: Time;
}

/** `ask(client, { type: 'read', … })`: reads a range of a file, opening it first when `open`. */
export interface ReadFile extends Question<ReadDone> {
  readonly type: 'read';
  /** Number of the file; its first object lies on server `file % servers`. */
  readonly file: number;
  readonly offset: number;
  readonly bytes: Bytes;
  readonly open?: boolean;
  /** What it is part of in the trace. */
  readonly parent?: TaskRef;
}

export type FileClientMessage = ReadFile | Served | NetworkReply;

/** How files lie on object servers, and how they are asked for. */
export interface Striping {
  /** Bytes on one server before the next. */
  readonly stripe: Bytes;
  /** Servers that a file is spread over. */
  readonly count: number;
  /** Largest request. */
  readonly request: Bytes;
  /** Requests of one client that one server may have at once. */
  readonly window: number;
}

export interface FileClientSpec extends Striping {
  /** Endpoint of this client in the fabric. */
  readonly endpoint: number;
  readonly metadata: ActorRef<StationMessage>;
  /** Request stations of the object servers. */
  readonly servers: readonly ActorRef<StationMessage>[];
  /** Endpoint of the first server in the fabric; the others follow. */
  readonly firstServer: number;
  readonly network: ActorRef<NetworkMessage>;
}

interface Read {
  readonly message: ReadFile;
  readonly started: Time;
  readonly task: TaskRef;
  requests: number;
  left: number;
}

interface Request {
  readonly read: Read;
  readonly server: number;
  readonly bytes: number;
}

export interface FileClientState {
  readonly spec: FileClientSpec;
  /** Reads being opened and requests under way, by tag. */
  readonly opening: Map<number, Read>;
  readonly requests: Map<number, Request>;
  /** Requests that wait for the window of a server. */
  readonly queues: readonly Request[][];
  readonly inFlight: number[];
  tags: number;
}

type Ctx = Context<FileClientMessage>;

/**
 * A client of a parallel file system. A range becomes requests of at most `request` bytes to the servers that hold its stripes; each
 * passes the server's request station, then its bytes flow over the network; at most `window` requests a server are under way.
 * Throws STORAGE_SPEC, STORAGE_READ.
 */
export const fileClient: Behavior<FileClientSpec, FileClientState, FileClientMessage> = defineActor<
  FileClientSpec,
  FileClientState,
  FileClientMessage
>({
  kind: 'file-client',
  init(spec) {
    checkCount('stripe count', spec.count);
    checkCount('stripe', spec.stripe);
    checkCount('request', spec.request);
    checkCount('window', spec.window);
    return {
      spec,
      opening: new Map(),
      requests: new Map(),
      queues: spec.servers.map(() => []),
      inFlight: spec.servers.map(() => 0),
      tags: 0,
    };
  },
  on: {
    read(state, message, ctx) {
      checkRange(message.offset, message.bytes);
      const task = ctx.trace.begin('read', '', message.parent);
      ctx.trace.annotate(task, 'bytes', message.bytes);
      const read: Read = { message, started: ctx.now, task, requests: 0, left: 0 };
      if (message.open !== true) {
        begin(state, read, ctx);
        return;
      }
      const tag = state.tags++;
      state.opening.set(tag, read);
      if (ctx.trace.isRecording) ctx.trace.wait(task, 'data', ctx.trace.pathOf(state.spec.metadata));
      ctx.send(state.spec.metadata, { type: 'serve', tag, replyTo: ctx.self, parent: task });
    },
    served(state, { tag, task = noTask }, ctx) {
      const read = state.opening.get(tag);
      if (read !== undefined) {
        state.opening.delete(tag);
        ctx.trace.work(read.task, task);
        begin(state, read, ctx);
        return;
      }
      const { server, bytes, read: of } = state.requests.get(tag) as Request;
      const { network, firstServer, endpoint } = state.spec;
      const flow = { from: firstServer + server, to: endpoint, bytes: bytes as Bytes };
      ctx.send(network, { type: 'transfer', ...flow, tag, replyTo: ctx.self, parent: of.task });
    },
    transferDone(state, { tag, task = noTask }, ctx) {
      const { read, server } = state.requests.get(tag) as Request;
      state.requests.delete(tag);
      state.inFlight[server] = (state.inFlight[server] as number) - 1;
      send(state, server, ctx);
      if (--read.left === 0) finish(read, ctx, task);
    },
    transferFailed: () => undefined,
  },
});

/** Bytes of a range on each of the `count` objects of a file; each object's part is contiguous in it. */
export function objectShares(offset: number, bytes: number, stripe: number, count: number): number[] {
  const upTo = (end: number, object: number): number => {
    const round = stripe * count;
    const rest = (end % round) - object * stripe;
    return Math.floor(end / round) * stripe + Math.min(stripe, Math.max(0, rest));
  };
  return Array.from({ length: count }, (_, object) => upTo(offset + bytes, object) - upTo(offset, object));
}

function begin(state: FileClientState, read: Read, ctx: Ctx): void {
  ctx.trace.wait(read.task, 'data', 'object servers');
  const { file, offset, bytes } = read.message;
  const { stripe, request, servers } = state.spec;
  const count = Math.min(state.spec.count, servers.length);
  for (const [object, share] of objectShares(offset, bytes, stripe, count).entries()) {
    const server = (file + object) % servers.length;
    for (let done = 0; done < share; done += request) {
      (state.queues[server] as Request[]).push({ read, server, bytes: Math.min(request, share - done) });
      read.requests++;
      read.left++;
    }
    send(state, server, ctx);
  }
}

function send(state: FileClientState, server: number, ctx: Ctx): void {
  const queue = state.queues[server] as Request[];
  while ((state.inFlight[server] as number) < state.spec.window) {
    const request = queue.shift();
    if (request === undefined) return;
    const tag = state.tags++;
    state.requests.set(tag, request);
    state.inFlight[server] = (state.inFlight[server] as number) + 1;
    const parent = request.read.task;
    ctx.send(state.spec.servers[server] as ActorRef<StationMessage>, { type: 'serve', tag, replyTo: ctx.self, parent });
  }
}

function finish({ message, requests, started, task }: Read, ctx: Ctx, by: TaskRef): void {
  ctx.trace.work(task, by);
  ctx.trace.end(task);
  const answer: ReadDone = { bytes: message.bytes, requests, started };
  reply(ctx, message.replyTo as ReplyTo<ReadDone>, answer, task);
}
