import { assumed, type InSI, measured, spec, treeInSI } from './parameter.ts';

/** The Versal VC1902 on a VCK5000 card: a grid of vector processors (AIE) beside programmable logic (PL). */
export const versalPreset = {
  name: 'AMD VCK5000 (Versal VC1902)',
  aie: {
    count: spec(400, '1', 'AMD UG1702, AM009: 8 rows of 50'),
    rows: spec(8, '1', 'AMD AM009'),
    clock: spec(1250, 'MHz', 'AMD DS957, -2 speed grade; 1000 MHz at -1L'),
    lanes: spec(8, '1', 'AMD AM009: fp32 multiply-adds a cycle'),
    memory: spec(32, 'KiB', 'AMD UG1079: data memory of one AIE'),
    used: assumed(384, '1', 'chosen: what routing leaves of 400; the paper of H-GCN was not at hand'),
    efficiency: assumed(0.7, '1', 'chosen: stream stalls and pipeline fill'),
    sparseOverhead: assumed(4, 'clk', 'chosen: index and address of one nonzero'),
    tileOverhead: assumed(32, 'clk', 'chosen: start of one tile'),
    job: assumed(128, 'clk', 'chosen: smallest grain of work'),
  },
  pl: {
    dsp: spec(1968, '1', 'AMD UG1702: DSP58 of the VC1902'),
    lanes: assumed(1536, '1', 'chosen: fp32 multiply-add lanes built from the DSPs'),
    clock: assumed(300, 'MHz', 'chosen: usual clock of such designs'),
    efficiency: assumed(0.5, '1', 'chosen: bank conflicts of scattered accesses'),
    memory: assumed(20.5, 'MB', 'block and ultra RAM together, as recalled'),
  },
  ddr: measured(57, 'GB/s', 'community benchmark of a VCK5000 over many ports'),
  layerOverhead: assumed(150, 'ns', 'chosen: start and merge of one layer'),
} as const satisfies object;

/** The card in SI units. */
export type VersalSpec = InSI<typeof versalPreset>;

const loaded: VersalSpec = treeInSI(versalPreset);

/** The VCK5000 preset in SI units: hertz, bytes, bytes per second, seconds; cycles stay cycles. */
export function loadVersal(): VersalSpec {
  return loaded;
}
