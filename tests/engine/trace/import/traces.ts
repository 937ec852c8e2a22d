import { gzipSync } from 'node:zlib';
import protobuf from 'protobufjs';
import type { TraceFile } from '../../../../engine/trace/import/index.ts';

/** The published schema of Chakra (github.com/mlcommons/chakra, schema/protobuf/et_def.proto), as far as it is used here. */
const schema = `
syntax = "proto3";
package ChakraProtoMsg;
message AttributeProto {
  string name = 1;
  string doc_string = 2;
  oneof value {
    double double_val = 3; float float_val = 5; int32 int32_val = 7; Int32List int32_list = 8; int64 int64_val = 9; uint32 uint32_val = 11;
    uint64 uint64_val = 13; sint32 sint32_val = 15; sint64 sint64_val = 17; fixed32 fixed32_val = 19; fixed64 fixed64_val = 21;
    sfixed32 sfixed32_val = 23; sfixed64 sfixed64_val = 25; bool bool_val = 27; BoolList bool_list = 28; string string_val = 29;
    StringList string_list = 30; bytes bytes_val = 31;
  }
}
message Int32List { repeated int32 values = 1; }
message BoolList { repeated bool values = 1; }
message StringList { repeated string values = 1; }
message GlobalMetadata { string version = 1; repeated AttributeProto attr = 2; }
message IOInfo { string values = 1; string shapes = 2; string types = 3; }
message Node {
  uint64 id = 1; string name = 2; int32 type = 3; repeated uint64 ctrl_deps = 4; repeated uint64 data_deps = 5;
  uint64 start_time_micros = 6; uint64 duration_micros = 7; IOInfo inputs = 8; IOInfo outputs = 9; repeated AttributeProto attr = 10;
}
`;

const root = protobuf.parse(schema, { keepCase: true }).root;
const metadataType = root.lookupType('ChakraProtoMsg.GlobalMetadata');
const nodeType = root.lookupType('ChakraProtoMsg.Node');

/** A node in the names of the schema. */
export interface NodeFields {
  readonly id?: number | string;
  readonly name?: string;
  readonly type?: number;
  readonly ctrl_deps?: readonly number[];
  readonly data_deps?: readonly number[];
  readonly start_time_micros?: number;
  readonly duration_micros?: number;
  readonly inputs?: { readonly values?: string; readonly shapes?: string };
  readonly attr?: readonly Record<string, unknown>[];
}

/** A Chakra file, encoded by protobufjs. */
export function chakraBytes(nodes: readonly NodeFields[], version = '0.0.4'): Buffer {
  const parts = [metadataType.encodeDelimited({ version }).finish()];
  for (const node of nodes) parts.push(nodeType.encodeDelimited(nodeType.fromObject(node)).finish());
  return Buffer.concat(parts);
}

/** A collective of `bytes` in `group`. */
export function collective(id: number, bytes: number, deps: number[] = [], group?: string, commType = 0): NodeFields {
  return {
    id,
    name: `collective ${id}`,
    type: 7,
    data_deps: deps,
    duration_micros: 50,
    attr: [
      { name: 'comm_type', int64_val: commType },
      { name: 'comm_size', int64_val: bytes },
      ...(group === undefined ? [] : [{ name: 'pg_name', string_val: group }]),
    ],
  };
}

/** Work on the device. */
export function compute(id: number, deps: number[] = [], fields: NodeFields = {}): NodeFields {
  return { id, name: `compute ${id}`, type: 4, data_deps: deps, duration_micros: 100, ...fields };
}

/** Declares process groups as the converters do. */
export function groupsNode(id: number, groups: Record<string, readonly number[]>): NodeFields {
  const list = Object.entries(groups).map(([pg_name, ranks]) => ({ pg_name, ranks }));
  return { id, name: '## process_group:init ##', type: 1, inputs: { values: JSON.stringify(list) } };
}

/** A file for the importer, in pieces of `piece` bytes. */
export function traceFile(name: string, bytes: Uint8Array | string, piece = 1 << 16): TraceFile {
  const data = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  return {
    name,
    async *open() {
      for (let at = 0; at < data.length; at += piece) yield data.subarray(at, at + piece);
    },
  };
}

