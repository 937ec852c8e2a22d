export {
  type CollectiveDone,
  type CollectiveMessage,
  type CollectiveSpec,
  type CollectiveState,
  collectives,
} from './collective-actor.ts';
export {
  type CollectiveCosts,
  type CollectiveOp,
  type EfficiencyTable,
  efficiency,
  type NetworkCosts,
  type Protocol,
  type SwitchReduction,
} from './collective-costs.ts';
export { CollectiveGroup, type LinkLoad, type Pattern } from './collective-group.ts';
export { type CollectivePlan, type PlannedFlows, type PlanOptions, planCollective } from './collective-plan.ts';
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
export { type PcieBoxSpec, pcieBox, type StarSpec, star, type TorusSpec, torus } from './small-topologies.ts';
export type { LinkScope, PortSpec, Topology, TopologyLink } from './topology.ts';
