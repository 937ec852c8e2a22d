import type { AnyActorLogic, AnyStateMachine, ContextFrom, EventFromLogic, EventObject, InputFrom } from 'xstate';
import {
  type ActorRef,
  type AnyRef,
  type Behavior,
  type Context,
  type Duration,
  type EventHandle,
  type Message,
  ms,
  SimError,
  type Time,
} from '../kernel/index.ts';
import type { Chart, ChartState, SavedChartState } from './chart.ts';
import { chartErrors } from './chart-errors.ts';
import { compile } from './compile.ts';
import { Coverage } from './coverage.ts';
import { ActorHandle, type Effect, sink } from './effect.ts';
import type { Logic } from './logic.ts';

export interface MachineOptions {
  /** What one unit of an XState delay is in virtual time. Default `ms(1)`, as in XState; with `ps(1)` delays are Durations. */
  readonly delayUnit?: Duration;
  /** Hears what `emit` emits, in order, with the path of the emitting machine; must not change the run. */
  readonly onEmit?: (event: EventObject, path: string) => void;
  /** Hears what `log` logs; without it nothing is printed. */
  readonly onLog?: (value: unknown, label: string | undefined, path: string) => void;
  /** Collects state and transition coverage of all instances in `behavior.coverage`. Default false. */
  readonly coverage?: boolean;
  /**
   * Configurations found before the first event, so that their ids do not depend on the run. Default 64; larger machines number the rest as
   * they meet them, and checkpoints name them.
   */
  readonly explore?: number;
}

/** A machine in a simulation. */
export interface MachineState<C = unknown> extends ChartState<C> {
  /** Pending delayed events that can be cancelled, by their id. */
  readonly timers: Map<string, EventHandle>;
  /** How often each child name was used. */
  readonly names: Map<string, number>;
  /** Who hears of the end; undefined for an actor that no machine spawned. */
  readonly parent: AnyRef | undefined;
  /** Name under which the parent knows it. */
  readonly id: string;
}

/** The kernel's behavior of a machine. Its messages are the machine's events, its spec the machine's input. */
export interface MachineBehavior<M extends AnyStateMachine>
  extends Behavior<InputFrom<M>, MachineState<ContextFrom<M>>, EventFromLogic<M> & Message> {
  readonly chart: Chart<ContextFrom<M>>;
  readonly coverage: Coverage | undefined;
}

interface ChildSpec {
  readonly input: unknown;
  readonly parent: AnyRef;
  readonly id: string;
}

type Self = Context<Message>;

const STOP = 'xstate.stop';
const AFTER = 'xstate.after.';
const DELAYED = 'xstate.delayed';

/** A delayed event whose id is not its type, or that is for another actor. */
interface Delayed extends Message {
  readonly to: ActorRef<Message>;
  readonly event: EventObject;
  readonly id: string | undefined;
}

/** Compiles `machine` into a behavior. Throws what `compile` throws. */
export function fromMachine<M extends AnyStateMachine>(machine: M, options: MachineOptions = {}): MachineBehavior<M> {
  const chart = compile(machine);
  const runner = new Runner(options);
  if (options.explore !== 0) chart.explore(options.explore ?? 64);
  if (options.coverage === true) chart.coverage = new Coverage(chart as Chart);
  return {
    kind: machine.id,
    chart,
    coverage: chart.coverage,
    init: (input, ctx) =>
      runner.init(chart as Chart, input, undefined, '', ctx as unknown as Self) as MachineState<ContextFrom<M>>,
    receive: (state, message, ctx) =>
      runner.receive(chart as Chart, state as MachineState, message, ctx as unknown as Self),
    ...savedBy(chart as Chart),
  };
}

/** How a machine's state goes into a checkpoint and comes back. */
function savedBy(chart: Chart): { save(state: unknown): unknown; load(data: unknown): never } {
  return {
    save: (state) => chart.save(state as MachineState),
    load: (data) => chart.load(data as SavedChartState<MachineState>) as never,
  };
}

/** Runs charts as actors: gives them events, and does in the kernel what they ask for. */
class Runner {
  readonly #delayUnit: number;
  readonly #options: MachineOptions;
  readonly #behaviors = new Map<unknown, Behavior<ChildSpec, unknown, Message>>();

  constructor(options: MachineOptions) {
    this.#options = options;
    this.#delayUnit = options.delayUnit ?? ms(1);
  }

  init(chart: Chart, input: unknown, parent: AnyRef | undefined, id: string, ctx: Self): MachineState {
    const self = new ActorHandle(id === '' ? ctx.path : id, ctx.self);
    const state = chart.start(input, self) as MachineState;
    Object.assign(state, { timers: new Map(), names: new Map(), parent, id });
    chart.coverage?.advance(state, elapsed(ctx));
    this.#after(chart, state, ctx);
    return state;
  }

