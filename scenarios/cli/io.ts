import { createColors } from 'picocolors';

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
  /** From now on Ctrl-C asks for an early end with partial results and calls `stop`; a second one ends at once. Returns the way back. */
  readonly listenForInterrupt: (stop?: () => void) => () => void;
  readonly setExitCode: (code: number) => void;
}

/** The process's own streams. Colour only on a terminal and never with NO_COLOR. */
export function processIo(): Io {
  let interrupts = 0;
  const color = process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '' && process.env.TERM !== 'dumb';
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    color: createColors(color),
    width: process.stdout.isTTY === true ? process.stdout.columns || undefined : undefined,
    showProgress: process.stderr.isTTY === true && process.env.TERM !== 'dumb',
    interrupted: () => interrupts > 0,
    listenForInterrupt: (stop) => {
      const onInterrupt = (): void => {
        interrupts += 1;
        if (interrupts > 1) process.exit(130);
        stop?.();
      };
      process.on('SIGINT', onInterrupt);
      return () => process.off('SIGINT', onInterrupt);
    },
    setExitCode: (code) => {
      process.exitCode = code;
    },
  };
}
