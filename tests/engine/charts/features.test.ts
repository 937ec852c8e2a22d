import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  and,
  assign,
  cancel,
  createActor,
  createMachine,
  type EventObject,
  emit,
  enqueueActions,
  fromCallback,
  fromObservable,
  fromPromise,
  fromTransition,
  log,
  not,
  or,
  raise,
  sendParent,
  sendTo,
  setup,
  spawnChild,
  stateIn,
  stopChild,
} from 'xstate';
import {
  type ActorHandle,
  actorTarget,
  type ChartErrorCode,
  chartCatalogue,
  compile,
  deterministic,
  fromMachine,
  type MachineOptions,
  type MachineState,
} from '../../../engine/charts/index.ts';
import {
  type ActorRef,
  defineActor,
  type Message,
  ms,
  SimError,
  Simulation,
  us,
} from '../../../engine/kernel/index.ts';
import { TestClock } from './test-clock.ts';

const test = suite('charts features');

type Machine = Parameters<typeof fromMachine>[0];

/** A machine with named implementations; typed loosely, since what is tested here is how machines run. */
const make = (implementations: object, config: object): Machine =>
  createMachine(config as never, implementations as never) as unknown as Machine;

/** Runs a machine alone: events at 0, 1, 2 ... ms, then until nothing is left. */
function runCompiled(machine: Machine, events: readonly EventObject[], input?: unknown, options: MachineOptions = {}) {
  const sim = new Simulation();
  const emitted: EventObject[] = [];
  const behavior = fromMachine(machine, { onEmit: (event) => emitted.push(event), ...options });
  const ref = sim.spawn('it', behavior, input as never) as unknown as ActorRef<Message>;
  for (const [i, event] of events.entries()) {
    sim.run({ until: ms(i) });
    sim.send(ref, event);
  }
  sim.run();
  const state = sim.stateOf(ref) as MachineState;
  return {
    value: behavior.chart.value(state as never),
    context: state.context,
    status: state.status,
    output: state.output,
    emitted,
    sim,
    state,
  };
}

/** The same under XState's own actor with an exact clock. */
function runXState(machine: Machine, events: readonly EventObject[], input?: unknown) {
  const clock = new TestClock();
  const emitted: EventObject[] = [];
  const actor = createActor(machine, { clock, input: input as never });
  actor.on('*', (event: EventObject) => emitted.push(event));
  actor.start();
  for (const [i, event] of events.entries()) {
    clock.advance(i === 0 ? 0 : 1);
    actor.send(event);
  }
  clock.advance(1e6);
  const { value, context, status, output } = actor.getSnapshot();
  return { value, context, status, output, emitted };
}

/** Demands that both agree, and that the state value is the one expected. */
function agree(machine: Machine, events: readonly EventObject[], value: unknown, input?: unknown) {
  const ours = runCompiled(machine, events, input);
  const { sim: _, state: __, ...shown } = ours;
  assert.equal(shown, runXState(machine, events, input));
  assert.equal(shown.value, value);
  return ours;
}

const send = (...types: string[]): EventObject[] => types.map((type) => ({ type }));
const note = (text: string) => emit(({ event }) => ({ type: 'note', text, by: event.type }));

test('nested states', () => {
  const machine = createMachine({
    initial: 'a',
    states: {
      a: { initial: 'x', on: { out: 'b' }, states: { x: { on: { go: 'y' } }, y: {} } },
      b: { exit: note('b') },
    },
  });
  agree(machine, send('go'), { a: 'y' });
  agree(machine, send('go', 'out'), 'b');
});

test('parallel states', () => {
  const machine = createMachine({
    type: 'parallel',
    states: {
      left: { initial: 'off', states: { off: { on: { flip: 'on' } }, on: { entry: note('left') } } },
      right: { initial: 'off', states: { off: { on: { flip: 'on' } }, on: { entry: note('right') } } },
    },
  });
  assert.is(agree(machine, send('flip'), { left: 'on', right: 'on' }).emitted.length, 2);
});

