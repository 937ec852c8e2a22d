import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quoted } from '../kit/errors.ts';
import { parseAssignments } from '../kit/parameters.ts';
import { reasonOf, systemProblem } from '../kit/system-error.ts';
import type { CodeIdentity } from './code-hash.ts';
import { sweepErrors } from './errors.ts';
import { Journal } from './journal.ts';
import { csvWriter, jsonWriter, parquetWriter, TextualMetrics } from './results.ts';
import { rowsOf } from './rows.ts';
import type { Study } from './study.ts';
import { type Summary, summarise } from './summary.ts';

/** The folder of a study: its file, its journal, and what is written when it is complete. */
export interface StudyFolder {
  /** Absolute path. */
  readonly path: string;
  readonly journal: Journal;
  /** Writes results.csv, .json, .parquet and report.html, each whole or not at all. */
  readonly writeResults: (top: number) => Promise<Summary>;
  /** What is known so far; writes nothing. */
  readonly summarise: (top: number) => Summary;
  readonly close: () => void;
}

/** Opens or makes the folder of a study for one process at a time. Throws SWEEP_JOURNAL. */
export function openStudyFolder(
  study: Study,
  code: CodeIdentity,
  options: { readonly out?: string | undefined; readonly fresh?: boolean },
): StudyFolder {
  const path = resolve(options.out ?? join('escapement-sweep', `${study.scenario.id}-${study.key}`));
  const refuse = (problem: string, hint: string): never => {
    throw sweepErrors.create('SWEEP_JOURNAL', { file: quoted(path, 200), problem, hint });
  };
  try {
    makeFolder(path);
  } catch (error) {
    refuse(`cannot be made: ${reasonOf(error)}`, 'Name another folder with --out.');
  }
  const unlock = lock(path, refuse);
  const file = join(path, 'journal.jsonl');
  let journal: Journal;
  try {
    if (options.fresh) rmSync(file, { force: true });
    journal = new Journal(file, { study: study.key, code: code.hash });
    writeWhole(join(path, 'study.json'), `${JSON.stringify(study.spec, undefined, 2)}\n`);
  } catch (error) {
    unlock();
    throw error;
  }
  return {
    path,
    journal,
    summarise: (top) => summarise(study, journal, top),
    async writeResults(top) {
      const { renderStudy } = await import('./report.ts');
      const textual = new TextualMetrics();
      for (const row of rowsOf(study, journal)) textual.see(row);
      try {
        const writers = [
          csvWriter(study, join(path, 'results.csv')),
          jsonWriter(study, join(path, 'results.json')),
          parquetWriter(study, join(path, 'results.parquet'), textual.names),
        ];
        const summary = summarise(study, journal, top, (row) => {
          for (const writer of writers) writer.row(row);
        });
        for (const writer of writers) writer.finish();
        writeWhole(join(path, 'report.html'), renderStudy(study, summary));
        return summary;
      } catch (error) {
        if (systemProblem(error) === undefined) throw error;
        return refuse(`results cannot be written: ${reasonOf(error)}`, 'Make room; the same command continues.');
      }
    },
    close() {
      journal.close();
      unlock();
    },
  };
}

/** The study that `name` means: a .json file, or `scenario/study` of the package; undefined when it is a scenario. Throws SWEEP_STUDY. */
export function findStudyFile(name: string): { readonly text: string } | undefined {
  const named = /^([a-z][a-z0-9-]*)\/([a-z][a-z0-9-]*)$/.exec(name);
  if (named !== null) {
    const file = fileURLToPath(new URL(`../${named[1]}/studies/${named[2]}.json`, import.meta.url));
    if (existsSync(file)) return { text: readFileSync(file, 'utf8') };
    const folder = fileURLToPath(new URL(`../${named[1]}/studies/`, import.meta.url));
    if (existsSync(folder) && !existsSync(name))
      throw sweepErrors.create('SWEEP_STUDY', {
        problem: `${named[1]} has no study '${named[2]}'`,
        hint: `It has ${readdirSync(folder)
          .map((entry) => entry.replace(/[.]json$/, ''))
          .join(', ')}.`,
      });
  }
  if (!name.endsWith('.json')) return undefined;
  if (!existsSync(name) || !statSync(name).isFile())
    throw sweepErrors.create('SWEEP_STUDY', {
      problem: `there is no file ${quoted(name, 200)}`,
      hint: 'Check the path.',
    });
  return { text: readFileSync(name, 'utf8') };
}

/** As mkdir with `recursive`, which never returns where the system takes no folders, as in /proc. */
function makeFolder(path: string): void {
  if (existsSync(path) && statSync(path).isDirectory()) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  mkdirSync(path);
}

/** `--vary` texts as names and values; a name alone means every choice. Throws PARAM_SYNTAX, PARAM_TWICE. */
export function parseAxes(texts: readonly string[]): Record<string, string> {
  return { ...parseAssignments(texts.map((text) => (/^\s*[\w-]+\s*$/.test(text) ? `${text.trim()}=` : text))) };
}

/** A list of names separated by commas. */
export function parseList(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.part`, text);
  renameSync(`${file}.part`, file);
}

/** Locks of this process; another file with its number is of a process of an earlier container. */
const held = new Set<string>();

/** Keeps a second process out; a lock whose process is gone is taken over. */
function lock(path: string, refuse: (problem: string, hint: string) => never): () => void {
  const file = join(path, 'lock');
  const mine = `${hostname()} ${process.pid}\n`;
  const release = (): void => {
    held.delete(file);
    rmSync(file, { force: true });
  };
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(file, mine, { flag: 'wx' });
      held.add(file);
      return release;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST') return refuse(`cannot be written: ${reasonOf(error)}`, 'Name another folder with --out.');
    }
    const [host = '', pid = ''] = readLock(file).trim().split(' ');
    if (host !== '' && (host !== hostname() || held.has(file) || isAlive(Number(pid))))
      return refuse(
        `is in use by process ${quoted(pid, 20)} on ${quoted(host)}`,
        `Wait for it, or name another folder with --out; if it is gone, delete ${quoted(file, 200)}.`,
      );
    rmSync(file, { force: true });
  }
  return refuse('is being opened by another process', 'Try again.');
}

function readLock(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
