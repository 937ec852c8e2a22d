import { completionTimes } from '../actors/network/water-filling.ts';
import { linkEvents } from './chart-machines.ts';
import { linkChecksum, scattered } from './ours/chart.ts';
import { fold, holdDelays, MM1_UNIT, SplitMix32, transferSizes, UNIT } from './random.ts';
import type { CellTarget, Outcome, Program } from './workloads.ts';

interface Entry {
  readonly time: number;
  readonly action: (argument: number) => void;
  readonly argument: number;
}

/** The simplest simulation that can be right: a sorted array, ties in scheduling order. */
class Agenda {
  now = 0;
  readonly #entries: Entry[] = [];

  schedule(delay: number, action: (argument: number) => void, argument = 0): Entry {
    const entry = { time: this.now + delay, action, argument };
    let low = 0;
    for (let high = this.#entries.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle] as Entry).time <= entry.time) low = middle + 1;
      else high = middle;
    }
    this.#entries.splice(low, 0, entry);
    return entry;
  }

  cancel(entry: Entry): void {
    const index = this.#entries.indexOf(entry);
    if (index >= 0) this.#entries.splice(index, 1);
  }

  run(end = Number.POSITIVE_INFINITY): void {
    for (let entry = this.#entries[0]; entry && entry.time < end; entry = this.#entries[0]) {
      this.#entries.shift();
      this.now = entry.time;
      entry.action(entry.argument);
    }
  }
}

function counts(length: number): number[] {
  return new Array<number>(length).fill(0);
}

function increment(array: number[], index: number): void {
  array[index] = (array[index] ?? 0) + 1;
}

function phold(processes: number, population: number, end: number): Outcome {
  const agenda = new Agenda();
  const random = new SplitMix32(1);
  const handled = counts(processes);
  const delay = () => 0.1 * UNIT + random.exponential(0.9 * UNIT);
  const handle = (lp: number): void => {
    increment(handled, lp);
    const to = random.uniform() <= 0.25 ? Math.floor(random.uniform() * processes) : lp;
    agenda.schedule(delay(), handle, to);
  };
  for (let lp = 0; lp < processes; lp++) for (let i = 0; i < population; i++) agenda.schedule(delay(), handle, lp);
  agenda.run(end * UNIT);
  return { count: handled.reduce((a, b) => a + b, 0), checksum: handled.reduce(fold, random.state() | 0) };
}

/** Lindley's recursion: the time in system of each customer follows from that of the one before. */
function mm1(customers: number, arrivalMean: number, serviceMean: number): Outcome {
  const arrivals = new SplitMix32(1);
  const services = new SplitMix32(2);
  let sojourn = 0;
  let total = 0;
  for (let i = 0; i < customers; i++) {
    const waited = Math.max(0, sojourn - arrivals.exponential(arrivalMean));
    sojourn = waited + services.exponential(serviceMean);
    total += sojourn;
  }
  return { count: customers, checksum: total };
}

function token(players: number, messages: number, delay: number): Outcome {
  let checksum = (messages * delay) | 0;
  for (let i = 0; i < players; i++) checksum = fold(checksum, Math.floor((messages - 1 - i) / players) + 1);
  return { count: messages, checksum };
}

function storm(timers: number, cancelled: number, rounds: number): Outcome {
  const random = new SplitMix32(1);
  const agenda = new Agenda();
  let checksum = 0;
  const fire = (timer: number): void => {
    checksum = fold(checksum, timer);
  };
  for (let round = 0; round < rounds; round++) {
    const entries = Array.from({ length: timers }, (_, i) =>
      agenda.schedule(Math.floor(random.uniform() * UNIT), fire, i),
    );
    for (const entry of entries) if (random.uniform() < cancelled) agenda.cancel(entry);
    agenda.run();
  }
  return { count: timers * rounds, checksum };
}

function timeout(conversations: number, replies: number): Outcome {
  const random = new SplitMix32(1);
  const agenda = new Agenda();
  const timers: Entry[] = [];
  let count = 0;
  let expired = 0;
  const request = (conversation: number): void => {
    timers[conversation] = agenda.schedule(100 * UNIT, () => expired++);
    agenda.schedule(random.exponential(UNIT), reply, conversation);
  };
  const reply = (conversation: number): void => {
    agenda.cancel(timers[conversation] as Entry);
    if (++count < replies) request(conversation);
  };
  for (let i = 0; i < conversations; i++) request(i);
  agenda.run();
  return { count, checksum: expired + random.state() };
}

