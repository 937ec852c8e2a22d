/** Probability of waiting in M/M/c with `load` = arrival rate / service rate of one server (Erlang's C formula, 1917). */
export function erlangC(servers: number, load: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; n < servers; n++) {
    term *= load / n;
    sum += term;
  }
  const last = ((term * load) / servers) * (servers / (servers - load));
  return last / (sum + last);
}

/** Mean time in an M/G/1 system (Pollaczek 1930, Khinchine 1932). */
export function pollaczekKhinchine(arrivalRate: number, mean: number, variance: number): number {
  return mean + (arrivalRate * (variance + mean * mean)) / (2 * (1 - arrivalRate * mean));
}

/** Stationary probabilities of a birth-death chain on 0..n: `up(i)` from i to i + 1, `down(i)` from i to i - 1. */
export function birthDeath(n: number, up: (i: number) => number, down: (i: number) => number): number[] {
  const weights = [1];
  for (let i = 1; i <= n; i++) weights.push(((weights[i - 1] as number) * up(i - 1)) / down(i));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
