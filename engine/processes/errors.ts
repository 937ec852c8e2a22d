import { defineErrors, type ErrorRoom } from '../kernel/index.ts';

/** Every error of the room. */
export const processCatalogue = {
  PROC_BAD_YIELD: {
    fatal: true,
    text: "a process yielded %value, which is no wait (process of kind '%kind')",
    hint: 'Write `yield* delay(us(3))`: the star, and a wait of this package.',
  },
  PROC_WAIT_IN_USE: {
    fatal: true,
    text: 'a %what was waited for while it is in use already',
    hint: 'Make a new one for each wait, and release a hold before acquiring with it again.',
  },
  PROC_BAD_CAPACITY: {
    fatal: false,
    text: "the capacity of '%name' must be a number >= 0, got %value",
    hint: 'Give a capacity such as 1, or Infinity for no bound.',
  },
  PROC_BAD_LEVEL: {
    fatal: false,
    text: "'%name' cannot start with %value: it holds 0 to %capacity",
    hint: 'Give a level within the capacity.',
  },
  PROC_BAD_AMOUNT: {
    fatal: false,
    text: "an amount must be a number > 0, got %value for '%name'",
    hint: 'Leave the amount out to take one unit.',
  },
  PROC_TOO_LARGE: {
    fatal: true,
    text: "%amount of '%name' were asked for, which never has more than %capacity",
    hint: 'Ask for less, or raise the capacity.',
  },
  PROC_BAD_PRIORITY: {
    fatal: false,
    text: "a priority must be a number, got %value for '%name'",
    hint: 'Smaller numbers go first; the default is 0.',
  },
  PROC_NOT_HELD: {
    fatal: true,
    text: "'%name' was released by something that does not hold it",
    hint: 'Release a hold once; one that was preempted is gone already (hold.isHeld tells).',
  },
  PROC_SELF: {
    fatal: true,
    text: 'a process tried to %what itself',
    hint: 'Return or throw instead.',
  },
  PROC_FAILED: {
    fatal: true,
    text: "the process joined, of kind '%kind', failed: %reason",
    hint: 'The cause is attached; catch it around join to go on.',
  },
  PROC_CANCELLED: {
    fatal: false,
    text: "the process joined, of kind '%kind', was cancelled",
    hint: 'Catch it around join to go on.',
  },
  PROC_BAD_PARTIES: {
    fatal: false,
    text: "barrier '%name' is for a whole number of parties >= 1, got %value",
    hint: 'Give the number of processes that meet there.',
  },
  PROC_BAD_SCHEDULE: {
    fatal: false,
    text: "the schedule of '%name' must go forward in time within its period, got %value",
    hint: 'Sort the entries by time, and make the period longer than the last of them.',
  },
} as const;

export type ProcessErrorCode = keyof typeof processCatalogue;

export const processErrors: ErrorRoom<ProcessErrorCode> = defineErrors(processCatalogue);
