/** One step of a script of the property test. Times in ps, resources and processes by index. */
export type Op =
  | { readonly op: 'hold'; readonly time: number }
  | {
      readonly op: 'acquire';
      readonly resource: number;
      readonly amount: number;
      readonly priority: number;
      readonly patience: number | undefined;
    }
  | { readonly op: 'either'; readonly resource: number; readonly priority: number; readonly time: number }
  | { readonly op: 'release'; readonly resource: number }
  | { readonly op: 'interrupt'; readonly process: number }
  | { readonly op: 'cancel'; readonly process: number }
  | { readonly op: 'stop'; readonly process: number }
  | { readonly op: 'capacity'; readonly resource: number; readonly capacity: number; readonly evict: boolean };

export interface Program {
  readonly resources: ReadonlyArray<{ readonly capacity: number; readonly preemptive: boolean }>;
  readonly scripts: ReadonlyArray<readonly Op[]>;
}

interface RefClaim {
  readonly owner: RefProcess;
  readonly resource: RefResource;
  readonly amount: number;
  readonly priority: number;
  readonly inEither: boolean;
  readonly deadline: number | undefined;
  seen: boolean;
}

interface RefResource {
  readonly index: number;
  readonly preemptive: boolean;
  capacity: number;
  /** Sorted by priority, then turn. */
  queue: RefClaim[];
  /** In order of granting. */
  holders: RefClaim[];
}

interface RefProcess {
  readonly index: number;
  readonly script: readonly Op[];
  at: number;
  held: RefClaim[];
  /** What the process waits for. */
  claim: RefClaim | undefined;
  events: RefEvent[];
  outcome: string | undefined;
  failure: string | undefined;
  cancelling: boolean;
  ended: boolean;
  running: boolean;
}

interface RefEvent {
  readonly time: number;
  readonly phase: number;
  readonly order: number;
  readonly run: () => void;
  dead: boolean;
}

/**
 * What the processes must do, told in the plainest way: one unsorted list of events, arrays searched from end to end, all
 * bookkeeping by filter. Returns the log, a line for each thing a process sees.
 */
