import {
  type ApiAnswer,
  type ApiMessage,
  type Crew,
  crew,
  type Office,
  office,
  rateLimitedApi,
  type Shared,
  type SharingMessage,
  sharingStation,
} from '../../actors/index.ts';
import {
  type ActorRef,
  ask,
  type Context,
  type Duration,
  defineActor,
  delay,
  fork,
  hours,
  join,
  type Message,
  minutes,
  type Process,
  phases,
  process,
  type Simulation,
  type Steps,
  seconds,
} from '../../engine/index.ts';
import { emptyJournal, type Journal, taskOf } from './journal.ts';
import { LEAST_SENTENCES } from './lengths.ts';
import { type Load, TICKS } from './load.ts';
import type { PapagaiParams } from './params.ts';
import {
  branches,
  calledSteps,
  callSeconds,
  componentSeconds,
  gateSeconds,
  prefix,
  requestSeconds,
  type StepName,
  stepSeconds,
  suffix,
} from './steps.ts';

type DeskMessage = ApiAnswer | Shared | { readonly type: 'refused'; readonly essay: number };

/** Students, the platform, and whoever answers them: a pipeline, a language model, lecturers. */
export class Platform {
  readonly journal: Journal;
  readonly lecturers: Crew<number> | undefined;
  readonly office: Office | undefined;
  readonly #params: PapagaiParams;
  readonly #load: Load;
  readonly #workers: Crew<number> | undefined;
  readonly #api: ActorRef<ApiMessage> | undefined;
  readonly #sharing: ActorRef<SharingMessage> | undefined;
  readonly #desk: ActorRef<DeskMessage>;

