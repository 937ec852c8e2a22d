import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { WebSocket } from 'ws';
import {
  type ClientMessage,
  parseServerMessage,
  type ServerMessage,
  type ServerMessageOf,
} from '../../../viz-server/protocol/index.ts';
import type { LiveServer } from '../../../viz-server/server/index.ts';
import { Held } from './fake-viewer.ts';

/** A viewer over a real socket. */
export class Client {
  readonly held = new Held();
  readonly socket: WebSocket;
  closed: number | undefined;
  #unused = 0;
  #wake: Array<() => void> = [];

  constructor(server: LiveServer, options: { origin?: string; host?: string } = {}) {
    const headers = options.host === undefined ? {} : { host: options.host };
    this.socket = new WebSocket(`ws://127.0.0.1:${server.port}/live`, 'escapement.v1', {
      headers,
      ...(options.origin === undefined ? {} : { origin: options.origin }),
    });
    this.socket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) parseServerMessage(data.toString());
      this.held.take(isBinary ? data : data.toString());
      if (isBinary) this.#unused += data.length;
      if (this.#unused > 1 << 18) {
        this.say({ type: 'credit', bytes: this.#unused });
        this.#unused = 0;
      }
      this.#tell();
    });
    this.socket.on('close', (code) => {
      this.closed = code;
      this.#tell();
    });
    this.socket.on('error', () => this.#tell());
  }

  say(message: ClientMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  #tell(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  /** Waits until something has come that satisfies. */
  async until<Result>(look: () => Result | undefined | false, what: string): Promise<Result> {
    const ends = Date.now() + 20_000;
    for (;;) {
      const found = look();
      if (found !== undefined && found !== false) return found;
      if (Date.now() > ends) throw new Error(`${what} never came`);
      await new Promise<void>((resolve) => {
        this.#wake.push(resolve);
        setTimeout(resolve, 200);
      });
    }
  }

  message<Type extends ServerMessage['type']>(type: Type): Promise<ServerMessageOf<Type>> {
    return this.until(() => this.held.of(type).at(-1) as ServerMessageOf<Type> | undefined, type);
  }

  result(requestId: number): Promise<ServerMessageOf<'result'> | ServerMessageOf<'error'>> {
    return this.until(
      () => [...this.held.of('result'), ...this.held.of('error')].find((message) => message.requestId === requestId),
      `the answer to ${requestId}`,
    );
  }

  async code(): Promise<number> {
    return this.until(() => this.closed, 'the close');
  }
}

/** Connects and says hello; waits for the welcome. */
export async function join(
  server: LiveServer,
  token = server.controlToken,
  resume?: { runId: string; storeSeq: number },
): Promise<Client> {
  const client = new Client(server);
  await once(client.socket, 'open');
  client.say({ type: 'hello', magic: 'ESCP', protocol: [1, 1], token, ...(resume === undefined ? {} : { resume }) });
  await client.message('welcome');
  return client;
}

/** Asks over HTTP. */
export function get(
  server: LiveServer,
  path: string,
  headers: Record<string, string>,
  method = 'GET',
  body: string | Uint8Array = '',
): Promise<IncomingMessage & { text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ port: server.port, host: '127.0.0.1', path, headers, method }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve(Object.assign(response, { text })));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
