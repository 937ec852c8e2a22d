import {
  acquire,
  type Duration,
  delay,
  fork,
  process,
  resource,
  type Steps,
  Tally,
  timed,
  toSeconds,
} from '../../engine/index.ts';
import { defineScenario, param } from '../kit/index.ts';

/** Patients of two urgencies, doctors that the urgent ones take first, and people who leave unseen. */
export const scenario = defineScenario({
  id: 'emergency-room',
  title: 'An emergency room',
  paper: { title: 'none', reference: 'none' },
  params: {
    doctors: param.integer({ min: 1, max: 100, default: 3, describe: 'doctors on duty' }),
    gap: param.duration({ min: '1s', default: '6min', describe: 'mean time between patients' }),
    treatment: param.duration({ min: '1s', default: '15min', describe: 'mean time of a treatment' }),
    urgent: param.fraction({ min: 0, max: 1, default: 0.2, describe: 'share of urgent patients' }),
    patience: param.duration({ min: '1s', default: '90min', describe: 'mean time after which the others leave' }),
    patients: param.integer({ min: 1, max: '1M', default: 20000, describe: 'patients that come' }),
  },
  metrics: {
    urgentWait: { unit: 's', describe: 'mean wait of urgent patients' },
    otherWait: { unit: 's', describe: 'mean wait of the others that were seen' },
    left: { unit: '', describe: 'share of patients that left unseen' },
    busy: { unit: '', describe: 'share of the time that doctors treat' },
  },
  presets: { quick: { describe: 'few patients', set: { patients: 2000 } } },
  simulation: () => ({ resolution: 'us' }),
  build(sim, params) {
    const doctors = resource(sim, { name: 'doctors', capacity: params.doctors });
    const seen = { urgent: new Tally(), other: new Tally(), left: 0, doctors };
    const gap = timed.exponential(params.gap);
    const treatment = timed.exponential(params.treatment);
    const patience = timed.exponential(params.patience);
    const random = (name: string) => sim.random(name);
    const [gaps, treatments, patiences, kinds] = ['gap', 'treatment', 'patience', 'kind'].map(random);

    function* patient(isUrgent: boolean, stays: Duration, needs: Duration): Steps {
      const came = sim.elapsed;
      const wanted = isUrgent ? { priority: 0 } : { priority: 1, patience: stays };
      const doctor = yield* acquire(doctors, wanted);
      if (doctor === 'reneged') {
        seen.left++;
        return;
      }
      (isUrgent ? seen.urgent : seen.other).add(toSeconds((sim.elapsed - came) as Duration));
      yield* delay(needs);
      doctor.release();
    }

    const door = process(function* () {
      for (let i = 0; i < params.patients; i++) {
        yield* delay(gap.sample(gaps!));
        yield* fork(
          patient(kinds!.uniform() < params.urgent, patience.sample(patiences!), treatment.sample(treatments!)),
        );
      }
    });
    sim.spawn('door', door, undefined);
    return seen;
  },
  measure: ({ urgent, other, left, doctors }, { patients }) => ({
    urgentWait: urgent.mean,
    otherWait: other.mean,
    left: left / patients,
    busy: doctors.statistics().utilisation,
  }),
  examples: ['escapement run dist/scenarios/examples/emergency-room.js --set doctors=4'],
});
