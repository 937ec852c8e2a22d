import type { AnyRef, Message } from './actor.ts';
import { INDEX_MASK } from './actor-address.ts';
import type { ActorCell } from './actor-cell.ts';
import { firstDifference } from './first-difference.ts';
import { kernelErrors } from './kernel-errors.ts';
import { type Phase, phases } from './phase.ts';
import { type RunEvent, RunLog } from './run-log.ts';
import type { Simulation } from './simulation.ts';
import { type Duration, formatTime, type Resolution, type Time } from './time.ts';

/** What one run did where the two part. */
export interface DivergingEvent extends RunEvent {
  readonly message: Message;
}

/** What differs first; `failure`: one run threw or both threw differently, `length`: one ended earlier. */
export type DivergenceReason = 'time' | 'phase' | 'actor' | 'kind' | 'payload' | 'draws' | 'length' | 'failure';

/** Where two runs part, and how each came there. */
export interface Divergence {
  readonly same: false;
  /** Number of the first event that differs, counted from 1. */
  readonly event: number;
  readonly reason: DivergenceReason;
  /** What differs, in words. */
  readonly detail: string;
  /** What each run did; undefined when it had ended. */
  readonly left: DivergingEvent | undefined;
  readonly right: DivergingEvent | undefined;
  /** From the diverging event back along its causes to set-up, at most `maxAncestry` events. */
  readonly leftAncestry: readonly RunEvent[];
  readonly rightAncestry: readonly RunEvent[];
  readonly resolution: Resolution;
}

export interface DiffRunsOptions {
  /** Compare events before this time only. Default: to the end. */
  readonly until?: Duration;
  /** Compare at most this many events. Default: all. */
  readonly maxEvents?: number;
  /** Length of the listed ancestry. Default 1000. */
  readonly maxAncestry?: number;
}

/** Result of `diffRuns`. */
export type RunsDifference = { readonly same: true; readonly events: number } | Divergence;

/**
 * Runs two fresh simulations in lockstep and names the first event in which they part: time, phase, actor, kind of message,
 * payload or random draws of the acting actor. Takes the place of their probes; 20 bytes an event for both runs together.
 *
 * Payloads are compared as far as they are plain data: other instances of classes and functions count as equal. Two runs that fail
 * alike are the same. Throws SIM_NOT_FRESH.
 */
export function diffRuns(a: () => Simulation, b: () => Simulation, options: DiffRunsOptions = {}): RunsDifference {
  const left = new Side(a(), 'left', options.until);
  const right = new Side(b(), 'right', options.until);
  const log = new RunLog();
  const most = options.maxEvents ?? Number.POSITIVE_INFINITY;
  for (let event = 1; event <= most; event++) {
    const more = [left.step(), right.step()];
    const difference = compare(left, right) ?? (more[0] || more[1] ? undefined : idleDraws(left, right));
    if (difference !== undefined) {
      const depth = options.maxAncestry ?? 1000;
      return {
        same: false,
        event,
        reason: difference[0],
        detail: difference[1],
        left: left.event,
        right: right.event,
        leftAncestry: ancestry(left.event, log, 'left', depth),
        rightAncestry: ancestry(right.event, log, 'right', depth),
        resolution: left.sim.resolution,
      };
    }
    const { event: at } = left;
    if (at === undefined || left.failure !== undefined) return { same: true, events: left.sim.events };
    log.push(at.time, at.phase, at.actor, at.kind, at.cause, (right.event as DivergingEvent).cause);
  }
  return { same: true, events: most };
}

/** One of the two runs, event by event. */
class Side {
  readonly sim: Simulation;
  /** The event just handled; undefined when none was left. */
  event: DivergingEvent | undefined = undefined;
  cell: ActorCell | undefined = undefined;
  failure: string | undefined = undefined;
  readonly #until: Duration | undefined;

