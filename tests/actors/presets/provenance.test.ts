import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  gpuIdOf,
  gpuIds,
  gpuPresets,
  inSI,
  isParameter,
  isParameterSeries,
  isSwitched,
  loadFabric,
  loadGpu,
  loadNodeCollectives,
  loadSystem,
  ncclTuner,
  noPreset,
  type Parameter,
  spec,
  switchedGpuIds,
  systemPresets,
} from '../../../actors/presets/index.ts';

const test = suite('presets');

/** Exports that hold plain numbers on purpose, with the reason. */
const exempt = new Map([['attentionKernels', 'attentionKernelPresets read into SI units']]);

/** Paths of numbers outside a well-formed parameter, and of parameters without an origin. */
function faults(value: unknown, path: string): string[] {
  if (isParameter(value)) return isWellFormed(value) ? [] : [`${path}: ${JSON.stringify(value)}`];
  if (isParameterSeries(value))
    return value.values.every((item) => isWellFormed({ ...value, value: item }))
      ? []
      : [`${path}: ${JSON.stringify(value)}`];
  if (typeof value === 'number') return [`${path}: bare number ${value}`];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => faults(item, `${path}.${name}`));
}

function isWellFormed({ value, unit, kind, source }: Parameter): boolean {
  return (
    Number.isFinite(value) &&
    Number.isFinite(inSI({ value, unit, kind, source })) &&
    ['spec', 'measured', 'fitted', 'assumed'].includes(kind) &&
    source.length >= 8 &&
    !/[.]md\b/.test(source)
  );
}

test('every preset number has provenance', async () => {
  const folder = new URL('../../../actors/presets/', import.meta.url);
  const files = readdirSync(fileURLToPath(folder), { recursive: true }).map(String);
  const modules = files.filter((file) => file.endsWith('.js') && !file.endsWith('index.js')).sort();
  assert.ok(modules.length >= 10, `only ${modules.length} preset modules found`);
  let parameters = 0;
  const count = (value: unknown): number =>
    isParameter(value) || isParameterSeries(value)
      ? 1
      : typeof value === 'object' && value !== null
        ? Object.values(value).reduce((sum: number, item) => sum + count(item), 0)
        : 0;
  for (const file of modules) {
    const exported = (await import(new URL(file, folder).href)) as Record<string, unknown>;
    for (const [name, value] of Object.entries(exported)) {
      if (exempt.has(name)) continue;
      parameters += count(value);
      assert.equal(faults(value, `${file} ${name}`), []);
    }
  }
  assert.ok(parameters > 300, `only ${parameters} parameters walked`);
});

test('the audit finds a bare number and a missing source', () => {
  assert.is(faults({ a: { b: 3 } }, 'x').length, 1);
  assert.is(faults({ a: spec(3, 'GB/s', '') }, 'x').length, 1);
  assert.is(faults({ a: { ...spec(3, 'GB/s', 'a datasheet'), unit: 'GBps' } }, 'x').length, 1);
  assert.equal(faults({ a: spec(3, 'GB/s', 'a datasheet') }, 'x'), []);
});

test('GB is decimal and GiB binary', () => {
  assert.is(inSI(spec(80, 'GiB', 'test')), 80 * 2 ** 30);
  assert.is(inSI(spec(80, 'GB', 'test')), 80e9);
  assert.is(inSI(spec(1.5, 'us', 'test')), 1.5e-6);
});

test('loadGpu gives the same frozen typed numbers at every call', () => {
  for (const id of gpuIds) {
    const gpu = loadGpu(id);
    assert.is(gpu, loadGpu(id));
    assert.is(gpu.id, id);
    assert.ok(Object.isFrozen(gpu) && Object.isFrozen(gpu.gemm));
    assert.is(gpu.tensorPeak as number, inSI(gpuPresets[id].tensorPeak));
  }
  assert.is(Math.round(loadGpu('a100-40gb').capacity / 1e8), 425);
  assert.is(Math.round(loadGpu('h200-141gb').capacity / 1e9), 151);
  assert.is(loadGpu('a100-80gb').gemm.launch > 1e-6, true);
});

test('PRESET_UNKNOWN: an unknown id is refused with the known ones', () => {
  for (const load of [
    () => loadGpu('a100'),
    () => loadNodeCollectives('toString'),
    () => loadFabric('ethernet'),
    () => loadSystem('dgx'),
  ])
    assert.throws(
      load,
      (error: Error) => 'code' in error && error.code === 'PRESET_UNKNOWN' && /Known: /.test(error.message),
    );
});

test('a system names a known GPU and a known fabric', () => {
  for (const id of Object.keys(systemPresets)) {
    const system = loadSystem(id);
    assert.ok(loadFabric(system.fabric).nic > 0);
    assert.ok(system.peerCopy < loadGpu(system.gpu).nvlink);
    assert.ok(system.hostCopy < loadGpu(system.gpu).pcie);
  }
});

