import { defineErrors, type ErrorRoom } from './errors.ts';

/** Every error the kernel raises. */
export const kernelCatalogue = {
  SIM_BAD_DURATION: {
    fatal: false,
    text: 'a duration must be finite and not negative, got %value',
    hint: 'Make it with ns(5), us(3), seconds(1).',
  },
  SIM_PAST: { fatal: false, text: 'cannot schedule at %at: now is %now', hint: 'Use a delay >= 0.' },
  SIM_RANGE: {
    fatal: true,
    text: 'virtual time passes 2^53 ticks: now %now, delay %delay at one tick a %resolution',
    hint: "Create the simulation with a coarser tick, resolution: '%coarser'.",
  },
  SIM_QUEUE_CAPACITY: {
    fatal: false,
    text: 'a queue is made for 1 to 67108862 events, got %value',
    hint: 'Leave the capacity out: the queue grows as needed.',
  },
  SIM_QUEUE_FULL: {
    fatal: true,
    text: '%value events are pending, more than one queue can hold',
    hint: 'Look for a handler that schedules more than one event per event.',
  },
  SIM_BAD_SEED: {
    fatal: false,
    text: 'a seed is an integer between -2^53 and 2^53, got %value',
    hint: 'Take any integer, e.g. 7.',
  },
  SIM_NO_RANDOM: {
    fatal: true,
    text: "stream '%name' was asked for, but the simulation has no source of randomness",
    hint: "Take Simulation from the package's main entry, or pass `random`.",
  },
  SIM_DUPLICATE_NAME: {
    fatal: false,
    text: "an actor named '%value' exists already, or the name is empty",
    hint: "Choose another name, or let it be numbered: 'customer#'.",
  },
  SIM_UNKNOWN_ACTOR: {
    fatal: true,
    text: 'reference %value names no actor of this simulation',
    hint: 'Use a reference that spawn returned in the same simulation.',
  },
  SIM_UNKNOWN_MESSAGE: {
    fatal: true,
    text: "message '%type' is not understood; known: %known",
    hint: 'Add a handler for it to `on`.',
  },
  SIM_LOST_MESSAGE: {
    fatal: true,
    text: "message '%type' reached an actor that has stopped",
    hint: "Stop sending before it stops, or spawn it with afterStop: 'drop'.",
  },
  SIM_ACTOR_FAILED: {
    fatal: true,
    text: "the handler of '%type' threw: %reason",
    hint: "The cause is attached; for fault experiments choose failures('restart' | 'stop').",
  },
  SIM_RESTART_FAILED: {
    fatal: true,
    text: 'starting over failed: %reason',
    hint: 'Make init work from its spec alone.',
  },
  SIM_LIVELOCK: {
    fatal: true,
    text: '%count events at one instant: actors keep sending without delay',
    hint: 'Give one message of the loop a delay, or raise maxEventsPerInstant.',
  },
  SIM_DEADLOCK: {
    fatal: true,
    text: 'no event is left, but %count actors wait: %waits',
    hint: 'Read the cycle from left to right.',
  },
  SIM_RUNNING: {
    fatal: false,
    text: '%what was called while the simulation runs',
    hint: 'Call it between runs; inside a handler use pause().',
  },
  SIM_BAD_PORT: {
    fatal: false,
    text: "the capacity of port '%name' is %value",
    hint: 'Use a whole number above 0.',
  },
  SIM_PORT_FULL: {
    fatal: false,
    text: "%port is full with %capacity messages: '%type' of %path was refused",
    hint: "Raise the capacity, or open it with overflow: 'block' or 'drop'.",
  },
  SIM_UNFIT: {
    fatal: false,
    text: 'there is no checkpoint in the middle of a handler, nor of a run that an error has ended',
    hint: 'Take it between two calls of run, or in a probe when an event has ended.',
  },
  SIM_NOT_FRESH: {
    fatal: false,
    text: 'runs are compared from their start, but the %side one has handled %value events',
    hint: 'Build the simulation in the function given, and do not run it there.',
  },
  SIM_WATCHED: {
    fatal: false,
    text: '%what was called while a probe is told of an event, and watching must not change the run',
    hint: 'Let an actor do it, or make the stream part of the run: drive(sim, stream, actor).',
  },
  SIM_PROBE_FAILED: {
    fatal: false,
    text: 'a probe threw: %reason',
    hint: 'The run itself is unharmed and may go on; the cause is attached.',
  },
  SIM_BROKEN: {
    fatal: true,
    text: 'the run ended with %code and cannot continue',
    hint: 'Build the simulation anew; the first error is attached.',
  },
} as const;

export type KernelErrorCode = keyof typeof kernelCatalogue;

export const kernelErrors: ErrorRoom<KernelErrorCode> = defineErrors(kernelCatalogue);