function hold(program: Extract<Program, { kind: 'hold' }>): Outcome {
  const delays = holdDelays(program.distribution);
  const agenda = new Agenda();
  let drawn = 0;
  let left = 2 * program.pending;
  let checksum = 0;
  const pop = (id: number): void => {
    if (left-- <= 0) return;
    checksum = fold(checksum, id);
    agenda.schedule(delays[drawn++ % delays.length] ?? 0, pop, id);
  };
  for (let id = 0; id < program.pending; id++) agenda.schedule(delays[drawn++ % delays.length] ?? 0, pop, id);
  left += program.holds;
  agenda.run();
  return { count: program.holds, checksum };
}

/** Max-min fair rates by water-filling at every end. */
function allToAll(hosts: number): Outcome {
  const sizes = transferSizes(hosts);
  const transfers = Array.from(
    { length: hosts * hosts },
    (_, pair) => [Math.floor(pair / hosts), pair % hosts] as const,
  )
    .filter(([from, to]) => from !== to)
    .map(([from, to], i) => ({
      route: [from, hosts + to],
      weight: 1,
      cap: Number.POSITIVE_INFINITY,
      start: 0,
      size: sizes[i] ?? 0,
    }));
  const links = Array.from({ length: 2 * hosts }, () => ({ capacity: 1e9, fat: false }));
  const ends = completionTimes(links, transfers);
  return { count: ends.length, checksum: ends.reduce((sum, end) => sum + Math.round(end * 1e6), 0) };
}

/** The machine of the guarded chart, by hand. */
function chart(events: number): Outcome {
  let state: 'idle' | 'busy' | 'blocked' | 'down' = 'idle';
  let credits = 4;
  let retries = 0;
  for (let i = 0; i < events; i++) {
    const event = linkEvents[i % linkEvents.length] as (typeof linkEvents)[number];
    if (event.type === 'send') {
      if (state !== 'idle' && state !== 'busy') continue;
      if (credits > 0) [state, credits] = ['busy', credits - 1];
      else state = 'blocked';
    } else if (event.type === 'ack') {
      if (state === 'busy' && credits < 8) [state, credits] = ['idle', credits + 1];
      else if (state === 'blocked') [state, credits] = ['idle', 2];
      else if (state === 'down' && retries < 3) [state, retries] = ['idle', retries + 1];
      else if (state === 'down') [state, credits, retries] = ['blocked', 0, 0];
    } else if (state !== 'down' && event.severity > (state === 'blocked' ? 5 : 2)) state = 'down';
  }
  return { count: events, checksum: linkChecksum({ credits, retries }, state) };
}

/** Steps of every cell round a ring of four, every third a step ahead. Where chance decides, only the number of cells is certain. */
function cells(target: CellTarget, n: number, rounds: number): Outcome {
  if (target === 'random') return { count: n * rounds, checksum: n };
  const steps = new Uint8Array(n);
  for (let i = 0; i < n; i++) steps[i] = (i % 3 === 0 ? 1 : 0) + (target === 'range' ? rounds : 0);
  const list = target === 'range' ? new Uint32Array(0) : scattered(n);
  for (let i = 0; i < list.length; i++) steps[list[i]!]! += rounds;
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) counts[steps[i]! % 4]!++;
  return { count: rounds * (target === 'range' ? n : list.length), checksum: counts.reduce(fold, 0) };
}

/** The outcome that every engine must reach on `program`, from a sorted array or a closed form; slow, so for small sizes. */
export function reference(program: Program): Outcome {
  switch (program.kind) {
    case 'phold':
      return phold(program.processes, program.population, program.end);
    case 'hold':
      return hold(program);
    case 'mm1':
    case 'mm1-processes':
      return mm1(program.customers, MM1_UNIT / 0.9, MM1_UNIT);
    case 'mm1-resource':
      return mm1(program.customers, MM1_UNIT, MM1_UNIT / 1.1);
    case 'token':
      return token(program.players, program.messages, program.delay);
    case 'storm':
      return storm(program.timers, program.cancelled, program.rounds);
    case 'rearm':
      return { count: program.timers * program.rounds, checksum: program.timers };
    case 'timeout':
      return timeout(program.conversations, program.replies);
    case 'fan-out': {
      const received = counts(program.receivers).fill(program.broadcasts);
      return { count: program.receivers * program.broadcasts, checksum: received.reduce(fold, program.broadcasts) };
    }
    case 'chart':
      return chart(program.events);
    case 'population':
      return cells(program.target, program.cells, program.rounds);
    case 'all-to-all':
      return allToAll(program.hosts);
    case 'clocked': {
      const { components, cycles, sleep } = program;
      const ticks = Array.from({ length: components }, (_, i) => (i % 2 === 0 ? cycles : Math.ceil(cycles / sleep)));
      return { count: components * cycles, checksum: ticks.reduce(fold, 0) };
    }
  }
}
