import { Components } from './components.ts';
import type { LinkClocks } from './link-clocks.ts';
import { LinkMembers } from './link-members.ts';
import { grown } from './pairing-heap.ts';

const NONE = -1;
/** Changes of one instant up to which they are looked at one by one. */
export const MANY = 32;

type Floats = Float64Array<ArrayBuffer>;
type Ints = Int32Array<ArrayBuffer>;
type Flags = Uint8Array<ArrayBuffer>;

/**
 * Links, classes of equal flows, which crosses which, and what has changed since the last solve. A class is a route, a weight and a cap;
 * its cap is a private link. Link 0 is nobody's: the missing peer of a class with one link.
 */
export class ShareGraph {
  readonly #clocks: LinkClocks;
  readonly #onGrow: (links: number) => void;
  readonly parts: Components = new Components();

  links = 0;
  members: LinkMembers[] = [];
  #freeLinks: number[] = [];
  capacity: Floats = new Float64Array(16);
  fat: Flags = new Uint8Array(16);
  /** 1 for a link that its classes' caps cannot fill: it is left out. */
  cut: Flags = new Uint8Array(16);

  touched: Flags = new Uint8Array(16);
  touchedLinks: Ints = new Int32Array(16);
  touchedCount = 0;
  /** Pairs of links that a class has ceased to join since the last solve; `MANY` of them stand for all. */
  #parted = new Int32Array(2 * MANY);
  #partings = 0;
  #closings = 0;
  #emptied = false;
  #part: Ints = new Int32Array(16);
  seen: Floats = new Float64Array(16);
  seenStamp = 0;

  #classes = 0;
  #freeClasses: number[] = [];
  start: Ints = new Int32Array(16);
  length: Ints = new Int32Array(16);
  weight: Floats = new Float64Array(16);
  count: Floats = new Float64Array(16);
  #cap: Floats = new Float64Array(16);
  #capLink: Ints = new Int32Array(16);
  /** Place in the route of the link that limits the class, -1 before its first solve. */
  ownerAt: Ints = new Int32Array(16);
  /** Class service at which its next member is done, and the service of a class that no link limits yet. */
  nextKey: Floats = new Float64Array(16);
  parked: Floats = new Float64Array(16);
  /** The routes of all classes, link by link, and the slot of the class on that link. */
  routeLink: Ints = new Int32Array(64);
  routeSlot: Ints = new Int32Array(64);
  #routeEnd = 0;
  #freeRoutes: number[][] = [];

  /** `onGrow` is told when there is room for more links, and for how many. */
  constructor(clocks: LinkClocks, onGrow: (links: number) => void) {
    this.#clocks = clocks;
    this.#onGrow = onGrow;
    this.addLink(0, false);
  }

  addLink(capacity: number, fat: boolean): number {
    const link = this.#freeLinks.pop() ?? this.links++;
    if (link >= this.capacity.length) this.#growLinks(link + 1);
    if (this.members.length === link) this.members.push(new LinkMembers());
    this.capacity[link] = capacity;
    this.fat[link] = fat ? 1 : 0;
    this.cut[link] = 0;
    this.#clocks.reset(link);
    return link;
  }

