import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inSI, lassenReaders, nvmeDrives, parallelFileSystem } from '../../../actors/presets/index.ts';
import {
  cachedRead,
  type FileSystemSpec,
  fileSystem,
  LruLists,
  mlperfRead,
  nvmeDrive,
  objectShares,
  PageCache,
  sampleLoader,
  serviceStation,
  sharedUtilisation,
  storageFabric,
  sustainedAccelerators,
} from '../../../actors/storage/index.ts';
import {
  ask,
  bytes,
  bytesPerSecond,
  createRandomSource,
  type Duration,
  delay,
  GB,
  KiB,
  MiB,
  process,
  Simulation,
  seconds,
  start,
  us,
} from '../../../engine/index.ts';

const test = suite('storage');
const near = (value: number, expected: number, share: number, what = '') =>
  assert.ok(Math.abs(value / expected - 1) <= share, `${what} ${value}, expected ${expected} within ${100 * share} %`);

const preset = parallelFileSystem;
const lustre = (change: Partial<FileSystemSpec> = {}): FileSystemSpec => ({
  clients: 1,
  servers: 4,
  client: { bandwidth: bytesPerSecond(12.5e9) },
  server: { bandwidth: bytesPerSecond(inSI(preset.serverRate)) },
  stripe: bytes(inSI(preset.stripe)),
  count: inSI(preset.stripeCount),
  request: bytes(inSI(preset.request)),
  window: inSI(preset.window),
  metadataServers: inSI(preset.metadataServers),
  metadataService: us(100),
  requestThreads: 8,
  requestService: us(50),
  ...change,
});

/** Seconds in which every client reads the same list of ranges, one after the other. */
function readAll(
  spec: FileSystemSpec,
  ranges: ReadonlyArray<{ file: number; offset: number; bytes: number; open?: boolean }>,
): { seconds: number; requests: number; served: readonly number[] } {
  const sim = new Simulation({ seed: 1 });
  const fs = fileSystem(sim, 'fs', spec);
  let requests = 0;
  const reader = process(function* (_ctx, client: number) {
    for (const range of ranges) {
      const done = yield* ask(fs.clients[client]!, { type: 'read', ...range, bytes: bytes(range.bytes) });
      requests += done.requests;
    }
  });
  for (let client = 0; client < spec.clients; client++) sim.spawn(`reader${client}`, reader, client);
  sim.run();
  const served = fs.servers.map((server) => (sim.stateOf(server) as { served: number }).served);
  return { seconds: sim.elapsed / 1e12, requests, served };
}

test('a read of one request costs open, request and bytes', () => {
  for (const size of [1, 65536, 4 * 2 ** 20]) {
    const { seconds: time, requests } = readAll(lustre(), [{ file: 3, offset: 0, bytes: size, open: true }]);
    assert.is(requests, 1);
    near(time, 150e-6 + size / 3e9, 1e-6);
  }
});

test('small reads cost requests, not bytes', () => {
  const many = Array.from({ length: 100 }, (_, i) => ({ file: 0, offset: i * 655360, bytes: 65536 }));
  const small = readAll(lustre(), many);
  const bulk = readAll(lustre(), [{ file: 0, offset: 0, bytes: 65536 * 100 }]);
  near(small.seconds, 100 * (50e-6 + 65536 / 3e9), 1e-6);
  assert.equal([small.requests, bulk.requests], [100, 2]);
  assert.ok(bulk.seconds < small.seconds / 2.5);
});

test('one range costs ceil(size / request) requests, a sample in it one each', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 0, max: 5000 }),
      fc.integer({ min: 1, max: 60_000 }),
      (stripeUnits, count, offset, size) => {
        const stripe = stripeUnits * 100;
        const shares = objectShares(offset, size, stripe, count);
        const plain = new Array<number>(count).fill(0);
        for (let at = offset; at < offset + size; at++) {
          const object = Math.floor(at / stripe) % count;
          plain[object] = (plain[object] ?? 0) + 1;
        }
        assert.equal(shares, plain);
      },
    ),
    { seed: 20261123, numRuns: 100 },
  );
  const spec = lustre({ count: 4 });
  const { requests, served } = readAll(spec, [{ file: 0, offset: 0, bytes: 64 * 2 ** 20 }]);
  assert.equal([requests, served], [16, [4, 4, 4, 4]]);
});

