import { defineErrors, type ErrorRoom } from '../../engine/index.ts';

/** What a viewer can ask that cannot be done; the run does not notice. */
export const liveErrors: ErrorRoom<
  'LIVE_REQUEST' | 'LIVE_CONDITION' | 'LIVE_READ_ONLY' | 'LIVE_TRACE' | 'LIVE_PAST' | 'LIVE_MARKS'
> = defineErrors({
  LIVE_REQUEST: { fatal: false, text: '%problem', hint: '%hint' },
  LIVE_CONDITION: { fatal: false, text: "'%text' is no condition or query: %problem", hint: '%hint' },
  LIVE_READ_ONLY: {
    fatal: false,
    text: 'this connection may look, not touch',
    hint: 'Open the link with the control token that the command printed.',
  },
  LIVE_TRACE: { fatal: false, text: '%problem', hint: '%hint' },
  LIVE_PAST: { fatal: false, text: 'that moment cannot be shown: %problem', hint: '%hint' },
  LIVE_MARKS: { fatal: false, text: 'the marks cannot be kept in %folder: %problem', hint: '%hint' },
});
