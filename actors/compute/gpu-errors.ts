import { defineErrors, type ErrorRoom } from '../../engine/kernel/errors.ts';

/** Every error of the GPU actor. */
export const gpuErrors: ErrorRoom<'GPU_STREAM' | 'GPU_NOT_RUNNING' | 'GPU_NOT_TIMED' | 'GPU_SPEED' | 'GPU_HOST_DEPTH'> =
  defineErrors({
    GPU_STREAM: {
      fatal: true,
      text: 'there is no stream %stream on a GPU with %count streams',
      hint: 'Streams count from 0 in the order of the specification.',
    },
    GPU_NOT_RUNNING: {
      fatal: true,
      text: 'operation %op is not a running call',
      hint: 'Answer each call once, with the number it came with.',
    },
    GPU_NOT_TIMED: {
      fatal: true,
      text: 'operation %op is paced from operation %since, which has not started or is not timed',
      hint: 'Mark the earlier operation timed and use it once.',
    },
    GPU_SPEED: {
      fatal: true,
      text: 'a GPU cannot run %factor times as fast',
      hint: 'Give a positive, finite factor; 0.5 is half as fast.',
    },
    GPU_HOST_DEPTH: {
      fatal: true,
      text: 'a stream cannot queue %depth launches',
      hint: 'Give a whole number from 1 on; CUDA queues 1024.',
    },
  });