test('device names of drivers and tables find their preset, parts without one find none', () => {
  const known = {
    'A100-SXM4-80GB': 'a100-80gb',
    'NVIDIA A100-SXM4-40GB': 'a100-40gb',
    a100_sxm4_40gb: 'a100-40gb',
    'A100-80GB p4de.24xlarge EFA 4x400G': 'a100-80gb',
    'A100-PCIE-40GB': 'a100-40gb-pcie',
    'NVIDIA A100 80GB PCIe': 'a100-80gb-pcie',
    'NVIDIA H100 80GB HBM3': 'h100-80gb',
    h100_sxm: 'h100-80gb',
    'H100 with NVLink': 'h100-80gb',
    'NVIDIA H100 PCIe': 'h100-80gb-pcie',
    'NVIDIA H100 NVL': 'h100-94gb-nvl',
    'NVIDIA H200': 'h200-141gb',
    b200_sxm: 'b200-180gb',
    'GB200 NVL72': 'gb200-186gb',
    'NVIDIA L40S': 'l40s-48gb',
    l4: 'l4-24gb',
    'Tesla V100-SXM2-16GB': 'v100-16gb',
    V100: 'v100-32gb',
  };
  for (const [name, id] of Object.entries(known)) assert.is(gpuIdOf(name), id, name);
  for (const id of gpuIds) assert.is(gpuIdOf(id), id);
  for (const name of [
    'H200 NVL',
    'V100-PCIE-32GB',
    'GH200',
    'L40',
    'A10G',
    'H800',
    'GB300',
    'RTX 4090',
    'MI300X',
    'TPU v5e',
    '',
  ])
    assert.is(gpuIdOf(name), undefined, name);
  assert.match(noPreset('MI300X'), /'MI300X'.*h100-80gb/);
});

test('cards without a switch between all GPUs have no constants of collectives', () => {
  assert.equal(
    gpuIds.filter((id) => !isSwitched(id)),
    ['a100-40gb-pcie', 'a100-80gb-pcie', 'h100-80gb-pcie', 'h100-94gb-nvl', 'l4-24gb', 'l40s-48gb'],
  );
  for (const id of switchedGpuIds) assert.ok(loadGpu(id).nvlink > 0);
  assert.throws(
    () => loadNodeCollectives('l40s-48gb'),
    (error: Error) => 'code' in error && error.code === 'PRESET_UNKNOWN',
  );
});

test('carried over, the feed from L2 goes by tensor peak and the work of a decode block by processors times clock', () => {
  const sources = {
    'a100-80gb': ['l4-24gb', 'l40s-48gb', 'a100-80gb-pcie'],
    'h100-80gb': ['h100-80gb-pcie', 'h100-94gb-nvl', 'h200-141gb', 'b200-180gb', 'gb200-186gb'],
  } as const;
  for (const [source, parts] of Object.entries(sources)) {
    const from = loadGpu(source);
    for (const id of parts) {
      const to = loadGpu(id);
      assert.ok(Math.abs(to.gemm.l2Rate / to.tensorPeak / (from.gemm.l2Rate / from.tensorPeak) - 1) < 1e-3, id);
      const speed = (gpu: typeof to) => gpu.processors * gpu.clock * gpu.decode.perHead;
      assert.ok(Math.abs(speed(to) / speed(loadGpu('a100-80gb')) - 1) < 1e-9, id);
    }
  }
});

test('rates of links are carried over as the tuner of the library rates them, and the ramp by their root', () => {
  const [h100, b200] = [loadNodeCollectives('h100-80gb'), loadNodeCollectives('b200-180gb')];
  const link = inSI(ncclTuner.link.blackwell) / inSI(ncclTuner.link.hopper);
  assert.ok(Math.abs(b200.ring.simple.rate / h100.ring.simple.rate / link - 1) < 1e-9);
  assert.ok(Math.abs(h100.ring.simple.ramp / b200.ring.simple.ramp / Math.sqrt(link) - 1) < 1e-9);
  assert.is(b200.ring.simple.hop, h100.ring.simple.hop);
  const known = (18 * inSI(ncclTuner.link.hopper)) / (12 * inSI(ncclTuner.link.ampere));
  const found = h100.ring.simple.rate / loadNodeCollectives('a100-80gb').ring.simple.rate;
  assert.ok(Math.abs(found / known - 1) < 0.01, `${found} against ${known}`);
});

test('carried-over constants are marked as assumed', () => {
  for (const id of gpuIds.filter((one) => one !== 'a100-80gb' && one !== 'h100-80gb'))
    for (const parameter of Object.values(gpuPresets[id].gemm)) assert.is(parameter.kind, 'assumed');
});

test.run();