test('transitions to several targets', () => {
  const region = { initial: 'one', states: { one: {}, two: {} } };
  const machine = createMachine({
    id: 'm',
    initial: 'idle',
    states: {
      idle: { on: { go: { target: ['#p.left.two', '#p.right.two'] } } },
      p: { id: 'p', type: 'parallel', states: { left: region, right: region } },
    },
  });
  agree(machine, send('go'), { p: { left: 'two', right: 'two' } });
});

test('shallow and deep history', () => {
  const machine = (history: 'shallow' | 'deep') =>
    createMachine({
      initial: 'work',
      states: {
        work: {
          initial: 'a',
          on: { pause: 'paused' },
          states: {
            a: { on: { next: 'b' } },
            b: { initial: 'x', states: { x: { on: { next: 'y' } }, y: {} } },
            memory: { type: 'history', history },
          },
        },
        paused: { on: { resume: 'work.memory' } },
      },
    });
  const events = send('next', 'next', 'pause', 'resume');
  agree(machine('shallow'), events, { work: { b: 'x' } });
  agree(machine('deep'), events, { work: { b: 'y' } });
});

test('final states, onDone and output', () => {
  const machine = createMachine({
    initial: 'job',
    context: { got: 0 },
    output: ({ context }: { context: { got: number } }) => context.got + 1,
    states: {
      job: {
        initial: 'run',
        states: { run: { on: { end: 'over' } }, over: { type: 'final', output: { n: 41 } } },
        onDone: {
          target: 'all',
          actions: assign({ got: ({ event }) => (event as { output?: { n: number } }).output?.n ?? 0 }),
        },
      },
      all: { type: 'final' },
    },
  });
  assert.is(agree(machine, send('end'), 'all').output, 42);
});

test('guards with params, and, or, not, stateIn', () => {
  const machine = make(
    {
      guards: {
        above: ({ context }: { context: { n: number } }, params: { limit: number }) => context.n > params.limit,
        small: ({ event }: { event: { v: number } }) => event.v < 10,
      },
    },
    {
      type: 'parallel',
      context: { n: 0 },
      states: {
        count: { on: { tick: { actions: assign({ n: ({ context }: { context: { n: number } }) => context.n + 1 }) } } },
        gate: {
          initial: 'shut',
          states: {
            shut: {
              on: {
                tick: { guard: and([{ type: 'above', params: { limit: 1 } }, not('small')] as never), target: 'open' },
                poke: {
                  guard: or([stateIn({ gate: 'open' }), { type: 'above', params: () => ({ limit: 0 }) }] as never),
                  target: 'open',
                },
              },
            },
            open: { on: { tick: { guard: stateIn('#(machine).gate.open' as never), target: 'shut' } } },
          },
        },
      },
    },
  );
  const tick = (v: number) => ({ type: 'tick', v });
  agree(machine, [tick(1), tick(1), tick(20)], { count: {}, gate: 'open' });
  agree(machine, [tick(1), { type: 'poke' }, tick(1)], { count: {}, gate: 'shut' });
});

test('entry, exit, transition and initial actions in order', () => {
  const machine = createMachine({
    initial: 'a',
    entry: note('root'),
    states: {
      a: { entry: note('in a'), exit: note('out a'), on: { go: { target: 'b', actions: note('go') } } },
      b: {
        entry: note('in b'),
        initial: { target: 'c', actions: note('start c') } as never,
        states: { c: { entry: note('in c') } },
      },
    },
  });
  const { emitted } = agree(machine, send('go'), { b: 'c' });
  const order = emitted.map((event) => (event as unknown as { text: string }).text);
  assert.equal(order, ['root', 'in a', 'out a', 'go', 'in b', 'start c', 'in c']);
});

