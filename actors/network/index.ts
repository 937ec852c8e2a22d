export { networkErrors } from './errors.ts';
export {
  type FlowId,
  FlowNetwork,
  type FlowNetworkOptions,
  type LinkId,
  type LinkKind,
  type LinkSpec,
  type RouteId,
} from './flow-network.ts';
