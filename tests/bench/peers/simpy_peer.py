"""The benchmarks in SimPy: simpy_peer.py <style> <workload> <parameters...>, one result line on stdout.

Style is `callbacks` (bare events, SimPy's fastest form) or `processes`. Uniform draws are made before the clock
starts, because a pure Python generator would cost as much as the event it serves. Times are integer ticks.
"""

import gc
import json
import resource
import sys
import time
from array import array
from math import log

import simpy

UNIT = 10**9
MM1_UNIT = 10**6
LOOKAHEAD = 100_000_000
MEAN = 0.9 * UNIT
MASK = 0xFFFFFFFF


class Random:
    """splitmix32, twin of ../random.ts; `drawn` uniforms are made ahead."""

    def __init__(self, seed, drawn):
        self.seed = seed
        self.ahead = drawn
        values = array("d")
        for i in range(1, drawn + 1):
            z = (seed + i * 0x9E3779B9) & MASK
            z = ((z ^ (z >> 16)) * 0x21F0AAAD) & MASK
            z = ((z ^ (z >> 15)) * 0x735A2D97) & MASK
            values.append((z ^ (z >> 15)) / 4294967296)
        self.values = iter(values)
        self.uniform = self.values.__next__

    def state(self):
        """The generator's word after the draws taken so far; takes the rest."""
        taken = self.ahead - sum(1 for _ in self.values)
        return (self.seed + taken * 0x9E3779B9) & MASK


def fold(checksum, value):
    return (checksum * 31 + value) & MASK


def signed(word):
    return word - 2**32 if word >= 2**31 else word


def timed(env, until=None):
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    env.run(until)
    return {"seconds": time.perf_counter() - wall, "cpuSeconds": time.process_time() - cpu}


def phold(style, processes, population, end):
    expected = processes * population * (1.01 * end + 1)
    random = Random(1, int(2.25 * expected) + 100_000)
    uniform = random.uniform
    handled = [0] * processes
    env = simpy.Environment()

    def initial():
        return LOOKAHEAD + int(-log(1 - uniform()) * MEAN)

    if style == "callbacks":
        timeout = env.timeout

        def handle(event):
            lp = event._value
            handled[lp] += 1
            to = int(uniform() * processes) if uniform() <= 0.25 else lp
            timeout(LOOKAHEAD + int(-log(1 - uniform()) * MEAN), to).callbacks.append(handle)

        for lp in range(processes):
            for _ in range(population):
                timeout(initial(), lp).callbacks.append(handle)
    else:

        def token(lp, delay):
            while True:
                yield env.timeout(delay)
                handled[lp] += 1
                if uniform() <= 0.25:
                    lp = int(uniform() * processes)
                delay = LOOKAHEAD + int(-log(1 - uniform()) * MEAN)

        for lp in range(processes):
            for _ in range(population):
                env.process(token(lp, initial()))

    elapsed = timed(env, end * UNIT)
    checksum = random.state()
    for n in handled:
        checksum = fold(checksum, n)
    return sum(handled), signed(checksum), elapsed


def mm1(style, customers):
    """Form A: one arrival process, one service process, an unbounded store between them."""
    arrival = Random(1, customers).uniform
    service = Random(2, customers).uniform
    env = simpy.Environment()
    store = simpy.Store(env)
    total = 0

    def arrivals():
        for _ in range(customers):
            yield env.timeout(int(-log(1 - arrival()) * (MM1_UNIT / 0.9)))
            yield store.put(env.now)

    def services():
        nonlocal total
        for _ in range(customers):
            arrived = yield store.get()
            yield env.timeout(int(-log(1 - service()) * MM1_UNIT))
            total += env.now - arrived

    env.process(arrivals())
    env.process(services())
    elapsed = timed(env)
    return customers, total, elapsed


def mm1_resource(style, customers):
    """Form B: a process for each customer, the server a resource of one."""
    arrival = Random(1, customers).uniform
    service = Random(2, customers).uniform
    env = simpy.Environment()
    server = simpy.Resource(env, 1)
    total = 0

    def customer():
        nonlocal total
        arrived = env.now
        with server.request() as request:
            yield request
            yield env.timeout(int(-log(1 - service()) * MM1_UNIT / 1.1))
        total += env.now - arrived

    def arrivals():
        for _ in range(customers):
            yield env.timeout(int(-log(1 - arrival()) * MM1_UNIT))
            env.process(customer())

    env.process(arrivals())
    elapsed = timed(env)
    return customers, total, elapsed


def token(style, players, messages, delay):
    received = [0] * players
    env = simpy.Environment()
    last = 0

    if style == "callbacks":
        timeout = env.timeout

        def receive(event):
            nonlocal messages, last
            player = event._value
            received[player] += 1
            messages -= 1
            last = env.now
            if messages > 0:
                timeout(delay, (player + 1) % players).callbacks.append(receive)

        timeout(delay, 0).callbacks.append(receive)
    else:
        boxes = [simpy.Store(env) for _ in range(players)]

        def player(own):
            nonlocal messages, last
            box, following = boxes[own], boxes[(own + 1) % players]
            while messages > 0:
                yield box.get()
                received[own] += 1
                messages -= 1
                last = env.now
                if messages > 0:
                    if delay > 0:
                        yield env.timeout(delay)
                    yield following.put(own)

        def start():
            yield env.timeout(delay)
            yield boxes[0].put(0)

        for own in range(players):
            env.process(player(own))
        env.process(start())

    elapsed = timed(env)
    checksum = last & MASK
    for n in received:
        checksum = fold(checksum, n)
    return sum(received), signed(checksum), elapsed


def fan_out(style, receivers, broadcasts):
    received = [0] * receivers
    env = simpy.Environment()
    timeout = env.timeout

    def receive(event):
        received[event._value] += 1

    def source():
        for _ in range(broadcasts):
            yield timeout(1)
            for receiver in range(receivers):
                timeout(0, receiver).callbacks.append(receive)

    env.process(source())
    elapsed = timed(env)
    checksum = env.now
    for n in received:
        checksum = fold(checksum, n)
    return sum(received), signed(checksum), elapsed


def clocked(style, components, cycles, sleep):
    ticks = [0] * components
    env = simpy.Environment()

    def component(own, period):
        while True:
            ticks[own] += 1
            yield env.timeout(period)

    for own in range(components):
        env.process(component(own, 1000 if own % 2 == 0 else 1000 * sleep))
    elapsed = timed(env, cycles * 1000)
    checksum = 0
    for n in ticks:
        checksum = fold(checksum, n)
    return components * cycles, signed(checksum), elapsed


WORKLOADS = {
    "phold": phold,
    "mm1": mm1,
    "mm1-processes": mm1,
    "mm1-resource": mm1_resource,
    "token": token,
    "fan-out": fan_out,
    "clocked": clocked,
}


def main():
    style, workload, *parameters = sys.argv[1:]
    count, checksum, elapsed = WORKLOADS[workload](style, *(int(float(p)) for p in parameters))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"count": count, "checksum": checksum, **elapsed, "rssMb": round(peak, 1)}))


main()
