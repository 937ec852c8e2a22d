import { z } from 'zod';

const tick = z.number();
const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** A table; columns of unit `tick` hold times of the run. */
export const tableSchema = z.strictObject({
  columns: z.array(z.strictObject({ name: z.string(), unit: z.string() })),
  rows: z.array(z.array(cell)),
});

/** A row of the timeline's catalogue. `actor` is the path in the simulation `sim`; a `lane` is a child of its actor. */
export const trackSchema = z.strictObject({
  id: z.int(),
  /** Id of the track it belongs to; 0 for the top level. */
  parent: z.int(),
  kind: z.enum(['simulation', 'actor', 'lane', 'counter']),
  name: z.string(),
  order: z.int(),
  /** Of a counter, e.g. `GB/s`; else ''. */
  unit: z.string(),
  actor: z.string(),
  /** Simulations of the run count from 1. */
  sim: z.int(),
});

export const runStates = ['idle', 'running', 'paused', 'finished', 'failed'] as const;

/** A run that the server knows and can compare: the watched one, the one beside it, earlier ones, a trace that was loaded. */
export const runSchema = z.strictObject({
  /** Counts from 1. */
  run: z.int(),
  kind: z.enum(['live', 'fork', 'earlier', 'file']),
  /** Of a file its name. */
  scenario: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** What was changed of the watched run when it was started, and what was free. */
  changes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  free: z.array(z.string()),
  seed: z.number(),
  state: z.enum(['running', 'paused', 'finished', 'failed', 'stopped']),
  progress: z.number().nullable(),
  /** Ticks of the watched run. */
  now: tick,
  events: z.number(),
  fingerprint: z.string(),
  error: z.string().nullable(),
  /** What there is to say about it, such as names to be free that nothing bore. */
  warnings: z.array(z.string()),
});

/** Messages of the server, as JSON text. */
export const serverMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('welcome'),
    protocol: z.int(),
    engine: z.string(),
    runId: z.string(),
    /** '' while nothing runs. */
    scenario: z.string(),
    params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    seed: z.number(),
    /** Picoseconds of a tick: every time of the protocol is a number of these. */
    tickPs: z.number(),
    now: tick,
    state: z.enum(runStates),
    viewerId: z.int(),
    viewers: z.int(),
    limits: z.strictObject({ maxPayload: z.int(), initialCredit: z.int(), maxViews: z.int(), maxRows: z.int() }),
    storeSeq: z.number(),
    canControl: z.boolean(),
    /** Whether what the viewer held before still counts; otherwise it starts anew. */
    resumed: z.boolean(),
  }),
  z.strictObject({
    type: z.literal('refuse'),
    code: z.enum(['mismatch', 'token', 'origin', 'full', 'unavailable', 'rate']),
    message: z.string(),
    hint: z.string(),
  }),
  /** Another run took the place of the old one: everything that the page holds is void. */
  z.strictObject({
    type: z.literal('run'),
    runId: z.string(),
    scenario: z.string(),
    params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    seed: z.number(),
    tickPs: z.number(),
  }),
  z.strictObject({ type: z.literal('tracks'), added: z.array(trackSchema), removed: z.array(z.int()) }),
  z.strictObject({
    type: z.literal('status'),
    now: tick,
    /** The simulation that runs, counted from 1; 0 before the first. */
    sim: z.int(),
    state: z.enum(runStates),
    paused: z.strictObject({ by: z.int(), at: tick, why: z.string() }).nullable(),
    events: z.number(),
    eventsPerSecond: z.number(),
    /** Virtual seconds in a second of wall time. */
    ratio: z.number(),
    speed: z.number().nullable(),
    queue: z.number(),
    tasks: z.number(),
    storeSeq: z.number(),
    storeBytes: z.number(),
    /** Tick before which exact waits are no longer held; 0: all are. */
    exactFrom: tick,
    behindMs: z.number(),
    viewers: z.int(),
    /** Done fraction of the run, null when unknown. */
    progress: z.number().nullable(),
    /** Wall time of the server in ms since 1970. */
    wallMs: z.number(),
    error: z.string().nullable(),
  }),
  /** A view is coarser than its pixels, by 2^level; level 0: sharp again. */
  z.strictObject({
    type: z.literal('lossy'),
    viewId: z.int(),
    level: z.int(),
    since: z.strictObject({ tick, wallMs: z.number() }),
    reason: z.enum(['credit', 'socket', 'server']),
  }),
  z.strictObject({
    type: z.literal('result'),
    requestId: z.int(),
    ok: z.literal(true),
    table: tableSchema.optional(),
    /** Any JSON; what it is depends on the request. */
    value: z.unknown().optional(),
    truncated: z.boolean(),
  }),
  z.strictObject({
    type: z.literal('error'),
    requestId: z.int().optional(),
    code: z.string(),
    message: z.string(),
    hint: z.string(),
  }),
  z.strictObject({
    type: z.literal('controlled'),
    op: z.string(),
    args: z.unknown(),
    by: z.int(),
    at: tick,
  }),
  /** The state of a watched actor, whole, when it has changed. */
  z.strictObject({ type: z.literal('patches'), actor: z.string(), sim: z.int(), at: tick, state: z.unknown() }),
  z.strictObject({
    type: z.literal('finished'),
    now: tick,
    fingerprint: z.string(),
    /** The run's report as `escapement run --json` prints it. */
    summary: z.unknown(),
  }),
  /** The runs that can be compared, after `welcome` and whenever something about them has changed; the newest last. */
  z.strictObject({ type: z.literal('runs'), runs: z.array(runSchema) }),
  /** How far the replay is that a `world` of the past waits for, four times a second. */
  z.strictObject({ type: z.literal('seeking'), requestId: z.int(), sim: z.int(), now: tick, events: z.number() }),
  /** All marks, after `welcome` and whenever one was added or removed. */
  z.strictObject({
    type: z.literal('marks'),
    marks: z.array(
      z.strictObject({
        id: z.int(),
        tick,
        tick2: tick.nullable(),
        track: z.int().nullable(),
        text: z.string(),
        by: z.int(),
      }),
    ),
  }),
  z.strictObject({ type: z.literal('pong'), t: z.number(), serverT: z.number() }),
]);

/** A message of the server. */
export type ServerMessage = z.infer<typeof serverMessageSchema>;

/** A message of that type of the server. */
export type ServerMessageOf<Type extends ServerMessage['type']> = Extract<ServerMessage, { readonly type: Type }>;

export type TrackInfo = z.infer<typeof trackSchema>;
export type Table = z.infer<typeof tableSchema>;
/** A run that can be compared. */
export type ComparableRun = z.infer<typeof runSchema>;
export type RunState = (typeof runStates)[number];
/** A shared note at a tick, or on a stretch of time. */
export type Mark = ServerMessageOf<'marks'>['marks'][number];
