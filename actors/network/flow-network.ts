import type { Bytes, BytesPerSecond } from '../../engine/kernel/quantities.ts';
import { saveClass } from '../../engine/kernel/saved-class.ts';
import { networkErrors } from './errors.ts';
import { FairShare } from './fair-share.ts';
import { grown, PairingHeaps } from './pairing-heap.ts';

declare const linkBrand: unique symbol;
declare const routeBrand: unique symbol;
declare const flowBrand: unique symbol;

/** Number of a link of one network. */
export type LinkId = number & { readonly [linkBrand]: true };
/** Number of a route of one network. */
export type RouteId = number & { readonly [routeBrand]: true };
/** Handle of a flow; never used twice. */
export type FlowId = number & { readonly [flowBrand]: true };

/** What happens at a link whose capacity is reached: flows divide it (`shared`), or each may use all of it (`fat`, a backbone). */
export type LinkKind = 'shared' | 'fat';

export interface LinkSpec {
  readonly name: string;
  /** In one direction; 0 means down. */
  readonly capacity: BytesPerSecond;
  /** Default `shared`. */
  readonly kind?: LinkKind;
  /** In the network's time unit; default 0. */
  readonly latency?: number;
}

export interface FlowNetworkOptions {
  /** Time units in one second: 1 (default) for seconds, 1e12 for picoseconds. */
  readonly ticksPerSecond?: number;
  /** Round completions up to whole time units, so that all those within one are one instant. Default false. */
  readonly wholeTicks?: boolean;
}

const NONE = -1;
const FREE = 0;
const WAITING = 1;
const ACTIVE = 2;
const SLOTS = 2 ** 26;
const WEIGHT_STEP = 2 ** -20;

/**
 * Links, routes and the flows on them, under weighted max-min fair sharing, in a time of its own.
 *
 * A flow first waits for the latency of its route, then shares; one of zero bytes is done after its latency. Changes made at one instant
 * are solved together when the time next moves or a rate is asked for.
 */
export class FlowNetwork {
  #share: FairShare;
  readonly #options: Required<FlowNetworkOptions>;
  #now = 0;

  #names: Array<string | undefined> = [];
  #links: LinkId[] = [];
  #kind: Uint8Array = new Uint8Array(16);
  #latency = new Float64Array(16);
  #carried = new Float64Array(16);
  #active = new Int32Array(16);
  #busySince = new Float64Array(16);
  #busy = new Float64Array(16);

  #routes: Int32Array[] = [];
  #routeLatency: number[] = [];
  #routeOf = new Map<string | number, RouteId>();
  #routeClass: number[] = [];

  #classRoute = new Int32Array(16);
  #classWeight = new Float64Array(16);
  #classCap = new Float64Array(16);
  #classRoot = new Int32Array(16);
  #classCount = new Int32Array(16);
  #classNext = new Int32Array(16);

  readonly #heaps = new PairingHeaps();
  #waiting = NONE;
  #waitingCount = 0;
  #activeCount = 0;
  #flows = 0;
  #freeFlows: number[] = [];
  #state = new Uint8Array(16);
  #generation = new Float64Array(16);
  #size = new Float64Array(16);
  #weight = new Float64Array(16);
  #cap = new Float64Array(16);
  #route = new Int32Array(16);
  #class = new Int32Array(16);
  #arrival = new Float64Array(16);
  #arrivals = 0;
  #finished: number[] = [];
  readonly #due: number[] = [];

  constructor(options: FlowNetworkOptions = {}) {
    const { ticksPerSecond = 1, wholeTicks = false } = options;
    this.#options = { ticksPerSecond, wholeTicks };
    this.#share = new FairShare(ticksPerSecond, wholeTicks);
  }

  static {
    saveClass(
      FlowNetwork,
      'network.FlowNetwork',
      (net) => net.state(),
      (data) => new FlowNetwork(data.options).#restore(data),
      (net, data) => void net.#restore(data),
    );
  }

