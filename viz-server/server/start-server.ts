import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { closeCodes, limits, livePath, subprotocol } from '../protocol/index.ts';
import { Access } from './access.ts';
import { HttpApi } from './http-api.ts';
import { LiveHub } from './live-hub.ts';
import type { LiveStoreOptions } from './live-store.ts';
import type { PastHostOptions } from './past-host.ts';
import { loadPage } from './static-files.ts';

export interface LiveServerOptions {
  /** Default 0: a free one. */
  readonly port?: number | undefined;
  /** Address to listen on beside loopback; without it nobody outside of this machine can connect. */
  readonly host?: string | undefined;
  /** A scenario of one's own that may be started: a path. */
  readonly file?: string | undefined;
  /** Version that is told to pages. */
  readonly engine?: string | undefined;
  readonly store?: LiveStoreOptions | undefined;
  /** Folder in which marks are kept, so that they outlive the server. Default: none, they end with it. */
  readonly marks?: string | undefined;
  readonly past?: PastHostOptions | undefined;
  /** Wall time between two looks at whether the other side of a socket still answers, in ms. Default 15 s. */
  readonly heartbeatMs?: number | undefined;
  /** Folder of the page. */
  readonly page?: string | undefined;
}

/** A server that runs. */
export interface LiveServer {
  readonly port: number;
  readonly hub: LiveHub;
  readonly token: string;
  readonly controlToken: string;
  /** Link that may control the run, and one that may only look. */
  readonly link: string;
  readonly viewLink: string;
  close(): Promise<void>;
}

const heartbeat = 15_000;
/** Sockets that have connected and not said hello, at most. */
const mostStrangers = 64;

/** Starts the server of the viewer: page, HTTP and WebSocket on one port. Throws what the system says when the port is taken, LIVE_MARKS. */
export async function startServer(options: LiveServerOptions = {}): Promise<LiveServer> {
  const access = new Access();
  const hub = new LiveHub({
    rightsOf: (token, controlToken) => access.rightsOf(token, controlToken),
    mayControl: (token) => access.mayControl(token),
    engine: options.engine ?? '0',
    file: options.file,
    store: options.store,
    marks: options.marks,
    past: options.past,
  });
  const api = new HttpApi({ hub, access, page: loadPage(options.page) });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.maxPayload,
    perMessageDeflate: false,
    clientTracking: true,
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
  });
  const servers: Server[] = [];
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const refuse = (status: string): void => {
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    };
    socket.on('error', () => socket.destroy());
    if (!access.isOurHost(request.headers.host)) {
      refuse('403 Forbidden');
      return;
    }
    if (!access.isOurOrigin(request.headers.origin)) {
      refuse('403 Forbidden');
      return;
    }
    if (new URL(request.url ?? '/', 'http://localhost').pathname !== livePath) {
      refuse('404 Not Found');
      return;
    }
    if (sockets.clients.size >= mostStrangers) {
      refuse('503 Service Unavailable');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (accepted) => connect(accepted, hub));
  };
  const listen = (port: number, host: string): Promise<number> => {
    const server = createServer(
      { maxHeaderSize: 16 << 10, requestTimeout: 10_000, headersTimeout: 5000 },
      (request, response) => {
        void api.handle(request, response);
      },
    );
    server.maxConnections = 256;
    server.on('upgrade', onUpgrade);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        server.on('error', () => undefined);
        servers.push(server);
        resolve((server.address() as AddressInfo).port);
      });
    });
  };
  let port: number;
  try {
    const { host } = options;
    port = await listen(options.port ?? 0, host !== undefined && isWild(host) ? host : '127.0.0.1');
    if (host === undefined || !isWild(host)) {
      if (host !== undefined && !isLoopback(host)) await listen(port, host);
      await listen(port, '::1').catch(ignoreMissing);
    }
  } catch (error) {
    await hub.close();
    for (const server of servers) server.close();
    throw error;
  }
  access.allow(port, options.host);
  const timer = setInterval(() => {
    for (const socket of sockets.clients) {
      if (!isAlive.get(socket)) {
        socket.terminate();
        continue;
      }
      isAlive.set(socket, false);
      socket.ping();
    }
  }, options.heartbeatMs ?? heartbeat);
  const at = `http://${options.host === undefined || isWild(options.host) ? 'localhost' : options.host}:${port}/`;
  return {
    port,
    hub,
    token: access.token,
    controlToken: access.controlToken,
    link: `${at}#t=${access.controlToken}`,
    viewLink: `${at}#t=${access.token}`,
    async close() {
      clearInterval(timer);
      await hub.close();
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

/** Whether the other side has answered since it was last asked. */
const isAlive = new WeakMap<WebSocket, boolean>();

function connect(socket: WebSocket, hub: LiveHub): void {
  isAlive.set(socket, true);
  socket.on('error', () => socket.terminate());
  const viewer = hub.connect({
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    send: (data) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(data);
    },
    close: (code, reason) => {
      socket.close(code, reason);
      // Who does not answer the close is not waited for.
      setTimeout(() => socket.terminate(), 1000).unref();
    },
    terminate: () => socket.terminate(),
  });
  if (viewer === undefined) return;
  const hello = setTimeout(() => {
    if (!viewer.isReady) viewer.refuse('unavailable', closeCodes.noHello, 'no hello came', 'Reload the page.');
  }, limits.helloMs);
  socket.on('pong', () => isAlive.set(socket, true));
  socket.on('message', (data: RawData, isBinary: boolean) => {
    isAlive.set(socket, true);
    viewer.receive(isBinary ? undefined : textOf(data));
  });
  socket.on('close', () => {
    clearTimeout(hello);
    hub.disconnect(viewer);
  });
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return data instanceof ArrayBuffer ? Buffer.from(data).toString('utf8') : data.toString('utf8');
}

function isLoopback(host: string): boolean {
  return host === '127.0.0.1' || host === '::1' || host === 'localhost';
}

function isWild(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** A machine without IPv6 listens on IPv4 alone. */
function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EADDRNOTAVAIL' && error.code !== 'EAFNOSUPPORT' && error.code !== 'EADDRINUSE') throw error;
}
