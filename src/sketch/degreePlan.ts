/**
 * Which degrees of the Taylor series of exp a feature map keeps, and how many columns each gets. A row of squared
 * norm s puts the share e^(−s)sˡ/l! of its kernel on degree l: a Poisson distribution. The series ends at the
 * degree q beyond which no row has more than `truncation`. The variance of degree l is proportional to its squared
 * share over its columns, hence the columns of the sketched degrees are proportional to their mean shares.
 */
import { SketchSolveError } from '../core/errors';
import { symmetricLength } from './symmetricPower';
import { MAX_TENSOR_DEGREE } from './tensorSketch';

export interface DegreeShare {
  readonly degree: number;
  /** Exact features: C(d + degree − 1, degree) columns. */
  readonly exact: boolean;
  readonly columns: number;
  /** Its first column in the feature matrix. */
  readonly offset: number;
}

export interface DegreePlan {
  /** Degrees 0 … q in ascending order. */
  readonly shares: readonly DegreeShare[];
  /** Of all degrees together: at most the budget, less if every degree is exact. */
  readonly columns: number;
}

/**
 * out[outOff + l] ← e^(−s)·sˡ/l! for l < count, s ≤ 700. Each from the one before: relative error l·u, where logarithms
 * of sˡ and l! would lose 2000u at s = 400.
 */
export function poissonSharesInto(out: Float64Array, outOff: number, count: number, s: number): void {
  let share = Math.exp(-s);
  for (let l = 0; l < count; l++) {
    out[outOff + l] = share;
    share *= s / (l + 1);
  }
}

/**
 * The smallest q with P(Poisson(s) > q) ≤ truncation.
 *
 * @throws {@link SketchSolveError} INVALID_ARGUMENT if q is above 512
 */
export function taylorDegree(caller: string, s: number, truncation: number): number {
  const shares = new Float64Array(2 * MAX_TENSOR_DEGREE);
  let l = shares.length - 1;
  // what lies beyond these is below 1e-60 for every s that can pass
  if (s <= MAX_TENSOR_DEGREE) {
    poissonSharesInto(shares, 0, shares.length, s);
    for (let tail = 0; l > 0; l--) {
      tail += shares[l];
      if (tail > truncation) break;
    }
  }
  if (l <= MAX_TENSOR_DEGREE) return l;
  throw new SketchSolveError(
    'INVALID_ARGUMENT',
    `${caller}: the largest squared distance of a row of A to their mean is ${s}, whose Taylor series needs more ` +
      `than ${MAX_TENSOR_DEGREE} terms: divide A by the square root of a temperature`,
    { argument: 'A', radiusSq: s, truncation, maxDegree: MAX_TENSOR_DEGREE },
  );
}

/**
 * The degrees and columns for rows of length d with the squared norms `squares`.
 *
 * Degree 0 is one column and degree 1 the d columns of x itself. From degree 2 on the budget is divided; a degree
 * whose part reaches its C(d+l−1, l) monomials takes those and leaves the rest to the others. Every degree gets at
 * least one column, so that no part of the kernel is missing in expectation.
 *
 * @throws {@link SketchSolveError} INVALID_ARGUMENT if `budget` is below 1 + d + (q − 1), or q above 512
 */
export function planDegrees(
  caller: string,
  squares: Float64Array,
  d: number,
  budget: number,
  truncation: number,
): DegreePlan {
  let largest = 0;
  for (const s of squares) largest = Math.max(largest, s);
  const q = taylorDegree(caller, largest, truncation);
  const fewest = leastColumns(d, q);
  if (budget < fewest) {
    throw new SketchSolveError(
      'INVALID_ARGUMENT',
      `${caller}: columns is ${budget}, expected at least ${fewest} (1 for degree 0, ${d} for degree 1, one for each ` +
        `further degree up to ${q}, beyond which at most ${truncation} of a row is left)`,
      { argument: 'columns', got: budget, min: fewest, degree: q, radiusSq: largest },
    );
  }
  const counts = Float64Array.from({ length: q + 1 }, (_, l) => symmetricLength(d, l));
  const columns = divideColumns(meanShares(squares, q), counts, budget);
  let offset = 0;
  const shares = Array.from(columns, (count, degree): DegreeShare => {
    const share = { degree, exact: count === counts[degree], columns: count, offset };
    offset += count;
    return share;
  });
  return { shares, columns: offset };
}

/** The smallest budget for degrees up to q. */
export function leastColumns(d: number, q: number): number {
  return q === 0 ? 1 : d + q;
}

function meanShares(squares: Float64Array, q: number): Float64Array {
  const means = new Float64Array(q + 1);
  const shares = new Float64Array(q + 1);
  for (const s of squares) {
    poissonSharesInto(shares, 0, q + 1, s);
    for (let l = 0; l <= q; l++) means[l] += shares[l] / squares.length;
  }
  return means;
}

/** Columns by degree. Each round settles the degrees that are exact; what they leave only raises the others. */
function divideColumns(weights: Float64Array, counts: Float64Array, budget: number): Int32Array {
  const columns = new Int32Array(weights.length);
  let open: number[] = [];
  let left = budget;
  for (let l = 0; l < weights.length; l++) {
    if (l > 1) {
      open.push(l);
    } else {
      columns[l] = counts[l];
      left -= counts[l];
    }
  }
  for (;;) {
    apportionInto(columns, weights, open, left);
    const settled = open.filter((l) => columns[l] >= counts[l]);
    if (settled.length === 0) return columns;
    for (const l of settled) {
      columns[l] = counts[l];
      left -= counts[l];
    }
    open = open.filter((l) => columns[l] < counts[l]);
  }
}

/** columns[l] ← 1 and its part of the rest, for l in open: rounded down, the remainder to the largest fractions. */
function apportionInto(
  columns: Int32Array,
  weights: Float64Array,
  open: readonly number[],
  total: number,
): void {
  let sum = 0;
  for (const l of open) sum += weights[l];
  const divisible = total - open.length;
  const parts = open.map((l) => ({ l, part: (divisible * weights[l]) / sum }));
  let remainder = divisible;
  for (const { l, part } of parts) {
    columns[l] = 1 + Math.floor(part);
    remainder -= Math.floor(part);
  }
  parts.sort((a, b) => (b.part % 1) - (a.part % 1) || a.l - b.l);
  for (const { l } of parts) {
    if (remainder-- <= 0) return;
    columns[l]++;
  }
}
