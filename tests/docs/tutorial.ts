import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { blocksOf, root } from './snippets.ts';

/** A command of a page, what the page says that it prints and what it printed, both without wall-clock times. */
export interface Step {
  readonly command: string;
  readonly line: number;
  readonly promised: string | undefined;
  readonly printed: string;
  readonly status: number | null;
}

/** Does what a page tells in `folder`: writes its files, adds its patches, runs its commands. `command` is the compiled command, or `npx` uses the installed one. */
export function follow(page: string, folder: string, command?: string): Step[] {
  mkdirSync(folder, { recursive: true });
  const steps: Step[] = [];
  const blocks = blocksOf(page);
  for (const [i, { words, language, text, line }] of blocks.entries()) {
    const file = wordAfter(words, 'file=');
    if (file !== undefined) writeFileSync(join(folder, file), text);
    const patched = wordAfter(words, 'patch=');
    if (patched !== undefined) {
      const before = readFileSync(join(folder, patched), 'utf8').trimEnd().split('\n');
      writeFileSync(join(folder, patched), [...before.slice(0, -1), text.trimEnd(), before.at(-1), ''].join('\n'));
    }
    if (language !== 'sh' || !words.includes('run')) continue;
    const next = blocks[i + 1];
    const expectation = next?.language === 'text' ? next.text : undefined;
    for (const each of text.trim().split('\n')) {
      const { status, stdout, stderr } = run(each.replace(/\s+#.*$/, ''), folder, command);
      const printed = (stdout + stderr).replace(/^npm (?:warn|notice).*\n/gm, '');
      steps.push({ command: each, line, promised: expectation, printed, status });
    }
  }
  return steps;
}

function run(
  line: string,
  cwd: string,
  command: string | undefined,
): { status: number | null; stdout: string; stderr: string } {
  const words = line.split(/\s+/);
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, NODE_TEST_CONTEXT: undefined };
  const [program, ...args] =
    words[0] === 'npx' && command !== undefined
      ? [process.execPath, command, ...words.slice(2)]
      : words[0] === 'node'
        ? [process.execPath, ...words.slice(1)]
        : words;
  return spawnSync(program as string, args, { cwd, env, encoding: 'utf8' });
}

function wordAfter(words: readonly string[], start: string): string | undefined {
  return words.find((word) => word.startsWith(start))?.slice(start.length);
}

/** Text without what differs from run to run: wall-clock times. */
function timeless(text: string): string {
  return text
    .replace(/(fingerprint \w+), [\d.]+ m?s/g, '$1')
    .replace(/"wallSeconds": [\d.e-]+/g, '"wallSeconds": …')
    .replace(/[\d.]+ (?:[kKM]i?)?B (?:written|in)/g, '… B')
    .replace(/[ \t]+$/gm, '');
}

/** Whether a command printed what the page promises; lines of `…` stand for any others. */
export function keeps(printed: string, promised: string): boolean {
  if (!promised.includes('…\n')) return timeless(printed) === timeless(promised);
  const lines = printed.split('\n');
  let at = 0;
  return promised
    .split('\n')
    .filter((line) => line !== '…' && line !== '')
    .every((line) => {
      at = lines.indexOf(line, at) + 1;
      return at > 0;
    });
}

/** Puts what was printed into the page, for `npm run golden`. */
export function rewrite(page: string, steps: readonly Step[]): void {
  const file = new URL(page, root);
  let text = readFileSync(file, 'utf8');
  for (const { command, printed, promised } of steps) {
    if (promised === undefined || promised.includes('…\n') || timeless(printed) === timeless(promised)) continue;
    const at = text.indexOf(command);
    const from = text.indexOf('```text\n', at) + 8;
    const to = text.indexOf('```', from);
    text = text.slice(0, from) + printed.replace(/[ \t]+$/gm, '') + text.slice(to);
  }
  writeFileSync(file, text);
}

/** A fresh folder of the repository from where `escapement` can be imported. */
export function freshFolder(name: string): string {
  const folder = fileURLToPath(new URL(`out/${name}/`, root));
  rmSync(folder, { recursive: true, force: true });
  return folder;
}
