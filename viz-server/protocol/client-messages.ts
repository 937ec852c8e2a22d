import { z } from 'zod';
import { limits, magic } from './constants.ts';

const requestId = z
  .int()
  .min(0)
  .max(2 ** 31);
const tick = z.number().min(0).max(Number.MAX_SAFE_INTEGER);
const token = z.string().min(1).max(128);
const viewId = z
  .int()
  .min(1)
  .max(2 ** 31);
const track = z
  .int()
  .min(1)
  .max(2 ** 31);
const task = z
  .int()
  .min(1)
  .max(2 ** 32 - 1);
const path = z.string().max(500);
const scalar = z.union([z.string().max(200), z.number(), z.boolean()]);

/** Analyses of the trace so far; times in their tables are ticks. */
export const analyses = [
  'bottlenecks',
  'blocking',
  'criticalPath',
  'utilisation',
  'counters',
  'breakdown',
  'exposed',
  'stragglers',
  'histogram',
  'links',
] as const;

/** Comparisons of two runs that the server knows; times in their tables are ticks of the watched run. */
export const comparisons = ['metrics', 'times', 'path', 'tasks', 'histogram', 'tracks', 'divergence'] as const;

const run = z.int().min(1).max(1_000_000);
const sim = z.int().min(1).max(10_000).optional();
const params = z.record(z.string().max(60), scalar);

const control = { type: z.literal('control'), requestId, controlToken: token.optional() };
const nothing = z.strictObject({}).optional();

/** What a viewer may do to the run. Every operation but these is refused. */
export const controlSchema = z.discriminatedUnion('op', [
  /** Ends the present run and starts this scenario; values as a person writes them. */
  z.strictObject({
    ...control,
    op: z.literal('start'),
    args: z.strictObject({
      scenario: z.string().max(100),
      params: params.optional(),
      paused: z.boolean().optional(),
    }),
  }),
  /** Starts a second run beside the present one: the same scenario with these changes, or with resources, stations and links of these names free. */
  z.strictObject({
    ...control,
    op: z.literal('fork'),
    args: z.strictObject({
      params: params.optional(),
      free: z.array(z.string().min(1).max(200)).min(1).max(16).optional(),
    }),
  }),
  /** Ends the second run where it is. */
  z.strictObject({ ...control, op: z.literal('endFork'), args: nothing }),
  /** The same run again, with its parameters. */
  z.strictObject({
    ...control,
    op: z.literal('reset'),
    args: z.strictObject({ paused: z.boolean().optional() }).optional(),
  }),
  z.strictObject({ ...control, op: z.literal('pause'), args: nothing }),
  z.strictObject({ ...control, op: z.literal('resume'), args: nothing }),
  /** So many events, or what is left of the instant and the next one; then the run stands still. */
  z.strictObject({
    ...control,
    op: z.literal('step'),
    args: z.union([
      z.strictObject({ events: z.int().min(1).max(1_000_000) }),
      z.strictObject({ instants: z.literal(1) }),
    ]),
  }),
  /** Runs until all events before `time` (ticks), `event` events in all, or until the condition holds after an event. */
  z.strictObject({
    ...control,
    op: z.literal('runUntil'),
    args: z.union([
      z.strictObject({ time: tick }),
      z.strictObject({ event: z.int().min(1).max(Number.MAX_SAFE_INTEGER) }),
      z.strictObject({ predicate: z.string().min(1).max(500) }),
    ]),
  }),
  /** Virtual seconds in a second of wall time; null: as fast as it goes. */
  z.strictObject({
    ...control,
    op: z.literal('speed'),
    args: z.strictObject({ ratio: z.number().positive().max(1e9).nullable() }),
  }),
  /** Stands still after an event for which the condition holds; null takes it off. */
  z.strictObject({
    ...control,
    op: z.literal('breakpoint'),
    args: z.strictObject({ predicate: z.string().min(1).max(500).nullable() }),
  }),
]);

const comparison = {
  what: z.enum(comparisons),
  before: run.optional(),
  after: run.optional(),
  sim,
  /** Of `histogram`: the kind of task, or its kind and name. */
  kind: z.string().max(400).optional(),
  /** Of `tracks`: the range, and the number of columns it is divided into. */
  from: tick.optional(),
  to: tick.optional(),
  columns: z.int().min(1).max(200).optional(),
  maxRows: z.int().min(0).max(limits.maxRows).optional(),
};

/** What to compare of two runs of those in `runs`; without numbers the watched one and the newest other one. */
export const comparisonSchema = z.strictObject(comparison);

/** Messages from a browser, as JSON text. Unknown types and fields are refused. */
export const clientMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('hello'),
    magic: z.literal(magic),
    /** Least and greatest version that is understood. */
    protocol: z.tuple([z.int().min(0).max(1000), z.int().min(0).max(1000)]),
    token,
    controlToken: token.optional(),
    resume: z.strictObject({ runId: z.string().max(64), storeSeq: z.number().min(0) }).optional(),
  }),
  z.strictObject({ type: z.literal('credit'), bytes: z.int().min(1).max(limits.maxCredit) }),
  z.strictObject({
    type: z.literal('view'),
    viewId,
    from: tick,
    to: tick,
    width: z.int().min(1).max(16_384),
    tracks: z.union([z.literal('all'), z.array(track).max(2000)]),
    follow: z.boolean(),
  }),
  z.strictObject({ type: z.literal('unview'), viewId }),
  z.strictObject({ type: z.literal('detail'), requestId, taskId: task, sim }),
  z.strictObject({
    type: z.literal('world'),
    requestId,
    actor: path,
    /** After all events of this tick, or of this number: in the past, by a replay beside the run. Neither: now. */
    at: tick.optional(),
    event: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
    sim,
  }),
  z.strictObject({
    type: z.literal('watch'),
    actor: path,
    sim,
  }),
  z.strictObject({
    type: z.literal('unwatch'),
    actor: path,
    sim,
  }),
  z.strictObject({
    type: z.literal('query'),
    requestId,
    text: z.string().min(1).max(2000),
    maxRows: z.int().min(1).max(limits.maxRows).optional(),
    maxMs: z.int().min(1).max(10_000).optional(),
  }),
  z.strictObject({
    type: z.literal('analyze'),
    requestId,
    kind: z.enum(analyses),
    from: tick.optional(),
    to: tick.optional(),
    args: z.strictObject({ kind: z.string().max(200).optional(), sim }).optional(),
  }),
  controlSchema,
  z.strictObject({ type: z.literal('compare'), requestId, ...comparison }),
  z.strictObject({
    type: z.literal('mark'),
    requestId,
    op: z.enum(['add', 'remove', 'list']),
    id: z.int().min(1).optional(),
    tick: tick.optional(),
    tick2: tick.optional(),
    track: track.optional(),
    text: z.string().max(500).optional(),
  }),
  z.strictObject({ type: z.literal('ping'), t: z.number() }),
]);

/** A message from a browser. */
export type ClientMessage = z.infer<typeof clientMessageSchema>;

/** A message of that type from a browser. */
export type ClientMessageOf<Type extends ClientMessage['type']> = Extract<ClientMessage, { readonly type: Type }>;

/** What a viewer asks of the run. */
export type ControlMessage = z.infer<typeof controlSchema>;

/** One kind of comparison. */
export type ComparisonKind = (typeof comparisons)[number];

/** One kind of analysis. */
export type AnalysisKind = (typeof analyses)[number];
