import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Duration, type Estimate, estimateMean, hours, minutes, seconds, timed, us } from '../../engine/index.ts';
import { bankOfActors, bankOfProcesses } from './bank-renege.ts';
import { gasStation } from './gas-station.ts';
import { jacksonOfActors, jacksonOfProcesses } from './jackson.ts';
import { machineShop } from './machine-shop.ts';
import { beltOfActors, beltOfProcesses } from './producer-consumer.ts';
import { queueOfActors, queueOfProcesses } from './queue.ts';
import { birthDeath, erlangC, pollaczekKhinchine } from './theory.ts';

const test = suite('models');

function contains(estimate: Estimate, truth: number): void {
  const said = `${truth} is not in ${estimate.mean} +- ${estimate.halfWidth}`;
  assert.ok(estimate.low <= truth && truth <= estimate.high, said);
}

const common = { customers: 40_000, warmUp: 4_000, gap: timed.exponential(us(1)) };

test('M/M/1: the mean time in the system is 1 / (mu - lambda)', () => {
  const spec = { ...common, seed: 1, servers: 1, service: timed.exponential(us(0.8)) };
  const actors = queueOfActors(spec);
  const processes = queueOfProcesses(spec);
  assert.is(actors.sum, processes.sum);
  assert.ok(Math.abs(actors.utilisation - processes.utilisation) < 1e-9);
  contains(processes.times.estimate(0.99), us(1) / (1 / 0.8 - 1));
});

test('M/M/c: the mean wait is that of the Erlang C formula', () => {
  const spec = { ...common, seed: 2, servers: 3, service: timed.exponential(us(2.4)) };
  const processes = queueOfProcesses(spec);
  assert.is(queueOfActors(spec).sum, processes.sum);
  const wait = erlangC(3, 2.4) / (3 / us(2.4) - 1 / us(1));
  contains(processes.times.estimate(0.99), us(2.4) + wait);
});

test('M/G/1: the mean time is that of Pollaczek and Khinchine, for fixed, Erlang and hyperexponential service', () => {
  const laws = [
    timed.constant(us(0.7)),
    timed.erlang(2, us(0.7)),
    timed.hyperexponential([
      { probability: 0.9, mean: us(0.4) },
      { probability: 0.1, mean: us(3.4) },
    ]),
  ];
  for (const [i, service] of laws.entries()) {
    const spec = { ...common, seed: 3 + i, servers: 1, service };
    const processes = queueOfProcesses(spec);
    assert.is(queueOfActors(spec).sum, processes.sum);
    contains(processes.times.estimate(0.99), pollaczekKhinchine(1 / us(1), service.mean, service.variance));
  }
});

test('Jackson network: each station is an M/M/1 queue with the rate of the traffic equations', () => {
  const nodes = [
    { service: us(0.5), routes: [0, 0.3, 0.4] },
    { service: us(1.5), routes: [0.5, 0, 0] },
    { service: us(1.2), routes: [0, 0, 0] },
  ];
  const spec = { seed: 7, gap: us(1), nodes, customers: 25_000, warmUp: 3_000 };
  const processes = jacksonOfProcesses(spec);
  assert.is(jacksonOfActors(spec).sum, processes.sum);
  // First node: lambda = 1 + 0.5 x 0.3 lambda.
  const first = 1 / (1 - 0.15);
  const loads = [first * 0.5, first * 0.3 * 1.5, first * 0.4 * 1.2];
  const inside = loads.reduce((sum, load) => sum + load / (1 - load), 0);
  contains(processes.times.estimate(0.99), inside * us(1));
});

const replications = (count: number) => Array.from({ length: count }, (_, replication) => replication);

test('machine shop: as many machines work as in the machine repair model, whatever else the repairman does', () => {
  const spec = {
    seed: 9,
    machines: 10,
    part: timed.normal(minutes(10), minutes(2)),
    timeToFail: timed.exponential(minutes(300)),
    repair: timed.exponential(minutes(30)),
    otherJob: minutes(30),
    until: hours(24 * 28),
  };
  const results = replications(12).map((replication) => machineShop({ ...spec, replication }));
  const chances = birthDeath(
    10,
    (broken) => (10 - broken) / 300,
    () => 1 / 30,
  );
  const working = chances.reduce((sum, chance, broken) => sum + chance * (10 - broken), 0);
  contains(
    estimateMean(
      results.map((each) => each.working),
      0.99,
    ),
    working,
  );
  for (const { otherJobs } of results) assert.ok(otherJobs > 0);
});

