// A process with one viewer that follows a whole run: argv: port, token, bytes a second that it reads (0: as they come), ticks in view. Tells its parent
// delays and counts when the run has ended and the picture is sharp again.
import { WebSocket } from 'ws';
import { decodeChunk, type ServerMessage } from '../../../viz-server/protocol/index.ts';
import { Held } from './fake-viewer.ts';

/** What a viewer has to tell. */
export interface Taken {
  /** Milliseconds from the recording of the newest item of a chunk to its arrival. */
  readonly delays: number[];
  readonly bytes: number;
  readonly lossy: number;
  /** Tasks that the whole picture stands for after the end. */
  readonly tasks: number;
}

const [port, token = '', rate = '0', span = '1e9'] = process.argv.slice(2);
const perSecond = Number(rate);
const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, 'escapement.v1');
const held = new Held();
const delays: number[] = [];
const everyMs = 50;
let bytes = 0;
let unused = 0;
let allowed = 0;
let lossy = 0;
let isOver = false;
let isTold = false;
let whole = -1;
let runId = '';
let isWatching = false;

function say(message: object): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

const pacer =
  perSecond === 0
    ? undefined
    : setInterval(() => {
        // After a burst it stays away until it is back within its rate.
        allowed = Math.min(allowed + (perSecond * everyMs) / 1000, perSecond);
        if (allowed > 0) socket.resume();
      }, everyMs);

function finish(): void {
  if (isTold) return;
  isTold = true;
  clearInterval(pacer);
  const taken: Taken = { delays, bytes, lossy, tasks: held.tasks() };
  process.send?.(taken, () => {
    socket.close();
    process.disconnect();
  });
}

socket.on('open', () => say({ type: 'hello', magic: 'ESCP', protocol: [1, 1], token }));
socket.on('close', () => process.exit());
socket.on('message', (data: Buffer, isBinary) => {
  if (isBinary) {
    bytes += data.length;
    unused += data.length;
    if (perSecond > 0) {
      allowed -= data.length;
      if (allowed <= 0) socket.pause();
    }
    if (unused >= 1 << 18) {
      say({ type: 'credit', bytes: unused });
      unused = 0;
    }
    const chunk = decodeChunk(new Uint8Array(data));
    if (chunk.kind !== 'unknown' && chunk.wallMs > 0 && !isOver) delays.push(Date.now() - chunk.wallMs);
    if (isOver && chunk.kind === 'slices' && chunk.view === 2) held.chunk(chunk);
    if (whole >= 0 && held.tasks() >= whole) finish();
    return;
  }
  const message = JSON.parse(data.toString()) as ServerMessage;
  if (message.type === 'welcome') runId = message.runId;
  else if (message.type === 'run' && message.runId !== runId) {
    // What ran before it came is not its business.
    runId = message.runId;
    isWatching = true;
    say({ type: 'view', viewId: 1, from: 0, to: Number(span), width: 1600, tracks: 'all', follow: true });
  } else if (message.type === 'lossy' && message.level > 0) lossy++;
  else if (message.type === 'status') {
    if (message.state === 'finished' && isWatching && !isOver) {
      isOver = true;
      whole = message.tasks;
      say({ type: 'unview', viewId: 1 });
      say({ type: 'view', viewId: 2, from: 0, to: message.now + 1, width: 200, tracks: 'all', follow: false });
    }
  }
});