test('assign, with functions, objects and params', () => {
  const machine = make(
    {
      actions: {
        add: assign({ n: ({ context }: { context: { n: number } }, { by }: { by: number }) => context.n + by }),
      },
    },
    {
      context: { n: 0, last: '' },
      on: {
        add: { actions: { type: 'add', params: { by: 5 } } },
        both: {
          actions: [
            assign({ n: 1, last: ({ event }: { event: EventObject }) => event.type }),
            assign(({ context }: { context: { n: number } }) => ({ n: context.n * 10 })),
          ],
        },
      },
    },
  );
  assert.equal(agree(machine, send('add', 'add', 'both', 'add'), {}).context, { n: 15, last: 'both' });
});

test('assign keeps its meaning once it runs as generated code, whatever the context becomes', () => {
  const machine = createMachine({
    context: { n: 0, kept: 'k' } as Record<string, unknown>,
    on: {
      keys: {
        actions: assign({
          n: ({ context }) => (context.n as number) + 1,
          twice: ({ context }) => 2 * (context.n as number),
        }),
      },
      merge: {
        actions: assign(({ context, event }) => ({
          n: (context.n as number) + 1,
          [(event as unknown as { key: string }).key]: context.n,
        })),
      },
      nothing: { actions: assign(() => undefined as never) },
    },
  } as never) as unknown as Machine;
  const chart = compile(machine);
  const state = chart.start();
  const actor = createActor(machine).start();
  for (let i = 0; i < 3000; i++) {
    const type = i % 7 === 6 ? 'nothing' : i % 3 === 0 ? 'merge' : 'keys';
    const event = { type, key: i < 2000 ? 'a' : `key${Math.floor(i / 200)}` };
    chart.send(state, event);
    actor.send(event);
  }
  const { context } = actor.getSnapshot();
  assert.equal(JSON.stringify(state.context), JSON.stringify(context));
});

test('always, also in chains', () => {
  const machine = createMachine({
    context: { n: 0 },
    initial: 'a',
    states: {
      a: { on: { go: 'b' } },
      b: {
        always: [
          { guard: ({ context }) => context.n > 3, target: 'c' },
          { reenter: true, target: 'b', actions: assign({ n: ({ context }) => context.n + 1 }) },
        ],
      },
      c: { always: 'd' },
      d: {},
    },
  });
  agree(machine, send('go'), 'd');
});

test('after, with numbers, names and functions; left states cancel it', () => {
  const machine = make(
    { delays: { later: ({ context }: { context: { wait: number } }) => context.wait, fixed: 7 } },
    {
      context: { wait: 5 },
      initial: 'a',
      states: {
        a: { after: { 3: 'b' }, on: { skip: 'c' } },
        b: { after: { later: 'c' } },
        c: { after: { fixed: 'd', 9: 'never' } },
        d: {},
        never: {},
      },
    },
  );
  const { sim } = agree(machine, send('none'), 'd');
  assert.is(sim.elapsed, ms(15));
  assert.is(agree(machine, send('skip'), 'd').sim.elapsed, ms(7));
});

test('delays have the unit asked for', () => {
  const machine = createMachine({ initial: 'a', states: { a: { after: { 30: 'b' } }, b: {} } });
  assert.is(runCompiled(machine, [], undefined, { delayUnit: us(1) }).sim.elapsed, us(30));
});

test('raise, at once and delayed, and cancel', () => {
  const machine = createMachine({
    initial: 'a',
    states: {
      a: {
        entry: raise({ type: 'late' }, { delay: 10, id: 'timer' }),
        on: { late: 'b', stop: { actions: cancel('timer') }, now: { actions: raise({ type: 'late' }) } },
      },
      b: {},
    },
  });
  agree(machine, [], 'b');
  agree(machine, send('stop'), 'a');
  agree(machine, send('stop', 'now'), 'b');
});

test('emit, log and custom actions', () => {
  const seen: string[] = [];
  const logged: unknown[] = [];
  const machine = createMachine({
    on: {
      go: {
        actions: [
          ({ event }) => seen.push(event.type),
          emit({ type: 'went' }),
          log(({ event }) => event.type, 'label'),
        ],
      },
    },
  });
  const { emitted } = runCompiled(machine, send('go'), undefined, {
    onLog: (value, label) => logged.push([label, value]),
  });
  assert.equal([seen, logged], [['go'], [['label', 'go']]]);
  assert.equal(emitted, [{ type: 'went' }]);
});

