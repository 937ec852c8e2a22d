export {
  type CollectiveDone,
  type CollectiveMessage,
  type CollectiveSpec,
  type CollectiveState,
  collectives,
} from './collective-actor.ts';
export {
  type AlgorithmWork,
  algorithmTime,
  busFactor,
  type CollectiveAlgorithm,
  type CollectiveOp,
  chunkPipeline,
} from './collective-algorithms.ts';
export {
  allToAllBusBound,
  type ClusterRingOp,
  type ClusterShape,
  type CollectivePrice,
  type CollectiveProtocol,
  type CollectiveWork,
  clusterCollective,
  explainClusterCollective,
  explainNodeCollective,
  nodeCollective,
} from './collective-cost.ts';
export { collectiveErrors } from './collective-errors.ts';
export { CollectiveGroup, type LinkLoad, type Pattern } from './collective-group.ts';
export { type CollectivePlan, type PlannedFlows, type PlanOptions, planCollective } from './collective-plan.ts';
export { collectiveCosts } from './collective-presets.ts';
export type {
  CollectiveCosts,
  NetworkCosts,
  NicEfficiency,
  Protocol,
  ProtocolAcross,
  SwitchReduction,
} from './collective-protocols.ts';
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
export { type FabricSpec, type GpuClusterSpec, gpuCluster } from './gpu-cluster.ts';
export {
  type LinkChartContext,
  type LinkChartEvent,
  type LinkChartInput,
  type LinkShareChanged,
  linkChart,
} from './link-chart.ts';
export {
  type FlowRequest,
  type LinkUse,
  type NetworkMessage,
  type NetworkReply,
  type NetworkSpec,
  type NetworkState,
  type NetworkUse,
  network,
  networkUse,
  type WhenDown,
} from './network-actor.ts';
export { type NetworkPattern, networkEfficiency } from './network-efficiency.ts';
export { type PcieBoxSpec, pcieBox, type StarSpec, star, type TorusSpec, torus } from './small-topologies.ts';
export type { LinkScope, PortSpec, Topology, TopologyLink } from './topology.ts';
