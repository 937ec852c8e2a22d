export {
  type AllocationFailed,
  type DeviceMemoryMessage,
  type DeviceMemorySpec,
  type DeviceMemoryState,
  deviceMemory,
  largestTag,
  type MemoryChange,
  type OutOfMemory,
} from './device-memory.ts';
export { memoryErrors } from './errors.ts';
