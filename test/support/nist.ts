/**
 * NIST Statistical Reference Datasets, linear least squares (public domain), with coefficients certified to
 * 15 digits. The certified values belong to the decimal data; the design stored in doubles has a slightly
 * different answer, and `ceilingDigits` says how far the two agree. Powers of x are rounded correctly from
 * the double x, so that the design does not depend on an engine's pow.
 */
import { readFileSync } from 'node:fs';
import type { Matrix } from '../../src/core/matrix';
import { multiply, type Pair } from './doubleDouble';

export interface NistProblem {
  readonly name: NistName;
  readonly A: Matrix;
  readonly b: Float64Array;
  readonly certified: Float64Array;
  /** Fewest correct digits of SciPy's lstsq (LAPACK gelsd), see correctDigits. */
  readonly scipyDigits: number;
  /** Digits to which the exact minimiser of the stored A and b agrees with `certified`, rounded down. */
  readonly ceilingDigits: number;
}

/** Digits of SciPy's lstsq, and of the exact minimiser for the design in doubles (120-digit arithmetic). */
const DIGITS = {
  longley: { scipy: 10.9, ceiling: 14.6 },
  filip: { scipy: 5.7, ceiling: 7.6 },
  pontius: { scipy: 6.2, ceiling: 13.5 },
  wampler1: { scipy: 9.3, ceiling: 15 },
  wampler2: { scipy: 10.2, ceiling: 12.6 },
  wampler3: { scipy: 9.6, ceiling: 15 },
  wampler4: { scipy: 7.9, ceiling: 15 },
  wampler5: { scipy: 5.9, ceiling: 15 },
} as const;

export type NistName = keyof typeof DIGITS;

export const NIST_NAMES = Object.keys(DIGITS) as readonly NistName[];

interface StoredSet {
  readonly n: number;
  readonly p: number;
  readonly y: readonly number[];
  readonly certified: readonly number[];
  /** Row-major n × p; otherwise the columns are the powers 0 … p − 1 of x. */
  readonly design?: readonly number[];
  readonly x?: readonly number[];
}

const file = readFileSync(new URL('../data/nist-strd.json', import.meta.url), 'utf8');
const stored = (JSON.parse(file) as { sets: Record<NistName, StoredSet> }).sets;

export function nistProblem(name: NistName): NistProblem {
  const { n, p, y, certified, design, x } = stored[name];
  const data = design === undefined ? powers(x ?? [], p) : Float64Array.from(design);
  if (data.length !== n * p || y.length !== n || certified.length !== p) {
    throw new RangeError(`nist-strd.json: ${name} does not have n = ${n}, p = ${p}`);
  }
  return {
    name,
    A: { rows: n, columns: p, data },
    b: Float64Array.from(y),
    certified: Float64Array.from(certified),
    scipyDigits: DIGITS[name].scipy,
    ceilingDigits: DIGITS[name].ceiling,
  };
}

function powers(x: readonly number[], p: number): Float64Array {
  const data = new Float64Array(x.length * p);
  x.forEach((base, i) => {
    let power: Pair = [1, 0];
    for (let k = 0; k < p; k++) {
      data[i * p + k] = power[0];
      power = multiply(power, [base, 0]);
    }
  });
  return data;
}
