import type { EngineTimes } from '../../actors/index.ts';
import type { Lowered } from './lowered.ts';
import type { Outcome } from './simulate.ts';

/** Every metric of the scenario with its unit; one that does not apply to a run is left out. */
export const metrics = {
  latencySeconds: { unit: 's', describe: 'one inference of two layers' },
  macs: { unit: '', describe: 'multiply-adds with the update first, padding and zeros not counted' },
  macsIssued: { unit: '', describe: 'multiply-add slots occupied, zeros and lane padding included' },
  effectiveMacsPerSecond: { unit: '1/s', describe: 'macs over latency' },
  aieBusyFraction: { unit: '', describe: 'busy share of the AI Engines, averaged' },
  plBusyFraction: { unit: '', describe: 'busy share of the programmable logic' },
  peBusyFraction: { unit: '', describe: 'busy share of the processing elements of a baseline, averaged' },
  ddrBusyFraction: { unit: '', describe: 'busy share of the DRAM' },
  ddrBytes: { unit: 'B', describe: 'DRAM traffic' },
  boundBy: { unit: '', describe: 'what decides the longest layer: aie, pl, pe, ddr or start' },
  nodes: { unit: '', describe: 'nodes of the graph used; of a large one the part that was generated' },
  edges: { unit: '', describe: 'its undirected edges' },
  maxDegree: { unit: '', describe: 'largest degree of the whole graph' },
  avgClustering: { unit: '', describe: 'mean clustering; hgcn on graphs generated whole' },
  components: { unit: '', describe: 'connected components; hgcn on graphs generated whole' },
  nnzShareTight: { unit: '', describe: 'share of nonzeros in tight tiles' },
  nnzShareLoose: { unit: '', describe: 'share of nonzeros in loose tiles' },
  nnzShareScattered: { unit: '', describe: 'share of nonzeros in neither' },
  nnzShareClustered: { unit: '', describe: 'tight and loose together' },
  nonEmptyTiles: { unit: '', describe: 'tiles that hold any nonzero' },
  imbalance: { unit: 'x', describe: 'largest load over mean load of a processing element, over all rounds; awb-gcn' },
  pruneRateOverall: { unit: '', describe: 'pruned share of all operations; i-gcn' },
  measuredPruneRate: { unit: '', describe: 'pruned share of aggregation operations found on the graph; i-gcn' },
  publishedSeconds: { unit: 's', describe: 'the published latency of the same run, where there is one' },
  modelError: { unit: '', describe: 'latency over that, less 1' },
  speedupOverPublished: { unit: 'x', describe: 'published latency of compareTo over this' },
  speedupOverModelled: { unit: 'x', describe: 'simulated latency of compareTo over this' },
  suiteCells: { unit: '', describe: 'published cells of the suite' },
  suiteGeomeanSpeedup: { unit: 'x', describe: 'geometric mean over them of published baseline over simulated hgcn' },
  suiteMeanSpeedup: { unit: 'x', describe: 'arithmetic mean of the same' },
  suiteSpeedupAwb: { unit: 'x', describe: 'geometric mean over the cells of awb-gcn' },
  suiteSpeedupIsland: { unit: 'x', describe: 'geometric mean over the cells of i-gcn' },
  suiteSpeedupBoost: { unit: 'x', describe: 'geometric mean over the cells of boostgcn' },
  numericMaxRelError: {
    unit: '',
    describe: 'partitioned sparse product against the plain one, of the largest entry; with verify',
  },
  events: { unit: '', describe: 'simulated events' },
} as const;

export type MetricName = keyof typeof metrics;

/** Metrics of one run. */
export type Measured = Partial<Record<MetricName, number | boolean | string>>;

/** Everything that one simulation tells. */
export function measure(lowered: Lowered, outcome: Outcome, macs: number): Measured {
  const { seconds, engines, ddrBytes, events } = outcome;
  const busy = (name: string): number | undefined => {
    const engine = engines.find((one) => one.name === name);
    return engine === undefined ? undefined : busyOf(engine) / (engine.engines * seconds);
  };
  const found = {
    aieBusyFraction: busy('aie'),
    plBusyFraction: busy('pl'),
    peBusyFraction: elementsBusy(lowered, seconds, busy),
    ddrBusyFraction: busy('ddr'),
  };
  return {
    latencySeconds: seconds,
    macs,
    macsIssued: lowered.macsIssued,
    effectiveMacsPerSecond: macs / seconds,
    ...(Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as Measured),
    ddrBytes,
    boundBy: boundBy(outcome),
    ...lowered.extra,
    events,
  };
}

function busyOf({ busy }: EngineTimes, layer = ''): number {
  const labels = Object.entries(busy).filter(([label]) => label.endsWith(layer));
  return labels.reduce((sum, [, time]) => sum + (time as number), 0) / 1e12;
}

function elementsBusy(
  { elements, lumped }: Lowered,
  seconds: number,
  busy: (name: string) => number | undefined,
): number | undefined {
  if (elements.length === 0) return undefined;
  if (lumped !== undefined) return lumped.cycles / (lumped.count * lumped.clock * seconds);
  return elements.reduce((sum, name) => sum + (busy(name) ?? 0), 0) / elements.length;
}

/** The engine that is busy longest in the longest layer; fixed times count as start. */
function boundBy({ layers, engines }: Outcome): string {
  const longest = layers[1] - layers[0] > layers[0] ? '2' : '1';
  const names: Record<string, string> = { fum: 'pe', fam: 'pe', control: 'start' };
  const sums = new Map<string, number>();
  for (const engine of engines) {
    const name = names[engine.name] ?? engine.name;
    const start = name === 'start' && longest === '1' ? busyOf(engine, 'start') : 0;
    sums.set(name, (sums.get(name) ?? 0) + (busyOf(engine, longest) + start) / engine.engines);
  }
  return [...sums].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}
