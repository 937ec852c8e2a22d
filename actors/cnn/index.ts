export {
  type ConvInput,
  type ConvLayer,
  convInputs,
  convMacs,
  convParameters,
  inputValues,
  type LayerTable,
  type LayerTotals,
  type LinearLayer,
  layerTotals,
  outputValues,
} from './layer-table.ts';
export { layerTable, type NetworkId, networkIds } from './networks.ts';
export { type ConvOptions, TableBuilder } from './table-builder.ts';
