import { Components } from './components.ts';
import { FillCheckpoints, STRIDE } from './fill-checkpoints.ts';
import { IndexedHeap } from './indexed-heap.ts';
import { LinkMembers } from './link-members.ts';
import { grown } from './pairing-heap.ts';

const NONE = -1;
/** Links ahead in the remembered order that are weighed before one is fixed. */
const LOOKAHEAD = 8;
/** Links from which on a component keeps checkpoints of its filling, and changes up to which they are used. */
const MANY = 32;
const ULP = 2 ** -52;

/**
 * Weighted max-min fair rates of classes of equal flows over links, kept up to date under changes.
 *
 * The level of a link is the service rate per unit weight of the classes it limits; levels are found by progressive filling. The levels of
 * the last solve are remembered as an order of the links. A filling in that order is right whenever its levels never fall, so one pass over
 * the classes is enough; when they do fall, an exact pass with a heap follows. Sums are exact or taken level by level, hence the same
 * whatever the order in which classes came.
 *
 * All rates are per second, all times in units of 1/`ticksPerSecond` s. Completions are kept per link as service: the rate of a link
 * changes without touching its classes.
 */
export class FairShare {
  readonly #ticks: number;
  readonly #seconds: number;
  readonly #whole: boolean;
  readonly #parts = new Components();
  readonly #members: LinkMembers[] = [];
  #links = 0;
  readonly #freeLinks: number[] = [];

  capacity: Float64Array<ArrayBuffer> = new Float64Array(16);
  #fat = new Uint8Array(16);
  #cut = new Uint8Array(16);
  /** Level in force, since when, and the service given up to then. */
  #rate = new Float64Array(16);
  #since = new Float64Array(16);
  #served = new Float64Array(16);
  /** Time of the first completion among the own classes. */
  #finish = new Float64Array(16);
  #touched = new Uint8Array(16);
  #touchedLinks = new Int32Array(16);
  #touchedCount = 0;
  /** Scratch of one solve; `room` holds two numbers a link: the capacity not yet given away, and the weight not yet fixed. */
  #room = new Float64Array(32);
  #pending = new Float64Array(16);
  #pendingLevel = new Float64Array(16);
  #level = new Float64Array(16);
  #slack = new Float64Array(16);
  #done = new Uint8Array(16);
  #order = new Int32Array(16);
  #part = new Int32Array(16);
  #seen = new Float64Array(16);
  #seenStamp = 0;
  /** Pairs of links that a class has ceased to join since the last solve; `MANY` of them stand for all. */
  readonly #parted = new Int32Array(2 * MANY);
  #partings = 0;
  #closings = 0;
  #emptied = false;
  #place = new Int32Array(16);
  readonly #heap = new IndexedHeap();
  readonly #checkpoints = new FillCheckpoints();

  #classes = 0;
  readonly #freeClasses: number[] = [];
  #start = new Int32Array(16);
  #length = new Int32Array(16);
  #weight = new Float64Array(16);
  #count = new Float64Array(16);
  #cap = new Float64Array(16);
  #capLink = new Int32Array(16);
  /** Place in the route of the link that limits the class, -1 before its first solve. */
  #ownerAt = new Int32Array(16);
  /** Class service at which its next member is done, and the service of a class that no link limits yet. */
  #nextKey = new Float64Array(16);
  #parked = new Float64Array(16);
  #routeLink = new Int32Array(64);
  #routeSlot = new Int32Array(64);
  #routeEnd = 0;
  readonly #freeRoutes: number[][] = [];

  /** Solves that needed the exact pass, and all solves: for measurement. */
  exactPasses = 0;
  passes = 0;

  constructor(ticksPerSecond: number, whole: boolean) {
    this.#ticks = ticksPerSecond;
    this.#seconds = 1 / ticksPerSecond;
    this.#whole = whole;
    this.addLink(0, false);
  }