test('enqueueActions with check', () => {
  const machine = createMachine({
    context: { n: 0 },
    on: {
      go: {
        actions: enqueueActions(({ enqueue, check, context }) => {
          enqueue.assign({ n: context.n + 1 });
          if (check(({ context: now }) => now.n === 0)) enqueue.raise({ type: 'first' });
          enqueue.emit({ type: 'went' } as never);
        }),
      },
      first: { actions: assign({ n: ({ context }) => context.n + 100 }) },
    },
  });
  assert.equal(agree(machine, send('go', 'go'), {}).context, { n: 102 });
});

test('wildcard and partial wildcard events', () => {
  const machine = createMachine({
    initial: 'a',
    states: { a: { on: { 'net.*': 'b', '*': 'c' } }, b: {}, c: {} },
  });
  agree(machine, send('net.up'), 'b');
  agree(machine, send('other'), 'c');
});

test('events that nothing handles are ignored, as in XState', () => {
  agree(createMachine({ initial: 'a', states: { a: { on: { go: 'b' } }, b: {} } }), send('nonsense', 'go', 'go'), 'b');
});

test('input', () => {
  const machine = createMachine({ context: ({ input }) => ({ n: (input as { n: number }).n * 2 }) });
  assert.equal(agree(machine, [], {}, { n: 21 }).context, { n: 42 });
});

test('tags and matches', () => {
  const machine = createMachine({ initial: 'a', states: { a: { tags: ['busy'], initial: 'x', states: { x: {} } } } });
  const chart = compile(machine);
  const state = chart.start();
  assert.ok(chart.matches(state, 'a') && chart.matches(state, { a: 'x' }) && !chart.matches(state, 'b'));
  assert.ok(chart.hasTag(state, 'busy') && !chart.hasTag(state, 'idle'));
});

const child = createMachine({
  id: 'child',
  context: ({ input }): { by: number; total: number } => ({ by: (input as { by: number }).by, total: 0 }),
  output: ({ context }) => context.total,
  initial: 'run',
  states: {
    run: {
      on: {
        add: {
          actions: [assign({ total: ({ context }) => context.total + context.by }), sendParent({ type: 'added' })],
        },
        end: 'over',
      },
    },
    over: { type: 'final' },
  },
});

test('invoke of machines with input, onDone and output', () => {
  const machine = createMachine({
    initial: 'a',
    context: { added: 0, result: 0 },
    states: {
      a: {
        invoke: {
          id: 'worker',
          src: child,
          input: { by: 4 },
          onDone: { target: 'b', actions: assign({ result: ({ event }) => event.output as number }) },
        },
        on: {
          more: { actions: sendTo('worker', { type: 'add' }) },
          added: { actions: assign({ added: ({ context }) => context.added + 1 }) },
          enough: { actions: sendTo('worker', { type: 'end' }) },
        },
      },
      b: {},
    },
  });
  const { context, sim } = agree(machine, send('more', 'more', 'enough'), 'b');
  assert.equal(context, { added: 2, result: 8 });
  assert.equal(sim.actors(), ['it']);
});

test('spawnChild, spawn in assign, sendTo and stopChild; actors are named by their path', () => {
  const machine = createMachine({
    context: { ref: undefined as unknown, heard: 0 },
    on: {
      start: {
        actions: [
          spawnChild(child, { id: 'one', input: { by: 1 } }),
          assign({ ref: ({ spawn }) => spawn(child, { id: 'two', input: { by: 2 } }) }),
        ],
      },
      poke: {
        actions: [
          sendTo('one', { type: 'add' }),
          sendTo(({ context }) => context.ref as never, { type: 'add' } as never),
        ],
      },
      added: { actions: assign({ heard: ({ context }) => context.heard + 1 }) },
      stop: { actions: stopChild('one') },
    },
  });
  const { context, sim, state } = runCompiled(machine, send('start', 'poke', 'stop'));
  assert.is((context as { heard: number }).heard, 2);
  assert.equal(sim.actors(), ['it', 'it/two']);
  assert.equal(Object.keys(state.children), ['two']);
  assert.is((sim.stateOf(sim.actor('it/two') as never) as MachineState<{ total: number }>).context.total, 2);
});

