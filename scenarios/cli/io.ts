import { createColors } from 'picocolors';
import type { RunReport } from '../kit/run-scenario.ts';
import type { ParamsInput } from '../kit/scenario.ts';

/** A moment of a run: of its simulation with this number, counted from 1, after so many events or at a time in picoseconds. */
export type ServeMoment = { readonly sim: number } & ({ readonly event: number } | { readonly time: number });

/** What the viewer is to show. */
export interface ServeRequest {
  readonly port: number;
  /** Address to listen on beside loopback. */
  readonly host?: string | undefined;
  /** Folder in which marks are kept. */
  readonly marks?: string | undefined;
  /** Whether to open a browser when there is a terminal. */
  readonly open: boolean;
  readonly paused: boolean;
  /** Where the run stands still when it gets there. */
  readonly until?: ServeMoment | undefined;
  /** Id or path of the scenario to run; without it one is chosen on the page. */
  readonly scenario?: string | undefined;
  readonly params?: ParamsInput | undefined;
  /** stdout is for JSON alone: the link goes to stderr. */
  readonly json?: boolean | undefined;
  /** Told when the first run has finished. */
  readonly onReport?: (report: RunReport) => void;
}

/** What a subcommand may touch of the world outside. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly color: ReturnType<typeof createColors>;
  /** Columns of the terminal, or undefined when stdout is none: then nothing is wrapped. */
  readonly width: number | undefined;
  /** Whether stderr is a terminal that can show progress. */
  readonly showProgress: boolean;
  /** Whether Ctrl-C was pressed since `listenForInterrupt`. */
  readonly interrupted: () => boolean;
  /** From now on Ctrl-C (or SIGTERM) asks for an early end with partial results and calls `stop`; a second one ends at once. Returns the way back. */
  readonly listenForInterrupt: (stop?: () => void) => () => void;
  readonly setExitCode: (code: number) => void;
  /** Serves the viewer until Ctrl-C; undefined where there is none. */
  readonly serve?: (request: ServeRequest) => Promise<void>;
}

/** Columns of a terminal that does not say how many it has. */
const usualWidth = 80;

/** The process's own streams. Colour only on a terminal and never with NO_COLOR. */
export function processIo(): Io {
  let interrupts = 0;
  const color = process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '' && process.env.TERM !== 'dumb';
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    color: createColors(color),
    // A terminal that does not say how wide it is, as `script` makes them, is one all the same.
    width: process.stdout.isTTY === true ? process.stdout.columns || usualWidth : undefined,
    showProgress: process.stderr.isTTY === true && process.env.TERM !== 'dumb',
    interrupted: () => interrupts > 0,
    listenForInterrupt: (stop) => {
      const onInterrupt = (): void => {
        interrupts += 1;
        if (interrupts > 1) process.exit(130);
        stop?.();
      };
      const signals = ['SIGINT', 'SIGTERM'] as const;
      for (const signal of signals) process.on(signal, onInterrupt);
      return () => {
        for (const signal of signals) process.off(signal, onInterrupt);
      };
    },
    setExitCode: (code) => {
      process.exitCode = code;
    },
  };
}