test('machine shop: the parts of the published run lie where runs of ours do', () => {
  const spec = {
    seed: 10,
    machines: 10,
    part: timed.normal(minutes(10), minutes(2)),
    timeToFail: timed.exponential(minutes(300)),
    repair: timed.constant(minutes(30)),
    otherJob: minutes(30),
    until: hours(24 * 28),
  };
  const means = replications(12).map((replication) => {
    const { parts } = machineShop({ ...spec, replication });
    return parts.reduce((sum, each) => sum + each, 0) / parts.length;
  });
  // SimPy 3 documentation, example "Machine Shop": parts of machines 0 to 9 after four weeks (recalled).
  const published = [3251, 3273, 3242, 3343, 3387, 3244, 3269, 3185, 3302, 3279];
  const mean = published.reduce((sum, each) => sum + each, 0) / published.length;
  const { mean: center, halfWidth, n } = estimateMean(means, 0.99);
  // Of one more run, not of the mean: sqrt(n + 1) times as wide.
  const reach = halfWidth * Math.sqrt(n + 1);
  assert.ok(Math.abs(mean - center) <= reach, `${mean} is not in ${center} +- ${reach}`);
});

test('bank renege: as many give up as in the Erlang A model', () => {
  const spec = {
    seed: 11,
    customers: 4_000,
    counters: 1,
    gap: timed.exponential(us(10)),
    service: timed.exponential(us(12)),
    patience: timed.exponential(us(20)),
  };
  const parts = replications(12).map((replication) => {
    const processes = bankOfProcesses({ ...spec, replication });
    if (replication < 3) assert.equal(bankOfActors({ ...spec, replication }), processes);
    assert.is(processes.served + processes.reneged, spec.customers);
    return processes.reneged / spec.customers;
  });
  const chances = birthDeath(
    200,
    () => 1 / 10,
    (n) => 1 / 12 + (n - 1) / 20,
  );
  const giveUp = chances.reduce((sum, chance, n) => sum + (chance * Math.max(0, n - 1)) / 20, 0) * 10;
  contains(estimateMean(parts, 0.99), giveUp);
});

test("bank renege: customers of the original's law wait within their patience or leave when it ends", () => {
  const spec = {
    seed: 42,
    replication: 0,
    customers: 200,
    counters: 1,
    gap: timed.exponential(seconds(10)),
    service: timed.exponential(seconds(12)),
    patience: timed.uniform(seconds(1), seconds(3)),
  };
  const { log, served, reneged } = bankOfProcesses(spec);
  assert.is(log.length, 200);
  assert.ok(served > 0 && reneged > 0);
  for (const line of log) {
    const wait = Number(line.split(' ').at(-1));
    if (line.includes('reneged')) assert.ok(wait >= seconds(1) && wait <= seconds(3));
    else assert.ok(wait < seconds(3));
  }
  assert.equal(bankOfActors(spec).log, log);
});

test('gas station: no litre is lost, cars without a queue take as long as the pump, the truck comes when it must', () => {
  const spec = {
    seed: 12,
    pumps: 2,
    tankSize: 200,
    threshold: 0.25,
    carTank: 50,
    refuelSpeed: 2,
    gap: timed.uniform(seconds(30), seconds(300)),
    truckTime: seconds(300),
    until: seconds(7000) as Duration,
  };
  const result = gasStation(spec);
  assert.is(spec.tankSize + result.delivered, result.sold + result.left);
  assert.ok(result.trucks >= 2 && result.lowest >= 0 && result.left <= spec.tankSize);
  for (const { litres, seconds: took } of result.cars) assert.ok(took >= litres / 2);
  const free = result.cars.filter(({ litres, seconds: took }) => took < litres / 2 + 1e-9);
  assert.ok(free.length > result.cars.length / 2);
  // A slow truck and a smaller tank: cars wait for fuel, and still nothing is lost.
  const dry = gasStation({ ...spec, tankSize: 100, threshold: 0.5, truckTime: seconds(900) });
  assert.is(100 + dry.delivered, dry.sold + dry.left);
  assert.ok(dry.cars.some(({ litres, seconds: took }) => took > litres / 2 + 100));
});

test('producer and consumer: the throughput is that of the blocked two-stage line', () => {
  const spec = {
    seed: 13,
    room: 3,
    produce: timed.exponential(us(1)),
    consume: timed.exponential(us(1.1)),
    until: us(4_000) as Duration,
  };
  const rates = replications(16).map((replication) => {
    const consumed = beltOfProcesses({ ...spec, replication });
    assert.is(beltOfActors({ ...spec, replication }), consumed);
    return consumed / 4_000;
  });
  // In the system: what is on the belt, at the consumer, and in the hands of the blocked producer.
  const chances = birthDeath(
    spec.room + 2,
    () => 1,
    () => 1 / 1.1,
  );
  contains(estimateMean(rates, 0.99), 1 - (chances.at(-1) as number));
});

test.run();
