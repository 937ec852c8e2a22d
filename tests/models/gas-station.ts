import {
  acquire,
  container,
  type Duration,
  delay,
  draw,
  fill,
  fork,
  process,
  release,
  resource,
  Simulation,
  type Steps,
  seconds,
  type TimeDistribution,
  toSeconds,
  uniformInteger,
} from '../../engine/index.ts';

export interface StationSpec {
  readonly seed: number;
  readonly pumps: number;
  readonly tankSize: number;
  /** Calls the truck below this part of the tank. */
  readonly threshold: number;
  readonly carTank: number;
  readonly refuelSpeed: number;
  readonly gap: TimeDistribution;
  readonly truckTime: Duration;
  readonly until: Duration;
}

export interface StationResult {
  readonly cars: ReadonlyArray<{ readonly litres: number; readonly seconds: number }>;
  readonly sold: number;
  readonly delivered: number;
  readonly left: number;
  readonly lowest: number;
  readonly trucks: number;
}

/** SimPy's gas station: cars share pumps and a tank, a truck is called when the tank runs low. */
export function gasStation(spec: StationSpec): StationResult {
  const sim = new Simulation({ seed: spec.seed });
  const pumps = resource(sim, { name: 'pumps', capacity: spec.pumps });
  const tank = container(sim, { name: 'tank', capacity: spec.tankSize, level: spec.tankSize });
  const levels = sim.random('levels');
  const level = uniformInteger(5, 25);
  const cars: Array<{ readonly litres: number; readonly seconds: number }> = [];
  let [sold, delivered, trucks, lowest] = [0, 0, 0, spec.tankSize];

  function* car(): Steps {
    const litres = spec.carTank - level.sample(levels);
    const start = sim.elapsed;
    const pump = yield* acquire(pumps);
    yield* draw(tank, litres);
    sold += litres;
    lowest = Math.min(lowest, tank.level);
    yield* delay(seconds(litres / spec.refuelSpeed));
    release(pump);
    cars.push({ litres, seconds: toSeconds((sim.elapsed - start) as Duration) });
  }

  const source = process(function* () {
    const gaps = sim.random('gaps');
    for (;;) {
      yield* delay(spec.gap.sample(gaps));
      yield* fork(car());
    }
  });

  const control = process(function* () {
    for (;;) {
      if (tank.level < spec.threshold * spec.tankSize) {
        trucks++;
        yield* delay(spec.truckTime);
        const litres = spec.tankSize - tank.level;
        yield* fill(tank, litres);
        delivered += litres;
      }
      yield* delay(seconds(10));
    }
  });

  sim.spawn('control', control, undefined);
  sim.spawn('source', source, undefined);
  sim.run({ until: spec.until });
  return { cars, sold, delivered, left: tank.level, lowest, trucks };
}
