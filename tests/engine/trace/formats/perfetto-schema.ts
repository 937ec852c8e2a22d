import protobuf from 'protobufjs';

/**
 * The part of the published schema (github.com/google/perfetto, protos/perfetto/trace) that our traces use, with its names and numbers,
 * for a decoder that is not ours.
 */
const schema = `
syntax = "proto2";
package perfetto.protos;
message Trace { repeated TracePacket packet = 1; }
message TracePacket {
  optional uint64 timestamp = 8;
  optional uint32 timestamp_clock_id = 58;
  oneof data {
    TrackEvent track_event = 11;
    TrackDescriptor track_descriptor = 60;
  }
  optional uint32 trusted_packet_sequence_id = 10;
  optional InternedData interned_data = 12;
  optional uint32 sequence_flags = 13;
  optional bool previous_packet_dropped = 42;
}
message TrackDescriptor {
  optional uint64 uuid = 1;
  optional uint64 parent_uuid = 5;
  optional string name = 2;
  optional ProcessDescriptor process = 3;
  optional ThreadDescriptor thread = 4;
  optional CounterDescriptor counter = 8;
  optional int32 child_ordering = 11;
  optional int32 sibling_order_rank = 12;
  optional string description = 14;
  optional int32 sibling_merge_behavior = 15;
  optional int32 process_ordering = 19;
}
message ProcessDescriptor { optional int32 pid = 1; optional string process_name = 6; }
message ThreadDescriptor { optional int32 pid = 1; optional int32 tid = 2; optional string thread_name = 5; }
message CounterDescriptor { optional int32 unit = 3; optional int64 unit_multiplier = 4; optional bool is_incremental = 5; optional string unit_name = 6; }
message TrackEvent {
  repeated uint64 category_iids = 3;
  repeated string categories = 22;
  oneof name_field { uint64 name_iid = 10; string name = 23; }
  enum Type { TYPE_UNSPECIFIED = 0; TYPE_SLICE_BEGIN = 1; TYPE_SLICE_END = 2; TYPE_INSTANT = 3; TYPE_COUNTER = 4; }
  optional Type type = 9;
  optional uint64 track_uuid = 11;
  oneof counter_value_field { int64 counter_value = 30; double double_counter_value = 44; }
  repeated fixed64 flow_ids = 47;
  repeated fixed64 terminating_flow_ids = 48;
  repeated DebugAnnotation debug_annotations = 4;
}
message DebugAnnotation {
  oneof name_field { string name = 10; uint64 name_iid = 1; }
  oneof value { bool bool_value = 2; uint64 uint_value = 3; int64 int_value = 4; double double_value = 5; string string_value = 6; uint64 string_value_iid = 17; }
}
message InternedData {
  repeated Entry event_categories = 1;
  repeated Entry event_names = 2;
  repeated Entry debug_annotation_names = 3;
  repeated InternedString debug_annotation_string_values = 29;
}
message Entry { optional uint64 iid = 1; optional string name = 2; }
message InternedString { optional uint64 iid = 1; optional bytes str = 2; }
`;

const trace = protobuf.parse(schema, { keepCase: true }).root.lookupType('perfetto.protos.Trace');

/** Packets of a Perfetto trace as plain objects with the published field names; 64-bit numbers as texts. Throws at bytes that are none. */
export function decodePackets(bytes: Uint8Array): Record<string, unknown>[] {
  const object = trace.toObject(trace.decode(bytes), { longs: String, enums: String, bytes: String });
  return (object.packet ?? []) as Record<string, unknown>[];
}
