import { Recorder } from '../../../engine/trace/index.ts';
import { ThreadTarget } from '../../../engine/trace/node/index.ts';
import { tracedPhold } from '../../bench/trace-phold.ts';

/** Records for ever, until it is killed. */
const sim = tracedPhold(64);
new Recorder(sim, new ThreadTarget({ file: process.argv[2] as string, picosecondsPerTick: 1 })).start();
sim.run();
