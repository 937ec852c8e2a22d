import { quoted } from '../../kit/errors.ts';
import { sweepErrors } from '../errors.ts';

/** A Redis server as workers and sweeps reach it. */
export interface RedisServer {
  readonly url: string;
  /** For people: without user and password. */
  readonly name: string;
}

/** Reads the address of a Redis server from an option, else from ESCAPEMENT_REDIS. Throws SWEEP_REDIS. */
export function readRedisUrl(given: string | undefined, environment = process.env.ESCAPEMENT_REDIS): RedisServer {
  const text = given ?? environment ?? '';
  const where = given === undefined ? 'ESCAPEMENT_REDIS' : '--redis';
  const refuse = (problem: string): never => {
    throw sweepErrors.create('SWEEP_REDIS', {
      problem,
      hint: 'Write redis://[user:password@]host:6379[/database], or rediss:// for TLS.',
    });
  };
  if (text.trim() === '') refuse('no server is given by --redis or ESCAPEMENT_REDIS');
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return refuse(`${where}: ${quoted(withoutSecret(text))} is no address`);
  }
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:')
    refuse(`${where}: ${quoted(withoutSecret(text))} does not begin with redis:// or rediss://`);
  if (url.hostname === '') refuse(`${where}: ${quoted(withoutSecret(text))} names no host`);
  if (!/^\/?\d*$/.test(url.pathname)) refuse(`${where}: the database ${quoted(url.pathname)} is no number`);
  return { url: url.href, name: `${url.hostname}:${url.port || '6379'}` };
}

function withoutSecret(text: string): string {
  return text.replace(/\/\/[^@/]*@/, '//');
}