  /** The time reached, in the network's unit. */
  get now(): number {
    return this.#now;
  }

  /** Flows that wait for their latency or share links. */
  get liveFlows(): number {
    return this.#waitingCount + this.#activeCount;
  }

  /** Solves of a component so far, and how many of them needed the exact pass. */
  get solves(): { readonly all: number; readonly exact: number } {
    return { all: this.#share.passes, exact: this.#share.exactPasses };
  }

  /** All links in order of creation. */
  get links(): readonly LinkId[] {
    return this.#links;
  }

  /** Adds a link in one direction. Throws NET_BAD_CAPACITY, NET_BAD_LATENCY. */
  addLink(spec: LinkSpec): LinkId {
    const { name, capacity, kind = 'shared', latency = 0 } = spec;
    checkCapacity(name, capacity);
    checkLatency(`link ${name}`, latency);
    const link = this.#share.addLink(capacity, kind === 'fat') as LinkId;
    if (link >= this.#kind.length) this.#growLinks(link + 1);
    this.#names[link] = name;
    this.#links.push(link);
    this.#kind[link] = kind === 'fat' ? 1 : 0;
    this.#latency[link] = latency;
    return link;
  }

  name(link: LinkId): string {
    return this.#names[this.#check(link)]!;
  }

  kind(link: LinkId): LinkKind {
    return this.#kind[this.#check(link)] === 1 ? 'fat' : 'shared';
  }

  capacity(link: LinkId): BytesPerSecond {
    return this.#share.capacity(this.#check(link)) as BytesPerSecond;
  }

  /** Changes a capacity from now on; 0 takes the link down and its flows wait. Throws NET_BAD_CAPACITY, NET_UNKNOWN_LINK. */
  setCapacity(link: LinkId, capacity: BytesPerSecond): void {
    checkCapacity(this.name(link), capacity);
    if (capacity !== this.#share.capacity(link)) this.#share.setCapacity(link, capacity, this.#now);
  }

  /**
   * The route over distinct `links`, with the sum of their latencies or one given; equal arguments give the same route.
   * Throws NET_BAD_ROUTE, NET_BAD_LATENCY, NET_UNKNOWN_LINK.
   */
  addRoute(links: readonly LinkId[], latency?: number): RouteId {
    // Most routes have two links; making text of them would take most of the time.
    const short = links.length === 2 && latency === undefined;
    const key = short ? links[0]! * SLOTS + links[1]! : `${links.join(',')};${latency ?? ''}`;
    const known = this.#routeOf.get(key);
    if (known !== undefined) return known;
    for (const link of links) this.#check(link);
    if (links.length === 0) throw networkErrors.create('NET_BAD_ROUTE', { links: '', problem: 'is empty' });
    if (new Set(links).size < links.length)
      throw networkErrors.create('NET_BAD_ROUTE', {
        links: links.map((link) => this.name(link)).join(' '),
        problem: 'uses a link twice',
      });
    if (latency !== undefined) checkLatency('a route', latency);
    const route = this.#routes.length as RouteId;
    this.#routes.push(Int32Array.from(links));
    this.#routeLatency.push(latency ?? links.reduce((sum, link) => sum + this.#latency[link]!, 0));
    this.#routeClass.push(NONE);
    this.#routeOf.set(key, route);
    return route;
  }

  /** The links of a route, in order. */
  linksOf(route: RouteId): readonly LinkId[] {
    return Array.from(this.#routeLinks(route)) as LinkId[];
  }

  /** Sum of the latencies of a route. */
  latencyOf(route: RouteId): number {
    this.#routeLinks(route);
    return this.#routeLatency[route]!;
  }

  /**
   * Starts a flow of `size` bytes now. Its rate is at most `cap` and shares in proportion to `weight`, rounded to multiples of 2^-20;
   * `latency` adds to that of the route. Throws NET_BAD_SIZE, NET_BAD_WEIGHT, NET_BAD_CAP, NET_BAD_LATENCY, NET_UNKNOWN_ROUTE.
   */
  addFlow(route: RouteId, size: Bytes, weight = 1, cap: number = Number.POSITIVE_INFINITY, latency = 0): FlowId {
    this.#routeLinks(route);
    if (!(size >= 0 && size < Number.POSITIVE_INFINITY)) throw networkErrors.create('NET_BAD_SIZE', { value: size });
    if (!(weight >= WEIGHT_STEP && weight <= 1 / WEIGHT_STEP))
      throw networkErrors.create('NET_BAD_WEIGHT', { value: weight });
    if (!(cap > 0)) throw networkErrors.create('NET_BAD_CAP', { value: cap });
    checkLatency('a flow', latency);
    const flow = this.#freeFlows.pop() ?? this.#flows++;
    if (flow >= this.#state.length) this.#growFlows(flow + 1);
    this.#size[flow] = size;
    this.#weight[flow] = Math.round(weight / WEIGHT_STEP) * WEIGHT_STEP;
    this.#cap[flow] = cap;
    this.#route[flow] = route;
    this.#arrival[flow] = this.#arrivals++;
    const wait = this.#routeLatency[route]! + latency;
    if (wait > 0 || size === 0) {
      this.#state[flow] = WAITING;
      this.#waiting = this.#heaps.push(this.#waiting, flow, this.#now + wait);
      this.#waitingCount++;
    } else this.#join(flow);
    return (flow + this.#generation[flow]! * SLOTS) as FlowId;
  }

  has(flow: FlowId): boolean {
    const index = flow % SLOTS;
    return index < this.#flows && this.#state[index] !== FREE && Math.floor(flow / SLOTS) === this.#generation[index];
  }

  /** The links a live flow crosses, in order. Throws NET_UNKNOWN_FLOW. */
  routeOf(flow: FlowId): readonly LinkId[] {
    return this.linksOf(this.#route[this.#live(flow)]! as RouteId);
  }

  /** Takes a live flow out and returns the bytes it had left. Throws NET_UNKNOWN_FLOW. */
  removeFlow(flow: FlowId): Bytes {
    const index = this.#live(flow);
    const rest = this.remaining(flow);
    if (this.#state[index] === WAITING) {
      this.#waiting = this.#heaps.remove(this.#waiting, index);
      this.#waitingCount--;
    } else {
      const cls = this.#class[index]!;
      const root = this.#heaps.remove(this.#classRoot[cls]!, index);
      this.#leave(index, this.#size[index]! - rest);
      this.#settleClass(cls, root);
    }
    this.#release(index);
    return rest;
  }

  /** Bytes a live flow has left at `now`. Throws NET_UNKNOWN_FLOW. */
  remaining(flow: FlowId): Bytes {
    const index = this.#live(flow);
    if (this.#state[index] === WAITING) return this.#size[index]! as Bytes;
    const service = this.#share.service(this.#class[index]!, this.#now);
    const rest = (this.#heaps.key[index]! - service) * this.#weight[index]!;
    return Math.min(Math.max(rest, 0), this.#size[index]!) as Bytes;
  }

  /** Rate of a live flow at `now`, 0 while it waits for its latency. Throws NET_UNKNOWN_FLOW. */
  rate(flow: FlowId): BytesPerSecond {
    const index = this.#live(flow);
    if (this.#state[index] === WAITING) return 0 as BytesPerSecond;
    this.#share.solve(this.#now);
    return this.#share.rate(this.#class[index]!) as BytesPerSecond;
  }

  /** Sum of the rates over a link at `now`. */
  load(link: LinkId): BytesPerSecond {
    this.#check(link);
    this.#share.solve(this.#now);
    return this.#share.load(link) as BytesPerSecond;
  }

  /** Bytes that finished and removed flows have sent over a link; those of live flows count when they end. */
  carried(link: LinkId): Bytes {
    return this.#carried[this.#check(link)]! as Bytes;
  }

  /** Time during which at least one flow was on the link, waiting for latency excluded. */
  busy(link: LinkId): number {
    this.#check(link);
    return this.#busy[link]! + (this.#active[link]! > 0 ? this.#now - this.#busySince[link]! : 0);
  }

  /** Flows on the link now, waiting for latency excluded. */
  activeOn(link: LinkId): number {
    return this.#active[this.#check(link)]!;
  }

  /** The live flows that cross a link and share, in order of arrival. */
  flowsOn(link: LinkId): FlowId[] {
    this.#check(link);
    const found: number[] = [];
    for (let flow = 0; flow < this.#flows; flow++)
      if (this.#state[flow] === ACTIVE && this.#routes[this.#route[flow]!]!.includes(link)) found.push(flow);
    return this.#byArrival(found).map((flow) => (flow + this.#generation[flow]! * SLOTS) as FlowId);
  }

  /** Time at which the next flow is done or starts to share; infinite when nothing will happen. */
  next(): number {
    this.#share.solve(this.#now);
    const join = this.#waiting === NONE ? Number.POSITIVE_INFINITY : this.#heaps.key[this.#waiting]!;
    return Math.min(join, this.#share.next);
  }

  /**
   * Moves the time to `to` (>= now), through every event up to and including it. `onFinish` is called once for each flow that is done, by
   * time, then order of arrival; it may start flows, which begin at `time`. Throws NET_PAST.
   */
  advance(to: number, onFinish?: (flow: FlowId, time: number) => void): void {
    if (!(to >= this.#now)) throw networkErrors.create('NET_PAST', { to, now: this.#now });
    for (let time = this.next(); time <= to && time < Number.POSITIVE_INFINITY; time = this.next()) {
      if (time > this.#now) this.#now = time;
      this.#happen(onFinish);
    }
    if (to < Number.POSITIVE_INFINITY) this.#now = to;
  }

  /** Forgets the shortcuts of incremental solving and solves every component anew: for tests, which demand equal results. */
  resolveAll(): void {
    this.#share.touchAll();
    this.#share.solve(this.#now);
  }

  /** @internal */
  state() {
    return {
      options: this.#options,
      share: this.#share.state(),
      now: this.#now,
      links: {
        names: this.#names,
        ids: this.#links,
        kind: this.#kind,
        latency: this.#latency,
        carried: this.#carried,
        active: this.#active,
        busySince: this.#busySince,
        busy: this.#busy,
      },
      routes: {
        links: this.#routes,
        latency: this.#routeLatency,
        byLinks: this.#routeOf,
        firstClass: this.#routeClass,
      },
      classes: {
        route: this.#classRoute,
        weight: this.#classWeight,
        cap: this.#classCap,
        root: this.#classRoot,
        count: this.#classCount,
        next: this.#classNext,
      },
      flows: {
        heaps: this.#heaps.state(),
        waiting: this.#waiting,
        waitingCount: this.#waitingCount,
        activeCount: this.#activeCount,
        made: this.#flows,
        free: this.#freeFlows,
        state: this.#state,
        generation: this.#generation,
        size: this.#size,
        weight: this.#weight,
        cap: this.#cap,
        route: this.#route,
        class: this.#class,
        arrival: this.#arrival,
        arrivals: this.#arrivals,
      },
    };
  }

  #restore({ share, now, links, routes, classes, flows }: ReturnType<FlowNetwork['state']>): this {
    this.#share = new FairShare(this.#options.ticksPerSecond, this.#options.wholeTicks);
    this.#share.restore(share);
    this.#now = now;
    this.#names = links.names;
    this.#links = links.ids;
    this.#kind = links.kind;
    this.#latency = links.latency;
    this.#carried = links.carried;
    this.#active = links.active;
    this.#busySince = links.busySince;
    this.#busy = links.busy;
    this.#routes = routes.links;
    this.#routeLatency = routes.latency;
    this.#routeOf = routes.byLinks;
    this.#routeClass = routes.firstClass;
    this.#classRoute = classes.route;
    this.#classWeight = classes.weight;
    this.#classCap = classes.cap;
    this.#classRoot = classes.root;
    this.#classCount = classes.count;
    this.#classNext = classes.next;
    this.#heaps.restore(flows.heaps);
    this.#waiting = flows.waiting;
    this.#waitingCount = flows.waitingCount;
    this.#activeCount = flows.activeCount;
    this.#flows = flows.made;
    this.#freeFlows = flows.free;
    this.#state = flows.state;
    this.#generation = flows.generation;
    this.#size = flows.size;
    this.#weight = flows.weight;
    this.#cap = flows.cap;
    this.#route = flows.route;
    this.#class = flows.class;
    this.#arrival = flows.arrival;
    this.#arrivals = flows.arrivals;
    return this;
  }

  #happen(onFinish: ((flow: FlowId, time: number) => void) | undefined): void {
    const now = this.#now;
    const { key } = this.#heaps;
    let finished = 0;
    const done = this.#finished;
    const due = this.#due;
    const classes = this.#share.collectDue(now, due);
    for (let i = 0; i < classes; i++) {
      const cls = due[i]!;
      let root = this.#classRoot[cls]!;
      const first = key[root]!;
      do {
        done[finished++] = root;
        this.#leave(root, this.#size[root]!);
        root = this.#heaps.pop(root);
      } while (root !== NONE && (key[root] === first || this.#share.isDue(cls, key[root]!, now)));
      this.#settleClass(cls, root);
    }
    while (this.#waiting !== NONE && key[this.#waiting]! <= now) {
      const flow = this.#waiting;
      this.#waiting = this.#heaps.pop(flow);
      this.#waitingCount--;
      if (this.#size[flow] === 0) done[finished++] = flow;
      else this.#join(flow);
    }
    if (finished > 1) {
      done.length = finished;
      this.#byArrival(done);
    }
    for (let i = 0; i < finished; i++) {
      const flow = done[i]!;
      const id = (flow + this.#generation[flow]! * SLOTS) as FlowId;
      this.#release(flow);
      onFinish?.(id, now);
    }
  }

  #byArrival(flows: number[]): number[] {
    const arrival = this.#arrival;
    return flows.sort((a, b) => arrival[a]! - arrival[b]!);
  }

  #join(flow: number): void {
    const route = this.#route[flow]!;
    const weight = this.#weight[flow]!;
    const cap = this.#cap[flow]!;
    const service = this.#size[flow]! / weight;
    let cls = this.#routeClass[route]!;
    while (cls !== NONE && (this.#classWeight[cls] !== weight || this.#classCap[cls] !== cap))
      cls = this.#classNext[cls]!;
    if (cls === NONE) {
      cls = this.#share.openClass(this.#routes[route]!, weight, cap, service);
      if (cls >= this.#classRoot.length) this.#growClasses(cls + 1);
      this.#classRoute[cls] = route;
      this.#classWeight[cls] = weight;
      this.#classCap[cls] = cap;
      this.#classCount[cls] = 1;
      this.#classNext[cls] = this.#routeClass[route]!;
      this.#routeClass[route] = cls;
      this.#classRoot[cls] = this.#heaps.push(NONE, flow, service);
    } else {
      const key = this.#share.service(cls, this.#now) + service;
      const root = this.#classRoot[cls]!;
      const next = this.#heaps.key[root]!;
      this.#classRoot[cls] = this.#heaps.push(root, flow, key);
      if (key < next) this.#share.setNext(cls, key);
      this.#share.resize(cls, ++this.#classCount[cls]!);
    }
    this.#class[flow] = cls;
    this.#state[flow] = ACTIVE;
    this.#activeCount++;
    const links = this.#routes[route]!;
    for (let i = 0; i < links.length; i++) {
      const link = links[i]!;
      if (this.#active[link]!++ === 0) this.#busySince[link] = this.#now;
    }
  }

  /** Books a flow that stops sharing after `sent` bytes. */
  #leave(flow: number, sent: number): void {
    this.#activeCount--;
    const links = this.#routes[this.#route[flow]!]!;
    for (let i = 0; i < links.length; i++) {
      const link = links[i]!;
      this.#carried[link]! += sent;
      if (--this.#active[link]! === 0) this.#busy[link]! += this.#now - this.#busySince[link]!;
    }
    this.#classCount[this.#class[flow]!]!--;
  }

  #settleClass(cls: number, root: number): void {
    if (root !== NONE) {
      if (root !== this.#classRoot[cls]) this.#share.setNext(cls, this.#heaps.key[root]!);
      this.#classRoot[cls] = root;
      this.#share.resize(cls, this.#classCount[cls]!);
      return;
    }
    const route = this.#classRoute[cls]!;
    if (this.#routeClass[route] === cls) this.#routeClass[route] = this.#classNext[cls]!;
    else {
      let before = this.#routeClass[route]!;
      while (this.#classNext[before] !== cls) before = this.#classNext[before]!;
      this.#classNext[before] = this.#classNext[cls]!;
    }
    this.#share.closeClass(cls);
  }

  #release(flow: number): void {
    this.#state[flow] = FREE;
    this.#generation[flow]!++;
    this.#freeFlows.push(flow);
  }

  #check(link: LinkId): LinkId {
    if (this.#names[link] === undefined) throw networkErrors.create('NET_UNKNOWN_LINK', { link });
    return link;
  }

  #routeLinks(route: RouteId): Int32Array {
    const links = this.#routes[route];
    if (links === undefined) throw networkErrors.create('NET_UNKNOWN_ROUTE', { route });
    return links;
  }

  #live(flow: FlowId): number {
    if (!this.has(flow)) throw networkErrors.create('NET_UNKNOWN_FLOW', { flow });
    return flow % SLOTS;
  }

  #growLinks(size: number): void {
    const length = Math.max(size, 2 * this.#kind.length);
    this.#kind = grown(this.#kind, new Uint8Array(length));
    this.#latency = grown(this.#latency, new Float64Array(length));
    this.#carried = grown(this.#carried, new Float64Array(length));
    this.#active = grown(this.#active, new Int32Array(length));
    this.#busySince = grown(this.#busySince, new Float64Array(length));
    this.#busy = grown(this.#busy, new Float64Array(length));
  }

  #growFlows(size: number): void {
    const length = Math.max(size, 2 * this.#state.length);
    this.#heaps.reserve(length);
    this.#state = grown(this.#state, new Uint8Array(length));
    this.#generation = grown(this.#generation, new Float64Array(length));
    this.#size = grown(this.#size, new Float64Array(length));
    this.#weight = grown(this.#weight, new Float64Array(length));
    this.#cap = grown(this.#cap, new Float64Array(length));
    this.#route = grown(this.#route, new Int32Array(length));
    this.#class = grown(this.#class, new Int32Array(length));
    this.#arrival = grown(this.#arrival, new Float64Array(length));
  }

  #growClasses(size: number): void {
    const length = Math.max(size, 2 * this.#classRoot.length);
    this.#classRoute = grown(this.#classRoute, new Int32Array(length));
    this.#classWeight = grown(this.#classWeight, new Float64Array(length));
    this.#classCap = grown(this.#classCap, new Float64Array(length));
    this.#classRoot = grown(this.#classRoot, new Int32Array(length));
    this.#classCount = grown(this.#classCount, new Int32Array(length));
    this.#classNext = grown(this.#classNext, new Int32Array(length));
  }
}

function checkCapacity(link: string, value: number): void {
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY))
    throw networkErrors.create('NET_BAD_CAPACITY', { link, value });
}

function checkLatency(link: string, value: number): void {
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) throw networkErrors.create('NET_BAD_LATENCY', { link, value });
}
