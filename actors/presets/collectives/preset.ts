import type { Parameter, RateUnit, TimeUnit } from '../parameter.ts';

type Time = Parameter<TimeUnit>;
type Rate = Parameter<RateUnit>;
type Share = Parameter<'1'>;

/** One protocol of a ring: fixed cost, cost of a step, rate, and cost growing with the root of the bytes on the wire. */
export interface ProtocolPreset {
  readonly base: Time;
  readonly hop: Time;
  readonly rate: Rate;
  /** Time for the root of one million bytes; 0 where the protocol has none. */
  readonly ramp: Time;
}

/** A collective library on one NVSwitch node of one GPU generation. */
export interface NodeCollectivesPreset {
  readonly name: string;
  readonly ring: {
    readonly ll: ProtocolPreset;
    readonly ll128: ProtocolPreset;
    readonly simple: ProtocolPreset;
    /** Share of the LL128 and Simple rates that two ranks reach. */
    readonly pair: Share;
  };
  readonly allToAll: {
    /** Small messages: each peer costs a hop. `rate` is that of the message to one peer. */
    readonly small: ProtocolPreset;
    /** Large messages: the port limits. */
    readonly large: ProtocolPreset;
    readonly pair: Share;
  };
  /** Reduction inside the switch; only all-reduce, only from `ranks` up. */
  readonly nvls?: { readonly base: Time; readonly rate: Rate; readonly ranks: Share };
}

/** A protocol across nodes: fixed cost, cost of a hop between nodes, and the share of the network card it can fill. */
export interface FabricProtocolPreset {
  readonly base: Time;
  readonly hop: Time;
  readonly nicShare: Share;
  readonly ramp: Time;
}

/** A network between nodes together with the version of the library that drives it. */
export interface FabricPreset {
  readonly name: string;
  /** One direction, for each GPU. */
  readonly nic: Rate;
  readonly ll: FabricProtocolPreset;
  readonly ll128: FabricProtocolPreset;
  readonly simple: FabricProtocolPreset;
}
