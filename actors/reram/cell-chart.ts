import { createMachine } from 'xstate';

/** What happens to a cell. `form` opens a virgin one; `set` and `reset` switch; `drift` loses the low state; `stickLow`, `stickHigh` end its life. */
export type CellEvent = 'form' | 'set' | 'reset' | 'drift' | 'stickLow' | 'stickHigh';

/** States of a cell, in the order in which a crossbar reads them from most to least conductive. */
export type CellState = 'stuckLow' | 'low' | 'drifted' | 'high' | 'virgin' | 'stuckHigh';

/**
 * A resistive memory cell without context, for `population`: virgin until formed, then of low or high resistance; a cell that
 * drifted out of the low state reads between the two until it is written again; stuck cells answer nothing.
 */
export const cellChart = createMachine({
  id: 'cell',
  types: {} as { events: { readonly type: CellEvent } },
  initial: 'virgin',
  states: {
    virgin: { on: { form: 'low', stickLow: 'stuckLow', stickHigh: 'stuckHigh' } },
    low: { on: { reset: 'high', drift: 'drifted', stickLow: 'stuckLow', stickHigh: 'stuckHigh' } },
    high: { on: { set: 'low', stickLow: 'stuckLow', stickHigh: 'stuckHigh' } },
    drifted: { on: { set: 'low', reset: 'high', stickLow: 'stuckLow', stickHigh: 'stuckHigh' } },
    stuckLow: { type: 'final' },
    stuckHigh: { type: 'final' },
  },
});
