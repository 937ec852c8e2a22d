import type { AttributeValue, ChakraNode } from './chakra-node.ts';
import { importErrors } from './errors.ts';
import type { JsonObject, JsonText } from './json-stream.ts';

/** Node types by the names of the JSON variant, whatever their case and separators. */
const types: Readonly<Record<string, number>> = {
  metadatanode: 1,
  memloadnode: 2,
  memstorenode: 3,
  compnode: 4,
  commsendnode: 5,
  commrecvnode: 6,
  commcollnode: 7,
};

/** A node of the JSON variant, `{ Id, Name, NodeType, is_cpu_op, runtime, data_deps, comm_* }`. Throws TRACE_MALFORMED. */
export function chakraNodeOfJson(file: string, position: number, value: JsonText): ChakraNode {
  const fail = (problem: string): never => {
    throw importErrors.create('TRACE_MALFORMED', { file, where: `node ${position} of workload_graph`, problem });
  };
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return fail('it is no object');
  const node = value as JsonObject;
  const field = (...names: string[]): JsonText | undefined => {
    const name = names.find((one) => node[one] !== undefined);
    return name === undefined ? undefined : node[name];
  };
  const whole = (name: string, text: JsonText | undefined): number => {
    const number = Number(text ?? 0);
    if (typeof text === 'object' || !Number.isSafeInteger(number) || number < 0)
      fail(`${name} is ${JSON.stringify(text)}`);
    return number;
  };
  const time = (name: string, text: JsonText | undefined): number => {
    const number = Number(text ?? 0);
    if (typeof text === 'object' || !(number >= 0 && number < 2 ** 53)) fail(`${name} is ${JSON.stringify(text)}`);
    return number;
  };
  const list = (...names: string[]): number[] => {
    const items = field(...names);
    if (items === undefined || items === null) return [];
    if (!Array.isArray(items)) return fail(`${names[0]} is no list`);
    return items.map((item) => whole(names[0] as string, item as JsonText));
  };
  const id = field('Id', 'id');
  if (id === undefined) fail('it has no Id');
  const typeText = String(field('NodeType', 'type') ?? '');
  const type = types[typeText.toLowerCase().replaceAll(/[^a-z]/g, '')] ?? Number(typeText);
  if (typeText === '' || !(type >= 0 && type <= 7)) fail(`NodeType is ${JSON.stringify(typeText)}`);
  const attributes = new Map<string, AttributeValue>();
  for (const [key, text] of Object.entries(node))
    if (typeof text === 'boolean') attributes.set(key, text);
    else if (typeof text === 'string')
      attributes.set(key, key === 'is_cpu_op' ? text === 'true' || text === '1' : text);
  const name = field('Name', 'name');
  return {
    id: whole('Id', id),
    name: typeof name === 'string' ? name : `node ${position}`,
    type,
    controlDeps: list('ctrl_deps'),
    dataDeps: list('data_deps'),
    start: time('start', field('start_time_micros', 'start')),
    duration: time('runtime', field('runtime', 'duration_micros')),
    inputs: '',
    shapes: '',
    attributes,
    position,
  };
}