export function reference(program: Program): string[] {
  const log: string[] = [];
  let now = 0;
  let order = 0;
  let events: RefEvent[] = [];
  const resources: RefResource[] = program.resources.map((each, index) => ({
    ...each,
    index,
    queue: [],
    holders: [],
  }));
  const processes: RefProcess[] = program.scripts.map((script, index) => ({
    index,
    script,
    at: 0,
    held: [],
    claim: undefined,
    events: [],
    outcome: undefined,
    failure: undefined,
    cancelling: false,
    ended: false,
    running: false,
  }));

  const schedule = (owner: RefProcess, delay: number, phase: number, run: () => void) => {
    const event = { time: now + delay, phase, order: order++, run, dead: false };
    events.push(event);
    owner.events.push(event);
  };
  const forget = (owner: RefProcess) => {
    for (const event of owner.events) event.dead = true;
    owner.events = [];
  };
  const used = (resource: RefResource) => resource.holders.reduce((sum, claim) => sum + claim.amount, 0);
  const note = (owner: RefProcess, what: string) => {
    const levels = resources.map((each) => `${used(each)}/${each.queue.length}`).join(' ');
    log.push(`${now} p${owner.index} ${what} ${levels}`);
  };

  const enqueue = (claim: RefClaim, ahead: boolean) => {
    const { queue } = claim.resource;
    const at = queue.findIndex((each) => (ahead ? each.priority >= claim.priority : each.priority > claim.priority));
    queue.splice(at < 0 ? queue.length : at, 0, claim);
  };
  const armPatience = (claim: RefClaim) => {
    if (claim.deadline === undefined) return;
    schedule(claim.owner, Math.max(0, claim.deadline - now), 3, () => {
      claim.resource.queue = claim.resource.queue.filter((each) => each !== claim);
      serve(claim.resource);
      if (!claim.inEither) claim.owner.outcome = 'reneged';
      else claim.owner.outcome = 'late';
      go(claim.owner);
    });
  };
  const grant = (claim: RefClaim): boolean => {
    const { resource, owner } = claim;
    const missing = claim.amount - (resource.capacity - used(resource));
    const victims: RefClaim[] = [];
    if (missing > 0) {
      if (!resource.preemptive) return false;
      const candidates = [...resource.holders]
        .reverse()
        .filter((each) => each.priority > claim.priority && each.owner !== owner)
        .sort((a, b) => b.priority - a.priority);
      let left = missing;
      while (left > 0 && candidates.length > 0) {
        const victim = candidates.shift() as RefClaim;
        victims.push(victim);
        left -= victim.amount;
      }
      if (left > 0) return false;
    }
    resource.queue = resource.queue.filter((each) => each !== claim);
    resource.holders = resource.holders.filter((each) => !victims.includes(each));
    resource.holders.push(claim);
    const told = victims.filter((victim) => victim.seen || victim.inEither);
    for (const victim of victims) if (!told.includes(victim)) back(victim);
    for (const victim of told) lose(victim);
    if (victims.length > 0) serve(resource);
    return true;
  };
  const back = (claim: RefClaim) => {
    claim.resource.holders = claim.resource.holders.filter((each) => each !== claim);
    forget(claim.owner);
    claim.owner.outcome = undefined;
    armPatience(claim);
    enqueue(claim, true);
  };
  const lose = (claim: RefClaim) => {
    claim.resource.holders = claim.resource.holders.filter((each) => each !== claim);
    claim.owner.held = claim.owner.held.filter((each) => each !== claim);
    fail(claim.owner, 'preempted');
  };
  const serve = (resource: RefResource) => {
    for (;;) {
      const first = resource.queue[0];
      if (first === undefined || !grant(first)) return;
      forget(first.owner);
      first.owner.outcome = 'granted';
      schedule(first.owner, 0, 2, () => go(first.owner));
    }
  };
  const giveBack = (claim: RefClaim) => {
    claim.resource.holders = claim.resource.holders.filter((each) => each !== claim);
    serve(claim.resource);
  };
  const abandonWait = (owner: RefProcess) => {
    forget(owner);
    const { claim } = owner;
    owner.claim = undefined;
    owner.outcome = undefined;
    if (claim !== undefined) {
      if (claim.resource.queue.includes(claim)) {
        claim.resource.queue = claim.resource.queue.filter((each) => each !== claim);
        serve(claim.resource);
      } else if (claim.resource.holders.includes(claim)) giveBack(claim);
    }
  };
  const leaveWait = (owner: RefProcess) => {
    abandonWait(owner);
    schedule(owner, 0, 0, () => go(owner));
  };
  const fail = (owner: RefProcess, failure: string): boolean => {
    if (owner.ended || owner.failure !== undefined || owner.cancelling) return false;
    owner.failure = failure;
    if (!owner.running) leaveWait(owner);
    return true;
  };
  const end = (owner: RefProcess, what: string | undefined) => {
    owner.ended = true;
    owner.running = false;
    forget(owner);
    if (what !== undefined) note(owner, what);
    for (const claim of [...owner.held].reverse()) giveBack(claim);
    owner.held = [];
  };
  const seen = (owner: RefProcess, claim: RefClaim) => {
    claim.seen = true;
    owner.held.push(claim);
  };

  /** Runs a script up to its next wait. */
  const go = (owner: RefProcess) => {
    forget(owner);
    owner.running = true;
    const { claim } = owner;
    owner.claim = undefined;
    if (owner.cancelling) return end(owner, owner.at === 0 ? undefined : 'cancelled');
    if (owner.failure !== undefined && owner.at > 0) {
      const failure = owner.failure;
      owner.failure = undefined;
      note(owner, failure);
    } else if (owner.outcome !== undefined) {
      if (owner.outcome === 'granted' && claim !== undefined) seen(owner, claim);
      note(owner, owner.outcome);
    } else if (owner.at > 0) note(owner, 'held');
    owner.outcome = undefined;
    for (;;) {
      const op = owner.script[owner.at++];
      if (op === undefined) return end(owner, 'ended');
      switch (op.op) {
        case 'hold':
        case 'acquire':
        case 'either': {
          if (owner.cancelling) return end(owner, 'cancelled');
          if (owner.failure !== undefined) {
            const failure = owner.failure;
            owner.failure = undefined;
            note(owner, failure);
            break;
          }
          if (op.op === 'hold') {
            schedule(owner, op.time, owner.held.length > 0 ? 0 : 3, () => go(owner));
            owner.running = false;
            return;
          }
          const resource = resources[op.resource] as RefResource;
          const wanted: RefClaim = {
            owner,
            resource,
            amount: op.op === 'acquire' ? op.amount : 1,
            priority: op.priority,
            inEither: op.op === 'either',
            deadline: op.op === 'either' ? now + op.time : op.patience === undefined ? undefined : now + op.patience,
            seen: false,
          };
          const first = resource.queue[0];
          if ((first === undefined || wanted.priority < first.priority) && grant(wanted)) {
            seen(owner, wanted);
            note(owner, 'granted');
            break;
          }
          enqueue(wanted, false);
          owner.claim = wanted;
          armPatience(wanted);
          owner.running = false;
          return;
        }
        case 'release': {
          const held = [...owner.held].reverse().find((each) => each.resource.index === op.resource);
          if (held === undefined) break;
          owner.held = owner.held.filter((each) => each !== held);
          giveBack(held);
          note(owner, 'released');
          break;
        }
        case 'interrupt':
          note(owner, `interrupts ${fail(processes[op.process] as RefProcess, 'interrupted')}`);
          break;
        case 'cancel': {
          const other = processes[op.process] as RefProcess;
          const isPossible = !other.ended && !other.cancelling;
          if (isPossible) {
            other.cancelling = true;
            other.failure = undefined;
            if (!other.running) leaveWait(other);
          }
          note(owner, `cancels ${isPossible}`);
          break;
        }
        case 'stop': {
          const other = processes[op.process] as RefProcess;
          if (other === owner || other.ended) break;
          abandonWait(other);
          end(other, other.at === 0 ? undefined : 'cancelled');
          note(owner, 'stops');
          break;
        }
        case 'capacity': {
          const resource = resources[op.resource] as RefResource;
          resource.capacity = op.capacity;
          for (const claim of [...resource.holders].reverse())
            if (used(resource) > op.capacity && !claim.seen && !claim.inEither) back(claim);
          if (op.evict) {
            const victims = [...resource.holders].reverse().sort((a, b) => b.priority - a.priority);
            for (const claim of victims)
              if (used(resource) > op.capacity && resource.holders.includes(claim)) lose(claim);
          }
          serve(resource);
          note(owner, 'sets');
          break;
        }
      }
    }
  };

  for (const owner of processes) schedule(owner, 0, 3, () => go(owner));
  for (;;) {
    events = events.filter((event) => !event.dead);
    const first = [...events].sort((a, b) => a.time - b.time || a.phase - b.phase || a.order - b.order)[0];
    if (first === undefined) break;
    first.dead = true;
    now = first.time;
    first.run();
    for (const resource of resources) {
      const head = resource.queue[0];
      if (head !== undefined && head.amount <= resource.capacity - used(resource))
        throw new Error('free capacity with a grantable waiter');
      if (used(resource) > Math.max(resource.capacity, ...program.resources.map((each) => each.capacity), 3))
        throw new Error('double grant');
    }
  }
  for (const owner of processes) if (!owner.ended) note(owner, 'waits for ever');
  return log;
}
