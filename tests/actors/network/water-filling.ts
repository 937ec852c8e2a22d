/** Max-min fair rates by the definition, flow by flow, for comparison: slow, and shares nothing with the solver. */
export interface PlainLink {
  capacity: number;
  readonly fat: boolean;
}

export interface PlainFlow {
  readonly route: readonly number[];
  readonly weight: number;
  readonly cap: number;
}

export function waterFilling(links: readonly PlainLink[], flows: readonly PlainFlow[]): number[] {
  const caps = flows.map((flow) =>
    flow.route.reduce((cap, l) => (links[l]!.fat ? Math.min(cap, links[l]!.capacity) : cap), flow.cap),
  );
  const rates = flows.map(() => -1);
  while (rates.includes(-1)) {
    let level = Number.POSITIVE_INFINITY;
    const room = links.map((link, l) => {
      if (link.fat) return Number.POSITIVE_INFINITY;
      let free = link.capacity;
      let weight = 0;
      flows.forEach((flow, f) => {
        if (!flow.route.includes(l)) return;
        if (rates[f] === -1) weight += flow.weight;
        else free -= rates[f]!;
      });
      return weight > 0 ? Math.max(free, 0) / weight : Number.POSITIVE_INFINITY;
    });
    flows.forEach((flow, f) => {
      if (rates[f] === -1) level = Math.min(level, caps[f]! / flow.weight, ...flow.route.map((l) => room[l]!));
    });
    const limit = level * (1 + 1e-13);
    flows.forEach((flow, f) => {
      if (rates[f] !== -1) return;
      if (caps[f]! / flow.weight <= limit || flow.route.some((l) => room[l]! <= limit)) rates[f] = level * flow.weight;
    });
  }
  return rates;
}

export interface PlainTransfer extends PlainFlow {
  readonly start: number;
  readonly size: number;
}

/** Completion times of transfers that all share by water-filling, by stepping from event to event. */
export function completionTimes(links: readonly PlainLink[], transfers: readonly PlainTransfer[]): number[] {
  const end = transfers.map(() => Number.POSITIVE_INFINITY);
  const rest = transfers.map((transfer) => transfer.size);
  let now = 0;
  while (true) {
    const live = transfers.flatMap((transfer, i) =>
      transfer.start <= now && end[i] === Number.POSITIVE_INFINITY ? [i] : [],
    );
    const rates = waterFilling(
      links,
      live.map((i) => transfers[i]!),
    );
    let next = Math.min(...transfers.map((t) => (t.start > now ? t.start : Number.POSITIVE_INFINITY)));
    live.forEach((i, k) => {
      if (rates[k]! > 0) next = Math.min(next, now + rest[i]! / rates[k]!);
    });
    if (next === Number.POSITIVE_INFINITY) return end;
    live.forEach((i, k) => {
      rest[i]! -= rates[k]! * (next - now);
      if (rest[i]! <= 1e-11 * transfers[i]!.size || now + (rest[i]! + rates[k]! * (next - now)) / rates[k]! <= next)
        end[i] = next;
    });
    now = next;
  }
}
