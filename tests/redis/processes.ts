import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from '../scenarios/cli/run-command.ts';

/** Path of the compiled scenario that does as it is told. */
export const toy: string = fileURLToPath(new URL('../scenarios/sweep/toy.js', import.meta.url));

/** A process of the command that a test watches and ends. */
export interface Running {
  readonly child: ChildProcess;
  /** What it wrote so far. */
  readonly text: () => string;
  readonly exit: Promise<number | null>;
}

/** Processes and folders of one test; all are gone after `close`. */
export class Stage {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'escapement-sweep-'));
  readonly #running: Running[] = [];

  /** Starts a worker that computes the toy scenario; others take over its runs after two seconds. */
  worker(url: string, options: { readonly concurrency?: number; readonly main?: string } = {}): Running {
    const { concurrency = 1, main: command = main } = options;
    const args = [toy, '--redis', url, '--concurrency', String(concurrency), '--takeover', '2s'];
    return this.#start(command, ['worker', ...args]);
  }

  /** Starts a sweep of the toy scenario into the folder `name`. */
  sweep(name: string, args: readonly string[]): Running {
    return this.#start(main, ['sweep', toy, ...args, '--out', join(this.folder, name)]);
  }

  /** Bytes of a result file of the sweep `name`. */
  result(name: string, file = 'results.csv'): string {
    return readFileSync(join(this.folder, name, file), 'utf8');
  }

  /** Lines of the journal of the sweep `name`, without its head. */
  journal(name: string): readonly string[] {
    const file = join(this.folder, name, 'journal.jsonl');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(1, -1) : [];
  }

  /** Runs that were begun anywhere, as the toy notes them: process, then parameters and seed. */
  begun(): readonly string[] {
    const file = join(this.folder, 'begun');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  }

  async close(): Promise<void> {
    for (const { child } of this.#running) child.kill('SIGKILL');
    await Promise.all(this.#running.map(({ exit }) => exit));
    rmSync(this.folder, { recursive: true, force: true });
  }

  #start(command: string, args: readonly string[]): Running {
    const env = { ...process.env, TOY_LOG: join(this.folder, 'begun'), ESCAPEMENT_REDIS: '' };
    const child = spawn(process.execPath, [command, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += String(chunk)));
    const exit = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
    const running = { child, text: () => text, exit };
    this.#running.push(running);
    return running;
  }
}