/** The same, packed. */
export function gzipFile(name: string, bytes: Uint8Array | string, cut = 0): TraceFile {
  const packed = gzipSync(bytes);
  return traceFile(name, packed.subarray(0, packed.length - cut));
}

/** The bytes of the example of section "Chakra" that every importer should read: metadata 0.0.4, a gemm, an all-reduce of 1 MiB. */
export const goldenChakra = Buffer.from(
  [
    '070a05302e302e34',
    '18120467656d6d18043878520c0a076e756d5f6f7073488040',
    '43080112' +
      '0a616c6c5f72656475636518072a0100520e0a0969735f6370755f6f70d80100520d0a09636f6d6d5f747970654800520f0a09636f6d6d5f73697a6548808040',
  ].join(''),
  'hex',
);

/** Events of a Kineto file. */
export interface KinetoParts {
  readonly rank?: number;
  readonly world?: number;
  readonly header?: Record<string, unknown>;
  readonly events: readonly string[];
}

/** A Kineto file. */
export function kinetoText({ rank = 0, world = 1, header = {}, events }: KinetoParts): string {
  const head = JSON.stringify({
    schemaVersion: 1,
    distributedInfo: { backend: 'nccl', rank, world_size: world },
    ...header,
  });
  return `${head.slice(0, -1)},"traceEvents":[\n${events.join(',\n')}\n]}`;
}

/** A launch and its kernel. */
export function launched(
  correlation: number,
  call: readonly [start: number, duration: number],
  kernel: readonly [start: number, duration: number],
  options: {
    readonly stream?: number;
    readonly name?: string;
    readonly external?: number;
    readonly args?: Record<string, unknown>;
  } = {},
): string[] {
  const { stream = 7, name = 'kernel', external, args = {} } = options;
  const ids = external === undefined ? {} : { 'External id': external };
  const event = (fields: Record<string, unknown>): string => JSON.stringify({ ph: 'X', ...fields });
  return [
    event({
      cat: 'cuda_runtime',
      name: 'cudaLaunchKernel',
      pid: 1,
      tid: 1,
      ts: call[0],
      dur: call[1],
      args: { correlation, ...ids },
    }),
    event({
      cat: 'kernel',
      name,
      pid: 0,
      tid: stream,
      ts: kernel[0],
      dur: kernel[1],
      args: { correlation, device: 0, stream, ...ids, ...args },
    }),
  ];
}

/** Arguments of an NCCL kernel. */
export function nccl(op: string, elements: number, ranks: string, group = '0', size = 2): Record<string, unknown> {
  return {
    'Collective name': op,
    'In msg nelems': elements,
    'Out msg nelems': elements,
    'Group size': size,
    dtype: 'BFloat16',
    'Process Group Name': group,
    'Process Group Ranks': ranks,
  };
}

/** The smallest complete example: one GEMM 64x64x64 and one all-reduce of 1 MiB over ranks 0 and 1. */
export const minimalKineto = `{"schemaVersion":1,"baseTimeNanoseconds":1700000000000000000,"distributedInfo":{"backend":"nccl","rank":0,"world_size":2},"traceEvents":[
{"ph":"X","cat":"cpu_op","name":"aten::mm","pid":1,"tid":1,"ts":10.000,"dur":30.000,"args":{"External id":1,"Input Dims":[[64,64],[64,64]],"Input type":["c10::BFloat16","c10::BFloat16"]}},
{"ph":"X","cat":"cuda_runtime","name":"cudaLaunchKernel","pid":1,"tid":1,"ts":20.000,"dur":4.500,"args":{"External id":1,"correlation":5}},
{"ph":"X","cat":"kernel","name":"gemm","pid":0,"tid":7,"ts":30.125,"dur":12.250,"args":{"External id":1,"correlation":5,"device":0,"stream":7}},
{"ph":"X","cat":"kernel","name":"ncclDevKernel_AllReduce_Sum_bf16_RING_LL","pid":0,"tid":20,"ts":45.000,"dur":40.000,"args":{"correlation":6,"stream":20,"Collective name":"allreduce","In msg nelems":524288,"Out msg nelems":524288,"Group size":2,"dtype":"BFloat16","Process Group Name":"0","Process Group Ranks":"[0, 1]","Seq":0}}
]}`;
