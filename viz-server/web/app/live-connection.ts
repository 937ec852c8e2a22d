import { type Chunk, decodeChunk } from '../../protocol/chunk.ts';
import type { ClientMessage } from '../../protocol/client-messages.ts';
import { closeCodes, limits, livePath, magic, protocolVersion, subprotocol } from '../../protocol/constants.ts';
import type { ServerMessage, ServerMessageOf } from '../../protocol/server-messages.ts';

/** How the line to the server is. */
export type LineState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  | { readonly kind: 'waiting'; readonly reason: string; readonly retryMs: number }
  | { readonly kind: 'refused'; readonly reason: string };

export interface LiveHandlers {
  line(state: LineState): void;
  message(message: ServerMessage): void;
  chunk(chunk: Chunk, bytes: number): void;
}

export interface Credentials {
  readonly token: string;
  readonly control: string;
}

type Result = ServerMessageOf<'result'>;
type WithoutId<Message> = Message extends { readonly requestId: number } ? Omit<Message, 'requestId'> : never;
/** A message that is answered by a `result` or an `error`. */
export type Request = WithoutId<ClientMessage>;

/** A request that waits for its answer. */
interface Pending {
  /** Whether it is about the present run, so that its answer means nothing in another one. */
  readonly isOfRun: boolean;
  resolve(result: Result): void;
  reject(error: Error): void;
}

const creditStep = 256 << 10;
const firstRetryMs = 250;
const lastRetryMs = 4000;

/** A request that the server refused: its code, what happened, what to do. */
class RequestError extends Error {
  readonly code: string;

  constructor(code: string, message: string, hint: string) {
    super(hint === '' ? message : `${message} ${hint}`);
    this.code = code;
  }
}

/**
 * The WebSocket to the server. It comes back by itself, says where it stopped, grants credit as data is taken, and matches answers with
 * requests. A token that is refused is not tried again.
 */
export class LiveConnection {
  readonly #handlers: LiveHandlers;
  readonly #credentials: Credentials;
  #socket: WebSocket | undefined;
  #timer = 0;
  #retryMs = firstRetryMs;
  #consumed = 0;
  #next = 1;
  #isClosed = false;
  readonly #pending = new Map<number, Pending>();
  /** Where to go on after a break. */
  resume: { readonly runId: string; storeSeq: number } | undefined;

  constructor(credentials: Credentials, handlers: LiveHandlers) {
    this.#credentials = credentials;
    this.#handlers = handlers;
  }

  open(): void {
    if (this.#isClosed) return;
    this.#handlers.line({ kind: 'connecting' });
    const socket = new WebSocket(
      `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${livePath}`,
      subprotocol,
    );
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    socket.onopen = () => {
      const { token, control } = this.#credentials;
      this.#write({
        type: 'hello',
        magic,
        protocol: [protocolVersion, protocolVersion],
        token: token === '' ? 'none' : token,
        ...(control === '' ? {} : { controlToken: control }),
        ...(this.resume === undefined ? {} : { resume: { ...this.resume } }),
      });
    };
    socket.onmessage = ({ data }) => this.#receive(data as string | ArrayBuffer);
    socket.onclose = ({ code, reason }) => this.#lost(socket, code, reason);
  }

  /** Sends a message that has no answer; dropped while there is no line, since the view is told anew after a break. */
  send(message: Exclude<ClientMessage, { readonly requestId: number }>): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#write(message);
  }

  /** Sends a request. Rejects with `RequestError`, or when the line breaks before the answer. */
  request(request: Request): Promise<Result> {
    if (this.#socket?.readyState !== WebSocket.OPEN)
      return Promise.reject(new RequestError('LINE', 'There is no connection to the server.', ''));
    const requestId = this.#next++;
    const isOfRun = request.type !== 'control' && request.type !== 'compare';
    const answer = new Promise<Result>((resolve, reject) => this.#pending.set(requestId, { isOfRun, resolve, reject }));
    const controlToken =
      request.type === 'control' && this.#credentials.control !== '' ? { controlToken: this.#credentials.control } : {};
    this.#write({ ...request, ...controlToken, requestId } as ClientMessage);
    return answer;
  }

  /** Another run has begun: what was asked about the one before is rejected, whatever the server still says. */
  leaveRun(): void {
    for (const [id, { isOfRun }] of [...this.#pending])
      if (isOfRun) this.#take(id)?.reject(new RequestError('RUN', 'Another run has begun.', ''));
  }

  /** Cuts the line; it comes back. */
  reconnect(): void {
    if (this.#socket !== undefined && this.#socket.readyState <= WebSocket.OPEN) this.#socket.close();
    else {
      clearTimeout(this.#timer);
      this.open();
    }
  }

  #write(message: ClientMessage): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #receive(data: string | ArrayBuffer): void {
    if (typeof data !== 'string') {
      this.#handlers.chunk(decodeChunk(data), data.byteLength);
      this.#consumed += data.byteLength;
      if (this.#consumed >= creditStep) {
        this.send({ type: 'credit', bytes: Math.min(this.#consumed, limits.maxCredit) });
        this.#consumed = 0;
      }
      return;
    }
    // The page trusts its own origin: shapes are checked where messages are made and in the tests, not here.
    const message = JSON.parse(data) as ServerMessage;
    if (message.type === 'welcome') {
      this.#retryMs = firstRetryMs;
      this.#consumed = 0;
      this.#handlers.line({ kind: 'open' });
    }
    if (message.type === 'result') {
      this.#take(message.requestId)?.resolve(message);
      return;
    }
    if (message.type === 'error' && message.requestId !== undefined) {
      this.#take(message.requestId)?.reject(new RequestError(message.code, message.message, message.hint));
      return;
    }
    this.#handlers.message(message);
  }

  #take(requestId: number): Pending | undefined {
    const pending = this.#pending.get(requestId);
    this.#pending.delete(requestId);
    return pending;
  }

  #lost(socket: WebSocket, code: number, reason: string): void {
    if (socket !== this.#socket) return;
    for (const { reject } of this.#pending.values()) reject(new RequestError('LINE', 'The connection broke.', ''));
    this.#pending.clear();
    if (code === closeCodes.mismatch || code === closeCodes.token) {
      this.#isClosed = true;
      const text =
        code === closeCodes.token
          ? 'The link is not valid for this run of the server: open the one it printed.'
          : 'This page and the server have different versions: reload.';
      this.#handlers.line({ kind: 'refused', reason: text });
      return;
    }
    const text =
      code === closeCodes.full
        ? 'The server has as many viewers as it takes'
        : code === closeCodes.rate
          ? 'The server found this page too talkative'
          : reason !== ''
            ? reason
            : 'The connection broke';
    this.#handlers.line({ kind: 'waiting', reason: text, retryMs: this.#retryMs });
    this.#timer = setTimeout(() => this.open(), this.#retryMs) as unknown as number;
    this.#retryMs = Math.min(lastRetryMs, this.#retryMs * 2);
  }
}
