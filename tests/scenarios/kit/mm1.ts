import { defineScenario, param } from '../../../scenarios/index.ts';

/** One station, random arrivals, by formula: small enough to judge the kit by. */
export const scenario = defineScenario({
  id: 'mm1',
  title: 'M/M/1: waiting at a single station',
  paper: { title: 'Erlang: Solution of some problems in the theory of probabilities', reference: 'Erlang 1917' },
  params: {
    load: param.fraction({
      above: 0,
      below: 1,
      default: 0.5,
      describe: 'offered load: arrival rate over service rate',
    }),
    service: param.duration({ min: '1ns', max: '1h', default: '10us', describe: 'mean service time' }),
    servers: param.integer({ min: 1, max: 1024, default: 1, describe: 'stations that share the load' }),
    groups: param.integer({
      min: 0,
      max: 64,
      default: 0,
      words: { auto: 0 },
      describe: 'groups the stations are divided into',
    }),
    window: param.tokens({ min: 2, max: '16M', default: '32K', describe: 'customers observed' }),
    message: param.bytes({ min: 0, max: '1TiB', default: '4KiB', describe: 'bytes a customer carries' }),
    link: param.bandwidth({
      above: 0,
      max: '10TB/s',
      default: '25GB/s',
      describe: 'rate of the link customers come by',
    }),
    discipline: param.choice(['fifo', 'lifo'], { default: 'fifo', describe: 'who is served next' }),
    audit: param.boolean({ default: false, describe: 'check the result against the numeric sum' }),
  },
  metrics: {
    wait: { unit: 's', describe: 'mean time in queue' },
    sojourn: { unit: 's', describe: 'mean time in the system' },
    number: { unit: '', describe: 'mean number in the system' },
    transfer: { unit: 's', describe: 'time to bring the data of all customers' },
    stable: { unit: '', describe: 'whether the queue stays finite' },
    agrees: { unit: '', describe: 'only with audit: formula and sum agree' },
  },
  presets: {
    quick: { describe: 'the defaults' },
    busy: { describe: 'the steep part of the curve', set: { load: '90%' }, vary: { servers: [1, 2, 4] } },
  },
  refine: ({ servers, groups }) =>
    groups > 0 && servers % groups !== 0
      ? [
          {
            parameter: 'groups',
            constraint: `${servers} servers must be divisible by groups`,
            use: [largestDivisor(servers, groups)],
          },
        ]
      : [],
  run: (params, context) => {
    const service = params.service / 1e12;
    const sojourn = service / (1 - params.load);
    const number = params.load / (1 - params.load);
    if (params.load > 0.95) context.onWarning('the load is above 95 %: the mean is reached slowly');
    for (let i = 1; i <= 4; i++) context.progress(i / 4);
    let sum = 0;
    for (let n = 1; n < 2_000; n++) sum += n * (1 - params.load) * params.load ** n;
    return {
      metrics: {
        wait: sojourn - service,
        sojourn,
        number,
        transfer: (params.message * params.window) / params.link,
        stable: params.load < 1,
        ...(params.audit ? { agrees: Math.abs(sum - number) < 1e-6 * number } : {}),
      },
      events: 2 * params.window,
    };
  },
  figures: [
    {
      id: 'half',
      group: 'T1',
      params: { load: 0.5 },
      metric: 'number',
      value: 1,
      source: 'table 1',
      tag: 'read',
      role: 'calibration',
      tolerance: 0.01,
    },
    {
      id: 'eighty',
      group: 'T1',
      params: { load: '80%', service: '1us' },
      metric: 'sojourn',
      value: 5.1e-6,
      source: 'figure 1, read by eye',
      tag: 'dig',
      role: 'check',
      tolerance: 0.05,
    },
    {
      id: 'ninety',
      group: 'T2',
      params: { preset: 'busy' },
      metric: 'number',
      value: 9.2,
      source: 'figure 1, read by eye',
      tag: 'dig',
      role: 'check',
    },
    {
      id: 'stays-stable',
      group: 'T2',
      params: { preset: 'busy' },
      metric: 'stable',
      value: true,
      source: 'section 2',
      tag: 'derived',
      role: 'check',
    },
    {
      id: 'full',
      group: 'T3',
      params: { load: 0.99 },
      metric: 'number',
      value: 80,
      source: 'figure 1, off the scale',
      tag: 'recalled',
      role: 'report',
    },
  ],
  targets: [{ id: 'tables', groups: ['T1', 'T2'], mean: 0.02, worst: 0.05 }],
  claims: [
    {
      id: 'doubling',
      text: 'Halving the idle share doubles the time in the system',
      published: 2,
      unit: 'x',
      source: 'section 3',
      pass: { min: 1.9, max: 2.1 },
      how: async (run) => (await run({ load: 0.75 })).number('sojourn') / (await run({ load: 0.5 })).number('sojourn'),
    },
    {
      id: 'stable',
      text: 'The queue is stable below full load',
      published: true,
      source: 'section 2',
      pass: { equals: true },
      how: async (run) => (await run({ load: 0.999 })).flag('stable'),
    },
  ],
  invariants: [
    {
      id: 'little',
      text: "Little's law: number = arrival rate x time in the system",
      draw: (draw) => ({ load: draw.real(0.01, 0.99), service: `${draw.integer(1, 1000)}us` }),
      holds: async (params, run) => {
        const result = await run(params);
        const rate = Number(params.load) / (result.number('sojourn') - result.number('wait'));
        const expected = rate * result.number('sojourn');
        return Math.abs(expected - result.number('number')) < 1e-9 * expected || `${expected} expected`;
      },
    },
  ],
  story: async (run) => {
    const loads = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];
    const results = await Promise.all(loads.map((load) => run({ load })));
    return [
      {
        kind: 'line',
        title: 'Number in the system over load',
        note: 'It doubles whenever the idle share halves.',
        x: { label: 'load' },
        y: { label: 'number in the system' },
        series: [{ name: 'fifo', points: results.map((result, i) => [loads[i] as number, result.number('number')]) }],
        published: [
          { x: 0.5, y: 1, series: 'fifo', role: 'calibration' },
          { x: 0.9, y: 9.2, series: 'fifo', role: 'check' },
        ],
      },
      {
        kind: 'bar',
        title: 'Where the time goes',
        x: { label: 'load' },
        y: { label: 'time', unit: 's' },
        stacked: true,
        series: [
          {
            name: 'service',
            points: results.map((result, i) => [String(loads[i]), result.number('sojourn') - result.number('wait')]),
          },
          { name: 'waiting', points: results.map((result, i) => [String(loads[i]), result.number('wait')]) },
        ],
      },
    ];
  },
  examples: ['escapement run mm1 --set load=90%', 'escapement run mm1 --preset busy --service 1ms --json'],
});

function largestDivisor(of: number, upTo: number): number {
  for (let candidate = Math.min(of, upTo); candidate > 1; candidate--) if (of % candidate === 0) return candidate;
  return 1;
}
