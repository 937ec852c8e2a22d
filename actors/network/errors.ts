import { defineErrors, type ErrorRoom } from '../../engine/kernel/errors.ts';

/** Every error of the network. */
export const networkErrors: ErrorRoom<
  | 'NET_BAD_CAPACITY'
  | 'NET_BAD_LATENCY'
  | 'NET_BAD_SIZE'
  | 'NET_BAD_WEIGHT'
  | 'NET_BAD_CAP'
  | 'NET_BAD_ROUTE'
  | 'NET_UNKNOWN_LINK'
  | 'NET_UNKNOWN_ROUTE'
  | 'NET_UNKNOWN_FLOW'
  | 'NET_PAST'
  | 'NET_BAD_TOPOLOGY'
  | 'NET_UNKNOWN_ENDPOINT'
  | 'NET_UNKNOWN_LINK_NAME'
  | 'NET_RESOLUTION'
  | 'NET_MISMATCH'
  | 'NET_BAD_GROUP'
> = defineErrors({
  NET_BAD_CAPACITY: {
    fatal: false,
    text: 'capacity of link %link must be a number of bytes per second >= 0, got %value',
    hint: 'Use bytesPerSecond(25e9); 0 means that the link is down.',
  },
  NET_BAD_LATENCY: {
    fatal: false,
    text: 'latency of %link must be finite and >= 0, got %value',
    hint: 'Give it in the time unit of the network.',
  },
  NET_BAD_SIZE: {
    fatal: false,
    text: 'size of a flow must be a finite number of bytes >= 0, got %value',
    hint: 'Use bytes(n); a message of size zero costs latency only.',
  },
  NET_BAD_WEIGHT: {
    fatal: false,
    text: 'weight of a flow must lie between 2^-20 and 2^20, got %value',
    hint: 'Weights count in steps of 2^-20; only their ratios matter.',
  },
  NET_BAD_CAP: {
    fatal: false,
    text: 'rate cap of a flow must be > 0 bytes per second, got %value',
    hint: 'Leave it out when the flow has none.',
  },
  NET_BAD_ROUTE: {
    fatal: false,
    text: 'route [%links] %problem',
    hint: 'A route is a list of one or more distinct links; a message to oneself uses a loopback link.',
  },
  NET_UNKNOWN_LINK: {
    fatal: false,
    text: 'there is no link %link',
    hint: 'Use the numbers that addLink returned.',
  },
  NET_UNKNOWN_ROUTE: {
    fatal: false,
    text: 'there is no route %route',
    hint: 'Use the numbers that addRoute returned.',
  },
  NET_UNKNOWN_FLOW: {
    fatal: false,
    text: 'there is no live flow %flow',
    hint: 'It has finished or was removed; ask has(flow) first.',
  },
  NET_BAD_TOPOLOGY: { fatal: false, text: 'topology: %problem', hint: 'Correct the specification.' },
  NET_UNKNOWN_ENDPOINT: {
    fatal: false,
    text: 'there is no endpoint %endpoint',
    hint: 'Endpoints are numbered from 0 to %last.',
  },
  NET_UNKNOWN_LINK_NAME: {
    fatal: false,
    text: 'there is no link named %name',
    hint: 'Names are hierarchical, for instance %example.',
  },
  NET_RESOLUTION: {
    fatal: true,
    text: 'the network counts in %mine, the simulation does not',
    hint: "Give the network's spec the resolution of the simulation.",
  },
  NET_MISMATCH: {
    fatal: true,
    text: 'member %member calls %got while the group has begun %expected',
    hint: 'All members of a group must call the same collectives in the same order.',
  },
  NET_BAD_GROUP: { fatal: false, text: 'collective group: %problem', hint: 'Correct the specification.' },
  NET_PAST: {
    fatal: false,
    text: 'cannot go back to %to: the network is at %now',
    hint: 'Advance to a time >= now.',
  },
});