test('servers of striped files share the load evenly', () => {
  const ranges = Array.from({ length: 16 }, (_, file) => ({ file, offset: 0, bytes: 8 * 2 ** 20 }));
  for (const count of [1, 2, 4]) {
    const { served } = readAll(lustre({ count }), ranges);
    const total = served.reduce((sum, each) => sum + each, 0);
    for (const each of served) assert.is(each, total / 4);
  }
  const one = readAll(lustre({ clients: 4 }), [{ file: 2, offset: 0, bytes: 8 * 2 ** 20 }]);
  assert.equal(one.served, [0, 0, 8, 0]);
});

test('the window bounds the requests of a client at a server', () => {
  const ranges = [{ file: 0, offset: 0, bytes: 64 * 2 ** 20 }];
  const slow = lustre({
    requestService: us(10_000),
    requestThreads: 64,
    server: { bandwidth: bytesPerSecond(1e15) },
    client: { bandwidth: bytesPerSecond(1e15) },
  });
  near(readAll({ ...slow, window: 1 }, ranges).seconds, 16 * 0.01, 1e-4);
  near(readAll({ ...slow, window: 8 }, ranges).seconds, 2 * 0.01, 1e-4);
});

test('readers get the least of their links, the servers and the fabric', () => {
  const rate = (clients: number) => {
    const link = bytesPerSecond(128e6);
    const fabric = bytesPerSecond(inSI(lassenReaders.most));
    const spec = lustre({
      clients,
      servers: 32,
      client: { bandwidth: link },
      server: { bandwidth: bytesPerSecond(3e9) },
      fabric: { bandwidth: fabric },
      count: 32,
    });
    const size = 64 * 2 ** 20;
    return (clients * size) / readAll(spec, [{ file: clients, offset: 0, bytes: size }]).seconds;
  };
  near(rate(4), inSI(lassenReaders.four), 0.05, '4 readers');
  near(rate(8), inSI(lassenReaders.eight), 0.05, '8 readers');
  near(rate(128), inSI(lassenReaders.hundredTwentyEight), 0.05, '128 readers');
  near(rate(256), inSI(lassenReaders.twoHundredFiftySix), 0.1, '256 readers');
  near(rate(512), inSI(lassenReaders.most), 0.05, '512 readers');
});

test('a metadata server limits opens to servers over service time', () => {
  const files = Array.from({ length: 20 }, (_, file) => ({ file, offset: 0, bytes: 1, open: true }));
  const { seconds: time } = readAll(
    lustre({ clients: 64, servers: 64, metadataServers: 1, requestThreads: 64, requestService: us(1) }),
    files,
  );
  near(time, 64 * 20 * 100e-6, 0.01);
});

/** Seconds in which `parallel` readers each read `each` times `size` bytes of a drive. */
function driveTime(parallel: number, each: number, size: number, depth = 1024): number {
  const { rate, latency, operations } = nvmeDrives.gen4;
  const sim = new Simulation({ seed: 1 });
  const drive = sim.spawn('drive', nvmeDrive, {
    depth,
    latency: seconds(inSI(latency)),
    operations: inSI(operations),
    rate: bytesPerSecond(inSI(rate)),
  });
  const reader = process(function* () {
    for (let i = 0; i < each; i++) yield* ask(drive, { type: 'read', bytes: bytes(size) });
  });
  for (let i = 0; i < parallel; i++) sim.spawn(`reader${i}`, reader, undefined);
  sim.run();
  return sim.elapsed / 1e12;
}

test('a drive is bound by latency, then by its queue, then by operations or bytes', () => {
  near(driveTime(1, 100, 4096), 100 * (90e-6 + 4096 / 7e9), 1e-6, 'one command at a time');
  near(driveTime(8, 100, 4096), 100 * (90e-6 + 4096 / 7e9), 0.01, 'eight at a time');
  near(driveTime(256, 40, 512), (256 * 40) / 1e6, 0.02, 'operations a second');
  near(driveTime(256, 40, 512, 9), (256 * 40 * 90e-6) / 9, 0.02, 'a queue of nine');
  near(driveTime(64, 20, 2 ** 20), (64 * 20 * 2 ** 20) / 7e9, 0.02, 'bytes a second');
});

