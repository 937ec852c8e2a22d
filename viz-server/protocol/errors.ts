import { defineErrors, type ErrorRoom } from '../../engine/kernel/errors.ts';

/** What can be wrong with what came over the wire. */
export const protocolErrors: ErrorRoom<'PROTOCOL_CHUNK' | 'PROTOCOL_MESSAGE'> = defineErrors({
  PROTOCOL_CHUNK: {
    fatal: false,
    text: 'a chunk of %bytes bytes is malformed: %problem',
    hint: 'Page and server must be of one version: reload the page.',
  },
  PROTOCOL_MESSAGE: { fatal: false, text: 'a message is not of the protocol: %problem', hint: '%hint' },
});
