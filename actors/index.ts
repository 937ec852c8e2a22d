export * from './compute/index.ts';
export * from './memory/index.ts';
export * from './network/index.ts';
export * from './numerics/index.ts';
export * from './presets/index.ts';
export * from './reram/index.ts';
export * from './storage/index.ts';
export * from './training/index.ts';