test('an LRU cache of a share c hits c + (1-c) ln(1-c) of fresh random orders, and no list beats c', () => {
  const samples = 2000;
  const stream = createRandomSource({ seed: 20261123 }).stream('test', 'order');
  for (const share of [0.25, 0.5, 0.75])
    for (const lists of ['one', 'two'] as const) {
      const cache = new LruLists(samples * share, lists);
      const order = Array.from({ length: samples }, (_, i) => i);
      let hits = 0;
      const epochs = 60;
      for (let epoch = 0; epoch <= epochs; epoch++) {
        for (let i = samples - 1; i > 0; i--) {
          const j = Math.floor(stream.uniform() * (i + 1));
          [order[i], order[j]] = [order[j]!, order[i]!];
        }
        for (const sample of order) {
          const hit = cache.use(sample);
          if (!hit) cache.add(sample);
          if (epoch > 0 && hit) hits++;
        }
      }
      const rate = hits / (epochs * samples);
      assert.ok(rate <= share + 0.01, `${lists} ${share}: ${rate}`);
      if (lists === 'one')
        assert.ok(Math.abs(rate - (share + (1 - share) * Math.log(1 - share))) < 0.005, `${share}: ${rate}`);
    }
});

test('lists of keys equal a plain model', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('one', 'two' as const),
      fc.integer({ min: 1, max: 12 }),
      fc.array(fc.nat(20)),
      (lists, capacity, keys) => {
        const cache = new LruLists(capacity, lists as 'one' | 'two');
        let inactive: number[] = [];
        let active: number[] = [];
        for (const key of keys) {
          const held = inactive.includes(key) || active.includes(key);
          assert.is(cache.has(key), held);
          cache.add(key);
          inactive = inactive.filter((each) => each !== key);
          active = active.filter((each) => each !== key);
          if (!held || lists === 'one') inactive.unshift(key);
          else active.unshift(key);
          if (active.length > capacity / 2 && held) inactive.unshift(active.pop() as number);
          if (inactive.length + active.length > capacity) {
            const gone = key === inactive[inactive.length - 1] && inactive.length === 1 ? active.pop() : inactive.pop();
            assert.ok(gone !== undefined && !cache.has(gone));
          }
          assert.is(cache.size, inactive.length + active.length);
        }
      },
    ),
    { seed: 20261123, numRuns: 300 },
  );
});

test('sequential reads double the read-ahead to its limit, random ones have none', () => {
  const cache = new PageCache({ capacity: MiB(64) });
  const fetched: number[] = [];
  let misses = 0;
  for (let page = 0; page < 256; page++) {
    const read = cache.read(1, page * 4096, 4096);
    misses += read.misses;
    for (const { count } of read.fetch) fetched.push(count);
  }
  assert.equal(fetched.slice(0, 5), [5, 8, 16, 32, 32]);
  assert.is(Math.max(...fetched), 32);
  assert.is(misses, 1);
  const random = new PageCache({ capacity: MiB(64) });
  for (let i = 1; i < 100; i++) {
    const { fetch, misses: missed } = random.read(1, ((i * 7919) % 10007) * 4096, 4096);
    assert.equal([fetch.map(({ count }) => count), missed], [[1], 1]);
  }
});

test('a page cache never holds more than its capacity and finds what it holds', () => {
  const reads = fc.array(
    fc.record({ file: fc.nat(3), offset: fc.nat(300_000), size: fc.integer({ min: 1, max: 40_000 }) }),
    { minLength: 1, maxLength: 60 },
  );
  fc.assert(
    fc.property(reads, fc.integer({ min: 16, max: 200 }), (list, pages) => {
      const cache = new PageCache({ capacity: bytes(pages * 4096) });
      for (const { file, offset, size } of list) {
        const touched = Math.floor((offset + size - 1) / 4096) - Math.floor(offset / 4096) + 1;
        const { hits, misses, fetch } = cache.read(file, offset, size);
        assert.is(hits + misses, touched);
        const asked = fetch.reduce((sum, { count }) => sum + count, 0);
        assert.ok(asked >= misses && asked <= misses + 32);
        assert.ok(cache.size <= pages);
        if (touched <= 4 && asked <= pages / 4) assert.is(cache.read(file, offset, size).misses, 0);
      }
    }),
    { seed: 20261123, numRuns: 200 },
  );
});

