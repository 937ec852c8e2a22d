import type { IncomingMessage, ServerResponse } from 'node:http';
import { SimError } from '../../engine/index.ts';
import { describeScenario } from '../../scenarios/kit/describe-scenario.ts';
import {
  type AnalysisKind,
  analyses,
  comparisonSchema,
  comparisons,
  controlSchema,
  limits,
  type Published,
} from '../protocol/index.ts';
import type { Access } from './access.ts';
import type { AnalysisAnswer } from './analysis-link.ts';
import { liveErrors } from './errors.ts';
import type { LiveHub } from './live-hub.ts';
import { RateLimit } from './rate-limit.ts';
import { mostTraceBytes } from './run-book.ts';
import type { StaticFile } from './static-files.ts';

export interface HttpApiOptions {
  readonly hub: LiveHub;
  readonly access: Access;
  readonly page: ReadonlyMap<string, StaticFile>;
}

const contentPolicy =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const security: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin-allow-popups',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** The page and the same data as JSON: `handle` answers every request, and never throws. */
export class HttpApi {
  readonly #options: HttpApiOptions;
  readonly #rate: RateLimit;

  constructor(options: HttpApiOptions) {
    this.#options = options;
    this.#rate = new RateLimit(limits.messagesPerSecond, limits.messageBurst, options.hub.clock);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { access, page } = this.#options;
    for (const [name, value] of Object.entries(security)) response.setHeader(name, value);
    try {
      if (!access.isOurHost(request.headers.host)) return fail(response, 403, 'this is not the address of the server');
      if (!access.isOurOrigin(request.headers.origin)) return fail(response, 403, 'pages of other origins may not ask');
      const url = new URL(request.url ?? '/', 'http://localhost');
      if (!url.pathname.startsWith('/api/')) return serveFile(request, response, page.get(url.pathname));
      if (!this.#rate.take()) return fail(response, 429, 'too many requests');
      const token = /^Bearer ([\w-]{1,128})$/.exec(request.headers.authorization ?? '')?.[1];
      const rights = token === undefined ? undefined : access.rightsOf(token);
      if (rights === undefined) return fail(response, 401, 'a token is needed: Authorization: Bearer …');
      if (url.pathname === '/api/v1/control') {
        if (request.method !== 'POST') return fail(response, 405, 'POST what is to be done');
        if (!rights.canControl) throw liveErrors.create('LIVE_READ_ONLY');
        return await this.#control(request, response);
      }
      if (url.pathname === '/api/v1/traces') {
        if (request.method !== 'POST') return fail(response, 405, 'POST the bytes of a trace');
        if (!rights.canControl) throw liveErrors.create('LIVE_READ_ONLY');
        const bytes = await bytesOf(request, mostTraceBytes);
        const name = url.searchParams.get('name') ?? 'a trace';
        return send(response, { run: await this.#options.hub.runs.load(name, bytes) });
      }
      if (request.method !== 'GET') return fail(response, 405, 'only GET is answered here');
      await this.#get(url, response);
    } catch (error) {
      if (error instanceof SimError)
        fail(response, error.code === 'LIVE_READ_ONLY' ? 403 : 400, error.message, error.code);
      else fail(response, 500, 'internal error');
    }
  }

  async #get(url: URL, response: ServerResponse): Promise<void> {
    const { hub } = this.#options;
    const [, , , what = '', ...rest] = url.pathname.split('/').map((part) => decode(part));
    const name = rest.join('/');
    const sim = numberOf(url.searchParams.get('sim')) ?? 0;
    const maxRows = Math.min(numberOf(url.searchParams.get('limit')) ?? 200, limits.maxRows);
    switch (what) {
      case 'run':
        return send(response, {
          runId: hub.run.id,
          state: hub.run.state,
          report: hub.run.report ?? null,
          error: hub.run.error,
        });
      case 'status':
        return send(response, hub.status.message());
      case 'tracks':
        return send(response, hub.store.tracks(1, hub.store.trackCount));
      case 'marks':
        return send(response, hub.marks.list());
      case 'scenarios':
        return send(
          response,
          name === '' ? await hub.scenarios.list() : describeScenario(await hub.scenarios.load(name)),
        );
      case 'published': {
        const { figures, claims, targets, metrics } = await hub.scenarios.load(name);
        const stated = claims.map(({ id, text, published, unit = '', source, pass }) => ({
          id,
          text,
          published,
          unit,
          source,
          pass,
        }));
        return send(response, { figures, claims: stated, targets, metrics } satisfies Published);
      }
      case 'tasks': {
        const task = numberOf(name);
        if (task === undefined || task < 1)
          throw liveErrors.create('LIVE_REQUEST', { problem: 'tasks have numbers from 1', hint: '' });
        return sendAnswer(response, await hub.analysis.ask({ kind: 'detail', sim, task }));
      }
      case 'world':
        return send(
          response,
          await hub.looks.world({
            sim,
            actor: name,
            at: momentOf(url, 'at'),
            event: momentOf(url, 'event'),
          }),
        );
      case 'runs':
        return send(response, hub.runs.list());
      case 'compare': {
        const given = Object.fromEntries(
          (['before', 'after', 'from', 'to', 'columns'] as const).map((key) => [
            key,
            numberOf(url.searchParams.get(key)),
          ]),
        );
        const read = comparisonSchema.safeParse({
          ...withoutUndefined(given),
          what: name,
          ...(sim === 0 ? {} : { sim }),
          maxRows,
          ...(url.searchParams.has('kind') ? { kind: url.searchParams.get('kind') } : {}),
        });
        if (!read.success)
          throw liveErrors.create('LIVE_REQUEST', {
            problem: `there is no comparison '${name.slice(0, 40)}' of that form`,
            hint: `There are ${comparisons.join(', ')}.`,
          });
        return sendAnswer(response, await hub.runs.compare(read.data));
      }
      case 'query':
        return sendAnswer(
          response,
          await hub.analysis.ask({
            kind: 'query',
            sim,
            text: (url.searchParams.get('q') ?? '').slice(0, 2000),
            maxRows,
          }),
        );
      case 'analyse':
      case 'analyze': {
        if (!(analyses as readonly string[]).includes(name))
          throw liveErrors.create('LIVE_REQUEST', {
            problem: `there is no analysis '${name.slice(0, 40)}'`,
            hint: `There are ${analyses.join(', ')}.`,
          });
        const taskKind = url.searchParams.get('kind') ?? undefined;
        const question = {
          kind: 'analyze' as const,
          sim,
          what: name as AnalysisKind,
          from: undefined,
          to: undefined,
          taskKind,
          maxRows,
        };
        return sendAnswer(response, await hub.analysis.ask(question));
      }
      case 'trace.pftrace':
      case 'trace.json': {
        const format = what === 'trace.json' ? 'json' : 'pftrace';
        return sendAnswer(response, await hub.analysis.ask({ kind: 'export', sim, format }, 60_000), what);
      }
      default:
        return fail(response, 404, 'there is nothing of that name');
    }
  }

  async #control(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = new TextDecoder().decode(await bytesOf(request, limits.maxPayload));
    let given: unknown;
    try {
      given = JSON.parse(text);
    } catch {
      throw liveErrors.create('LIVE_REQUEST', { problem: 'the body is no JSON', hint: 'Send {"op":"pause"}.' });
    }
    const read = controlSchema.safeParse(
      typeof given === 'object' && given !== null ? { ...given, type: 'control', requestId: 0 } : given,
    );
    if (!read.success) {
      const { path = [], message = '' } = read.error.issues[0] ?? {};
      throw liveErrors.create('LIVE_REQUEST', {
        problem: `${path.map(String).join('.') || 'the body'}: ${message.slice(0, 200)}`,
        hint: 'Send {"op":"pause"}.',
      });
    }
    await this.#options.hub.control.perform(read.data, 0);
    send(response, { ok: true });
  }
}

/** Reads a body. Throws LIVE_REQUEST when it is larger than `most` bytes. */
async function bytesOf(request: IncomingMessage, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += (part as Buffer).length;
    if (bytes > most)
      throw liveErrors.create('LIVE_REQUEST', {
        problem: 'the body is too large',
        hint: `Send ${most >> 10} KiB at most.`,
      });
    parts.push(part as Buffer);
  }
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function withoutUndefined(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

function serveFile(request: IncomingMessage, response: ServerResponse, file: StaticFile | undefined): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    fail(response, 405, 'only GET is answered here');
    return;
  }
  if (file === undefined) {
    fail(response, 404, 'there is no such file');
    return;
  }
  response.setHeader('ETag', file.tag);
  response.setHeader('Cache-Control', 'no-cache');
  if (request.headers['if-none-match'] === file.tag) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, { 'Content-Type': file.type, 'Content-Length': file.bytes.length });
  response.end(request.method === 'HEAD' ? undefined : file.bytes);
}

