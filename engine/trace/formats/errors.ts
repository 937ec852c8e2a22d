import { defineErrors, type ErrorRoom } from '../../kernel/index.ts';

/** Errors of writing and reading trace files. */
export const formatErrors: ErrorRoom<'WIRE_MALFORMED' | 'EXPORT_NOT_NESTED' | 'EXPORT_TRACK' | 'EXPORT_TIME'> =
  defineErrors({
    WIRE_MALFORMED: {
      fatal: false,
      text: 'byte %byte: %problem',
      hint: 'The file is damaged or of another format; record or export it again.',
    },
    EXPORT_NOT_NESTED: {
      fatal: true,
      text: "track %track: '%outer' ends at %at while '%inner' inside it is open",
      hint: 'Tasks that overlap without nesting belong on lanes of their own; the recorder is at fault.',
    },
    EXPORT_TRACK: {
      fatal: true,
      text: 'track %track: %problem',
      hint: 'Declare every track once, with an id of at least 1, before its first event.',
    },
    EXPORT_TIME: {
      fatal: true,
      text: 'track %track: an event at %at after one at %before',
      hint: 'Events of one track are written in order of time, with whole ticks from 0 to 2^53.',
    },
  });