test('a cached read costs its copy, an absent page the drive as well', () => {
  const sim = new Simulation({ seed: 1 });
  const drive = sim.spawn('drive', nvmeDrive, {
    depth: 64,
    latency: us(90),
    operations: 1e6,
    rate: bytesPerSecond(4.096e9),
  });
  const cache = new PageCache({ capacity: MiB(1), readAhead: 0 });
  const times: number[] = [];
  const reader = process(function* () {
    for (const offset of [0, 0, 8192, 6000]) {
      const begun = sim.elapsed;
      yield* cachedRead({ cache, drive, copyRate: bytesPerSecond(1e9), file: 0, offset, bytes: bytes(1000) });
      times.push((sim.elapsed - begun) / 1e6);
    }
  });
  sim.spawn('reader', reader, undefined);
  sim.run();
  assert.equal(times, [92, 1, 92, 92]);
});

/** Utilisation of accelerators that share a link, each with its own workers. */
function utilisations(
  accelerators: number,
  job: { batch: number; sampleBytes: number; compute: Duration },
  rate: number,
  workers = 4,
): number[] {
  const sim = new Simulation({ seed: 1 });
  const fs = fileSystem(
    sim,
    'fs',
    lustre({
      clients: accelerators,
      servers: 1,
      client: { bandwidth: bytesPerSecond(1e12) },
      server: { bandwidth: bytesPerSecond(rate) },
      request: GB(1),
      requestThreads: 1024,
      requestService: us(10),
      window: 64,
    }),
  );
  const loaders = fs.clients.map((client, a) =>
    start(sim, `accelerator${a}`, sampleLoader(sim), {
      batches: 40,
      warmUp: 8,
      batch: job.batch,
      workers,
      compute: job.compute,
      *read(index) {
        yield* ask(client, { type: 'read', file: 0, offset: index * job.sampleBytes, bytes: bytes(job.sampleBytes) });
      },
    }),
  );
  sim.run();
  return loaders.map(({ process: { outcome } }) => {
    assert.ok(outcome?.kind === 'returned', JSON.stringify(outcome));
    return outcome.value.utilisation;
  });
}

test('utilisation is the share of bandwidth over the demand, and the count that passes is the largest', () => {
  const job = mlperfRead('unet3d', 'h100');
  const shape = { batch: 7, sampleBytes: Math.round(job.batchBytes / 7), compute: seconds(job.compute) };
  const rate = 10e9;
  const most = sustainedAccelerators(job, bytesPerSecond(rate));
  assert.is(most, 3);
  for (const accelerators of [1, most, most + 1, 6])
    for (const simulated of utilisations(accelerators, shape, rate)) {
      const expected = sharedUtilisation(job, accelerators, bytesPerSecond(rate));
      near(simulated, expected, 0.03, `${accelerators} accelerators`);
      assert.is(simulated >= job.threshold, accelerators <= most);
    }
});

test('batches are collated in order, and a worker holds no more than it may', () => {
  const sim = new Simulation({ seed: 1 });
  const order: number[] = [];
  const { process: loader } = start(sim, 'accelerator', sampleLoader(sim), {
    batches: 10,
    batch: 2,
    workers: 3,
    prefetch: 1,
    compute: us(10),
    decode: us(1),
    *read(index) {
      order.push(index);
      yield* delay(us(index % 2 === 0 ? 5 : 2));
    },
  });
  sim.run();
  assert.equal(
    [...order].sort((a, b) => a - b),
    Array.from({ length: 20 }, (_, i) => i),
  );
  assert.ok(loader.outcome?.kind === 'returned');
  assert.is(loader.outcome.value.elapsed, us(9 + 100));
});

test('STORAGE_SPEC, STORAGE_READ: bad devices and reads are refused', () => {
  const refused = (code: string, make: () => unknown) =>
    assert.throws(
      make,
      (error: Error) =>
        ('code' in error && error.code === code) ||
        error.message.includes(code) ||
        (error.cause instanceof Error && 'code' in error.cause && error.cause.code === code),
    );
  refused('STORAGE_SPEC', () => new LruLists(0));
  refused('STORAGE_SPEC', () => new PageCache({ capacity: KiB(1) }));
  refused('STORAGE_SPEC', () =>
    storageFabric({
      clients: 0,
      servers: 1,
      client: { bandwidth: bytesPerSecond(1) },
      server: { bandwidth: bytesPerSecond(1) },
    }),
  );
  refused('STORAGE_SPEC', () => new Simulation({ seed: 1 }).spawn('s', serviceStation, { servers: 0, service: us(1) }));
  refused('STORAGE_READ', () => new PageCache({ capacity: MiB(1) }).read(0, -1, 10));
  refused('STORAGE_READ', () => new PageCache({ capacity: MiB(1) }).read(0, 0, 0));
});

test.run();
