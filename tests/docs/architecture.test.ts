import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from './snippets.ts';

const test = suite('architecture');
const houses = ['engine', 'actors', 'scenarios', 'viz-server'];

/** The executable puts the viewer into the command's `Io`: the one arrow that points outwards. */
const door = 'scenarios/cli/main.ts';

/** The room of a file: engine/kernel, actors/network, scenarios/ulysses; files of a house itself are its door. */
const roomOf = (file: string): string => (file.split('/').length > 2 ? file.split('/').slice(0, 2).join('/') : '');

/** Which rooms import which, read from the sources. */
function arrows(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const house of houses)
    for (const entry of readdirSync(new URL(house, root), { recursive: true }) as string[]) {
      const file = `${house}/${entry}`;
      if (!/\.tsx?$/.test(file) || file === door || roomOf(file) === '') continue;
      const text = readFileSync(new URL(file, root), 'utf8');
      const from = roomOf(file);
      const rooms = found.get(from) ?? found.set(from, new Set()).get(from);
      for (const [, specifier] of text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)) {
        const target = posix.join(posix.dirname(file), specifier as string);
        const to = roomOf(target) || posix.dirname(target);
        if (to !== from) rooms?.add(to);
      }
    }
  return found;
}

/** The diagram: houses and the rooms in them with what they import, the scenarios as one. */
function diagram(): string {
  const lines = ['```mermaid', 'flowchart TD'];
  const all = arrows();
  const houseOf = (room: string): string => room.split('/')[0] as string;
  const edges = new Set<string>();
  for (const [from, rooms] of all)
    for (const to of rooms) {
      const isWithin = houseOf(from) === houseOf(to);
      if (isWithin && houseOf(from) === 'scenarios') continue;
      edges.add(isWithin ? `${from} --> ${to}` : `${houseOf(from)} --> ${houseOf(to)}`);
    }
  const rooms = (house: string): string[] => [...all.keys()].filter((room) => houseOf(room) === house).sort();
  for (const house of ['viz-server', 'actors', 'engine'])
    lines.push(`  subgraph ${house}`, ...rooms(house).map((room) => `    ${room}[${room.split('/')[1]}]`), '  end');
  lines.push(...[...edges].sort().map((edge) => `  ${edge}`), '```');
  return lines.join('\n');
}

test('dependencies point inwards', () => {
  for (const [from, rooms] of arrows())
    for (const to of rooms) {
      const [a, b] = [houses.indexOf(from.split('/')[0] as string), houses.indexOf(to.split('/')[0] as string)];
      assert.ok(b <= a, `${from} imports ${to}`);
      assert.ok(from !== 'engine/kernel', `the kernel imports ${to}`);
    }
});

test('published figures never enter a model: only the story, the claims and the definition of a scenario read them', () => {
  const readers = new Set(['scenario.ts', 'claims.ts', 'story.ts']);
  let read = 0;
  for (const house of houses)
    for (const entry of readdirSync(new URL(house, root), { recursive: true }) as string[]) {
      if (!entry.endsWith('.ts')) continue;
      const text = readFileSync(new URL(`${house}/${entry}`, root), 'utf8');
      if (!/(?:from|import\()\s*'[^']*\/(?:figures|claims)\.ts'/.test(text)) continue;
      assert.ok(readers.has(posix.basename(entry)), `${house}/${entry} reads published figures`);
      read++;
    }
  assert.ok(read >= 10, `${read}`);
});

test('the diagram of ARCHITECTURE.md is that of the imports (else npm run golden)', () => {
  const file = new URL('ARCHITECTURE.md', root);
  const text = readFileSync(file, 'utf8');
  const drawn = /```mermaid\n[\s\S]*?\n```/;
  if (process.env.ESCAPEMENT_GOLDEN === 'write')
    writeFileSync(
      file,
      text.replace(drawn, () => diagram()),
    );
  else assert.is(drawn.exec(text)?.[0], diagram());
});

test('every room has a line in ARCHITECTURE.md', () => {
  const text = readFileSync(new URL('ARCHITECTURE.md', root), 'utf8');
  for (const room of arrows().keys()) assert.ok(text.includes(`${room}/README.md`) || text.includes(`\`${room}`), room);
});

test.run();