  constructor(sim: Simulation, params: PapagaiParams, load: Load) {
    this.#params = params;
    this.#load = load;
    this.journal = emptyJournal(load, params.system === 'hybrid+lecturer');
    const { system } = params;
    const hasPipeline = system !== 'llm' && system !== 'lecturer';
    if (system === 'llm' || system === 'fewshot')
      this.#api = sim.spawn('llm', rateLimitedApi, { spacing: spacingOf(params.rateLimit) });
    if (hasPipeline && params.discipline === 'processor-sharing')
      this.#sharing = sim.spawn('server', sharingStation, { servers: params.workers });
    else if (hasPipeline)
      this.#workers = crew(sim, {
        name: 'worker',
        size: params.workers,
        work: (ctx, essay) => this.#read(ctx, essay),
      });
    if (system === 'lecturer' || system === 'hybrid+lecturer') {
      const perDay = hours(params.officeHoursPerDay);
      this.office = office(sim, { name: 'office hours', desks: params.lecturers, perDay });
      this.lecturers = crew(sim, {
        name: 'lecturer',
        size: params.lecturers,
        work: (ctx, essay) => this.#mark(ctx, essay),
      });
    }
    this.#desk = this.#spawnDesk(sim);
    this.#spawnStudents(sim);
  }

  /** Hears what comes back from services that are no processes. */
  #spawnDesk(sim: Simulation): ActorRef<DeskMessage> {
    const behavior = defineActor<undefined, undefined, DeskMessage>({
      kind: 'platform',
      init: () => undefined,
      on: {
        refused: (_state, { essay }, ctx) => {
          this.journal.rejected++;
          ctx.trace.annotate(taskOf(this.journal, essay), 'verdict', 'please revise');
          ctx.trace.end(taskOf(this.journal, essay));
          this.#closeIfDone();
        },
        answered: (_state, { tag, started, task }, ctx) => {
          ctx.trace.work(taskOf(this.journal, tag), task);
          this.journal.started[tag] = started;
          this.journal.service[tag] = ctx.now - started;
          this.#deliver(ctx, tag);
        },
        shared: (_state, { tag, task }, ctx) => {
          ctx.trace.work(taskOf(this.journal, tag), task);
          this.#deliver(ctx, tag);
        },
      },
    });
    return sim.spawn('platform', behavior, undefined);
  }

  #spawnStudents(sim: Simulation): void {
    const { arrival } = this.#load;
    const handIn = (ctx: Context<Message>, essay: number): void => this.#submit(ctx, essay);
    const behavior = process(
      function* (ctx: Context<Message>) {
        let now = 0;
        for (let essay = 0; essay < arrival.length; essay++) {
          const at = arrival[essay] as number;
          // The first essay of an instant comes in the arrival phase, and the others with it.
          if (at > now || essay === 0) yield* delay(seconds(at - now), phases.arrival);
          now = at;
          handIn(ctx, essay);
        }
      },
      { kind: 'students' },
    );
    sim.spawn('students', behavior, undefined);
  }

  #submit(ctx: Context<Message>, essay: number): void {
    const { journal } = this;
    const { trace } = ctx;
    const task = trace.begin('essay', trace.isRecording ? `essay ${essay}` : '');
    journal.arrival[essay] = ctx.now;
    journal.task[essay] = task;
    const sentences = this.#load.sentences[essay] as number;
    if (sentences < LEAST_SENTENCES) {
      ctx.schedule(seconds(gateSeconds()), this.#desk, { type: 'refused', essay });
      return;
    }
    const first = this.#workers ?? (this.#params.system === 'lecturer' ? this.lecturers : undefined);
    if (first !== undefined) {
      trace.wait(task, 'queue', first.name);
      first.offer(essay);
    } else if (this.#sharing !== undefined) {
      trace.wait(task, 'data', 'server');
      const work = this.#pipelineTime(essay);
      journal.started[essay] = ctx.now;
      journal.service[essay] = Math.round((work / 1e12) * TICKS);
      journal.requests += this.#callsOf(essay);
      ctx.send(this.#sharing, { type: 'share', tag: essay, work, replyTo: this.#desk, parent: task });
    } else if (this.#api !== undefined) {
      trace.wait(task, 'data', 'llm');
      const span = seconds(requestSeconds(this.#params, this.#params.tokensOut));
      journal.requests++;
      ctx.send(this.#api, { type: 'call', tag: essay, span, replyTo: this.#desk, parent: task });
    }
  }

  /** Time of an essay in the pipeline with a worker to itself. */
  #pipelineTime(essay: number): Duration {
    const { serviceModel, serviceSeconds } = this.#params;
    const units = this.#load.service[essay] ?? 1;
    const own =
      serviceModel === 'components'
        ? componentSeconds(this.#params, this.#load.sentences[essay] as number)
        : serviceSeconds * units;
    return seconds(own + 2 * this.#translation(essay));
  }

  #translation(essay: number): number {
    return this.#load.translated[essay] === 1 ? this.#params.translateSeconds : 0;
  }

  #callsOf(essay: number): number {
    const { system, serviceModel } = this.#params;
    if (system !== 'fewshot' || serviceModel !== 'components') return 0;
    return calledSteps.size * (this.#load.sentences[essay] as number);
  }

  /** A worker reads an essay, applies the rules and composes the feedback. */
  *#read(ctx: Context<Message>, essay: number): Steps<void> {
    const { journal } = this;
    journal.started[essay] = ctx.now;
    ctx.trace.work(taskOf(journal, essay));
    if (this.#params.serviceModel === 'components') yield* this.#readByComponents(ctx, essay);
    else yield* delay(this.#pipelineTime(essay), phases.release);
    journal.service[essay] = ctx.now - (journal.started[essay] as number);
    this.#deliver(ctx, essay);
  }

  *#readByComponents(ctx: Context<Message>, essay: number): Steps<void> {
    const translation = this.#translation(essay);
    for (const step of prefix) yield* this.#step(ctx, essay, step);
    if (translation > 0) yield* this.#timed(ctx, essay, 'translate in', translation);
    if (this.#params.parallelism === 'serial') for (const step of branches) yield* this.#step(ctx, essay, step);
    else {
      const running: Process<void>[] = [];
      for (const step of branches) running.push(yield* fork(this.#step(ctx, essay, step)));
      for (const branch of running) yield* join(branch);
    }
    for (const step of suffix) yield* this.#step(ctx, essay, step);
    if (translation > 0) yield* this.#timed(ctx, essay, 'translate out', translation);
  }

  *#step(ctx: Context<Message>, essay: number, step: StepName): Steps<void> {
    const sentences = this.#load.sentences[essay] as number;
    if (this.#api === undefined || !calledSteps.has(step)) {
      yield* this.#timed(ctx, essay, step, stepSeconds(step, sentences));
      return;
    }
    const { trace } = ctx;
    const task = trace.begin('component', step, taskOf(this.journal, essay));
    const span = seconds(callSeconds(this.#params));
    for (let call = 0; call < sentences; call++) {
      trace.wait(task, 'data', 'llm');
      this.journal.requests++;
      yield* ask(this.#api, { type: 'request', tag: essay, span, parent: task });
      trace.work(task);
    }
    trace.end(task);
  }

  *#timed(ctx: Context<Message>, essay: number, name: string, length: number): Steps<void> {
    const task = ctx.trace.begin('component', name, taskOf(this.journal, essay));
    yield* delay(seconds(length), phases.release);
    ctx.trace.end(task);
  }

  /** A lecturer marks an essay, or reviews one that the pipeline has answered. */
  *#mark(ctx: Context<Message>, essay: number): Steps<void> {
    const { journal } = this;
    const { trace } = ctx;
    const isReview = this.#params.system === 'hybrid+lecturer';
    const { lecturerMinutes, reviewMinutes } = this.#params;
    const span = minutes((isReview ? reviewMinutes : lecturerMinutes) * (this.#load.marking[essay] ?? 1));
    const task = taskOf(journal, essay);
    trace.wait(task, 'resource', 'office hours');
    const onGrant = (): void => {
      trace.work(task);
      if (!isReview && Number.isNaN(journal.started[essay])) journal.started[essay] = ctx.now;
    };
    const onLoss = (): void => trace.wait(task, 'resource', 'office hours');
    yield* (this.office as Office).work(span, { onGrant, onLoss });
    const ticks = Math.round((span / 1e12) * TICKS);
    journal.marking += ticks;
    if (isReview) {
      journal.reviewed[essay] = ctx.now;
      journal.underReview--;
      trace.end(task);
      this.#closeIfDone();
      return;
    }
    journal.service[essay] = ticks;
    this.#deliver(ctx, essay);
  }

  #deliver(ctx: Pick<Context<never>, 'now' | 'trace'>, essay: number): void {
    const { journal } = this;
    const { trace } = ctx;
    journal.departed[essay] = ctx.now;
    journal.delivered++;
    const task = taskOf(journal, essay);
    trace.end(task);
    if (this.#load.reviewed[essay] === 1 && this.lecturers !== undefined) {
      journal.underReview++;
      const review = trace.begin('review', trace.isRecording ? `review of essay ${essay}` : '');
      journal.task[essay] = review;
      trace.wait(review, 'queue', this.lecturers.name);
      this.lecturers.offer(essay);
    }
    this.#closeIfDone();
  }

  #closeIfDone(): void {
    const { rejected, delivered, underReview } = this.journal;
    if (rejected + delivered < this.#params.students || underReview > 0) return;
    this.#workers?.close();
    this.lecturers?.close();
    this.office?.retire();
  }
}

/** Time between starts of requests, rounded up to a tick so that the limit is never passed. */
export function spacingOf(rateLimit: number): Duration {
  return seconds(rateLimit === 0 ? 0 : Math.ceil((60 / rateLimit) * TICKS - 1e-6) / TICKS);
}
