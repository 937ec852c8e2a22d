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
  /** Internal: the turn of the first that waits has come. */
  | { readonly type: 'begin' }
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
  /** Requests that wait for the limit, and their tasks; those before `head` have begun. */
  waiting: Queued[];
  tasks: TaskRef[];
  head: number;
  mostThrottled: number;
  served: number;
}

/** A service behind an API: any number of requests at once, but starts at least `spacing` apart, first come first served. */
export const rateLimitedApi: Behavior<ApiSpec, ApiState, ApiMessage> = defineActor<ApiSpec, ApiState, ApiMessage>({
  kind: 'rate-limited-api',
  init(given, ctx) {
    const spec = isFreed(ctx.path) ? { spacing: NO_TIME } : given;
    return { spec, next: NO_TIME, waiting: [], tasks: [], head: 0, mostThrottled: 0, served: 0 };
  },
  on: {
    request: (state, request, ctx) => enter(state, request, ctx),
    call: (state, call, ctx) => enter(state, call, ctx),
    begin(state, _message, ctx) {
      const request = state.waiting[state.head] as Queued;
      const task = state.tasks[state.head] as TaskRef;
      state.head++;
      if (2 * state.head > state.waiting.length) {
        state.waiting = state.waiting.slice(state.head);
        state.tasks = state.tasks.slice(state.head);
        state.head = 0;
      }
      ctx.trace.counter('throttled', throttled(state), 'requests');
      ctx.trace.work(task);
      begin(state, request, task, ctx);
      wake(state, ctx);
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

const throttled = (state: ApiState): number => state.waiting.length - state.head;

function enter(state: ApiState, request: Queued, ctx: Context<ApiMessage>): void {
  const task = ctx.trace.begin('request', '', request.parent);
  if (throttled(state) === 0 && state.next <= ctx.since(0 as Time)) {
    begin(state, request, task, ctx);
    return;
  }
  state.waiting.push(request);
  state.tasks.push(task);
  state.mostThrottled = Math.max(state.mostThrottled, throttled(state));
  if (ctx.trace.isRecording) ctx.trace.wait(task, 'queue', `rate limit of ${ctx.path}`);
  ctx.trace.counter('throttled', throttled(state), 'requests');
  if (throttled(state) === 1) wake(state, ctx);
}

/** One timer for all that wait. */
function wake(state: ApiState, ctx: Context<ApiMessage>): void {
  if (throttled(state) === 0) return;
  const wait = Math.max(0, state.next - ctx.since(0 as Time)) as Duration;
  ctx.schedule(wait, ctx.self, { type: 'begin' }, phases.service);
}

function begin(state: ApiState, request: Queued, task: TaskRef, ctx: Context<ApiMessage>): void {
  state.next = (ctx.since(0 as Time) + state.spec.spacing) as Duration;
  ctx.schedule(request.span, ctx.self, { type: 'end', request, task, started: ctx.now }, phases.release);
}