function sendAnswer(response: ServerResponse, answer: AnalysisAnswer, fileName = ''): void {
  switch (answer.kind) {
    case 'table':
      send(response, {
        ...answer.table,
        truncated: answer.truncated,
        ...(answer.value === undefined ? {} : { value: answer.value }),
      });
      return;
    case 'value':
      send(response, answer.value);
      return;
    case 'bytes':
      response.writeHead(200, {
        'Content-Type': 'application/octet-stream',
        'Content-Length': answer.bytes.length,
        'Content-Disposition': `attachment; filename="${fileName}"`,
      });
      response.end(answer.bytes);
      return;
    case 'error':
      fail(response, 400, answer.message, answer.code);
      return;
    default:
      answer satisfies never;
  }
}

function send(response: ServerResponse, value: unknown): void {
  const text = JSON.stringify(value);
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(text);
}

function fail(response: ServerResponse, status: number, message: string, code = 'HTTP'): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', Connection: 'close' });
  response.end(JSON.stringify({ error: { code, message } }));
}

function numberOf(text: string | null): number | undefined {
  const value = text === null || text === '' ? Number.NaN : Number(text);
  return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** A tick or an event that is asked for; one that is none is not taken for now. Throws LIVE_REQUEST. */
function momentOf(url: URL, name: 'at' | 'event'): number | undefined {
  const text = url.searchParams.get(name);
  const value = numberOf(text);
  if (text !== null && value === undefined)
    throw liveErrors.create('LIVE_REQUEST', {
      problem: `'${text.slice(0, 40)}' is no ${name}`,
      hint: 'Give a whole number from 0.',
    });
  return value;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