test('a child that is left and entered again gets a name of its own', () => {
  const machine = createMachine({
    initial: 'a',
    states: {
      a: { invoke: { id: 'worker', src: child, input: { by: 1 } }, on: { again: { target: 'a', reenter: true } } },
    },
  });
  assert.equal(runCompiled(machine, send('again')).sim.actors(), ['it', 'it/worker~2']);
});

test('transition logic', () => {
  const counter = fromTransition(
    (state: { n: number }, event: { type: string }) => (event.type === 'inc' ? { n: state.n + 1 } : state),
    { n: 5 },
  );
  const machine = createMachine({
    invoke: { id: 'counter', src: counter },
    on: { go: { actions: sendTo('counter', { type: 'inc' }) } },
  });
  const { sim } = runCompiled(machine, send('go', 'go'));
  assert.is(
    (sim.stateOf(sim.actor('it/counter') as never) as { snapshot: { context: { n: number } } }).snapshot.context.n,
    7,
  );
});

const echo = fromCallback(({ sendBack, receive }) => {
  receive((event) => sendBack({ type: 'echo', of: event.type }));
});

test('callback logic declared deterministic', () => {
  const machine = createMachine({
    context: { heard: '' },
    invoke: { id: 'echo', src: deterministic(echo as never) },
    on: {
      go: { actions: sendTo('echo', { type: 'hello' }) },
      echo: { actions: assign({ heard: ({ event }) => (event as unknown as { of: string }).of }) },
    },
  });
  assert.equal(runCompiled(machine, send('go')).context, { heard: 'hello' });
});

test('the function a callback returns runs when its actor stops', () => {
  let ended = 0;
  const logic = deterministic(
    fromCallback(() => () => {
      ended++;
    }),
  );
  const machine = createMachine({
    initial: 'a',
    states: { a: { invoke: { src: logic as never }, on: { go: 'b' } }, b: {} },
  });
  runCompiled(machine, []);
  assert.is(ended, 0);
  runCompiled(machine, send('go'));
  assert.is(ended, 1);
});

test('onError of a child', () => {
  const broken = createMachine({
    on: {
      go: {
        actions: () => {
          throw new Error('broken');
        },
      },
    },
  });
  const machine = (handles: boolean) =>
    createMachine({
      initial: 'a',
      states: {
        a: {
          invoke: { id: 'c', src: broken, ...(handles ? { onError: 'failed' } : {}) },
          on: { go: { actions: sendTo('c', { type: 'go' }) } },
        },
        failed: {},
      },
    });
  assert.equal(runCompiled(machine(true), send('go')).value, 'failed');
  assert.throws(() => runCompiled(machine(false), send('go')), /CHART_CHILD_FAILED|a child of '\(machine\)' failed/);
});

test('sendTo any actor of the simulation, at once and delayed', () => {
  const heard: string[] = [];
  const sim = new Simulation();
  const listener = sim.spawn(
    'listener',
    defineActor<undefined, undefined, { type: 'ping' }>({
      kind: 'listener',
      init: () => undefined,
      on: { ping: (_, __, ctx) => heard.push(String(ctx.now)) },
    }),
    undefined,
  );
  const machine = createMachine({
    context: ({ input }) => ({ to: input as ActorRef<{ type: 'ping' }> }),
    on: {
      go: {
        actions: [
          sendTo(({ context }) => actorTarget(context.to), { type: 'ping' }),
          sendTo(({ context }) => actorTarget(context.to), { type: 'ping' }, { delay: 3, id: 'x' }),
          sendTo(({ context }) => actorTarget(context.to), { type: 'ping' }, { delay: 2 }),
        ],
      },
      stop: { actions: cancel('x') },
    },
  });
  const ref = sim.spawn('it', fromMachine(machine), listener as never) as unknown as ActorRef<Message>;
  sim.send(ref, { type: 'go' });
  sim.run({ until: ms(1) });
  sim.send(ref, { type: 'stop' });
  sim.run();
  assert.equal(heard, ['0', String(ms(2))]);
});