  addLink(capacity: number, fat: boolean): number {
    const link = this.#freeLinks.pop() ?? this.#links++;
    if (link >= this.capacity.length) this.#growLinks(link + 1);
    if (this.#members.length === link) this.#members.push(new LinkMembers());
    this.capacity[link] = capacity;
    this.#fat[link] = fat ? 1 : 0;
    this.#cut[link] = 0;
    this.#done[link] = 0;
    this.#rate[link] = 0;
    this.#served[link] = 0;
    this.#finish[link] = Number.POSITIVE_INFINITY;
    return link;
  }

  /** Changes a capacity from now on; takes effect at the next solve. */
  setCapacity(link: number, capacity: number, now: number): void {
    this.capacity[link] = capacity;
    this.#checkpoints.clear();
    const members = this.#members[link]!;
    for (const cls of members.classes.slice(0, members.count)) {
      const needs = this.#needsCap(cls);
      if (needs && this.#capLink[cls] !== NONE) this.#setCapLink(cls);
      else if (needs !== (this.#capLink[cls] !== NONE)) this.#reroute(cls, now);
    }
    this.#touch(link);
  }

  /** Opens a class of one flow of `weight` on the distinct links `route`, whose first completion is at class service `firstKey`. */
  openClass(route: Int32Array, weight: number, cap: number, firstKey: number): number {
    const cls = this.#freeClasses.pop() ?? this.#classes++;
    if (cls >= this.#start.length) this.#growClasses(cls + 1);
    this.#weight[cls] = weight;
    this.#count[cls] = 1;
    this.#cap[cls] = cap;
    this.#nextKey[cls] = firstKey;
    this.#parked[cls] = 0;
    this.#attach(cls, route);
    return cls;
  }

  closeClass(cls: number): void {
    this.#detach(cls);
    this.#freeClasses.push(cls);
  }

  /** Sets the number of members. */
  resize(cls: number, count: number): void {
    this.#count[cls] = count;
    const weight = this.#weight[cls]! * count;
    const start = this.#start[cls]!;
    const end = start + this.#length[cls]!;
    for (let at = start; at < end; at++) {
      const link = this.#routeLink[at]!;
      this.#members[link]!.reweigh(this.#routeSlot[at]!, weight);
      this.#touch(link);
    }
    if (this.#capLink[cls] !== NONE) this.#setCapLink(cls);
  }

  /** Service per unit weight that a member which has been in the class since its opening has received. */
  service(cls: number, now: number): number {
    const at = this.#ownerAt[cls]!;
    if (at === NONE) return this.#parked[cls]!;
    const link = this.#routeLink[at]!;
    return this.#service(link, now) - this.#members[link]!.offsets[this.#routeSlot[at]!]!;
  }

  /** Sets the class service at which the class's next member is done. */
  setNext(cls: number, key: number): void {
    const at = this.#ownerAt[cls]!;
    if (at !== NONE) {
      const link = this.#routeLink[at]!;
      const members = this.#members[link]!;
      const slot = this.#routeSlot[at]!;
      const old = members.keys[slot]!;
      const fresh = key + members.offsets[slot]!;
      members.keys[slot] = fresh;
      if (fresh < members.firstKey) members.firstKey = fresh;
      else if (old === members.firstKey) members.stale = true;
      this.#touch(link);
    }
    this.#nextKey[cls] = key;
  }

  /** Rate of one member in bytes per second, as of the last solve. */
  rate(cls: number): number {
    const at = this.#ownerAt[cls]!;
    return at === NONE ? 0 : this.#weight[cls]! * this.#rate[this.#routeLink[at]!]!;
  }

  /** Sum of the rates over a link in bytes per second, as of the last solve. */
  load(link: number): number {
    const members = this.#members[link]!;
    const rates = new Float64Array(members.count);
    for (let slot = 0; slot < members.count; slot++) {
      const cls = members.classes[slot]!;
      rates[slot] = this.rate(cls) * this.#count[cls]!;
    }
    return rates.sort().reduce((sum, rate) => sum + rate, 0);
  }

  /** Calls `visit` with each class on a link. */
  eachClass(link: number, visit: (cls: number) => void): void {
    const members = this.#members[link]!;
    for (let slot = 0; slot < members.count; slot++) visit(members.classes[slot]!);
  }

  /** Time of the next completion, infinite when there is none; call `solve` first. */
  get next(): number {
    return this.#parts.due.topKey;
  }

  /** Whether the member of `cls` that is done at class service `key` is done at `now`. */
  isDue(cls: number, key: number, now: number): boolean {
    const at = this.#ownerAt[cls]!;
    if (at === NONE) return key <= this.#parked[cls]!;
    const link = this.#routeLink[at]!;
    return this.#timeOf(link, key + this.#members[link]!.offsets[this.#routeSlot[at]!]!) <= now;
  }

  /** Writes the classes with a completion at or before `now` to `into` (grown when needed) and returns it with their number. */
  collectDue(now: number, into: number[]): number {
    const { due, next, head } = this.#parts;
    let found = 0;
    while (due.topKey <= now) {
      const label = due.top;
      due.remove(label);
      const first = head[label]!;
      let link = first;
      do {
        if (this.#finish[link]! <= now) {
          const members = this.#members[link]!;
          for (let slot = 0; slot < members.own; slot++)
            if (this.#timeOf(link, members.keys[slot]!) <= now) into[found++] = members.classes[slot]!;
          this.#touch(link);
        }
        link = next[link]!;
      } while (link !== first);
    }
    return found;
  }

  /** Brings rates and completions up to date with every change since the last solve. */
  solve(now: number): void {
    const parts = this.#parts;
    this.#recut();
    let count = this.#touchedCount;
    for (let i = 0; i < count; i++) {
      const link = this.#touchedLinks[i]!;
      const label = parts.of[link]!;
      if (label === NONE || this.#touched[link] === 0) continue;
      this.#refresh(label, now);
    }
    count = this.#touchedCount;
    for (let i = 0; i < count; i++) this.#touched[this.#touchedLinks[i]!] = 0;
    this.#touchedCount = 0;
    this.#partings = 0;
    this.#closings = 0;
    this.#emptied = false;
  }

  /** Recomputes every component, for tests: the result must not change. */
  touchAll(): void {
    for (let link = 1; link < this.#links; link++) if (this.#members[link]!.count > 0) this.#touch(link);
    for (let link = 1; link < this.#links; link++) {
      const label = this.#parts.of[link]!;
      if (label !== NONE) this.#parts.mixed[label] = 1;
    }
  }

  #touch(link: number): void {
    if (this.#touched[link] === 1) return;
    this.#touched[link] = 1;
    if (this.#touchedCount === this.#touchedLinks.length)
      this.#touchedLinks = grown(this.#touchedLinks, new Int32Array(2 * this.#touchedCount));
    this.#touchedLinks[this.#touchedCount++] = link;
  }

  #service(link: number, now: number): number {
    return this.#served[link]! + this.#rate[link]! * ((now - this.#since[link]!) * this.#seconds);
  }

  #timeOf(link: number, key: number): number {
    const rest = key - this.#served[link]!;
    const span = rest > 0 ? (rest / this.#rate[link]!) * this.#ticks : 0;
    // 2^-48 of the span is many times the rounding error of the sum: a completion that falls on a tick must not slip to the next.
    const time = this.#since[link]! + (this.#whole ? span - span * 2 ** -48 : span);
    return this.#whole ? Math.ceil(time) : time;
  }

  #needsCap(cls: number): boolean {
    let cap = this.#cap[cls]!;
    let narrowest = Number.POSITIVE_INFINITY;
    const start = this.#start[cls]!;
    const end = start + this.#length[cls]!;
    for (let at = start; at < end; at++) {
      const link = this.#routeLink[at]!;
      if (link === this.#capLink[cls]) continue;
      const capacity = this.capacity[link]!;
      if (this.#fat[link] === 1) cap = Math.min(cap, capacity);
      else narrowest = Math.min(narrowest, capacity);
    }
    return cap < narrowest;
  }

  #setCapLink(cls: number): void {
    let cap = this.#cap[cls]!;
    const start = this.#start[cls]!;
    const end = start + this.#length[cls]!;
    for (let at = start; at < end; at++) {
      const link = this.#routeLink[at]!;
      if (this.#fat[link] === 1) cap = Math.min(cap, this.capacity[link]!);
    }
    const capLink = this.#capLink[cls]!;
    this.capacity[capLink] = cap * this.#count[cls]!;
    this.#touch(capLink);
    // The links of the route may now be unable to bind, or able again.
    for (let at = start; at < end; at++) this.#touch(this.#routeLink[at]!);
  }

  /** Takes the class off its links and puts it back, with or without a link for its cap. */
  #reroute(cls: number, now: number): void {
    this.#parked[cls] = this.service(cls, now);
    const start = this.#start[cls]!;
    const length = this.#length[cls]! - (this.#capLink[cls] === NONE ? 0 : 1);
    const route = this.#routeLink.slice(start, start + length);
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
      if (this.#fat[link] === 1) {
        if (capacity < cap) cap = capacity;
      } else {
        shared++;
        if (capacity < narrowest) narrowest = capacity;
      }
    }
    const capped = cap < narrowest;
    const capLink = capped ? this.addLink(cap * this.#count[cls]!, false) : NONE;
    const length = route.length + (capped ? 1 : 0);
    const start = this.#allocateRoute(length);
    this.#start[cls] = start;
    this.#length[cls] = length;
    this.#capLink[cls] = capLink;
    this.#ownerAt[cls] = NONE;
    const complex = shared + (capped ? 1 : 0) > 2 ? 1 : 0;
    const weight = this.#weight[cls]! * this.#count[cls]!;
    const { of } = this.#parts;
    let anchor = NONE;
    for (let i = 0; i < length; i++) {
      const link = i < route.length ? route[i]! : capLink;
      let peer = 0;
      if (complex === 0 && this.#fat[link] === 0) {
        if (capped && link !== capLink) peer = capLink;
        for (let k = 0; k < route.length; k++) if (route[k] !== link && this.#fat[route[k]!] === 0) peer = route[k]!;
      }
      const members = this.#members[link]!;
      this.#routeLink[start + i] = link;
      this.#routeSlot[start + i] = members.add(cls, start + i, peer, weight);
      members.complex += complex;
      if (capped) members.capped++;
      this.#touch(link);
      if (this.#fat[link] === 1 || this.#cut[link] === 1) continue;
      if (of[link] === NONE) this.#parts.enter(link);
      if (anchor === NONE) anchor = link;
      else this.#parts.unite(anchor, link);
    }
  }

  #detach(cls: number): void {
    const start = this.#start[cls]!;
    const length = this.#length[cls]!;
    const capLink = this.#capLink[cls]!;
    let shared = 0;
    for (let at = start; at < start + length; at++) if (this.#fat[this.#routeLink[at]!] === 0) shared++;
    const complex = shared > 2 ? 1 : 0;
    let anchor = NONE;
    this.#closings++;
    for (let at = start; at < start + length; at++) {
      const link = this.#routeLink[at]!;
      const members = this.#members[link]!;
      let slot = this.#routeSlot[at]!;
      if (at === this.#ownerAt[cls]) slot = members.release(slot, this.#routeSlot);
      members.drop(slot, this.#routeSlot);
      members.complex -= complex;
      if (capLink !== NONE) members.capped--;
      this.#touch(link);
      if (members.count === 0) {
        if (this.#parts.of[link] !== NONE) this.#parts.leave(link);
        this.#idle(link);
        this.#emptied = true;
      } else if (this.#parts.of[link] !== NONE) {
        if (anchor === NONE) anchor = link;
        else this.#suspect(anchor, link);
      }
    }
    this.#ownerAt[cls] = NONE;
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

  #idle(link: number): void {
    const members = this.#members[link]!;
    members.firstKey = Number.POSITIVE_INFINITY;
    members.stale = false;
    this.#rate[link] = 0;
    this.#served[link] = 0;
    this.#finish[link] = Number.POSITIVE_INFINITY;
  }

  #allocateRoute(length: number): number {
    const free = this.#freeRoutes[length]?.pop();
    if (free !== undefined) return free;
    const start = this.#routeEnd;
    this.#routeEnd += length;
    if (this.#routeEnd > this.#routeLink.length) {
      const size = Math.max(this.#routeEnd, 2 * this.#routeLink.length);
      this.#routeLink = grown(this.#routeLink, new Int32Array(size));
      this.#routeSlot = grown(this.#routeSlot, new Int32Array(size));
    }
    return start;
  }

  /** Leaves links out whose classes are all capped and together cannot fill them, and takes links back in that can bind again. */
  #recut(): void {
    // Touching more links below extends the list; only links touched by a caller can change their state.
    const count = this.#touchedCount;
    for (let i = 0; i < count; i++) {
      const link = this.#touchedLinks[i]!;
      if (this.#fat[link] === 1) continue;
      const members = this.#members[link]!;
      const cut = members.count > 0 && members.capped === members.count && this.#capsFit(link) ? 1 : 0;
      if (cut === this.#cut[link]) continue;
      this.#cut[link] = cut;
      this.#done[link] = 0;
      if (cut === 1) {
        if (this.#parts.of[link] !== NONE) this.#parts.leave(link);
        this.#partings = MANY;
      } else if (members.count > 0) this.#parts.enter(link);
      for (let slot = 0; slot < members.count; slot++) {
        const cls = members.classes[slot]!;
        const start = this.#start[cls]!;
        const end = start + this.#length[cls]!;
        for (let at = start; at < end; at++) {
          const other = this.#routeLink[at]!;
          this.#touch(other);
          if (cut === 0 && other !== link && this.#parts.of[other] !== NONE) this.#parts.unite(link, other);
        }
      }
    }
  }

  #capsFit(link: number): boolean {
    const members = this.#members[link]!;
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

  /**
   * Whether a component is still in one piece: every two links that a class has ceased to join must be joined by others. When it is not,
   * the links that have been reached from one of them bear the last stamp.
   */
  #holds(label: number): boolean {
    const parts = this.#parts;
    // A link that several closed classes have left empty no longer joins the others of those classes.
    if (this.#partings === MANY || (this.#emptied && this.#closings > 1)) {
      const size = parts.size[label]!;
      return this.#reach(parts.head[label]!, size, NONE) === size;
    }
    for (let i = 0; i < this.#partings; i++) {
      const a = this.#parted[2 * i]!;
      const b = this.#parted[2 * i + 1]!;
      if (parts.of[a] !== label || parts.of[b] !== label) continue;
      this.#reach(a, parts.size[label]!, b);
      if (this.#seen[b] !== this.#seenStamp) return false;
    }
    return true;
  }

  /** Finds out whether a component has fallen apart, and solves it or those of its parts that were touched. */
  #refresh(label: number, now: number): void {
    const parts = this.#parts;
    if (this.#holds(label)) {
      this.#solvePart(label, now);
      return;
    }
    if (this.#checkpoints.label === label) this.#checkpoints.clear();
    const order = this.#order;
    const n = parts.list(label, order);
    const links = order.slice(0, n);
    const mixed = parts.mixed[label]!;
    let rest = links.length;
    while (rest > 0) {
      const stamp = this.#seenStamp;
      let inside = 0;
      let outside = 0;
      let touched = false;
      for (let i = 0; i < rest; i++) {
        const link = links[i]!;
        if (this.#seen[link] === stamp) {
          order[inside++] = link;
          if (this.#touched[link] === 1) touched = true;
        } else links[outside++] = link;
      }
      const part = parts.split(order, inside);
      parts.mixed[part] = mixed;
      if (touched) this.#solvePart(part, now);
      else this.#enqueue(part, order, inside);
      rest = outside;
      if (rest > 0) this.#reach(links[0]!, rest, NONE);
    }
  }

  /** Marks the links reachable from `first` with a fresh stamp and returns their number; stops early at `limit` or on seeing `target`. */
  #reach(first: number, limit: number, target: number): number {
    const stamp = ++this.#seenStamp;
    const seen = this.#seen;
    const part = this.#part;
    const { of } = this.#parts;
    seen[first] = stamp;
    // Last found, first scanned: in a dense part this sees every link after scanning a handful.
    part[0] = first;
    let depth = 1;
    let n = 1;
    while (depth > 0 && n < limit && (target === NONE || seen[target] !== stamp)) {
      const { peer, classes, count, complex } = this.#members[part[--depth]!]!;
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
          const start = this.#start[classes[slot]!]!;
          const end = start + this.#length[classes[slot]!]!;
          for (let at = start; at < end; at++) {
            const link = this.#routeLink[at]!;
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

  #solvePart(label: number, now: number): void {
    const parts = this.#parts;
    const order = this.#order;
    const n = parts.list(label, order);
    this.passes++;
    let from = parts.mixed[label] === 1 ? NONE : this.#fillInOrder(label, order, n, now);
    if (from === NONE) {
      if (this.#checkpoints.label === label) this.#checkpoints.clear();
      this.exactPasses++;
      this.#fillExactly(order, n, now);
      from = 0;
    }
    parts.arrange(label, order, n);
    const place = this.#place;
    for (let i = from; i < n; i++) {
      const link = order[i]!;
      place[link] = i;
      this.#touched[link] = 0;
      const members = this.#members[link]!;
      if (members.own === 0) {
        this.#idle(link);
        continue;
      }
      const level = this.#level[link]!;
      if (level !== this.#rate[link]) {
        this.#served[link] = this.#service(link, now);
        this.#since[link] = now;
        this.#rate[link] = level;
      }
      if (members.stale) this.#findFirst(link);
      this.#finish[link] = this.#timeOf(link, members.firstKey);
    }
    this.#enqueue(label, order, n);
  }

  #enqueue(label: number, links: Int32Array, n: number): void {
    let first = Number.POSITIVE_INFINITY;
    const finish = this.#finish;
    for (let i = 0; i < n; i++) {
      const time = finish[links[i]!]!;
      if (time < first) first = time;
    }
    if (first === Number.POSITIVE_INFINITY) this.#parts.due.remove(label);
    else this.#parts.due.set(label, first);
  }

  /** Looks the first completion of a link up and counts its service from zero again, which keeps the keys short and exact. */
  #findFirst(link: number): void {
    const members = this.#members[link]!;
    const { keys, offsets, own } = members;
    const base = this.#served[link]!;
    let first = Number.POSITIVE_INFINITY;
    for (let slot = 0; slot < own; slot++) {
      const key = keys[slot]! - base;
      keys[slot] = key;
      offsets[slot]! -= base;
      if (key < first) first = key;
    }
    this.#served[link] = 0;
    members.firstKey = first;
    members.stale = false;
  }

  /** Prepares a filling; true when every class has weight 1 and at most two links. */
  #begin(order: Int32Array, n: number): boolean {
    const { capacity } = this;
    const room = this.#room;
    const pending = this.#pending;
    const slack = this.#slack;
    const done = this.#done;
    let plain = true;
    for (let i = 0; i < n; i++) {
      const link = order[i]!;
      const members = this.#members[link]!;
      room[2 * link] = capacity[link]!;
      room[2 * link + 1] = members.weight;
      pending[link] = 0;
      done[link] = 0;
      slack[link] = capacity[link]! * ULP * (members.count + 4);
      if (members.complex > 0 || members.unit < members.count) plain = false;
    }
    return plain;
  }

  /**
   * Fills in the given order, looking a little ahead. Returns the first position whose level may have changed, -1 when the order was wrong
   * and levels would fall.
   */
  #fillInOrder(label: number, order: Int32Array, n: number, now: number): number {
    const checkpoints = this.#checkpoints;
    const room = this.#room;
    const pending = this.#pending;
    const pendingLevel = this.#pendingLevel;
    const slack = this.#slack;
    const done = this.#done;
    const from = this.#resume(label, n);
    let current = 0;
    let keep = true;
    if (from > 0) {
      current = checkpoints.restore(from, room);
      for (let k = from; k < n; k++) done[order[k]!] = 0;
    } else {
      keep = this.#begin(order, n) && n >= MANY && this.#links <= 4 * n;
      if (keep) {
        checkpoints.begin(label, n, room.length);
        for (let k = 0; k < n; k++) checkpoints.setWeight(order[k]!, room[2 * order[k]! + 1]!);
      }
    }
    for (let k = from; k < n; k++) {
      if (keep && k % STRIDE === 0 && k > from) checkpoints.save(k, room, current);
      const end = Math.min(n, k + LOOKAHEAD);
      let best = NONE;
      let bestLevel = Number.POSITIVE_INFINITY;
      for (let j = k; j < end; j++) {
        const link = order[j]!;
        const weight = room[2 * link + 1]!;
        if (weight > 0) {
          const level = (room[2 * link]! - pendingLevel[link]! * pending[link]!) / weight;
          if (level < bestLevel) {
            bestLevel = level;
            best = j;
          }
        }
      }
      if (best === NONE) continue;
      const link = order[best]!;
      for (let j = best; j > k; j--) order[j] = order[j - 1]!;
      order[k] = link;
      const margin = slack[link]!;
      const gap = (bestLevel - current) * room[2 * link + 1]!;
      if (gap < -margin) return NONE;
      if (gap > margin) current = bestLevel;
      this.#fix(link, current, now);
    }
    // A link whose classes were all fixed by others must be able to carry them, or it should have come before those.
    for (let k = from; k < n; k++) {
      const link = order[k]!;
      if (done[link] === 1) continue;
      if (room[2 * link]! - pendingLevel[link]! * pending[link]! < -slack[link]!) return NONE;
    }
    return from;
  }

  /** Where a filling of the component may start: after the links that come before every change since its last one. */
  #resume(label: number, n: number): number {
    const checkpoints = this.#checkpoints;
    if (checkpoints.label !== label || checkpoints.links !== n) return 0;
    if (this.#touchedCount > MANY) return 0;
    const { of } = this.#parts;
    let first = n;
    for (let i = 0; i < this.#touchedCount; i++) {
      const link = this.#touchedLinks[i]!;
      if (of[link] === label && this.#place[link]! < first) first = this.#place[link]!;
    }
    const from = checkpoints.rewind(first);
    if (from === 0) return 0;
    for (let i = 0; i < this.#touchedCount; i++) {
      const link = this.#touchedLinks[i]!;
      if (of[link] !== label) continue;
      const members = this.#members[link]!;
      if (members.complex > 0 || members.unit < members.count) return 0;
      checkpoints.reweigh(link, members.weight);
      this.#slack[link] = this.capacity[link]! * ULP * (members.count + 4);
    }
    return from;
  }

  /** Fills by a heap of lower bounds: the level of a link only rises while others are fixed below it. Leaves the order found in `order`. */
  #fillExactly(order: Int32Array, n: number, now: number): void {
    this.#begin(order, n);
    const room = this.#room;
    const pending = this.#pending;
    const pendingLevel = this.#pendingLevel;
    const heap = this.#heap;
    heap.clear();
    for (let i = 0; i < n; i++) {
      const link = order[i]!;
      const weight = room[2 * link + 1]!;
      heap.set(link, weight > 0 ? room[2 * link]! / weight : Number.POSITIVE_INFINITY);
    }
    let current = 0;
    let k = 0;
    while (k < n) {
      const link = heap.top;
      const weight = room[2 * link + 1]!;
      const bound = heap.topKey;
      const level =
        weight > 0 ? (room[2 * link]! - pendingLevel[link]! * pending[link]!) / weight : Number.POSITIVE_INFINITY;
      if (weight > 0 && level > bound) {
        heap.set(link, level);
        if (heap.top !== link) continue;
      }
      heap.remove(link);
      order[k++] = link;
      if (weight === 0) continue; // its classes are all fixed by other links
      if ((level - current) * weight > this.#slack[link]!) current = level;
      this.#fix(link, current, now);
    }
  }

  /** Fixes the level of `link` and of every class on it that no link has fixed yet. */
  #fix(link: number, level: number, now: number): void {
    const members = this.#members[link]!;
    this.#level[link] = level;
    this.#done[link] = 1;
    if (members.ownWeight < this.#room[2 * link + 1]!) this.#gather(link, now);
    const { own, peer, weights } = members;
    const room = this.#room;
    if (members.complex === 0 && members.unit === members.count) {
      for (let slot = 0; slot < own; slot++) {
        const at = 2 * peer[slot]!;
        room[at]! -= level;
        room[at + 1]! -= 1;
      }
      return;
    }
    const pending = this.#pending;
    const pendingLevel = this.#pendingLevel;
    const simple = members.complex === 0;
    for (let slot = 0; slot < own; slot++) {
      const weight = weights[slot]!;
      const cls = members.classes[slot]!;
      const start = simple ? 0 : this.#start[cls]!;
      const end = simple ? 1 : start + this.#length[cls]!;
      for (let at = start; at < end; at++) {
        const other = simple ? peer[slot]! : this.#routeLink[at]!;
        if (pendingLevel[other] !== level) {
          room[2 * other]! -= pendingLevel[other]! * pending[other]!;
          pending[other] = 0;
          pendingLevel[other] = level;
        }
        pending[other]! += weight;
        room[2 * other + 1]! -= weight;
      }
    }
  }

  /** Makes the open classes of `link` its own. */
  #gather(link: number, now: number): void {
    const members = this.#members[link]!;
    const done = this.#done;
    const service = this.#service(link, now);
    const simple = members.complex === 0;
    for (let slot = members.own; slot < members.count; slot++) {
      // A class with two links is open exactly when the other link is.
      if (simple && done[members.peer[slot]!] === 1) continue;
      const cls = members.classes[slot]!;
      const ownerAt = this.#ownerAt[cls]!;
      let received = this.#parked[cls]!;
      if (ownerAt !== NONE) {
        const owner = this.#routeLink[ownerAt]!;
        if (done[owner] === 1) continue;
        const from = this.#members[owner]!;
        const ownerSlot = this.#routeSlot[ownerAt]!;
        received = this.#service(owner, now) - from.offsets[ownerSlot]!;
        from.release(ownerSlot, this.#routeSlot);
      }
      const offset = service - received;
      const place = members.take(slot, this.#nextKey[cls]! + offset, offset, this.#routeSlot);
      this.#ownerAt[cls] = members.at[place]!;
    }
  }

  #growLinks(size: number): void {
    const length = Math.max(size, 2 * this.capacity.length);
    const floats = (old: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => grown(old, new Float64Array(length));
    const ints = (old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => grown(old, new Int32Array(length));
    const flags = (old: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => grown(old, new Uint8Array(length));
    this.capacity = floats(this.capacity);
    this.#fat = flags(this.#fat);
    this.#cut = flags(this.#cut);
    this.#rate = floats(this.#rate);
    this.#since = floats(this.#since);
    this.#served = floats(this.#served);
    this.#finish = floats(this.#finish);
    this.#touched = flags(this.#touched);
    this.#room = grown(this.#room, new Float64Array(2 * length));
    this.#pending = floats(this.#pending);
    this.#pendingLevel = floats(this.#pendingLevel);
    this.#level = floats(this.#level);
    this.#slack = floats(this.#slack);
    this.#done = flags(this.#done);
    this.#order = ints(this.#order);
    this.#part = ints(this.#part);
    this.#place = ints(this.#place);
    this.#checkpoints.clear();
    this.#seen = floats(this.#seen);
    this.#parts.reserve(length);
    this.#heap.reserve(length);
  }

  #growClasses(size: number): void {
    const length = Math.max(size, 2 * this.#start.length);
    const floats = (old: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => grown(old, new Float64Array(length));
    const ints = (old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => grown(old, new Int32Array(length));
    this.#start = ints(this.#start);
    this.#length = ints(this.#length);
    this.#weight = floats(this.#weight);
    this.#count = floats(this.#count);
    this.#cap = floats(this.#cap);
    this.#capLink = ints(this.#capLink);
    this.#ownerAt = ints(this.#ownerAt);
    this.#nextKey = floats(this.#nextKey);
    this.#parked = floats(this.#parked);
  }
}
