import {
  type ActorRef,
  type Behavior,
  type Context,
  type Duration,
  defineActor,
  isFreed,
  type Message,
  NO_TIME,
  phases,
  type TaskRef,
  type Time,
} from '../../engine/kernel/index.ts';
import { type ReplyTo, reply } from '../../engine/processes/index.ts';

/** The end of a request, as its caller hears it: an answer to `ask`, or a message to an actor of another style. */
export interface ApiAnswer extends Message {
  readonly type: 'answered';
  readonly tag: number;
  /** When it began, behind the rate limit. */
  readonly started: Time;
  /** The request in the trace. */
  readonly task: TaskRef;
}

interface ApiRequest {
  readonly tag: number;
  /** From the start to the last token. */
  readonly span: Duration;
  /** What it is part of in the trace. */
  readonly parent?: TaskRef;
}

interface Queued extends ApiRequest {
  readonly replyTo: Caller;
}

type Caller = ReplyTo<ApiAnswer> | ActorRef<ApiAnswer>;

export type ApiMessage =
  /** Asked by a process: `yield* ask(api, { type: 'request', … })`. */
  | ({ readonly type: 'request'; readonly replyTo: ReplyTo<ApiAnswer> } & ApiRequest)
  /** Sent by an actor of another style. */
  | ({ readonly type: 'call'; readonly replyTo: ActorRef<ApiAnswer> } & ApiRequest)
  /** Internal: its turn has come. */
  | { readonly type: 'begin'; readonly request: Queued; readonly task: TaskRef }
  /** Internal: it is complete. */
  | { readonly type: 'end'; readonly request: Queued; readonly task: TaskRef; readonly started: Time };

export interface ApiSpec {
  /** Time between the starts of two requests at least; 0 for no limit. */
  readonly spacing: Duration;
}

export interface ApiState {
  readonly spec: ApiSpec;
  /** The earliest start of the next request. */
  next: Duration;
  throttled: number;
  mostThrottled: number;
  served: number;
}

/** A service behind an API: any number of requests at once, but starts at least `spacing` apart, first come first served. */
export const rateLimitedApi: Behavior<ApiSpec, ApiState, ApiMessage> = defineActor<ApiSpec, ApiState, ApiMessage>({
  kind: 'rate-limited-api',
  init(given, ctx) {
    const spec = isFreed(ctx.path) ? { spacing: NO_TIME } : given;
    return { spec, next: NO_TIME, throttled: 0, mostThrottled: 0, served: 0 };
  },
  on: {
    request: (state, request, ctx) => enter(state, request, ctx),
    call: (state, call, ctx) => enter(state, call, ctx),
    begin(state, { request, task }, ctx) {
      state.throttled--;
      ctx.trace.counter('throttled', state.throttled, 'requests');
      ctx.trace.work(task);
      begin(request, task, ctx);
    },
    end(state, { request, task, started }, ctx) {
      state.served++;
      ctx.trace.end(task);
      const answer: ApiAnswer = { type: 'answered', tag: request.tag, started, task };
      if (typeof request.replyTo === 'number') ctx.send(request.replyTo, answer);
      else reply(ctx, request.replyTo, answer, task);
    },
  },
});

function enter(state: ApiState, request: Queued, ctx: Context<ApiMessage>): void {
  const task = ctx.trace.begin('request', '', request.parent);
  const now = ctx.since(0 as Time);
  const wait = Math.max(0, state.next - now) as Duration;
  state.next = (now + wait + state.spec.spacing) as Duration;
  if (wait === 0) {
    begin(request, task, ctx);
    return;
  }
  state.throttled++;
  state.mostThrottled = Math.max(state.mostThrottled, state.throttled);
  if (ctx.trace.isRecording) ctx.trace.wait(task, 'queue', `rate limit of ${ctx.path}`);
  ctx.trace.counter('throttled', state.throttled, 'requests');
  ctx.schedule(wait, ctx.self, { type: 'begin', request, task }, phases.service);
}

function begin(request: Queued, task: TaskRef, ctx: Context<ApiMessage>): void {
  ctx.schedule(request.span, ctx.self, { type: 'end', request, task, started: ctx.now }, phases.release);
}
