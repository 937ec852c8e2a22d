import { graphErrors } from './errors.ts';
import { type Graph, graphOf } from './graph.ts';

/**
 * A graph from a list of edges, `source,target` on each line; ids are any texts, a first line `source,target` (also from, to, src, dst, node1 and the
 * like) is a header, empty lines are passed over. Direction, loops and duplicates are dropped. Throws GRAPH_LINE with file, line and content.
 */
export function parseEdgeList(text: string, file: string): Graph {
  const names = new Map<string, number>();
  const nameOf = (id: string): number => {
    const known = names.get(id);
    if (known !== undefined) return known;
    names.set(id, names.size);
    return names.size - 1;
  };
  const from: number[] = [];
  const to: number[] = [];
  eachLine(text, (line, number) => {
    const fields = line.split(',').map((field) => field.trim());
    const [source, target] = fields;
    if (fields.length !== 2 || !source || !target)
      throw badLine(file, number, line, 'not two ids', 'Write source,target.');
    if (number === 1 && isHeader(source) && isHeader(target)) return;
    for (const id of [source, target])
      if (/^[+-]?(nan|inf(inity)?)$/i.test(id))
        throw badLine(file, number, line, `${id} is no id`, 'Write source,target.');
    from.push(nameOf(source));
    to.push(nameOf(target));
  });
  if (names.size === 0)
    throw graphErrors.create('GRAPH_FORMAT', {
      file,
      problem: 'it holds no edge',
      hint: 'Write source,target on each line.',
    });
  return graphOf(names.size, from, to);
}

/**
 * A graph from a Matrix Market file: `coordinate`, `pattern`, `real` or `integer`, `general` or `symmetric`, square. Entries of value 0 are entries.
 * Throws GRAPH_FORMAT for other kinds and GRAPH_LINE for a line that cannot be read.
 */
export function parseMatrixMarket(text: string, file: string): Graph {
  const from: number[] = [];
  const to: number[] = [];
  let [nodes, entries, fields] = [-1, 0, 2];
  const refuse = (problem: string, hint: string): never => {
    throw graphErrors.create('GRAPH_FORMAT', { file, problem, hint });
  };
  eachLine(text, (line, number) => {
    if (number === 1) {
      fields = fieldsOfHeader(line, refuse);
      return;
    }
    if (line.startsWith('%')) return;
    const values = line.trim().split(/\s+/).map(Number);
    if (nodes < 0) {
      const [rows = Number.NaN, columns = Number.NaN, count = Number.NaN] = values;
      if (values.length !== 3 || ![rows, columns, count].every((value) => Number.isSafeInteger(value) && value >= 0))
        throw badLine(file, number, line, 'no size', 'Write rows, columns and number of entries.');
      if (rows !== columns) refuse(`the matrix is ${rows} x ${columns}`, 'Only square matrices are graphs.');
      if (rows === 0) refuse('the matrix is empty', 'A graph has at least one node.');
      [nodes, entries] = [rows, count];
      return;
    }
    const [row = Number.NaN, column = Number.NaN] = values;
    if (values.length !== fields || values.some(Number.isNaN))
      throw badLine(
        file,
        number,
        line,
        `no ${fields} numbers`,
        'Write row, column and, unless it is a pattern, a value.',
      );
    for (const id of [row, column])
      if (!(Number.isSafeInteger(id) && id >= 1 && id <= nodes))
        throw badLine(file, number, line, `${id} is no node`, `Ids run from 1 to ${nodes}.`);
    from.push(row - 1);
    to.push(column - 1);
  });
  if (nodes < 0) refuse('it has no line of sizes', 'Write rows, columns and number of entries after the header.');
  if (from.length !== entries)
    refuse(`${from.length} entries, its sizes say ${entries}`, 'Correct the number of entries.');
  return graphOf(nodes, from, to);
}

function fieldsOfHeader(line: string, refuse: (problem: string, hint: string) => never): number {
  const [mark, object, format, field = '', symmetry = ''] = line.trim().toLowerCase().split(/\s+/);
  if (mark !== '%%matrixmarket' || object !== 'matrix')
    refuse('it does not begin with %%MatrixMarket matrix', 'Write %%MatrixMarket matrix coordinate pattern symmetric.');
  if (format !== 'coordinate') refuse(`its format is ${format}`, 'Only coordinate matrices can be read.');
  if (!['pattern', 'real', 'integer'].includes(field))
    refuse(`its field is ${field}`, 'It must be pattern, real or integer.');
  if (!['general', 'symmetric'].includes(symmetry))
    refuse(`its symmetry is ${symmetry}`, 'It must be general or symmetric.');
  return field === 'pattern' ? 2 : 3;
}

function eachLine(text: string, use: (line: string, number: number) => void): void {
  for (let begin = text.charCodeAt(0) === 0xfeff ? 1 : 0, number = 1; begin < text.length; number++) {
    const next = text.indexOf('\n', begin);
    const end = next < 0 ? text.length : next;
    const line = text.slice(begin, end).replace(/\r$/, '');
    if (line.trim() !== '') use(line, number);
    begin = end + 1;
  }
}

function isHeader(field: string): boolean {
  return /^"?(source|target|src|dst|from|to|node_?[12uv]|id_?[12]|u|v)"?$/i.test(field);
}

function badLine(file: string, line: number, content: string, problem: string, hint: string): Error {
  const shown = content.length > 40 ? `${content.slice(0, 40)}...` : content;
  return graphErrors.create('GRAPH_LINE', { file, line, problem, content: shown, hint });
}
