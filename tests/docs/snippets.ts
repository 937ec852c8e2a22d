import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { preludes } from './preludes.ts';

/** A fenced block of a page: its language, the words behind it and where it begins. */
export interface Block {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly words: readonly string[];
  readonly text: string;
}

/** Code of one or several blocks of a page that run as one module. */
export interface Snippet {
  readonly name: string;
  readonly extension: 'ts' | 'js';
  readonly code: string;
}

export const root: URL = new URL('../../../', import.meta.url);
const entries = ['escapement', 'escapement/actors', 'escapement/scenarios', 'escapement/streams', 'escapement/formats'];

/** Pages whose code runs: docs/ and the README of every folder; docs/models and test-your-simulation have tests of their own. */
export function pages(): string[] {
  return allPages().filter((page) => !/^docs\/(models|reference|how-to\/test-your)/.test(page));
}

/** Every page of the repository, in order of their names. */
export function allPages(): string[] {
  const found = ['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'CONTRIBUTING.md'];
  for (const folder of ['docs', 'engine', 'actors', 'scenarios', 'viz-server', 'tests'])
    for (const entry of list(folder))
      if (entry.endsWith('.md') && !entry.includes('node_modules')) found.push(`${folder}/${entry}`);
  return found.sort();
}

function list(folder: string): string[] {
  try {
    return (readdirSync(new URL(folder, root), { recursive: true }) as string[]).map((entry) =>
      entry.replaceAll('\\', '/'),
    );
  } catch {
    return [];
  }
}

export function blocksOf(page: string): Block[] {
  let text: string;
  try {
    text = readFileSync(new URL(page, root), 'utf8');
  } catch {
    return [];
  }
  return [...text.matchAll(/^```(\w+)?([^\n]*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    page,
    line: text.slice(0, match.index).split('\n').length,
    language: match[1] ?? '',
    words: (match[2] ?? '').trim().split(/\s+/).filter(Boolean),
    text: match[3] ?? '',
  }));
}

/** Whether a block is code that runs: not a listing of signatures, not lines of a source file, not a file that the page makes. */
function isRun(block: Block): block is Block & { readonly language: 'ts' | 'js' } {
  if (block.language !== 'ts' && block.language !== 'js') return false;
  return !block.words.some((word) => word === 'signatures' || /^(?:excerpt|file|patch)=/.test(word));
}

/** What a listing names and its folder does not have: words before a bracket, classes and interfaces. */
export function strangersIn({ page, text }: Block): string[] {
  const folder = page.slice(0, page.lastIndexOf('/'));
  const sources = list(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(new URL(`${folder}/${file}`, root), 'utf8'))
    .join('\n');
  const bare = text.replaceAll(/\/\/.*$/gm, '').replaceAll(/'[^'\n]*'/g, "''");
  const named = [...bare.matchAll(/([A-Za-z_]\w*)(?=[(<])|(?<=(?:class|interface) )(\w+)/g)].map(([name]) => name);
  return [...new Set(named)].filter((name) => !builtIn.has(name) && !new RegExp(`\\b${name}\\b`).test(sources));
}

const builtIn = new Set(['Promise', 'Array', 'Map', 'Set', 'Observable', 'Generator', 'constructor']);

/** The modules of a page: a block alone, or with those that say `continues`. */
export async function snippetsOf(page: string): Promise<Snippet[]> {
  const snippets: Array<{ name: string; extension: 'ts' | 'js'; code: string; isFragment: boolean }> = [];
  for (const block of blocksOf(page)) {
    if (!isRun(block)) continue;
    const last = snippets.at(-1);
    if (block.words.includes('continues')) {
      if (last === undefined) throw new Error(`${block.page}:${block.line} continues nothing`);
      last.code += `\n${checked(block)}`;
      continue;
    }
    const prelude = block.words.find((word) => word.startsWith('with='))?.slice(5);
    if (prelude !== undefined && preludes[prelude] === undefined)
      throw new Error(`${block.page}:${block.line}: tests/docs/preludes.ts has no '${prelude}'`);
    const before = prelude === undefined ? '' : (preludes[prelude] as string);
    const name = `${page.replace(/\.md$/, '').replaceAll(/[^\w]+/g, '-')}-${block.line}`;
    const isFragment = !/^import [^;]* from 'escapement['/]/m.test(block.text);
    snippets.push({ name, extension: block.language, code: `${before}\n${checked(block)}`, isFragment });
  }
  for (const snippet of snippets) snippet.code = await completed(snippet.code, snippet.isFragment);
  return snippets;
}

/** `value; // => text` becomes a check that the value is shown so. */
function checked({ page, line, text }: Block): string {
  return text
    .split('\n')
    .map((row, i) => {
      const [, indent, value, promised] = /^(\s*)(.*\S); \/\/ => (.*)$/.exec(row) ?? [];
      if (value === undefined) return row;
      const declared = /^(?:const|let) (\w+) = /.exec(value);
      const shown = declared === null ? value : (declared[1] as string);
      const before = declared === null ? '' : `${value}; `;
      return `${indent}${before}showsAs(${shown}, ${JSON.stringify(promised)}, ${JSON.stringify(`${page}:${line + i + 1}`)});`;
    })
    .join('\n');
}

let exported: Map<string, string> | undefined;

/** Imports what a fragment uses of the package. */
async function completed(code: string, isFragment: boolean): Promise<string> {
  const needed = new Map<string, string[]>();
  if (isFragment) {
    exported ??= await exportsOfPackage();
    const bare = code.replaceAll(/\/\/.*$/gm, '').replaceAll(/'[^'\n]*'/g, "''");
    for (const [name] of bare.matchAll(/(?<![.\w$]|\.\.)([A-Za-z_]\w*)|(?<=\.\.\.)([A-Za-z_]\w*)/g)) {
      const from = exported.get(name);
      if (from === undefined || isDeclared(bare, name)) continue;
      if (name === 'process' && !bare.includes('process(')) continue;
      const names = needed.get(from) ?? [];
      if (!names.includes(name)) needed.set(from, [...names, name]);
    }
  }
  const lines = [...needed].map(([from, names]) => `import { ${names.join(', ')} } from '${from}';`);
  return `${lines.join('\n')}\n${helper}\n${code}\nexport {};\n`;
}

const helper = `import { inspect } from 'node:util';
import { equal } from 'node:assert/strict';
function showsAs(value: unknown, promised: string, place: string): void {
  const shown = inspect(value, { breakLength: Infinity, depth: 4 });
  equal(shown, promised.replace(/(?<=\\d)_(?=\\d{3})/g, ''), place);
}`;

function isDeclared(code: string, name: string): boolean {
  return new RegExp(
    `(?:const|let|function\\*?|class|type|interface) (?:\\{[^}]*\\b|\\[[^\\]]*\\b)?${name}\\b|import [^;]*\\b${name}\\b[^;]* from`,
  ).test(code);
}

async function exportsOfPackage(): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const entry of entries)
    for (const name of Object.keys((await import(entry)) as object)) if (!names.has(name)) names.set(name, entry);
  for (const index of list('dist').filter((file) => /^(?:engine|actors\/.*)\/?index\.d\.ts$/.test(file))) {
    const text = readFileSync(new URL(`dist/${index}`, root), 'utf8');
    const entry = index.startsWith('engine') ? 'escapement' : 'escapement/actors';
    for (const [, name] of text.matchAll(/\btype (\w+)/g))
      if (!names.has(name as string)) names.set(name as string, entry);
  }
  return names;
}

/** Writes the snippets into `folder`, from where `escapement` can be imported, and compiles them with types. Returns the compiler's complaints. */
export function compileSnippets(folder: URL, snippets: readonly Snippet[]): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(new URL('source/', folder), { recursive: true });
  const path = fileURLToPath(folder);
  for (const { name, extension, code } of snippets)
    writeFileSync(
      join(path, 'source', `${name}.${extension}`),
      extension === 'js' ? code.replaceAll(/: (unknown|string|void)/g, '') : code,
    );
  const compilerOptions = {
    target: 'es2022',
    module: 'nodenext',
    lib: ['es2023'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noImplicitAny: false,
    skipLibCheck: true,
    allowJs: true,
    checkJs: false,
    rootDir: 'source',
    outDir: 'run',
    typeRoots: [fileURLToPath(new URL('node_modules/@types', root))],
  };
  writeFileSync(
    join(path, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['source/*.ts', 'source/*.js'] }),
  );
  const compiler = fileURLToPath(new URL('node_modules/typescript/bin/tsc', root));
  return spawnSync(process.execPath, [compiler, '-p', path], { encoding: 'utf8' }).stdout;
}

/** Runs a compiled snippet in this process; it may write into the current folder. */
export async function runSnippet(folder: URL, { name }: Snippet): Promise<void> {
  const { write } = process.stdout;
  process.stdout.write = () => true;
  try {
    await import(pathToFileURL(join(fileURLToPath(folder), 'run', `${name}.js`)).href);
  } finally {
    process.stdout.write = write;
  }
}
