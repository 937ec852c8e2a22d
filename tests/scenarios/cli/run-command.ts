import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createColors } from 'picocolors';
import type { Io } from '../../../scenarios/cli/io.ts';
import { runCli } from '../../../scenarios/cli/run-cli.ts';

/** Path of the compiled command. */
export const main: string = fileURLToPath(new URL('../../../scenarios/cli/main.js', import.meta.url));

/** What a finished command left. */
export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Path of a compiled sample scenario beside these tests. */
export function sample(name: string): string {
  return fileURLToPath(new URL(`../kit/${name}.js`, import.meta.url));
}

/** A place without terminal and colours, where nothing is shown. */
export const plainIo: Io = {
  out: () => undefined,
  err: () => undefined,
  color: createColors(false),
  width: undefined,
  showProgress: false,
  interrupted: () => false,
  listenForInterrupt: () => () => undefined,
  setExitCode: () => undefined,
};

/** Runs the command in this process: no terminal, no colours. */
export async function inProcess(args: readonly string[]): Promise<Finished> {
  let code = 0;
  let out = '';
  let err = '';
  await runCli(args, {
    ...plainIo,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    setExitCode: (given) => {
      code = given;
    },
  });
  return { code, out, err };
}

/** Runs the command as a person would; `onErr` sees stderr as it comes and may signal the process. */
export function escapement(
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly onErr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
  } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      timeout: 20_000,
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
      options.onErr?.(err, (signal) => child.kill(signal));
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}
