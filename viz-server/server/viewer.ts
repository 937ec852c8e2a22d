import { SimError } from '../../engine/index.ts';
import {
  type ClientMessage,
  closeCodes,
  limits,
  parseClientMessage,
  protocolVersion,
  type ServerMessage,
  type TrackInfo,
} from '../protocol/index.ts';
import type { LiveStore } from './live-store.ts';
import { type ChunkOut, LiveView, type Shortage } from './live-view.ts';
import { RateLimit } from './rate-limit.ts';
import { SendWindow } from './send-window.ts';

/** The socket of a viewer. */
export interface ViewerSocket {
  /** Bytes handed over that the network has not taken. */
  readonly bufferedAmount: number;
  send(data: string | Uint8Array): void;
  close(code: number, reason: string): void;
  /** Ends the connection without waiting for the other side. */
  terminate(): void;
}

/** What a viewer needs of the server. */
export interface ViewerHost {
  readonly store: LiveStore;
  readonly clock: () => number;
  /** Rights that tokens give; undefined for none. */
  rightsOf(token: string, controlToken: string | undefined): { readonly canControl: boolean } | undefined;
  mayControl(controlToken: string): boolean;
  welcome(viewer: Viewer, resume: { readonly runId: string } | undefined): ServerMessage;
  /** Tells who has just been welcomed what else everybody knows. */
  joined(viewer: Viewer): void;
  /** Answers anything but hello, credit, views and pings. Throws or rejects with the error to be told. */
  request(viewer: Viewer, message: ClientMessage): Promise<ServerMessage | undefined>;
  /** Something may be sent now. */
  wake(): void;
}

const mostMistakes = 20;
const tracksAtOnce = 500;
/** Requests of one viewer that may wait for their answers. */
const mostRequests = 16;

/** One connection: handshake, credit, views, requests. Memory is bounded whatever the other side does or leaves undone. */
export class Viewer implements ChunkOut {
  readonly id: number;
  strings = 0;
  canControl = false;
  readonly #socket: ViewerSocket;
  readonly #host: ViewerHost;
  readonly #rate: RateLimit;
  readonly #views = new Map<number, LiveView>();
  readonly #lossy = new Map<number, number>();
  /** Actors watched, as `sim path`. */
  readonly watched = new Map<string, { readonly sim: number; readonly actor: string }>();
  #credit: number = limits.initialCredit;
  readonly #window: SendWindow;
  #isReady = false;
  #isOver = false;
  #mistakes = 0;
  #requests = 0;
  #tracks = 0;
  #sentBytes = 0;

  constructor(id: number, socket: ViewerSocket, host: ViewerHost) {
    this.id = id;
    this.#socket = socket;
    this.#host = host;
    this.#rate = new RateLimit(limits.messagesPerSecond, limits.messageBurst, host.clock);
    this.#window = new SendWindow(host.clock);
  }

  /** Whether the handshake is done and the connection open. */
  get isReady(): boolean {
    return this.#isReady && !this.#isOver;
  }

