import { defineErrors, type ErrorRoom } from '../kernel/index.ts';

/** Every error of this room. `%where` is the path in the machine: state id, then the kind of place. */
export const chartCatalogue = {
  CHART_NOT_A_MACHINE: {
    fatal: false,
    text: 'compile expects an XState v5 machine, got %value',
    hint: 'Make it with createMachine() or setup().createMachine().',
  },
  CHART_UNKNOWN_GUARD: {
    fatal: false,
    text: "guard '%name' at %where is not implemented",
    hint: 'Implement it in setup({ guards }) or machine.provide({ guards }).',
  },
  CHART_UNKNOWN_ACTION: {
    fatal: false,
    text: "action '%name' at %where is not implemented",
    hint: 'Implement it in setup({ actions }) or machine.provide({ actions }); XState would skip it silently.',
  },
  CHART_UNKNOWN_DELAY: {
    fatal: false,
    text: "delay '%name' at %where is not implemented",
    hint: 'Implement it in setup({ delays }) or machine.provide({ delays }); XState would fire at once.',
  },
  CHART_UNKNOWN_ACTOR: {
    fatal: false,
    text: "actor logic '%name' at %where is not implemented",
    hint: 'Implement it in setup({ actors }) or machine.provide({ actors }).',
  },
  CHART_PROMISE: {
    fatal: false,
    text: 'promise logic at %where cannot run in virtual time: a promise settles by the wall clock',
    hint: 'Model the wait with `after`, or invoke a machine that ends after a delay.',
  },
  CHART_OBSERVABLE: {
    fatal: false,
    text: 'observable logic at %where cannot run in virtual time: its source decides when it emits',
    hint: 'Feed the observable into an actor with engine/streams, and let it send events.',
  },
  CHART_CALLBACK: {
    fatal: false,
    text: 'callback logic at %where is not declared deterministic',
    hint: 'If it uses neither timers, promises nor ambient time, wrap it: deterministic(fromCallback(...)).',
  },
  CHART_LOGIC: {
    fatal: false,
    text: 'actor logic at %where is of a kind that cannot be compiled',
    hint: 'Use a machine, fromTransition, or deterministic(fromCallback(...)).',
  },
  CHART_ASYNC: {
    fatal: false,
    text: 'the function at %where is async: what follows its first await would run outside virtual time',
    hint: 'Make it synchronous; model the wait with `after`.',
  },
  CHART_SYSTEM_ID: {
    fatal: false,
    text: "systemId '%name' at %where: actors are named by their path in the simulation",
    hint: 'Give the actor an id, or pass its reference in input or context.',
  },
  CHART_SYNC_SNAPSHOT: {
    fatal: false,
    text: 'onSnapshot or syncSnapshot at %where would copy every state of the child to its parent',
    hint: 'Let the child send what the parent must know, with sendParent.',
  },
  CHART_BAD_DELAY: {
    fatal: false,
    text: 'the delay at %where is %value',
    hint: 'A delay is a finite number >= 0, in units of `delayUnit` (default: milliseconds).',
  },
  CHART_NO_TARGET: {
    fatal: false,
    text: "cannot send '%type' to '%to': no such child of '%machine'",
    hint: 'Spawn or invoke it before, or pass a reference.',
  },
  CHART_LIVELOCK: {
    fatal: false,
    text: "'%machine' did not come to rest within %count microsteps after '%type'",
    hint: 'Break the cycle of always transitions or raised events, or raise options.maxIterations of the machine.',
  },
  CHART_REENTRANT: {
    fatal: false,
    text: "'%machine' was sent '%type' by one of its own actions while it was running",
    hint: 'Use raise, or send through the simulation.',
  },
  CHART_WILDCARD_EVENT: { fatal: false, text: "an event cannot have the type '*'", hint: 'Name the event.' },
  CHART_CHILD_FAILED: {
    fatal: false,
    text: "a child of '%machine' failed and nothing handles '%type': %reason",
    hint: 'Handle it with onError, or mend the child; the cause is attached.',
  },
  CHART_UNKNOWN_STATE: {
    fatal: false,
    text: "'%machine' was never in %value",
    hint: 'Use a state value of the machine, complete in all regions.',
  },
  CHART_OTHER_MACHINE: {
    fatal: false,
    text: "'%machine' has no state '%state', which a saved state names",
    hint: 'Load it with the machine that it was saved with.',
  },
  CHART_TOO_MANY_STATES: {
    fatal: false,
    text: "'%machine' has more than %count configurations, a byte holds 256",
    hint: 'Split the machine, or use fromMachine for each instance.',
  },
  CHART_NOT_A_TABLE: {
    fatal: false,
    text: "'%machine' cannot be a population: %what at %where depends on more than the state",
    hint: 'Take context, actions, delays and function guards out, or use fromMachine for each instance.',
  },
  CHART_UNKNOWN_EVENT: {
    fatal: false,
    text: "'%machine' has no event '%type'; known: %known",
    hint: 'Name an event that some state handles.',
  },
  CHART_BAD_RANGE: {
    fatal: false,
    text: '%what is %value, outside %range',
    hint: 'Ranges are half open, 0 <= from <= to <= length.',
  },
} as const;

export type ChartErrorCode = keyof typeof chartCatalogue;

export const chartErrors: ErrorRoom<ChartErrorCode> = defineErrors(chartCatalogue);
