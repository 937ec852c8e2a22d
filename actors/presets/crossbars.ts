import { assumed, spec } from './parameter.ts';

const PUMA = 'PUMA simulator, constants.py (after ISAAC)';
const NEUROSIM = 'NeuroSim V2.0, Param.cpp';
const CHEN = 'Chen et al., IEEE TC 2015, 4-Mb HfO2 chip, as recalled and as in code derived from PytorX';

/** Crossbars of resistive memory: what the simulators of the field take for converters, cells and wires. */
export const crossbarPresets = {
  size: spec(128, '1', PUMA),
  /** Drive and settle of one input slice. */
  readPulse: spec(100e-9, 's', PUMA),
  /** Conversions per second: 128 columns in 100 ns. */
  adcRate: spec(1280, 'MHz', PUMA),
  /** At 8 bits: 1.8 mW and 0.2 mW for sample and hold. */
  adcPower: spec(0.002, 'W', PUMA),
  /** One row driver of 1 bit. */
  dacPower: spec(3.9e-6, 'W', `${PUMA}; MNSIM 2.0`),
  readVoltage: spec(0.2, 'V', 'CiMLoop, model of ISAAC'),
  onResistance: spec(100e3, 'ohm', NEUROSIM),
  offResistance: spec(1e6, 'ohm', NEUROSIM),
  writePulse: spec(50e-9, 's', NEUROSIM),
  /** Wire between two cells. */
  wire: spec(2.82, 'ohm', 'MNSIM 2.0'),
  /** Median cycles of a cell. */
  endurance: spec(1e6, '1', 'NVMain, mean'),
  /** Deviation of the logarithm of life. */
  enduranceSigma: assumed(0.5, '1', 'no source'),
  /** Share of stuck cells, by end. */
  stuckOn: assumed(0.0904, '1', CHEN),
  stuckOff: assumed(0.0175, '1', CHEN),
  inputActivity: assumed(0.5, '1', 'random bits'),
} as const;