test('self.send from a custom action', () => {
  const machine = createMachine({
    initial: 'a',
    states: {
      a: { on: { go: { actions: ({ self }) => (self as unknown as ActorHandle).send({ type: 'on' }) }, on: 'b' } },
      b: {},
    },
  });
  agree(machine, send('go'), 'b');
});

test('a done machine ignores events and its timers', () => {
  const machine = createMachine({
    initial: 'a',
    states: { a: { on: { end: 'z' } }, z: { type: 'final' } },
    after: { 5: { actions: emit({ type: 'late' }) } },
  });
  const { status, emitted } = agree(machine, send('end', 'end'), 'z');
  assert.is(status, 'done');
  assert.equal(emitted, []);
});

/** The refusals: a machine, the code, and what the message must name. */
const act = (actions: unknown) => createMachine({ id: 'm', initial: 'a', states: { a: { entry: actions as never } } });
const invoke = (src: unknown, more: object = {}) =>
  createMachine({ id: 'm', initial: 'a', states: { a: { invoke: { id: 'i', src: src as never, ...more } } } });
const refused: ReadonlyArray<readonly [name: string, code: ChartErrorCode, where: RegExp, make: () => unknown]> = [
  ['promise logic', 'CHART_PROMISE', /m\.a invoke 'i'/, () => invoke(fromPromise(async () => 1))],
  [
    'promise logic in spawnChild',
    'CHART_PROMISE',
    /m\.a entry/,
    () => act(spawnChild(fromPromise(async () => 1) as never)),
  ],
  [
    'observable logic',
    'CHART_OBSERVABLE',
    /m\.a invoke 'i'/,
    () => invoke(fromObservable(() => ({ subscribe: () => ({ unsubscribe() {} }) }) as never)),
  ],
  [
    'callback logic not declared deterministic',
    'CHART_CALLBACK',
    /m\.a invoke 'i'/,
    () => invoke(fromCallback(() => undefined)),
  ],
  [
    'logic of other kinds',
    'CHART_LOGIC',
    /m\.a invoke 'i'/,
    () => invoke({ transition() {}, getInitialSnapshot() {}, getPersistedSnapshot() {} }),
  ],
  ['unknown actor logic', 'CHART_UNKNOWN_ACTOR', /'nobody' at m\.a invoke/, () => invoke('nobody')],
  ['unknown actions', 'CHART_UNKNOWN_ACTION', /'nothing' at m\.a entry/, () => act('nothing')],
  [
    'unknown guards',
    'CHART_UNKNOWN_GUARD',
    /'nothing' at m\.a on 'go'/,
    () => createMachine({ id: 'm', initial: 'a', states: { a: { on: { go: { guard: 'nothing', target: 'a' } } } } }),
  ],
  [
    'unknown guards inside and, or, not',
    'CHART_UNKNOWN_GUARD',
    /'nothing' at m\.a on 'go'/,
    () =>
      createMachine({
        id: 'm',
        initial: 'a',
        states: { a: { on: { go: { guard: and([not('nothing' as never)]) as never, target: 'a' } } } },
      }),
  ],
  [
    'unknown delays',
    'CHART_UNKNOWN_DELAY',
    /'someday' at m\.a entry/,
    () => createMachine({ id: 'm', initial: 'a', states: { a: { after: { someday: 'a' } } } }),
  ],
  ['delays that are no time', 'CHART_BAD_DELAY', /m\.a entry.*-5/, () => act(raise({ type: 'x' }, { delay: -5 }))],
  ['async actions', 'CHART_ASYNC', /m\.a entry/, () => act(async () => undefined)],
  ['async assigners', 'CHART_ASYNC', /m\.a entry/, () => act(assign((async () => ({})) as never))],
  ['systemId', 'CHART_SYSTEM_ID', /'boss' at m\.a invoke/, () => invoke(child, { systemId: 'boss' })],
  ['onSnapshot', 'CHART_SYNC_SNAPSHOT', /m\.a invoke/, () => invoke(child, { onSnapshot: {} })],
  ['what is no machine', 'CHART_NOT_A_MACHINE', /number/, () => 5],
];
for (const [name, code, where, make] of refused)
  test(`refused: ${name}`, () => {
    try {
      compile(make() as never);
    } catch (error) {
      assert.instance(error, SimError);
      assert.is((error as SimError).code, code);
      assert.match((error as SimError).message, where);
      return;
    }
    assert.unreachable(`${name} was compiled`);
  });