  receive(chart: Chart, state: MachineState, message: Message, ctx: Self): void {
    if (state.status !== 'active') return;
    if (message.type === STOP) {
      this.#stop(chart, state, ctx);
      return;
    }
    let event: EventObject = message;
    if (message.type === DELAYED) {
      const delayed = message as Delayed;
      if (delayed.id !== undefined) state.timers.delete(delayed.id);
      event = delayed.event;
      if (delayed.to !== ctx.self) {
        ctx.send(delayed.to, event);
        return;
      }
    } else if (state.timers.size > 0 && message.type.startsWith(AFTER)) state.timers.delete(message.type);
    if (chart.coverage !== undefined) chart.coverage.advance(state, elapsed(ctx));
    chart.send(state, event);
    if (chart.effects.length > 0 || (state.status as string) !== 'active') this.#after(chart, state, ctx);
  }

  #after(chart: Chart, state: MachineState, ctx: Self): void {
    if (chart.effects.length > 0) this.#perform(chart.takeEffects(), chart.machine.id, state, ctx);
    if (state.status === 'done') {
      chart.coverage?.end(state, elapsed(ctx));
      for (const handle of state.timers.values()) ctx.cancel(handle);
      state.timers.clear();
      if (state.parent === undefined) return;
      const done = { type: `xstate.done.actor.${state.id}`, output: state.output, actorId: state.id };
      ctx.send(state.parent as unknown as ActorRef<Message>, done);
      ctx.stop();
    }
  }

  #stop(chart: Chart, state: MachineState, ctx: Self): void {
    chart.takeEffects();
    for (const handle of state.timers.values()) ctx.cancel(handle);
    state.timers.clear();
    chart.coverage?.end(state, elapsed(ctx));
    state.status = 'stopped';
    ctx.stop();
  }

  #perform(effects: readonly Effect[], machine: string, state: MachineState, ctx: Self): void {
    for (const effect of effects)
      switch (effect.kind) {
        case 'raise':
          this.#schedule(state, effect.id, effect.delay, ctx.self, effect.event, ctx);
          break;
        case 'cancel': {
          const handle = state.timers.get(effect.id);
          if (handle === undefined) break;
          state.timers.delete(effect.id);
          ctx.cancel(handle);
          break;
        }
        case 'send':
          this.#send(effect, machine, state, ctx);
          break;
        case 'spawn':
          this.#spawn(effect.child, effect.logic, effect.input, state, ctx);
          break;
        case 'stop':
          if (effect.child.ref !== undefined) ctx.send(effect.child.ref as ActorRef<Message>, { type: STOP });
          break;
        case 'emit':
          this.#options.onEmit?.(effect.event, ctx.path);
          break;
        case 'log':
          this.#options.onLog?.(effect.value, effect.label, ctx.path);
          break;
        default:
          effect satisfies never;
      }
  }

  #send(effect: Extract<Effect, { kind: 'send' }>, machine: string, state: MachineState, ctx: Self): void {
    const to = effect.to === '#_internal' ? ctx.self : resolve(effect.to, state);
    if (to === 'stopped') return;
    const { event, delay } = effect;
    if (to === undefined) {
      const name = effect.to instanceof ActorHandle ? effect.to.id : (effect.to ?? '#_parent');
      throw chartErrors.create('CHART_NO_TARGET', { type: event.type, to: name, machine });
    }
    const ref = to as ActorRef<Message>;
    if (delay === undefined) ctx.send(ref, event);
    else this.#schedule(state, effect.id, delay, ref, event, ctx);
  }

  /** A timer of this actor, even for an event to another one: it dies with this one, and its id is free once it fires. */
  #schedule(
    state: MachineState,
    id: string | undefined,
    delay: number,
    to: ActorRef<Message>,
    event: EventObject,
    ctx: Self,
  ): void {
    const isPlain = to === ctx.self && (id === undefined || (id === event.type && id.startsWith(AFTER)));
    const message = isPlain ? event : ({ type: DELAYED, to, event, id } as Delayed);
    const handle = ctx.schedule(this.#duration(delay), ctx.self, message);
    if (id !== undefined) state.timers.set(id, handle);
  }

  #duration(delay: number): Duration {
    return Math.round(delay * this.#delayUnit) as Duration;
  }

  #spawn(child: ActorHandle, logic: Logic, input: unknown, state: MachineState, ctx: Self): void {
    if (child.stopped) return;
    const used = (state.names.get(child.id) ?? 0) + 1;
    state.names.set(child.id, used);
    const name = used === 1 ? child.id : `${child.id}~${used}`;
    const spec: ChildSpec = { input, parent: ctx.self as unknown as AnyRef, id: child.id };
    child.ref = ctx.spawn(name, this.#behavior(logic), spec, { afterStop: 'drop' });
  }

  #behavior(logic: Logic): Behavior<ChildSpec, unknown, Message> {
    const key = logic.kind === 'machine' ? logic.chart : logic.kind === 'transition' ? logic.logic : logic.callback;
    let behavior = this.#behaviors.get(key);
    if (behavior === undefined) {
      if (logic.kind === 'machine') behavior = this.#machineBehavior(logic.chart);
      else if (logic.kind === 'transition') behavior = this.#transitionBehavior(logic.logic);
      else behavior = this.#callbackBehavior(logic.callback);
      this.#behaviors.set(key, behavior);
    }
    return behavior;
  }

  #machineBehavior(chart: Chart): Behavior<ChildSpec, unknown, Message> {
    return {
      kind: chart.machine.id,
      init: (spec, ctx) => reporting(spec, ctx, () => this.init(chart, spec.input, spec.parent, spec.id, ctx)),
      receive: (state, message, ctx) => {
        const own = state as MachineState;
        const spec = own as unknown as ChildSpec;
        reporting(spec, ctx, () => this.receive(chart, own, message, ctx));
      },
      ...savedBy(chart),
    };
  }

  #transitionBehavior(logic: AnyActorLogic): Behavior<ChildSpec, unknown, Message> {
    return {
      kind: 'transition',
      init: (spec, ctx) =>
        reporting(spec, ctx, () => ({
          ...spec,
          snapshot: logic.getInitialSnapshot(undefined as never, spec.input as never),
          self: new ActorHandle(spec.id, ctx.self),
        })),
      receive: (state, message, ctx) => {
        const own = state as ChildSpec & { snapshot: unknown; readonly self: ActorHandle };
        if (message.type === STOP) ctx.stop();
        else
          reporting(own, ctx, () => {
            const emit = (event: EventObject) => this.#options.onEmit?.(event, ctx.path);
            const scope = { self: own.self, system: undefined, emit };
            this.#collecting(ctx, () => {
              own.snapshot = logic.transition(own.snapshot as never, message as never, scope as never);
            });
          });
      },
    };
  }

  #callbackBehavior(callback: (args: unknown) => unknown): Behavior<ChildSpec, unknown, Message> {
    return {
      kind: 'callback',
      init: (spec, ctx) =>
        reporting(spec, ctx, () => {
          const listeners: Array<(event: Message) => void> = [];
          const args = {
            input: spec.input,
            system: undefined,
            self: new ActorHandle(spec.id, ctx.self),
            sendBack: (event: Message) => ctx.send(spec.parent as unknown as ActorRef<Message>, event),
            receive: (listener: (event: Message) => void) => listeners.push(listener),
            emit: (event: EventObject) => this.#options.onEmit?.(event, ctx.path),
          };
          return { ...spec, listeners, dispose: this.#collecting(ctx, () => callback(args)) };
        }),
      receive: (state, message, ctx) => {
        const own = state as ChildSpec & {
          readonly listeners: Array<(event: Message) => void>;
        };
        if (message.type === STOP) ctx.stop();
        else
          reporting(own, ctx, () =>
            this.#collecting(ctx, () => {
              for (const listener of own.listeners) listener(message);
            }),
          );
      },
      dispose: (state) => {
        const { dispose } = (state ?? {}) as { readonly dispose?: unknown };
        if (typeof dispose === 'function') dispose();
      },
    };
  }

  /** Runs logic that is no machine, then sends what it asked for through handles. */
  #collecting<T>(ctx: Self, run: () => T): T {
    const effects: Effect[] = [];
    sink.current = effects;
    const result = run();
    for (const effect of effects)
      if (effect.kind === 'send' && effect.to instanceof ActorHandle && effect.to.ref !== undefined)
        ctx.send(effect.to.ref as ActorRef<Message>, effect.event);
    return result;
  }
}

function elapsed(ctx: Self): Duration {
  return ctx.since(0 as Time);
}

function resolve(to: ActorHandle | number | string | undefined, state: MachineState): number | 'stopped' | undefined {
  if (typeof to === 'number') return to;
  if (to === undefined) return state.parent as unknown as number | undefined;
  const handle = typeof to === 'string' ? state.children[to] : to;
  if (handle === undefined) return undefined;
  return handle.ref ?? (handle.stopped ? 'stopped' : undefined);
}

/** Runs a child; when it throws, the parent gets XState's error event and the child is stopped. Misuse of the kernel ends the run. */
function reporting<T>(spec: { readonly parent: unknown; readonly id: string }, ctx: Self, run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof SimError && error.code !== 'CHART_CHILD_FAILED') throw error;
    const event = { type: `xstate.error.actor.${spec.id}`, error, actorId: spec.id };
    ctx.send(spec.parent as ActorRef<Message>, event);
    ctx.stop();
    return undefined;
  }
}
