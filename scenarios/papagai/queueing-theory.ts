/** Erlang's C formula for Poisson arrivals at `rate` a second, exponential service of `service` seconds and `servers`; the load must be below 1. */
export function erlangC(
  rate: number,
  service: number,
  servers: number,
): { readonly waitShare: number; readonly waitMean: number } {
  const offered = rate * service;
  let term = 1;
  let sum = 0;
  for (let k = 0; k < servers; k++) {
    sum += term;
    term *= offered / (k + 1);
  }
  const waiting = term / (1 - offered / servers);
  const waitShare = waiting / (sum + waiting);
  return { waitShare, waitMean: (waitShare * service) / (servers - offered) };
}

/** Mean wait of M/G/1 by Pollaczek and Khinchine; `cv` is deviation over mean of the service. */
export function pollaczekKhinchine(rate: number, service: number, cv: number): number {
  const load = rate * service;
  return (load * service * (1 + cv * cv)) / (2 * (1 - load));
}
