import type { AnalysisKind, ControlMessage } from '../../protocol/client-messages.ts';
import type { Table } from '../../protocol/server-messages.ts';
import type { LiveConnection, Request } from './live-connection.ts';
import type { PageState } from './page-state.ts';

type ControlOp = ControlMessage extends infer M
  ? M extends ControlMessage
    ? Omit<M, 'requestId' | 'controlToken' | 'type'>
    : never
  : never;

/** What one asks of the server, or tells it to do. */
export class Questions {
  readonly #state: PageState;
  readonly #live: LiveConnection;

  constructor(state: PageState, live: LiveConnection) {
    this.#state = state;
    this.#live = live;
  }

  async control(op: ControlOp): Promise<void> {
    if (!this.#state.canControl.value) {
      this.#state.say('This link only watches: the run is controlled by the link with the control token.');
      return;
    }
    try {
      await this.#live.request({ type: 'control', ...op } as Request);
    } catch (error) {
      this.#state.complain(error);
    }
  }

  toggleRun(): void {
    void this.control({ op: this.#state.status.value?.state === 'paused' ? 'resume' : 'pause' } as ControlOp);
  }

  /** A table about a range, by default the area, or everything without one. Rejects with `RequestError`. */
  async analyse(
    kind: AnalysisKind,
    args?: { readonly kind?: string; readonly sim?: number },
    range: { readonly from: number; readonly to: number } | undefined = this.#state.area.value,
  ): Promise<Table | undefined> {
    const { table } = await this.#live.request({
      type: 'analyze',
      kind,
      ...(range === undefined ? {} : { from: Math.max(0, range.from), to: Math.max(0, range.to) }),
      ...(args === undefined ? {} : { args }),
    });
    return table;
  }
}
