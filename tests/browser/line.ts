import { once } from 'node:events';
import { createServer, type Socket, connect as tcp } from 'node:net';

/** A line to the server that can be cut and slowed: what a page sees of a bad network. */
export interface Line {
  /** The link of the server by way of this line. */
  link(of: string): string;
  /** Ends all connections and takes no new ones until `mend`. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

const everyMs = 50;

/** Passes bytes on to and from `port`, to the browser at most `perSecond` of them. */
export async function openLine(port: number, perSecond = Number.POSITIVE_INFINITY): Promise<Line> {
  const sockets = new Set<Socket>();
  let isCut = false;
  let mine = 0;
  const server = createServer((browser) => {
    if (isCut) {
      browser.destroy();
      return;
    }
    const upstream = tcp(port, '127.0.0.1');
    let allowed = perSecond / 10;
    const pacer = setInterval(() => {
      allowed = Math.min(allowed + (perSecond * everyMs) / 1000, perSecond / 2);
      if (allowed > 0) upstream.resume();
    }, everyMs);
    for (const [one, other] of [
      [browser, upstream],
      [upstream, browser],
    ] as const) {
      sockets.add(one);
      one.on('error', () => one.destroy());
      one.on('close', () => {
        sockets.delete(one);
        clearInterval(pacer);
        other.destroy();
      });
    }
    browser.on('data', (bytes) => {
      // The server serves its own address only, and says no to others.
      const isRequest = bytes.subarray(0, 4).toString() === 'GET ' || bytes.subarray(0, 5).toString() === 'POST ';
      upstream.write(isRequest ? bytes.toString('latin1').replaceAll(`:${mine}`, `:${port}`) : bytes, 'latin1');
    });
    upstream.on('data', (bytes) => {
      allowed -= bytes.length;
      if (!browser.write(bytes) || allowed <= 0) upstream.pause();
    });
    browser.on('drain', () => {
      if (allowed > 0) upstream.resume();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  mine = (server.address() as { readonly port: number }).port;
  const end = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    link: (of) => of.replace(`:${port}`, `:${mine}`),
    cut: () => {
      isCut = true;
      end();
    },
    mend: () => {
      isCut = false;
    },
    async close() {
      end();
      server.close();
      await once(server, 'close');
    },
  };
}
