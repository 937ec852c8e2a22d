import {
  type ActorRef,
  type Context,
  defineActor,
  type EventHandle,
  ns,
  Simulation,
  type TaskRef,
} from '../../engine/index.ts';
import {
  checkClock,
  checkTiling,
  checkTransparency,
  GrantLog,
  type Request,
} from '../../scenarios/kit/testing/index.ts';

/** The bugs that can be planted into the lock, each of a family that real engines have shipped. */
export type Bug =
  | 'stale wake-up'
  | 'lost wake-up'
  | 'double grant'
  | 'order by Map iteration'
  | 'observer changes the run'
  | 'leaked task';

interface Entry {
  readonly request: number;
  readonly user: number;
  readonly hold: number;
  readonly task: TaskRef;
  late: EventHandle | undefined;
  gone: boolean;
}

type LockMessage =
  | ({ readonly type: 'ask'; readonly request: number } & Request)
  | { readonly type: 'late'; readonly request: number; readonly user: number }
  | { readonly type: 'granted'; readonly entry: Entry }
  | { readonly type: 'done'; readonly request: number };

interface LockState {
  free: number;
  queue: Entry[];
  /** Held entries by request. */
  readonly held: Map<number, Entry>;
  /** Only with the bug of that name: lines by user. */
  readonly lines: Map<number, Entry[]>;
}

/** A lock for one holder at a time, first come, first served, whose users may give up; with one bug, or none. */
function lockOf(log: GrantLog, bug: Bug | undefined) {
  const tick = (ctx: Context<LockMessage>): number => ctx.now / 1000;
  const start = (state: LockState, entry: Entry, ctx: Context<LockMessage>): void => {
    log.gets(entry.request, tick(ctx));
    state.free--;
    state.held.set(entry.request, entry);
    if (entry.late !== undefined && bug !== 'stale wake-up') ctx.cancel(entry.late);
    ctx.trace.work(entry.task);
    ctx.schedule(ns(entry.hold), ctx.self, { type: 'done', request: entry.request });
  };
  const next = (state: LockState): Entry | undefined => {
    if (bug !== 'order by Map iteration') return state.queue.shift();
    for (const line of state.lines.values()) if (line.length > 0) return line.shift();
    return undefined;
  };
  return defineActor<undefined, LockState, LockMessage>({
    kind: 'lock',
    init: () => ({ free: 1, queue: [], held: new Map(), lines: new Map() }),
    on: {
      ask(state, { request, user, hold, patience }, ctx) {
        log.asks(request, 1, patience, tick(ctx));
        if (bug === 'observer changes the run' && ctx.trace.isRecording) ctx.random('label').uint32();
        const task = ctx.trace.begin('request', `user ${user}`);
        ctx.trace.wait(task, 'resource', 'lock');
        const entry: Entry = { request, user, hold, task, late: undefined, gone: false };
        if (patience > 0) entry.late = ctx.schedule(ns(patience), ctx.self, { type: 'late', request, user });
        if (state.free > 0) {
          // With the bug the unit is taken when the news arrives, and until then it can be given away again.
          if (bug === 'double grant') ctx.send(ctx.self, { type: 'granted', entry });
          else start(state, entry, ctx);
        } else if (bug === 'order by Map iteration') {
          if (!state.lines.has(user)) state.lines.set(user, []);
          state.lines.get(user)?.push(entry);
        } else state.queue.push(entry);
      },
      granted: (state, { entry }, ctx) => start(state, entry, ctx),
      late(state, { request, user }, ctx) {
        const isIt = (entry: Entry): boolean =>
          !entry.gone && (bug === 'stale wake-up' ? entry.user === user : entry.request === request);
        const waiting = [...state.queue, ...[...state.lines.values()].flat()];
        const entry = waiting.find(isIt);
        if (entry === undefined) return;
        entry.gone = true;
        if (bug !== 'lost wake-up') {
          state.queue = state.queue.filter((other) => other !== entry);
          for (const [key, line] of state.lines)
            state.lines.set(
              key,
              line.filter((other) => other !== entry),
            );
        }
        log.givesUp(entry.request, tick(ctx));
        if (bug !== 'leaked task') ctx.trace.end(entry.task);
      },
      done(state, { request }, ctx) {
        const entry = state.held.get(request) as Entry;
        state.held.delete(request);
        state.free++;
        log.releases(request, tick(ctx));
        ctx.trace.end(entry.task);
        const first = next(state);
        // With the bug the one to wake may have gone, and nobody else is woken.
        if (first !== undefined && !first.gone) start(state, first, ctx);
      },
    },
  });
}

/** Puts a lock through requests and throws when anything does not hold. */
export function runLock(requests: readonly Request[], bug?: Bug): void {
  let log = new GrantLog(1);
  const build = (): Simulation => {
    log = new GrantLog(1);
    const sim = new Simulation();
    const lock: ActorRef<LockMessage> = sim.spawn('lock', lockOf(log, bug), undefined);
    let at = 0;
    requests.forEach((each, request) => {
      at += each.after;
      sim.schedule(ns(at), lock, { type: 'ask', request, ...each });
    });
    return sim;
  };
  build().run();
  log.ends();
  checkTransparency(build);
  checkTiling(build);
  checkClock(build);
}