  /** Bytes of chunks sent so far. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  get room(): number {
    const buffered = this.#socket.bufferedAmount;
    return buffered >= limits.maxBuffered ? 0 : Math.min(this.#credit, this.#window.room);
  }

  get mostRoom(): number {
    return Math.min(limits.initialCredit, this.#window.size);
  }

  get shortage(): Shortage {
    return this.#socket.bufferedAmount >= limits.maxBuffered ? 'socket' : 'credit';
  }

  /** Takes a message; text that is no message of ours is answered and counted. */
  receive(data: string | undefined): void {
    if (this.#isOver) return;
    if (!this.#rate.take()) {
      this.refuse('rate', closeCodes.rate, 'too many messages', 'Send 50 a second at most.');
      return;
    }
    if (data === undefined) {
      this.#refuseMismatch('only text comes from browsers');
      return;
    }
    let message: ClientMessage;
    try {
      message = parseClientMessage(data);
    } catch (error) {
      if (!this.#isReady) {
        this.#refuseMismatch(messageOf(error));
        return;
      }
      this.#tellError(undefined, error);
      if (++this.#mistakes >= mostMistakes) this.#refuseMismatch('too many messages that are not of the protocol');
      return;
    }
    if (!this.#isReady) {
      this.#greet(message);
      return;
    }
    this.#hear(message);
  }

  /** Sends a message of its own accord; dropped when the other side has not read what came before. */
  tell(message: ServerMessage): void {
    if (!this.isReady) return;
    const buffered = this.#socket.bufferedAmount;
    if (buffered >= limits.mostBuffered) {
      this.end();
      this.#socket.terminate();
      return;
    }
    // Status comes again; everything else must arrive.
    if (message.type === 'status' && buffered >= limits.maxBuffered) return;
    this.#socket.send(JSON.stringify(message));
  }

  /** Says why, and closes. */
  refuse(
    code: Extract<ServerMessage, { type: 'refuse' }>['code'],
    closeCode: number,
    message: string,
    hint: string,
  ): void {
    if (this.#isOver) return;
    this.#socket.send(JSON.stringify({ type: 'refuse', code, message, hint } satisfies ServerMessage));
    this.end();
    this.#socket.close(closeCode, code);
  }

  /** Nothing more is sent. */
  end(): void {
    this.#isOver = true;
    this.#views.clear();
  }

  /** Another run has begun: all that was sent is void. */
  startAnew(): void {
    this.#tracks = 0;
    this.strings = 0;
    this.watched.clear();
    for (const [id, view] of this.#views) this.#views.set(id, new LiveView(view.request, this.#host.store));
  }

  send(bytes: Uint8Array): void {
    this.#credit -= bytes.length;
    this.#sentBytes += bytes.length;
    this.#window.sent(bytes.length);
    this.#socket.send(bytes);
  }

  /** Sends what is due until `deadline`; true when something is left. */
  pump(deadline: number): boolean {
    if (!this.isReady) return false;
    if (!this.#sendTracks()) {
      for (const [id, view] of this.#views) {
        view.starve(this.shortage);
        this.#tellLoss(id, view);
      }
      return true;
    }
    let more = false;
    for (const [id, view] of this.#views) {
      more = view.serve(this, this.#host.clock, deadline) || more;
      this.#tellLoss(id, view);
    }
    return more;
  }

  #greet(message: ClientMessage): void {
    if (message.type !== 'hello') {
      this.#refuseMismatch('the first message is hello');
      return;
    }
    const [least, most] = message.protocol;
    if (least > protocolVersion || most < protocolVersion) {
      this.#refuseMismatch(`the server speaks version ${protocolVersion}, not ${least} to ${most}`);
      return;
    }
    const rights = this.#host.rightsOf(message.token, message.controlToken);
    if (rights === undefined) {
      this.refuse(
        'token',
        closeCodes.token,
        'the token is not that of this server',
        'Open the link that the command printed.',
      );
      return;
    }
    this.canControl = rights.canControl;
    this.#isReady = true;
    this.tell(this.#host.welcome(this, message.resume));
    this.#host.joined(this);
    this.#host.wake();
  }

  #hear(message: ClientMessage): void {
    switch (message.type) {
      case 'hello':
        this.#refuseMismatch('hello comes once');
        return;
      case 'credit':
        this.#credit = Math.min(limits.maxCredit, this.#credit + message.bytes);
        this.#window.taken(message.bytes);
        this.#host.wake();
        return;
      case 'view':
        if (message.to <= message.from || (!this.#views.has(message.viewId) && this.#views.size >= limits.maxViews)) {
          this.tell({
            type: 'error',
            code: 'LIVE_REQUEST',
            message: 'no such view is possible',
            hint: `A view ends after it begins; at most ${limits.maxViews} at once.`,
          });
          return;
        }
        this.#views.set(message.viewId, new LiveView(message, this.#host.store));
        this.#host.wake();
        return;
      case 'unview':
        this.#views.delete(message.viewId);
        this.#lossy.delete(message.viewId);
        return;
      case 'ping':
        this.tell({ type: 'pong', t: message.t, serverT: Date.now() });
        return;
      default:
        void this.#answer(message);
    }
  }

  async #answer(message: ClientMessage): Promise<void> {
    const requestId = 'requestId' in message ? message.requestId : undefined;
    if (message.type === 'control' && message.controlToken !== undefined && !this.canControl)
      this.canControl = this.#host.mayControl(message.controlToken);
    if (this.#requests >= mostRequests) {
      this.tell({
        type: 'error',
        ...(requestId === undefined ? {} : { requestId }),
        code: 'LIVE_REQUEST',
        message: 'too many requests wait for their answers',
        hint: `Wait for some of the ${mostRequests}.`,
      });
      return;
    }
    this.#requests++;
    try {
      const answer = await this.#host.request(this, message);
      if (answer !== undefined) this.tell(answer);
    } catch (error) {
      this.#tellError(requestId, error);
    } finally {
      this.#requests--;
    }
  }

  #tellError(requestId: number | undefined, error: unknown): void {
    const [code, message] =
      error instanceof SimError ? [error.code, error.message] : ['LIVE_REQUEST', messageOf(error)];
    this.tell({
      type: 'error',
      ...(requestId === undefined ? {} : { requestId }),
      code,
      message: message.slice(0, 500),
      hint: '',
    });
  }

  #refuseMismatch(message: string): void {
    this.refuse('mismatch', closeCodes.mismatch, message.slice(0, 300), 'Reload the page.');
  }

  /** The catalogue, some at a time as credit allows; false when the rest must wait. */
  #sendTracks(): boolean {
    const { store } = this.#host;
    while (this.#tracks < store.trackCount) {
      const added: TrackInfo[] = store.tracks(this.#tracks + 1, tracksAtOnce);
      const text = JSON.stringify({ type: 'tracks', added, removed: [] } satisfies ServerMessage);
      const bytes = Buffer.byteLength(text);
      if (bytes > this.room) return false;
      this.#credit -= bytes;
      this.#socket.send(text);
      this.#tracks += added.length;
    }
    return true;
  }

  /** Says when a view became coarser for want of room, and when it is sharp again. */
  #tellLoss(id: number, view: LiveView): void {
    const told = this.#lossy.get(id) ?? 0;
    const level = view.shortage === undefined ? 0 : view.isSharp ? 0 : Math.max(1, view.coarse);
    if (level === told) return;
    if (level === 0) view.shortage = undefined;
    this.#lossy.set(id, level);
    const since = { tick: this.#host.store.now, wallMs: Date.now() };
    this.tell({ type: 'lossy', viewId: id, level, since, reason: view.shortage ?? 'credit' });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
