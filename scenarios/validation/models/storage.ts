import {
  type MlperfAccelerator,
  type MlperfWorkload,
  mlperfRead,
  sustainedAccelerators,
  type TrainingRead,
} from '../../../actors/storage/index.ts';
import { bytesPerSecond } from '../../../engine/kernel/quantities.ts';
import type { TableRow } from '../csv.ts';
import { leftOut, type ValidationModel } from '../model.ts';

const workloads: readonly string[] = ['unet3d', 'resnet50', 'cosmoflow'] satisfies MlperfWorkload[];
const accelerators: readonly string[] = ['a100', 'h100'] satisfies MlperfAccelerator[];

/** Bytes that `samples_per_s` moves; the table's `MB_per_s` counts MiB. */
function rateOf(row: TableRow): number | undefined {
  const job = jobOf(row);
  if (job === undefined) return undefined;
  const { batchBytes, samples } = job;
  return (row.positive('samples_per_s') * batchBytes) / samples;
}

function jobOf(row: TableRow): TrainingRead | undefined {
  const workload = row.text('model');
  const accelerator = row.text('accelerator');
  if (!(workloads.includes(workload) && accelerators.includes(accelerator))) return undefined;
  return mlperfRead(workload as MlperfWorkload, accelerator as MlperfAccelerator);
}

/** The submitted system: submitter and run without what names the job, and the hosts that read. */
export function systemOf(row: TableRow): string {
  const run = row
    .text('run')
    .replace(/[/_-]?(cosmoflow|unet3d|resnet50)/g, '')
    .replace(/[/_-](a100|h100)/g, '')
    .replace(/\/runs$/, '')
    .replace(/[_-]?\d+-?(acc|clients?|hosts?)\b/gi, '');
  return `${row.text('submitter')} ${run} ${row.text('hosts')}`;
}

/** Whether the same system fed more of the same accelerators with the same job: then the row says nothing of the most. */
function isExceeded(row: TableRow, table: readonly TableRow[]): boolean {
  const isSame = (other: TableRow, column: string) => other.text(column) === row.text(column);
  const system = systemOf(row);
  return table.some(
    (other) =>
      isSame(other, 'model') &&
      isSame(other, 'accelerator') &&
      other.count('num_accel') > row.count('num_accel') &&
      systemOf(other) === system,
  );
}

function storageModel(
  id: string,
  title: string,
  limits: string,
  isSource: (source: TableRow, row: TableRow) => boolean,
  isCircular: boolean,
): ValidationModel {
  return {
    id,
    title,
    limits,
    isCircular,
    unit: 'accelerators',
    columns: ['submitter', 'run', 'model', 'accelerator', 'num_accel', 'samples_per_s', 'hosts'],
    device: (row) => row.text('model'),
    measured: (row) => row.count('num_accel'),
    predict(row, table) {
      const job = jobOf(row);
      const system = systemOf(row);
      if (job === undefined)
        return leftOut(
          `no job for '${row.text('model')}' on '${row.text('accelerator')}'; known are ${workloads.join(', ')} on ${accelerators.join(', ')}`,
        );
      if (!isCircular && isExceeded(row, table)) return leftOut('the same system fed more of these accelerators');
      const rates = table
        .filter((source) => isSource(source, row) && systemOf(source) === system)
        .flatMap((source) => rateOf(source) ?? []);
      if (rates.length === 0) return leftOut('the table has no other row of this system to take a rate from');
      return sustainedAccelerators(job, bytesPerSecond(Math.max(...rates)));
    },
    group: (row) => String(row.line),
  };
}

/** Accelerators that one storage system keeps fed in MLPerf Storage: from its own row, from the other accelerator, from other jobs. */
export const storageModels: readonly ValidationModel[] = [
  storageModel(
    'storage-own-rate',
    'accelerators fed, from the rate of the same row',
    'as a prediction: the rate is that of the row itself, only the law from rate to count is shown; unet3d where records come in uneven sizes and every step waits for the slowest (to 25 %).',
    (source, row) => source === row,
    true,
  ),
  storageModel(
    'storage-other-gpu',
    'accelerators fed, from the rate of the other accelerator on the same job',
    'systems whose hosts and not whose storage set the limit: half of the rows are more than one in ten off.',
    (source, row) =>
      source !== row &&
      source.text('model') === row.text('model') &&
      source.text('accelerator') !== row.text('accelerator'),
    false,
  ),
  storageModel(
    'storage-other-job',
    'accelerators fed, from the rate of other jobs on the same system',
    'at all: jobs of large and small samples do not reach the same rate of a system (hosts, latency, steps that wait for the slowest); shown because a single rate for a device is often assumed.',
    (source, row) => source.text('model') !== row.text('model'),
    false,
  ),
];
