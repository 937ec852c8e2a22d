import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Plain max-min equations, no TCP window, no traffic of acknowledgements; rates and times to 1e-9 in place of 1e-5. */
const options = [
  '--cfg=network/model:CM02',
  '--cfg=network/TCP-gamma:0',
  '--cfg=network/crosstraffic:0',
  '--cfg=maxmin/precision:1e-9',
  '--cfg=surf/precision:1e-9',
  '--log=root.thres:critical',
];

/** Whether SimGrid and a compiler are installed (Debian: libsimgrid-dev, g++). */
export function hasSimgrid(): boolean {
  return (
    fs.existsSync('/usr/include/simgrid/s4u.hpp') && spawnSync('g++', ['--version'], { stdio: 'ignore' }).status === 0
  );
}

/** Runs flows.cpp on `input` and returns the numbers it prints; compiles it once for each version of its text. */
export function simgridFlows(input: string): number[] {
  const source = fileURLToPath(new URL('../../../../tests/peers/simgrid/flows.cpp', import.meta.url));
  const version = createHash('sha256').update(fs.readFileSync(source)).digest('hex').slice(0, 16);
  const binary = path.join(os.tmpdir(), `escapement-simgrid-flows-${version}`);
  if (!fs.existsSync(binary)) {
    const fresh = `${binary}.${process.pid}`;
    execFileSync('g++', ['-O1', '-o', fresh, source, '-lsimgrid'], { stdio: 'inherit' });
    fs.renameSync(fresh, binary);
  }
  const out = execFileSync(binary, options, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'inherit'] });
  return out.trim().split('\n').map(Number);
}