  constructor(sim: Simulation, side: string, until: Duration | undefined) {
    if (sim.events > 0) throw kernelErrors.create('SIM_NOT_FRESH', { side, value: sim.events });
    this.sim = sim;
    this.#until = until;
    sim.probe({ eventBegins: (...seen) => this.#note(...seen) }, { causes: true });
  }

  step(): boolean {
    this.event = undefined;
    this.cell = undefined;
    try {
      this.sim.run(this.#until === undefined ? { maxEvents: 1 } : { maxEvents: 1, until: this.#until });
    } catch (error) {
      this.failure = String(error);
    }
    return this.event !== undefined;
  }

  #note(event: number, cause: number, time: Time, actor: AnyRef, message: Message): void {
    const { world } = this.sim;
    this.cell = world.cells[actor & INDEX_MASK] as ActorCell;
    this.event = { event, cause, time, phase: world.queue.phase, actor: this.cell.path, kind: message.type, message };
  }
}

function compare(left: Side, right: Side): readonly [DivergenceReason, string] | undefined {
  const [a, b] = [left.event, right.event];
  if (a === undefined || b === undefined) {
    if (left.failure !== right.failure)
      return ['failure', `left ${left.failure ?? 'goes on'}, right ${right.failure ?? 'goes on'}`];
    return a === b ? undefined : ['length', `${a === undefined ? 'left' : 'right'} ended before this event`];
  }
  if (a.time !== b.time)
    return ['time', `${formatTime(a.time, left.sim.resolution)}, not ${formatTime(b.time, right.sim.resolution)}`];
  if (a.phase !== b.phase) return ['phase', `${phaseName(a.phase)}, not ${phaseName(b.phase)}`];
  if (a.actor !== b.actor) return ['actor', `${a.actor}, not ${b.actor}`];
  if (a.kind !== b.kind) return ['kind', `'${a.kind}', not '${b.kind}'`];
  const payload = firstDifference(a.message, b.message);
  if (payload !== undefined) return ['payload', `${payload.path}: ${payload.left}, not ${payload.right}`];
  if (left.failure !== right.failure)
    return ['failure', `left ${left.failure ?? 'goes on'}, right ${right.failure ?? 'goes on'}`];
  const draws = drawsDiffer(left.cell as ActorCell, right.cell as ActorCell);
  return draws === undefined
    ? undefined
    : ['draws', `${a.actor} drew differently from '${draws}' while it handled this event`];
}

/** Name of the first stream of the two actors whose states differ; undefined when all are equal. */
function drawsDiffer(left: ActorCell, right: ActorCell): string | undefined {
  const [mine, others] = [left.streams(), right.streams()];
  for (const [name, stream] of mine) {
    const other = others.get(name);
    if (other === undefined || firstDifference(stream.state(), other.state()) !== undefined) return name;
  }
  for (const name of others.keys()) if (!mine.has(name)) return name;
  return undefined;
}

/** Draws made outside handlers, in `init` or set-up, by actors that never handled an event afterwards. */
function idleDraws(left: Side, right: Side): readonly [DivergenceReason, string] | undefined {
  if (left.sim.world.drawsHash() === right.sim.world.drawsHash()) return undefined;
  for (const cell of left.sim.world.cells) {
    const other = right.sim.world.cells[cell.index];
    const name = other?.isAlive && cell.isAlive ? drawsDiffer(cell, other) : undefined;
    if (name !== undefined) return ['draws', `${cell.path || 'the simulation'} drew differently from '${name}'`];
  }
  return ['draws', 'an actor that has stopped drew differently'];
}

function ancestry(
  last: DivergingEvent | undefined,
  log: RunLog,
  side: 'left' | 'right',
  depth: number,
): readonly RunEvent[] {
  if (last === undefined) return [];
  const { message: _, ...start } = last;
  const list: RunEvent[] = [];
  for (let at: RunEvent | undefined = start; at !== undefined && list.length < depth; at = log.get(at.cause, side))
    list.push(at);
  return list;
}

/** A result of `diffRuns` for people, several lines. */
export function formatDivergence(result: RunsDifference): string {
  if (result.same) return `The runs are the same: ${result.events} events.`;
  const lines = [`The runs part at event ${result.event} (${result.reason}): ${result.detail}.`];
  for (const side of ['left', 'right'] as const) {
    const at = result[side];
    if (at === undefined) {
      lines.push(`${side}: nothing, the run was over`);
      continue;
    }
    lines.push(`${side}: ${describe(at, result.resolution)} ${plain(at.message)}`);
    const causes = side === 'left' ? result.leftAncestry : result.rightAncestry;
    for (const cause of causes.slice(1)) lines.push(`  because of ${describe(cause, result.resolution)}`);
    lines.push(causes.at(-1)?.cause === 0 ? '  because of set-up' : '  because of earlier events');
  }
  return lines.join('\n');
}

function describe(event: RunEvent, resolution: Resolution): string {
  const phase = event.phase === phases.ordinary ? '' : ` (${phaseName(event.phase)})`;
  return `event ${event.event} at ${formatTime(event.time, resolution)}${phase}: ${event.actor} '${event.kind}'`;
}

function phaseName(phase: Phase): string {
  return Object.keys(phases)[phase] as string;
}

function plain(message: Message): string {
  try {
    const text = JSON.stringify(message, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
    return text.length > 200 ? `${text.slice(0, 199)}…` : text;
  } catch {
    return '';
  }
}