  /** Changes a capacity from now on; takes effect at the next solve. */
  setCapacity(link: number, capacity: number, now: number): void {
    this.capacity[link] = capacity;
    const members = this.members[link]!;
    for (const cls of members.classes.slice(0, members.count)) {
      const needs = this.#needsCap(cls);
      if (needs && this.#capLink[cls] !== NONE) this.#setCapLink(cls);
      else if (needs !== (this.#capLink[cls] !== NONE)) this.#reroute(cls, now);
    }
    this.touch(link);
  }

  /** Opens a class of one flow of `weight` on the distinct links `route`, whose first completion is at class service `firstKey`. */
  openClass(route: Int32Array, weight: number, cap: number, firstKey: number): number {
    const cls = this.#freeClasses.pop() ?? this.#classes++;
    if (cls >= this.start.length) this.#growClasses(cls + 1);
    this.weight[cls] = weight;
    this.count[cls] = 1;
    this.#cap[cls] = cap;
    this.nextKey[cls] = firstKey;
    this.parked[cls] = 0;
    this.#attach(cls, route);
    return cls;
  }

  closeClass(cls: number): void {
    this.#detach(cls);
    this.#freeClasses.push(cls);
  }

  /** Sets the number of members. */
  resize(cls: number, count: number): void {
    this.count[cls] = count;
    const weight = this.weight[cls]! * count;
    const start = this.start[cls]!;
    const end = start + this.length[cls]!;
    for (let at = start; at < end; at++) {
      const link = this.routeLink[at]!;
      this.members[link]!.reweigh(this.routeSlot[at]!, weight);
      this.touch(link);
    }
    if (this.#capLink[cls] !== NONE) this.#setCapLink(cls);
  }

  /** Service per unit weight that a member which has been in the class since its opening has received. */
  service(cls: number, now: number): number {
    const at = this.ownerAt[cls]!;
    if (at === NONE) return this.parked[cls]!;
    const link = this.routeLink[at]!;
    return this.#clocks.service(link, now) - this.members[link]!.offsets[this.routeSlot[at]!]!;
  }

  /** Notes that something on a link has changed. */
  touch(link: number): void {
    if (this.touched[link] === 1) return;
    this.touched[link] = 1;
    if (this.touchedCount === this.touchedLinks.length)
      this.touchedLinks = grown(this.touchedLinks, new Int32Array(2 * this.touchedCount));
    this.touchedLinks[this.touchedCount++] = link;
  }

  /** Forgets all changes: they have been solved. */
  settle(): void {
    for (let i = 0; i < this.touchedCount; i++) this.touched[this.touchedLinks[i]!] = 0;
    this.touchedCount = 0;
    this.#partings = 0;
    this.#closings = 0;
    this.#emptied = false;
  }

  /** Resets a link that limits no class. */
  idle(link: number): void {
    const members = this.members[link]!;
    members.firstKey = Number.POSITIVE_INFINITY;
    members.stale = false;
    this.#clocks.reset(link);
  }

  /** Leaves links out whose classes are all capped and together cannot fill them, and takes links back in that can bind again. */
  recut(): void {
    // Touching more links below extends the list; only links touched by a caller can change their state.
    const count = this.touchedCount;
    for (let i = 0; i < count; i++) {
      const link = this.touchedLinks[i]!;
      if (this.fat[link] === 1) continue;
      const members = this.members[link]!;
      const cut = members.count > 0 && members.capped === members.count && this.#capsFit(link) ? 1 : 0;
      if (cut === this.cut[link]) continue;
      this.cut[link] = cut;
      if (cut === 1) {
        if (this.parts.of[link] !== NONE) this.parts.leave(link);
        this.#partings = MANY;
      } else if (members.count > 0) this.parts.enter(link);
      for (let slot = 0; slot < members.count; slot++) {
        const cls = members.classes[slot]!;
        const start = this.start[cls]!;
        const end = start + this.length[cls]!;
        for (let at = start; at < end; at++) {
          const other = this.routeLink[at]!;
          this.touch(other);
          if (cut === 0 && other !== link && this.parts.of[other] !== NONE) this.parts.unite(link, other);
        }
      }
    }
  }

  /**
   * Whether a component is still in one piece: every two links that a class has ceased to join must be joined by others. When it is not,
   * the links that have been reached from one of them bear the last stamp.
   */
  holds(label: number): boolean {
    const parts = this.parts;
    // A link that several closed classes have left empty no longer joins the others of those classes.
    if (this.#partings === MANY || (this.#emptied && this.#closings > 1)) {
      const size = parts.size[label]!;
      return this.reach(parts.head[label]!, size, NONE) === size;
    }
    for (let i = 0; i < this.#partings; i++) {
      const a = this.#parted[2 * i]!;
      const b = this.#parted[2 * i + 1]!;
      if (parts.of[a] !== label || parts.of[b] !== label) continue;
      this.reach(a, parts.size[label]!, b);
      if (this.seen[b] !== this.seenStamp) return false;
    }
    return true;
  }

  /** Marks the links reachable from `first` with a fresh stamp and returns their number; stops early at `limit` or on seeing `target`. */
  reach(first: number, limit: number, target: number): number {
    const stamp = ++this.seenStamp;
    const seen = this.seen;
    const part = this.#part;
    const { of } = this.parts;
    seen[first] = stamp;
    // Last found, first scanned: in a dense part this sees every link after scanning a handful.
    part[0] = first;
    let depth = 1;
    let n = 1;
    while (depth > 0 && n < limit && (target === NONE || seen[target] !== stamp)) {
      const { peer, classes, count, complex } = this.members[part[--depth]!]!;
      if (complex === 0)
        for (let slot = 0; slot < count; slot++) {
          const link = peer[slot]!;
          if (seen[link] !== stamp && of[link]! >= 0) {
            seen[link] = stamp;
            part[depth++] = link;
            n++;
          }
        }
      else
        for (let slot = 0; slot < count; slot++) {
          const start = this.start[classes[slot]!]!;
          const end = start + this.length[classes[slot]!]!;
          for (let at = start; at < end; at++) {
            const link = this.routeLink[at]!;
            if (seen[link] !== stamp && of[link]! >= 0) {
              seen[link] = stamp;
              part[depth++] = link;
              n++;
            }
          }
        }
    }
    return n;
  }

  /** @internal */
  state() {
    const { links, capacity, fat, cut, touched, touchedLinks, touchedCount } = this;
    const { start, length, weight, count, ownerAt, nextKey, parked, routeLink, routeSlot } = this;
    return {
      public: { links, capacity, fat, cut, touched, touchedLinks, touchedCount },
      classes: { start, length, weight, count, ownerAt, nextKey, parked, routeLink, routeSlot },
      members: this.members.map((members) => ({ ...members })),
      parts: this.parts.state(),
      freeLinks: this.#freeLinks,
      parted: this.#parted,
      partings: this.#partings,
      closings: this.#closings,
      emptied: this.#emptied,
      classCount: this.#classes,
      freeClasses: this.#freeClasses,
      cap: this.#cap,
      capLink: this.#capLink,
      routeEnd: this.#routeEnd,
      freeRoutes: this.#freeRoutes,
    };
  }

  /** Goes on from what `state` gave. @internal */
  restore(state: ReturnType<ShareGraph['state']>): void {
    Object.assign(this, state.public, state.classes);
    this.members = state.members.map((members) => Object.assign(new LinkMembers(), members));
    this.parts.restore(state.parts);
    this.#freeLinks = state.freeLinks;
    this.#parted = state.parted;
    this.#partings = state.partings;
    this.#closings = state.closings;
    this.#emptied = state.emptied;
    this.#classes = state.classCount;
    this.#freeClasses = state.freeClasses;
    this.#cap = state.cap;
    this.#capLink = state.capLink;
    this.#routeEnd = state.routeEnd;
    this.#freeRoutes = state.freeRoutes;
    const { length } = this.capacity;
    this.#part = new Int32Array(length);
    this.seen = new Float64Array(length);
    this.seenStamp = 0;
    this.#onGrow(length);
  }

  #needsCap(cls: number): boolean {
    let cap = this.#cap[cls]!;
    let narrowest = Number.POSITIVE_INFINITY;
    const start = this.start[cls]!;
    const end = start + this.length[cls]!;
    for (let at = start; at < end; at++) {
      const link = this.routeLink[at]!;
      if (link === this.#capLink[cls]) continue;
      const capacity = this.capacity[link]!;
      if (this.fat[link] === 1) cap = Math.min(cap, capacity);
      else narrowest = Math.min(narrowest, capacity);
    }
    return cap < narrowest;
  }

  #setCapLink(cls: number): void {
    let cap = this.#cap[cls]!;
    const start = this.start[cls]!;
    const end = start + this.length[cls]!;
    for (let at = start; at < end; at++) {
      const link = this.routeLink[at]!;
      if (this.fat[link] === 1) cap = Math.min(cap, this.capacity[link]!);
    }
    const capLink = this.#capLink[cls]!;
    this.capacity[capLink] = cap * this.count[cls]!;
    this.touch(capLink);
    // The links of the route may now be unable to bind, or able again.
    for (let at = start; at < end; at++) this.touch(this.routeLink[at]!);
  }

  /** Takes the class off its links and puts it back, with or without a link for its cap. */
  #reroute(cls: number, now: number): void {
    this.parked[cls] = this.service(cls, now);
    const start = this.start[cls]!;
    const length = this.length[cls]! - (this.#capLink[cls] === NONE ? 0 : 1);
    const route = this.routeLink.slice(start, start + length);
    this.#detach(cls);
    this.#attach(cls, route);
  }

  #attach(cls: number, route: Int32Array): void {
    let cap = this.#cap[cls]!;
    let narrowest = Number.POSITIVE_INFINITY;
    let shared = 0;
    for (let i = 0; i < route.length; i++) {
      const link = route[i]!;
      const capacity = this.capacity[link]!;
      if (this.fat[link] === 1) {
        if (capacity < cap) cap = capacity;
      } else {
        shared++;
        if (capacity < narrowest) narrowest = capacity;
      }
    }
    const capped = cap < narrowest;
    const capLink = capped ? this.addLink(cap * this.count[cls]!, false) : NONE;
    const length = route.length + (capped ? 1 : 0);
    const start = this.#allocateRoute(length);
    this.start[cls] = start;
    this.length[cls] = length;
    this.#capLink[cls] = capLink;
    this.ownerAt[cls] = NONE;
    const complex = shared + (capped ? 1 : 0) > 2 ? 1 : 0;
    const weight = this.weight[cls]! * this.count[cls]!;
    const { of } = this.parts;
    let anchor = NONE;
    for (let i = 0; i < length; i++) {
      const link = i < route.length ? route[i]! : capLink;
      let peer = 0;
      if (complex === 0 && this.fat[link] === 0) {
        if (capped && link !== capLink) peer = capLink;
        for (let k = 0; k < route.length; k++) if (route[k] !== link && this.fat[route[k]!] === 0) peer = route[k]!;
      }
      const members = this.members[link]!;
      this.routeLink[start + i] = link;
      this.routeSlot[start + i] = members.add(cls, start + i, peer, weight);
      members.complex += complex;
      if (capped) members.capped++;
      this.touch(link);
      if (this.fat[link] === 1 || this.cut[link] === 1) continue;
      if (of[link] === NONE) this.parts.enter(link);
      if (anchor === NONE) anchor = link;
      else this.parts.unite(anchor, link);
    }
  }

  #detach(cls: number): void {
    const start = this.start[cls]!;
    const length = this.length[cls]!;
    const capLink = this.#capLink[cls]!;
    let shared = 0;
    for (let at = start; at < start + length; at++) if (this.fat[this.routeLink[at]!] === 0) shared++;
    const complex = shared > 2 ? 1 : 0;
    let anchor = NONE;
    this.#closings++;
    for (let at = start; at < start + length; at++) {
      const link = this.routeLink[at]!;
      const members = this.members[link]!;
      let slot = this.routeSlot[at]!;
      if (at === this.ownerAt[cls]) slot = members.release(slot, this.routeSlot);
      members.drop(slot, this.routeSlot);
      members.complex -= complex;
      if (capLink !== NONE) members.capped--;
      this.touch(link);
      if (members.count === 0) {
        if (this.parts.of[link] !== NONE) this.parts.leave(link);
        this.idle(link);
        this.#emptied = true;
      } else if (this.parts.of[link] !== NONE) {
        if (anchor === NONE) anchor = link;
        else this.#suspect(anchor, link);
      }
    }
    this.ownerAt[cls] = NONE;
    let free = this.#freeRoutes[length];
    if (free === undefined) {
      free = [];
      this.#freeRoutes[length] = free;
    }
    free.push(start);
    if (capLink !== NONE) this.#freeLinks.push(capLink);
  }

  /** Notes that two links may no longer be in one component. */
  #suspect(a: number, b: number): void {
    if (this.#partings === MANY) return;
    this.#parted[2 * this.#partings] = a;
    this.#parted[2 * this.#partings + 1] = b;
    this.#partings++;
  }

  #allocateRoute(length: number): number {
    const free = this.#freeRoutes[length]?.pop();
    if (free !== undefined) return free;
    const start = this.#routeEnd;
    this.#routeEnd += length;
    if (this.#routeEnd > this.routeLink.length) {
      const size = Math.max(this.#routeEnd, 2 * this.routeLink.length);
      this.routeLink = grown(this.routeLink, new Int32Array(size));
      this.routeSlot = grown(this.routeSlot, new Int32Array(size));
    }
    return start;
  }

  #capsFit(link: number): boolean {
    const members = this.members[link]!;
    const capacity = this.capacity[link]!;
    let sum = 0;
    for (let slot = 0; slot < members.count; slot++) {
      const capLink = this.#capLink[members.classes[slot]!]!;
      // A class whose only binding link would be this one keeps it.
      if (capLink === link) return false;
      sum += this.capacity[capLink]!;
      if (sum > capacity) return false;
    }
    return true;
  }

  #growLinks(size: number): void {
    const length = Math.max(size, 2 * this.capacity.length);
    this.capacity = grown(this.capacity, new Float64Array(length));
    this.fat = grown(this.fat, new Uint8Array(length));
    this.cut = grown(this.cut, new Uint8Array(length));
    this.touched = grown(this.touched, new Uint8Array(length));
    this.#part = grown(this.#part, new Int32Array(length));
    this.seen = grown(this.seen, new Float64Array(length));
    this.parts.reserve(length);
    this.#clocks.reserve(length);
    this.#onGrow(length);
  }

  #growClasses(size: number): void {
    const length = Math.max(size, 2 * this.start.length);
    const floats = (old: Floats): Floats => grown(old, new Float64Array(length));
    const ints = (old: Ints): Ints => grown(old, new Int32Array(length));
    this.start = ints(this.start);
    this.length = ints(this.length);
    this.weight = floats(this.weight);
    this.count = floats(this.count);
    this.#cap = floats(this.#cap);
    this.#capLink = ints(this.#capLink);
    this.ownerAt = ints(this.ownerAt);
    this.nextKey = floats(this.nextKey);
    this.parked = floats(this.parked);
  }
}
