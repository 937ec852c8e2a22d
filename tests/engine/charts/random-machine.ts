import fc from 'fast-check';
import { and, assign, createMachine, type EventObject, emit, enqueueActions, not, or, raise, stateIn } from 'xstate';

/** A transition of a random machine; numbers are taken modulo what there is. */
export interface TransitionSpec {
  readonly target: number | undefined;
  readonly reenter: boolean;
  readonly guard: number;
  readonly actions: readonly number[];
}

/** A state of a random machine. */
export interface StateSpec {
  readonly kind: 'atomic' | 'compound' | 'parallel' | 'final';
  readonly children: readonly StateSpec[];
  readonly initial: number;
  readonly history: 'none' | 'shallow' | 'deep' | 'shallow to first' | 'deep to first';
  readonly entry: readonly number[];
  readonly exit: readonly number[];
  readonly on: ReadonlyArray<readonly [event: number, transition: TransitionSpec]>;
  readonly always: readonly TransitionSpec[];
  readonly after: ReadonlyArray<readonly [delay: number, transition: TransitionSpec]>;
  readonly onDone: TransitionSpec | undefined;
}

/** What happens to a random machine: some time passes, then events arrive. */
export interface StepSpec {
  readonly wait: number;
  readonly events: ReadonlyArray<readonly [type: number, value: number]>;
}

const eventTypes = ['a', 'b', 'c.x', 'c.y'] as const;
const descriptors = ['a', 'b', 'c.x', 'c.y', 'a', 'b', 'c.*', '*', 'r'] as const;

const small = fc.nat(7);
const transition = fc.record({
  target: fc.option(fc.nat(30), { nil: undefined, freq: 5 }),
  reenter: fc.boolean(),
  guard: fc.nat(13),
  actions: fc.array(small, { maxLength: 2 }),
});
const guarded = transition.map((spec) => ({ ...spec, guard: 3 + (spec.guard % 11) }));

const rarely = <T>(arbitrary: fc.Arbitrary<T[]>): fc.Arbitrary<T[]> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant<T[]>([]) }, { weight: 1, arbitrary });

function stateSpec(
  kinds: ReadonlyArray<StateSpec['kind']>,
  child: fc.Arbitrary<StateSpec> | undefined,
): fc.Arbitrary<StateSpec> {
  return fc.record({
    kind: fc.constantFrom(...kinds),
    children: child === undefined ? fc.constant([]) : fc.array(child, { minLength: 1, maxLength: 3 }),
    initial: small,
    history: fc.constantFrom('none', 'none', 'shallow', 'deep', 'shallow to first', 'deep to first'),
    entry: fc.array(small, { maxLength: 2 }),
    exit: fc.array(small, { maxLength: 2 }),
    on: fc.array(fc.tuple(fc.nat(8), transition), { maxLength: 3 }),
    always: rarely(fc.array(guarded, { maxLength: 2 })),
    after: rarely(fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), transition), { maxLength: 2 })),
    onDone: fc.option(transition, { nil: undefined, freq: 1 }),
  });
}

const leaf = stateSpec(['atomic', 'atomic', 'final'], undefined);
const inner = (child: fc.Arbitrary<StateSpec>) =>
  fc.oneof({ weight: 2, arbitrary: leaf }, { weight: 1, arbitrary: stateSpec(['compound', 'parallel'], child) });

