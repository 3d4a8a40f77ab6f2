/**
 * Extreme Ritz values from the coefficients of the conjugate gradient method, by bisection with Sturm
 * counts on its tridiagonal matrix. Golub & Van Loan, Matrix Computations (4th ed.), sections 8.4 and 11.3.
 */
export interface RitzValues {
  readonly smallest: number;
  readonly largest: number;
}

const RELATIVE_WIDTH = 1e-3;
const TINY = 1e-150;

/** Ritz values after alphas.length ≥ 1 steps: T has diagonal 1/α_k + β_{k−1}/α_{k−1}, off-diagonal √β_k/α_k. */
export function extremeRitzValues(alphas: readonly number[], betas: readonly number[]): RitzValues {
  const k = alphas.length;
  const diagonal = new Float64Array(k);
  const offSquared = new Float64Array(k);
  let bound = 0;
  for (let i = 0; i < k; i++) {
    diagonal[i] = 1 / alphas[i] + (i > 0 ? betas[i - 1] / alphas[i - 1] : 0);
    offSquared[i] = i > 0 ? betas[i - 1] / alphas[i - 1] ** 2 : 0;
  }
  for (let i = 0; i < k; i++) {
    const right = i + 1 < k ? Math.sqrt(offSquared[i + 1]) : 0;
    bound = Math.max(bound, diagonal[i] + Math.sqrt(offSquared[i]) + right);
  }
  return {
    smallest: bisect(diagonal, offSquared, bound, 1),
    largest: bisect(diagonal, offSquared, bound, k),
  };
}

/** The eigenvalue with the given rank (1 = smallest) of the positive definite T, in (0, bound]. */
function bisect(diagonal: Float64Array, offSquared: Float64Array, bound: number, rank: number): number {
  let low = 0;
  let high = bound;
  while (high - low > RELATIVE_WIDTH * high) {
    const middle = 0.5 * (low + high);
    if (middle <= bound * 2 ** -60) return high;
    if (eigenvaluesBelow(diagonal, offSquared, middle) >= rank) high = middle;
    else low = middle;
  }
  return high;
}

function eigenvaluesBelow(diagonal: Float64Array, offSquared: Float64Array, x: number): number {
  let count = 0;
  let pivot = 1;
  for (let i = 0; i < diagonal.length; i++) {
    pivot = diagonal[i] - x - (i > 0 ? offSquared[i] / pivot : 0);
    if (pivot === 0) pivot = -TINY;
    if (pivot < 0) count++;
  }
  return count;
}
