import {
  adcJoules,
  CellArray,
  type Census,
  type ChipLayer,
  type ChipState,
  type CrossbarSpec,
  cellsPerWeight,
  chip,
  dacJoules,
  isVerified,
  type MappingSpec,
  type PulseWriter,
  slicesOfInput,
  type Tiling,
  type WriteLaw,
} from '../../actors/index.ts';
import { createRandomSource, type RandomSource, Simulation, toSeconds } from '../../engine/index.ts';
import { fatesOf, LevelTable, partnerLevel, writeLawOf } from './chip-cells.ts';
import { type MatrixLayer, mappingOf, tilingOf } from './matrix-layers.ts';
import type { ReramParams } from './params.ts';
import { spentBy, writersOf } from './writers.ts';

/** The arrays and converters that parameters describe. */
export function crossbarOf(params: ReramParams): CrossbarSpec {
  return {
    rows: params.crossbarRows,
    columns: params.crossbarCols,
    inputBits: params.inputBits,
    dacBits: params.dacBits,
    adcBits: params.adcBits,
    adcsPerArray: params.adcsPerArray,
    pipelined: params.pipelined,
    readPulseSeconds: params.readPulseSeconds,
    adcRate: params.adcRate,
    adcWatts: params.adcPowerWatts,
    dacWatts: params.dacPowerWatts,
    readVolts: params.readVoltage,
    onOhms: params.onResistanceOhms,
    offOhms: params.offResistanceOhms,
    inputActivity: params.inputActivity,
    wireOhms: params.wireOhms,
  };
}

/** What the first chip took to write and to read one input, by events. */
export interface HardwareRun {
  readonly layers: readonly { readonly tiling: Tiling; readonly seconds: number; readonly slices: number }[];
  readonly readSeconds: number;
  readonly programSeconds: number;
  readonly adcJoules: number;
  readonly dacJoules: number;
  readonly census: Census;
  readonly pulsesPerCell: number;
  readonly failShare: number;
  readonly residual: number;
  readonly events: number;
  readonly fingerprint: string;
}

/** The arrays of one layer as populations, formed with the fates of the chip, and what their cells are asked for. */
interface LayerCells {
  readonly arrays: readonly CellArray[];
  readonly writers: readonly PulseWriter[];
  readonly layer: ChipLayer;
}

/** Runs the chip with number 0: formed, written by pulses, and read once. */
export function runHardware(params: ReramParams, layers: readonly MatrixLayer[], seed: number): HardwareRun {
  const mapping = mappingOf(params);
  const crossbar = crossbarOf(params);
  const law = writeLawOf(params);
  const sim = new Simulation({ seed });
  const source = createRandomSource({ seed });
  const cells = layers.map((layer, l) =>
    layerCells(params, layer, mapping, { law, source }, { seed, chip: 0, layer: l }),
  );
  const writers = cells.flatMap((one) => one.writers);
  for (const { arrays, writers: own } of cells) for (const kept of [...arrays, ...own]) sim.keep(kept);
  const isCompensated = params.mitigation === 'pair-compensate';
  const ref = sim.spawn('chip', chip, {
    layers: cells.map(({ layer }) => layer),
    mapping,
    crossbar,
    isIdealAdc: params.adcMode === 'ideal',
    writePulseSeconds: params.writePulseSeconds,
    isVerified: isVerified(law),
  });
  sim.send(ref, { type: 'program' });
  // The march test reads every cell at both ends before the second pass.
  if (isCompensated) sim.send(ref, { type: 'program', reads: 2 });
  sim.send(ref, { type: 'infer', inputs: undefined });
  sim.run();
  const state = sim.stateOf(ref) as ChipState;
  const slices = slicesOfInput(crossbar);
  const tilings = cells.map(({ layer }) => layer.tiling);
  const reads = (of: (tiling: Tiling) => number) =>
    tilings.reduce((sum, tiling) => sum + tiling.shape.windows * slices * of(tiling), 0);
  return {
    layers: tilings.map((tiling, l) => ({
      tiling,
      seconds: toSeconds(state.layerTimes[l]!),
      slices: tiling.shape.windows * slices,
    })),
    readSeconds: toSeconds(state.readTime),
    programSeconds: toSeconds(state.programTime),
    adcJoules: adcJoules(
      crossbar,
      reads(({ tiles }) => tiles.reduce((sum, { columns }) => sum + columns, 0)),
    ),
    dacJoules: dacJoules(
      crossbar,
      reads(({ tiles }) => tiles.reduce((sum, { rows }) => sum + rows, 0)),
    ),
    census: addUp(cells.flatMap(({ arrays }) => arrays.map((array) => array.census()))),
    ...spentBy(writers),
    events: sim.events,
    fingerprint: sim.fingerprint(),
  };
}

function layerCells(
  params: ReramParams,
  layer: MatrixLayer,
  mapping: MappingSpec,
  write: { readonly law: WriteLaw; readonly source: RandomSource },
  place: { readonly seed: number; readonly chip: number; readonly layer: number },
): LayerCells {
  const tiling = tilingOf(params, layer.shape, mapping);
  const table = new LevelTable(mapping);
  const m = cellsPerWeight(mapping);
  const width = layer.shape.outputs * m;
  const top = 2 ** mapping.cellBits - 1;
  const { fates } = fatesOf(params, layer, mapping, place, params.faultRate);
  const isCompensated = params.mitigation === 'pair-compensate';
  const targets = new Float32Array(params.crossbarCols);
  const arrays = tiling.tiles.map(({ firstRow, rows, firstColumn, columns }) => {
    const array = new CellArray(rows * columns);
    for (let row = 0; row < rows; row++) {
      const at = (firstRow + row) * width + firstColumn;
      array.form(fates.subarray(at, at + columns), row * columns);
    }
    return array;
  });
  const { length } = tiling.tiles;
  const writers = writersOf(write.law, layerSource(write.source, place.layer), length);
  const writeRow = (t: number, row: number): number => {
    const { firstRow, firstColumn, columns } = tiling.tiles[t]!;
    const start = (firstRow + row) * width + firstColumn;
    const part = targets.subarray(0, columns);
    for (let column = 0; column < columns; column++) {
      const at = start + column;
      const [i, c] = [Math.floor(at / m), at % m];
      const k = layer.weights[i]!;
      const level = table.levels[table.at(k) + c]!;
      part[column] = (isCompensated ? partnerLevel(level, k, c, fates[at ^ 1]!, top) : level) / top;
    }
    return arrays[t]!.write(part, writers[t]!, top, part, row * columns);
  };
  return { arrays, writers, layer: { tiling, levels: undefined, writeRow } };
}

/** Streams of one layer. */
function layerSource(source: RandomSource, layer: number): RandomSource {
  return { stream: (path, name) => source.stream(`layer ${layer}/${path}`, name) };
}

function addUp(parts: readonly Census[]): Census {
  const sum = { pristine: 0, hrs: 0, lrs: 0, intermediate: 0, stuckOff: 0, stuckOn: 0 };
  for (const part of parts) for (const key of Object.keys(sum) as (keyof Census)[]) sum[key] += part[key];
  return sum;
}
