/**
 * Which method serves exp(−tAᵀA)b, forecast from the size of A and the norm that a few Lanczos steps have seen.
 */
import { isCsr, type TallMatrix } from '../core/csr';
import { MOST_COLUMNS } from './matrixExponentialDirect';
import { BOUND_STEPS } from './matrixExponentialSeries';

/** Steps after which 'auto' decides; they are the beginning of 'lanczos' and lost otherwise. */
export const PROBE_STEPS = 8;

/**
 * Nanoseconds, measured: an entry of A in a pass, a sparse entry in a pass, n·d² in a QR, d³ in an SVD of R, k²d in the
 * reorthogonalisation of k steps, k³ in their tests.
 */
const PASS = 2;
const SPARSE_PASS = 6;
const QR = 0.45;
const SVD = 35;
const ORTHOGONALISE = 6;
const TESTS = 7;

/** Steps of a Chebyshev series, per step forecast, when it has to be repeated shifted; with a margin. */
const REPEATED = 3.4;

/** Steps of Lanczos or of the Chebyshev series: √(27.6·t‖A‖²) for a tolerance of 1e-13. */
export function forecastSteps(scaledNorm: number, tolerance: number): number {
  const digits = -Math.log(Math.max(tolerance, 2 ** -52));
  return Math.ceil(10 + Math.sqrt(0.92 * Math.max(1, digits) * scaledNorm));
}

/** @param scaledNorm - t‖A‖². @param maxIterations - which 'chebyshev' must keep to; the others need no more than d steps. */
export function cheapestMethod(
  A: TallMatrix,
  scaledNorm: number,
  tolerance: number,
  maxIterations: number,
): 'lanczos' | 'chebyshev' | 'direct' {
  const { rows: n, columns: d } = A;
  const pass = isCsr(A) ? SPARSE_PASS * A.values.length : PASS * n * d;
  const steps = forecastSteps(scaledNorm, tolerance);
  const k = Math.min(steps, d);
  const costs = {
    lanczos: k * pass + ORTHOGONALISE * k * k * d + TESTS * k ** 3,
    chebyshev: (steps + BOUND_STEPS) * pass,
    direct: d > MOST_COLUMNS ? Number.POSITIVE_INFINITY : QR * n * d * d + SVD * d ** 3,
  };
  if (costs.direct < Math.min(costs.lanczos, costs.chebyshev)) return 'direct';
  if (REPEATED * steps > maxIterations) return 'lanczos';
  // the series may have to be repeated for a smallest eigenvalue far from 0
  return 4 * costs.chebyshev < costs.lanczos ? 'chebyshev' : 'lanczos';
}
