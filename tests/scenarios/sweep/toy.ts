import { appendFileSync } from 'node:fs';
import { defineScenario, param } from '../../../scenarios/index.ts';

/** A scenario whose runs are cheap, random, slow, wrong or deadly, as told: for tests of studies. */
export const scenario = defineScenario({
  id: 'toy',
  title: 'A run that does as it is told',
  paper: { title: 'none', reference: 'none' },
  params: {
    size: param.tokens({ min: 1, max: '16M', default: '8K', describe: 'work' }),
    share: param.integer({ min: 1, max: 1_000_000, default: 1, describe: 'parts; must divide size' }),
    kind: param.choice(['plain', 'fancy', 'odd'], { default: 'plain', describe: 'how' }),
    rate: param.bandwidth({ above: 0, default: '10GB/s', describe: 'rate' }),
    noise: param.fraction({ default: 0, describe: 'relative width of the random part' }),
    wait: param.duration({ min: '0ps', max: '1h', default: '0ps', describe: 'wall time a run takes' }),
    flag: param.boolean({ default: false, describe: 'a flag' }),
    fate: param.choice(['fine', 'throws', 'kills', 'dies'], { default: 'fine', describe: 'how it ends' }),
  },
  metrics: {
    score: { unit: '', describe: 'grows with size, falls with parts' },
    cost: { unit: 'B', describe: 'size times parts' },
    big: { unit: '', describe: 'whether cost is large' },
    seconds: { unit: 's', describe: 'size over rate' },
  },
  presets: {
    quick: { describe: 'the defaults' },
    pair: { describe: 'two kinds', set: { size: '4K' }, vary: { kind: ['plain', 'fancy'] } },
  },
  refine: ({ size, share }) =>
    size % share === 0
      ? []
      : [{ parameter: 'share', constraint: `size ${size} cannot be shared by ${share}`, use: [1] }],
  async run({ size, share, kind, rate, noise, wait, fate }, { seed, progress, onWarning }) {
    const file = process.env.TOY_LOG;
    if (file !== undefined) appendFileSync(file, `${process.pid} ${size} ${share} ${kind} ${seed}\n`);
    if (fate === 'throws') throw new Error(`told to throw at ${size}`);
    if (fate === 'kills') process.kill(process.pid, 'SIGKILL');
    if (fate === 'dies') process.exit(3);
    const end = performance.now() + wait / 1e9;
    for (let left = end - performance.now(); left > 0; left = end - performance.now()) {
      await new Promise((resume) => setTimeout(resume, Math.min(left, 20)));
      progress(1 - (end - performance.now()) / (wait / 1e9));
    }
    if (kind === 'odd') onWarning('odd');
    const shift = { plain: 1, fancy: 1.5, odd: 0.5 }[kind];
    const random = ((Math.imul(seed, 2_654_435_761) >>> 8) / 2 ** 24 - 0.5) * 2 * noise;
    const score = (Math.sqrt(size) * shift * (1 + random)) / share;
    return {
      metrics: { score, cost: size * share, big: size * share > 65_536, seconds: size / rate },
      events: size,
    };
  },
});
