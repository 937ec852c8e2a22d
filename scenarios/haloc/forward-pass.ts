import { type GpuMessage, type GpuState, gpu, type Span, type StreamOp } from '../../actors/compute/index.ts';
import {
  type ActorRef,
  type Context,
  type Duration,
  defineActor,
  noTask,
  Simulation,
  seconds,
  type TaskRef,
  toSeconds,
} from '../../engine/index.ts';
import type { Launch } from './pricing.ts';

/** A forward pass to run: a name and its launches in order. */
export interface Pass {
  readonly name: string;
  readonly launches: readonly Launch[];
}

/** What became of a pass: seconds until its last operation ended, and the stretches of its stream when recorded. */
export interface PassOutcome {
  readonly seconds: number;
  readonly spans: readonly Span[];
}

type HostMessage = { readonly type: 'launched' | 'ended'; readonly op: number };

interface HostSpec extends Pass {
  readonly device: ActorRef<GpuMessage>;
}

interface HostState {
  readonly launches: readonly Launch[];
  pass: TaskRef;
  task: TaskRef;
}

/** Label of the time in which an operation is being started. */
export const launchLabel = 'launch';

/** Issues a forward pass as a chain: every operation is launched when the one before has ended. */
const host = defineActor<HostSpec, HostState, HostMessage>({
  kind: 'inference-host',
  init({ name, launches, device }, ctx) {
    const pass = ctx.trace.begin('forward pass', name);
    const ops: StreamOp[] = [];
    const add = (label: string, work: StreamOp['work']): void => {
      ops.push({ id: ops.length, stream: 0, label, after: [], work });
    };
    const self = ctx.self as ActorRef<never>;
    for (const [op, { label, wait, work }] of launches.entries()) {
      const launched: HostMessage = { type: 'launched', op };
      const ended: HostMessage = { type: 'ended', op };
      add(launchLabel, { kind: 'kernel', duration: seconds(wait) });
      add(label, { kind: 'post', to: self, message: launched });
      add(label, { kind: 'kernel', duration: seconds(work) });
      add(label, { kind: 'post', to: self, message: ended });
    }
    ctx.send(device, { type: 'submit', ops });
    const state = { launches, pass, task: noTask };
    if (launches.length > 0) begin(state, 0, ctx);
    else ctx.trace.end(pass);
    return state;
  },
  on: {
    launched(state, _message, ctx) {
      ctx.trace.work(state.task);
    },
    ended(state, { op }, ctx) {
      ctx.trace.end(state.task);
      if (op + 1 < state.launches.length) begin(state, op + 1, ctx);
      else ctx.trace.end(state.pass);
    },
  },
});

function begin(state: HostState, op: number, ctx: Context<HostMessage>): void {
  const { label, layer } = state.launches[op] as Launch;
  state.task = ctx.trace.begin(label, `layer ${layer + 1}`, state.pass);
  ctx.trace.wait(state.task, 'scheduler', launchLabel);
}

/** Runs passes side by side, each on a device of its own. */
export function runPasses(
  passes: readonly Pass[],
  { seed = 1, record = false }: { readonly seed?: number; readonly record?: boolean } = {},
): { readonly outcomes: readonly PassOutcome[]; readonly events: number; readonly fingerprint: string } {
  const sim = new Simulation({ seed });
  const devices = passes.map(({ name, launches }) => {
    const device = sim.spawn(`${name}/device`, gpu, { streams: ['compute'], record: true });
    sim.spawn(`${name}/host`, host, { name, launches, device });
    return device;
  });
  const result = sim.run();
  const outcomes = devices.map((device) => {
    const spans = (sim.stateOf(device) as GpuState).spans ?? [];
    const end = spans.reduce((latest, span) => Math.max(latest, span.busy ? span.end : 0), 0);
    return { seconds: toSeconds(end as Duration), spans: record ? spans : [] };
  });
  return { outcomes, events: result.events, fingerprint: sim.fingerprint() };
}