test('refused at run time: targets that do not exist, endless microsteps, re-entrance, the event *', () => {
  const codeOf = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      const { cause, code } = error as SimError;
      return cause instanceof SimError ? cause.code : code;
    }
    return '';
  };
  const lost = createMachine({ on: { go: { actions: sendTo('nobody', { type: 'x' }) } } });
  assert.is(
    codeOf(() => runCompiled(lost, send('go'))),
    'CHART_NO_TARGET',
  );
  const endless = createMachine({ initial: 'a', states: { a: { always: 'b' }, b: { always: 'a' } } });
  assert.is(
    codeOf(() => compile(endless).start()),
    'CHART_LIVELOCK',
  );
  const chart = compile(createMachine({ on: { go: { actions: () => chart.send(state, { type: 'go' }) } } }));
  const state = chart.start();
  assert.is(
    codeOf(() => chart.send(state, { type: 'go' })),
    'CHART_REENTRANT',
  );
  assert.is(
    codeOf(() => chart.send(state, { type: '*' })),
    'CHART_WILDCARD_EVENT',
  );
});

test('every error has a test, and every line of the feature table one of its name', () => {
  const folder = new URL('../../../../tests/engine/charts/', import.meta.url);
  const sources = ['features', 'population', 'picture', 'coverage', 'oracle', 'saved-state']
    .map((name) => readFileSync(new URL(`${name}.test.ts`, folder), 'utf8'))
    .join('\n');
  for (const code of Object.keys(chartCatalogue)) assert.ok(sources.includes(code), `${code} has no test`);
  const readme = readFileSync(new URL('../../../engine/charts/README.md', folder), 'utf8');
  const named = [...readme.matchAll(/`test: ([^`]+)`/g), ...readme.matchAll(/^\d\. (.+)\.$/gm)].map(
    ([, name]) => name ?? '',
  );
  assert.ok(named.length > 40);
  for (const name of named) {
    const isThere = [name, name.replace('refused: ', '')].some((text) => lower(sources).includes(`'${lower(text)}'`));
    assert.ok(isThere, `no test is named ${name}`);
  }
});

function lower(text: string): string {
  return text.toLowerCase();
}

test('the example of the README', () => {
  const machine = setup({ guards: { enough: ({ context }) => (context as { n: number }).n >= 3 } }).createMachine({
    id: 'door',
    context: { n: 0 },
    initial: 'shut',
    states: {
      shut: {
        on: {
          knock: [
            { guard: 'enough', target: 'open' },
            { actions: assign({ n: ({ context }) => (context as { n: number }).n + 1 }) },
          ],
        },
      },
      open: { after: { 50: 'shut' } },
    },
  });
  const sim = new Simulation();
  const door = fromMachine(machine, { delayUnit: us(1) });
  const ref = sim.spawn('door', door, undefined);
  for (let i = 0; i < 4; i++) sim.send(ref, { type: 'knock' });
  sim.run({ until: us(10) });
  assert.is(door.chart.value(sim.stateOf(ref) as MachineState), 'open');
  sim.run({ until: us(51) });
  assert.is(door.chart.value(sim.stateOf(ref) as MachineState), 'shut');
});

test.run();
