import * as fc from 'fast-check';
import type { EngineKind, Operation } from '../../../actors/dataflow/index.ts';
import { type Duration, ns } from '../../../engine/index.ts';

/** A program on one or two kinds of engines; `plain` has one slice and one engine everywhere. */
export interface Case {
  readonly engines: readonly EngineKind[];
  readonly program: readonly Operation[];
}

interface Drawn {
  readonly engine: number;
  readonly work: number;
  readonly setup: number;
  readonly sliceSetup: number;
  readonly slices: number;
  readonly preparation: number;
  readonly after: readonly number[];
}

const drawn = fc.record({
  engine: fc.nat(2),
  work: fc.nat(1000),
  setup: fc.nat(20),
  sliceSetup: fc.nat(5),
  slices: fc.integer({ min: 1, max: 5 }),
  preparation: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.nat(300)),
  after: fc.array(fc.nat(30), { maxLength: 3 }),
});

function operation(one: Drawn, op: number): Operation {
  const after = op === 0 ? [] : [...new Set(one.after.map((back) => op - 1 - (back % op)))];
  return {
    name: `op${op}`,
    label: `label${op % 4}`,
    engine: `kind${one.engine}`,
    after,
    work: ns(one.work),
    setup: ns(one.setup),
    sliceSetup: ns(one.sliceSetup),
    slices: one.slices,
    preparation: ns(one.preparation) as Duration,
  };
}

/** Random programs on three kinds of at most `count` engines. */
export function randomCase(count: number): fc.Arbitrary<Case> {
  const kind = fc.record({ count: fc.integer({ min: 1, max: count }), together: fc.boolean() });
  return fc.record({
    engines: fc.tuple(kind, kind, kind).map((kinds) => kinds.map((one, index) => ({ name: `kind${index}`, ...one }))),
    program: fc.array(drawn, { minLength: 1, maxLength: 14 }).map((all) => all.map(operation)),
  });
}
