import { exp, log } from './elementary.ts';

/**
 * Quantile of the standard normal law at probability 1/2 + q, -1/2 < q < 1/2: algorithm AS 241 (PPND16, Wichura 1988), relative accuracy 1e-16.
 * Exactly odd in q. Two rational functions of +, *, / alone cover 85 % of the probability; the tails need `log` and a square root.
 */
export function normalQuantile(q: number): number {
  if (q <= 0.425 && q >= -0.425) {
    const r = 0.180625 - q * q;
    return (
      (q *
        (((((((2509.0809287301227 * r + 33430.57558358813) * r + 67265.7709270087) * r + 45921.95393154987) * r +
          13731.69376550946) *
          r +
          1971.5909503065513) *
          r +
          133.14166789178438) *
          r +
          3.3871328727963665)) /
      (((((((5226.495278852854 * r + 28729.085735721943) * r + 39307.89580009271) * r + 21213.794301586597) * r +
        5394.196021424751) *
        r +
        687.1870074920579) *
        r +
        42.31333070160091) *
        r +
        1)
    );
  }
  const size = tailQuantile(Math.sqrt(-log(0.5 - Math.abs(q))));
  return q < 0 ? -size : size;
}

/** Quantile of the standard normal law at probability `p`, 0 < p < 1, without loss for small p. */
export function normalQuantileAt(p: number): number {
  return p < 0.075 ? -tailQuantile(Math.sqrt(-log(p))) : normalQuantile(p - 0.5);
}

function tailQuantile(distance: number): number {
  if (distance <= 5) {
    const r = distance - 1.6;
    return (
      (((((((0.0007745450142783414 * r + 0.022723844989269184) * r + 0.2417807251774506) * r + 1.2704582524523684) * r +
        3.6478483247632045) *
        r +
        5.769497221460691) *
        r +
        4.630337846156546) *
        r +
        1.4234371107496835) /
      (((((((1.0507500716444169e-9 * r + 0.0005475938084995345) * r + 0.015198666563616457) * r + 0.14810397642748008) *
        r +
        0.6897673349851) *
        r +
        1.6763848301838038) *
        r +
        2.053191626637759) *
        r +
        1)
    );
  }
  const r = distance - 5;
  return (
    (((((((2.0103343992922881e-7 * r + 0.000027115555687434876) * r + 0.0012426609473880784) * r +
      0.026532189526576124) *
      r +
      0.29656057182850487) *
      r +
      1.7848265399172913) *
      r +
      5.463784911164114) *
      r +
      6.657904643501103) /
    (((((((2.0442631033899397e-15 * r + 1.421511758316446e-7) * r + 0.000018463183175100548) * r +
      0.0007868691311456133) *
      r +
      0.014875361290850615) *
      r +
      0.1369298809227358) *
      r +
      0.599832206555888) *
      r +
      1)
  );
}

const INVERSE_ROOT_TWO_PI = 0.3989422804014327;

/** Density of the standard normal law. */
export function normalDensity(z: number): number {
  return INVERSE_ROOT_TWO_PI * exp(-0.5 * z * z);
}

/**
 * Probability that a standard normal is below `z`, within 1e-14 of it relatively down to z = -37: the alternating-free series
 * z (1 + z^2/3 + z^4/15 + ...) for |z| < 3, Laplace's continued fraction beyond (Abramowitz and Stegun 26.2.11 and 26.2.14).
 */
export function normalProbability(z: number): number {
  const size = Math.abs(z);
  if (size < 3) {
    let term = size;
    let sum = size;
    for (let odd = 3; term > sum * 1e-18; odd += 2) {
      term *= (size * size) / odd;
      sum += term;
    }
    const half = normalDensity(size) * sum;
    return z < 0 ? 0.5 - half : 0.5 + half;
  }
  let fraction = size;
  for (let i = 60; i >= 1; i--) fraction = size + i / fraction;
  const tail = normalDensity(size) / fraction;
  return z < 0 ? tail : 1 - tail;
}
