import { mkdtempSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Recorder } from '../../engine/index.ts';
import { ThreadTarget } from '../../engine/trace/node/index.ts';
import { decodePackets } from '../engine/trace/formats/perfetto-schema.ts';
import type { BenchLine } from './bench-line.ts';
import { tracedPhold } from './trace-phold.ts';

/** Records `tasks` tasks into a Perfetto file by a thread, reads it back with protobufjs and the published schema, and throws when a slice is missing. */
export function run(tasks = 1e7): BenchLine[] {
  const folder = mkdtempSync(join(tmpdir(), 'escapement-bench-'));
  try {
    const file = join(folder, 'run.pftrace');
    const sim = tracedPhold(1024);
    const recorder = new Recorder(sim, new ThreadTarget({ file, picosecondsPerTick: 1 })).start();
    const started = performance.now();
    sim.run({ maxEvents: tasks });
    const ran = performance.now() - started;
    recorder.finish();
    const wrote = performance.now() - started;
    const memory = process.resourceUsage().maxRSS * 1024;
    const counts = countEvents(file);
    const open = counts.begins - counts.ends;
    if (counts.begins !== tasks || open !== 0)
      throw new Error(`${file} has ${counts.begins} begins and ${counts.ends} ends of ${tasks} tasks`);
    const line = (what: string, value: number, unit: string): BenchLine => ({
      bench: `trace-file-${what}`,
      engine: 'escapement',
      value,
      unit,
    });
    return [
      line('run', (ran * 1e6) / tasks, 'ns/task'),
      line('written', (wrote * 1e6) / tasks, 'ns/task'),
      line('peak', memory / 1e6, 'MB'),
      line('size', statSync(file).size / 1e6, 'MB'),
      line('packets', counts.packets, 'packets'),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads a file of any size a piece at a time: a trace is its packets one after the other, so that every run of whole packets is one. */
function countEvents(file: string): { packets: number; begins: number; ends: number } {
  const counts = { packets: 0, begins: 0, ends: 0 };
  const handle = openSync(file, 'r');
  const piece = new Uint8Array(4 << 20);
  for (let kept = 0; ; ) {
    const read = readSync(handle, piece, kept, piece.length - kept, null);
    const held = kept + read;
    const whole = wholePackets(piece, held);
    for (const { track_event: event } of decodePackets(piece.subarray(0, whole)) as Array<{
      track_event?: { type: number | string };
    }>) {
      counts.packets++;
      const type = String(event?.type);
      if (type === '1' || type === 'TYPE_SLICE_BEGIN') counts.begins++;
      else if (type === '2' || type === 'TYPE_SLICE_END') counts.ends++;
    }
    piece.copyWithin(0, whole, held);
    kept = held - whole;
    if (read === 0 && kept > 0) throw new Error(`${file} ends with ${kept} bytes of a packet`);
    if (read === 0) return counts;
  }
}

/** Where the last whole packet among the first `length` bytes ends: each is a byte 0x0a, its length, its content. */
function wholePackets(bytes: Uint8Array, length: number): number {
  let end = 0;
  for (let at = 0; at < length; ) {
    if (bytes[at] !== 0x0a) throw new Error(`no packet at byte ${at}`);
    let size = 0;
    let shift = 0;
    let byte: number;
    at++;
    do {
      if (at >= length) return end;
      byte = bytes[at++]!;
      size += (byte & 0x7f) * 2 ** shift;
      shift += 7;
    } while (byte >= 0x80);
    at += size;
    if (at > length) return end;
    end = at;
  }
  return end;
}
