import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';

/** Who may connect from where, and what the tokens permit. */
export class Access {
  /** To look. */
  readonly token: string = randomBytes(16).toString('base64url');
  /** To look and to control the run. */
  readonly controlToken: string = randomBytes(16).toString('base64url');
  readonly #hosts = new Set<string>();

  /** Addresses under which the server may be asked for: loopback, and with `host` also that one, or all of this machine for a wildcard. */
  allow(port: number, host: string | undefined): void {
    const names = ['localhost', '127.0.0.1', '[::1]'];
    if (host !== undefined) {
      names.push(bracketed(host));
      if (host === '0.0.0.0' || host === '::') {
        names.push(hostname().toLowerCase());
        for (const list of Object.values(networkInterfaces()))
          for (const { address } of list ?? []) names.push(bracketed(address.replace(/%.*$/, '')));
      }
    }
    for (const name of names) {
      this.#hosts.add(`${name}:${port}`);
      if (port === 80) this.#hosts.add(name);
    }
  }

  /** Whether the Host header names this server: a name that somebody pointed here does not. */
  isOurHost(host: string | undefined): boolean {
    return host !== undefined && this.#hosts.has(host.toLowerCase());
  }

  /** Whether the page that asks came from here. Programs that are no browsers send no origin. */
  isOurOrigin(origin: string | undefined): boolean {
    if (origin === undefined) return true;
    return origin.startsWith('http://') && this.#hosts.has(origin.slice('http://'.length).toLowerCase());
  }

  rightsOf(token: string, controlToken?: string): { readonly canControl: boolean } | undefined {
    const mayControl = this.mayControl(token) || (controlToken !== undefined && this.mayControl(controlToken));
    if (isEqual(token, this.token) || mayControl) return { canControl: mayControl };
    return undefined;
  }

  mayControl(token: string): boolean {
    return isEqual(token, this.controlToken);
  }
}

/** Compares in a time that does not depend on where the texts differ. */
function isEqual(given: string, expected: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host.toLowerCase()}]` : host.toLowerCase();
}