/** Up to four levels below the root, three children each. */
export const randomMachine: fc.Arbitrary<StateSpec> = stateSpec(
  ['compound', 'compound', 'parallel'],
  inner(inner(inner(leaf))),
);
export const randomSteps: fc.Arbitrary<StepSpec[]> = fc.array(
  fc.record({
    wait: fc.integer({ min: 1, max: 5 }),
    events: fc.array(fc.tuple(fc.nat(3), fc.nat(5)), { minLength: 0, maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 10 },
);

export interface TestEvent extends EventObject {
  readonly v?: number;
}

export function eventOf([type, v]: readonly [number, number]): TestEvent & { readonly type: string } {
  return { type: eventTypes[type % eventTypes.length] as string, v };
}

type Log = (entry: string) => void;

interface Named {
  readonly spec: StateSpec;
  readonly id: string;
  readonly children: readonly Named[];
}

function name(spec: StateSpec, path: string): Named {
  const isLeaf = spec.kind === 'atomic' || spec.kind === 'final';
  return { spec, id: path, children: isLeaf ? [] : spec.children.map((child, i) => name(child, `${path}${i}`)) };
}

function ids(state: Named): string[] {
  const own = state.spec.history !== 'none' && state.children.length > 0 ? [`${state.id}h`] : [];
  return [state.id, ...own, ...state.children.flatMap(ids)];
}

/** The machine of a specification. Custom actions write to `log`. */
export function build(spec: StateSpec, log: Log) {
  const root = name(spec, 's');
  const all = ids(root);
  const record = (label: string) => {
    const action = ({ context, event }: { context: { n: number }; event: TestEvent }) =>
      log(`${label} ${event.type} v=${event.v} n=${context.n}`);
    return action;
  };
  const guards: Record<string, unknown> = {
    even: ({ context }: { context: { n: number } }) => context.n % 2 === 0,
    big: ({ event }: { event: TestEvent }) => (event.v ?? 0) > 2,
    above: ({ context }: { context: { n: number } }, params: { limit: number }) => context.n > params.limit,
    both: and(['even', 'big'] as never),
  };
  const guardOf = (k: number, at: number): unknown => {
    const someId = `#${all[(at * 7 + k) % all.length]}`;
    const options: unknown[] = [
      undefined,
      undefined,
      undefined,
      'even',
      'big',
      { type: 'above', params: { limit: k + 1 } },
      { type: 'above', params: ({ event }: { event: TestEvent }) => ({ limit: event.v ?? 0 }) },
      not('even' as never),
      or(['even', 'big'] as never),
      and([not('big' as never), { type: 'above', params: { limit: 3 } }] as never),
      stateIn(someId as never),
      not(stateIn(someId as never) as never),
      ({ context }: { context: { n: number } }) => context.n % 3 === 1,
      'both',
    ];
    return options[k % options.length];
  };
  const actionOf = (k: number, label: string): unknown => {
    switch (k) {
      case 0:
        return assign({ n: ({ context }) => context.n + 1 });
      case 1:
        return assign(({ context, event }) => ({ n: context.n + ((event as TestEvent).v ?? 2) }));
      case 2:
        return raise({ type: 'r', v: 1 } as EventObject);
      case 3:
        return emit(({ context }) => ({ type: 'note', label, n: context.n }));
      case 4:
        return enqueueActions(({ enqueue, check, context }) => {
          if (check('even' as never)) enqueue.assign({ n: context.n + 3 });
          enqueue(record(`${label} queued`) as never);
          if (context.n < 20 && check(stateIn('#s0' as never) as never))
            enqueue.raise({ type: 'c.y', v: context.n % 4 } as never);
        });
      case 5:
        // Bounded, or delayed events that raise two more each would swamp the run.
        return enqueueActions(({ enqueue, context }) => {
          if (context.n > 20) return;
          enqueue.assign({ n: context.n + 1 });
          enqueue.raise({ type: 'a', v: 4 } as never, { delay: context.n % 2 === 0 ? 2 : 3 });
        });
      default:
        return record(label);
    }
  };
  const actionsOf = (list: readonly number[], label: string) => [
    record(label),
    ...list.map((k, i) => actionOf(k, `${label}/${i}`)),
  ];
  let transitions = 0;
  const transitionOf = (from: string, { target, reenter, guard, actions }: TransitionSpec) => {
    const at = transitions++;
    const test = guardOf(guard, at);
    return {
      ...(target === undefined ? {} : { target: `#${all[target % all.length]}` }),
      reenter,
      ...(test === undefined ? {} : { guard: test }),
      actions: actionsOf(actions, `t${at} of ${from}`),
    };
  };
  // Eventless transitions count, so that most chains of them end; some loops are left, and must be refused alike.
  const bounded = (each: { readonly guard?: unknown; readonly actions: readonly unknown[] }) => ({
    ...each,
    guard: and([each.guard, ({ context }: { context: { n: number } }) => context.n < 25] as never),
    actions: [...each.actions, actionOf(0, '')],
  });
  const stateOf = (state: Named): Record<string, unknown> => {
    const { spec: own, id, children } = state;
    const on: Record<string, unknown[]> = {};
    for (const [event, each] of own.on) {
      const descriptor = descriptors[event % descriptors.length] as string;
      on[descriptor] = [...(on[descriptor] ?? []), transitionOf(id, each)];
    }
    const after: Record<string, unknown[]> = {};
    for (const [delay, each] of own.after) after[delay] = [...(after[delay] ?? []), transitionOf(id, each)];
    const isFinal = own.kind === 'final';
    const memory =
      own.history === 'none' || children.length === 0
        ? {}
        : {
            h: {
              id: `${id}h`,
              type: 'history',
              history: own.history.startsWith('deep') ? 'deep' : 'shallow',
              ...(own.history.endsWith('to first') ? { target: 'k0' } : {}),
            },
          };
    return {
      id,
      ...(isFinal ? { type: 'final', output: ({ context }: { context: { n: number } }) => ({ n: context.n }) } : {}),
      ...(own.kind === 'parallel' ? { type: 'parallel' } : {}),
      ...(own.kind === 'compound' ? { initial: `k${own.initial % children.length}` } : {}),
      ...(children.length === 0
        ? {}
        : { states: { ...Object.fromEntries(children.map((child, i) => [`k${i}`, stateOf(child)])), ...memory } }),
      entry: actionsOf(own.entry, `in ${id}`),
      exit: actionsOf(own.exit, `out ${id}`),
      ...(isFinal
        ? {}
        : {
            on,
            ...(own.always.length === 0 ? {} : { always: own.always.map((each) => bounded(transitionOf(id, each))) }),
            ...(own.after.length === 0 ? {} : { after }),
            ...(own.onDone === undefined || children.length === 0 ? {} : { onDone: transitionOf(id, own.onDone) }),
          }),
    };
  };
  return createMachine(
    {
      ...stateOf(root),
      context: { n: 0 },
      output: ({ context, event }: { context: { n: number }; event: EventObject }) => ({
        n: context.n,
        by: event.type,
      }),
      options: { maxIterations: 60 },
    } as never,
    { guards } as never,
  );
}
