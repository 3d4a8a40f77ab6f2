/** Least squares in full size: digits, backward errors and step counts. Prints the worst figures. */
import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { solveLeastSquares } from '../../src/index';
import { backwardErrorFor } from '../support/backwardError';
import { correctDigits, relativeError } from '../support/forwardError';
import { galleryEntry } from '../support/gallery';
import { describeKernels, onBothKernels } from '../support/kernelSets';
import { NIST_NAMES, nistProblem } from '../support/nist';
import { exactMatvec, leastSquaresReference } from '../support/oracles';
import { plantedLeastSquares, plantedMatrix } from '../support/planted';
import { randomUnitOrthogonalTo, randomUnitVector, randomVector } from '../support/random';
import { BACKWARD_ERROR_LIMIT, u } from '../support/tolerances';

const STABLE = ['direct', 'cholesky-qr', 'conjugate-gradient'] as const;
const ITERATIVE = ['conjugate-gradient', 'heavy-ball', 'gradient-descent'] as const;
const KAPPAS = [1, 1e4, 1e8, 1e12, 1e15];
const RESIDUALS = [0, 1e-12, 1e-6, 1e-3, 1];

describeKernels((kernels) => {
  it("NIST StRD: as many digits as SciPy's lstsq and more", () => {
    const lines = NIST_NAMES.map((name) => {
      const { A, b, certified, scipyDigits, ceilingDigits } = nistProblem(name);
      const digits = correctDigits(solveLeastSquares(A, b).x, certified);
      expect(digits).toBeGreaterThanOrEqual(scipyDigits);
      return `${name}: ${digits.toFixed(1)} digits (SciPy ${scipyDigits}, exact minimiser ${ceilingDigits})`;
    });
    console.log(`${kernels}\n${lines.join('\n')}`);
  });
});

/** Largest backward error in u, and largest difference to stats.backwardError, on both kernel sets. */
class Worst {
  error = 0;
  difference = 0;
  readonly statuses = new Set<string>();

  add(
    A: Matrix,
    method: (typeof STABLE)[number],
    b: Float64Array,
    truthOf: (x: Float64Array) => number,
  ): void {
    for (const result of Object.values(onBothKernels(() => solveLeastSquares(A, b, { method })))) {
      const { x, status, stats } = result;
      const truth = truthOf(x);
      this.error = Math.max(this.error, truth / u);
      this.difference = Math.max(this.difference, Math.abs(truth - stats.backwardError) / u);
      this.statuses.add(status);
      expect(truth).toBeLessThanOrEqual(BACKWARD_ERROR_LIMIT[method]);
      expect(Math.abs(truth - stats.backwardError)).toBeLessThanOrEqual(0.5 * truth + 3 * u);
      expect(['converged', 'ill-conditioned']).toContain(status);
    }
  }

  toString(): string {
    return `${this.error.toFixed(2)}u (off by ${this.difference.toFixed(2)}u)`;
  }
}

describe('backward error, n = 4000, d = 50, 10 seeds', () => {
  it.each(KAPPAS)('κ = %d, residuals 0 to 1', (kappa) => {
    const worst = RESIDUALS.map(() => STABLE.map(() => new Worst()));
    for (let seed = 1; seed <= 10; seed++) {
      const planted = plantedMatrix({ n: 4000, d: 50, kappa, seed });
      const backwardError = backwardErrorFor(planted.A);
      const image = exactMatvec(planted.A, randomUnitVector(50, 4 * seed + 3));
      const e = randomUnitOrthogonalTo(planted.u, 4 * seed + 4);
      for (const [r, residual] of RESIDUALS.entries()) {
        const b = image.map((entry, i) => entry + residual * e[i]);
        for (const [m, method] of STABLE.entries()) {
          worst[r][m].add(planted.A, method, b, (x) => backwardError(x, b));
        }
      }
    }
    for (const [r, residual] of RESIDUALS.entries()) {
      const figures = STABLE.map((method, m) => `${method} ${worst[r][m]}`);
      console.log(`κ = ${kappa.toExponential(0)}, residual ${residual}: ${figures.join(', ')}`);
    }
  });
});

describe('backward error of hard matrices', () => {
  const names = [
    'läuchli',
    'kahan',
    'hilbert',
    'vandermonde',
    'graded columns',
    'one heavy row',
    'cauchy rows',
  ];
  it.each(names)('%s', (name) => {
    const worst = STABLE.map(() => new Worst());
    for (const [n, d] of [
      [4000, 50],
      [300, 20],
      [60, 40],
    ]) {
      const A = galleryEntry(name).build(n, d, 1);
      const backwardError = backwardErrorFor(A);
      const range = exactMatvec(A, randomVector(A.columns, 7));
      for (let seed = 1; seed <= 5; seed++) {
        const noise = randomVector(A.rows, seed);
        for (const size of [0, 1e-6, 1]) {
          const b = noise.map((entry, i) => range[i] + size * entry);
          for (const [m, method] of STABLE.entries()) worst[m].add(A, method, b, (x) => backwardError(x, b));
        }
      }
    }
    console.log(`${name}: ${STABLE.map((method, m) => `${method} ${worst[m]}`).join(', ')}`);
  });
});

describe('step counts, n = 4000, d = 30, κ = 1e2 … 1e8', () => {
  const kappas = [1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];
  // at residual ρ a stage ends at κ²ρu above its tolerance: beyond the first κ for which that happens another
  // stage begins from a recomputed residual, whose first test comes after five steps
  const settings = [
    { residual: 1e-6, zero: false, limit: 3 },
    { residual: 1e-3, zero: false, limit: 8 },
    { residual: 1e-3, zero: true, limit: 8 },
    { residual: 1, zero: false, limit: 8 },
  ];
  it.each(settings)('residual $residual, from zero: $zero', ({ residual, zero, limit }) => {
    for (const method of ITERATIVE) {
      const rows = [1, 2, 3].map((seed) =>
        kappas.map((kappa) => {
          const { A, b } = plantedLeastSquares({ n: 4000, d: 30, kappa, residual, seed });
          const start = zero ? { initialGuess: new Float64Array(30) } : {};
          const { stats, status } = solveLeastSquares(A, b, { method, seed, tolerance: 1e-10, ...start });
          expect(['converged', 'ill-conditioned']).toContain(status);
          return stats.iterations;
        }),
      );
      const spread = Math.max(...rows.map((row) => Math.max(...row) - Math.min(...row)));
      const name = `residual ${residual}${zero ? ' from zero' : ''}, ${method}`;
      console.log(`${name}: ${rows.map((row) => row.join(' ')).join(' | ')}, spread ${spread}`);
      expect(spread).toBeLessThanOrEqual(limit);
    }
  });
});

describe('forward error against Wedin', () => {
  it('is below forwardErrorEstimate for every method', () => {
    for (const method of ['direct', 'cholesky-qr', ...ITERATIVE] as const) {
      const ratios: number[] = [];
      for (const kappa of [1, 1e2, 1e4, 1e6, 1e8, 1e12]) {
        for (const residual of RESIDUALS) {
          for (let seed = 1; seed <= 4; seed++) {
            const { A, b } = plantedLeastSquares({ n: 1500, d: 20, kappa, residual, seed });
            const { x, stats } = solveLeastSquares(A, b, { method, seed });
            if (stats.accuracy === 'meaningless') continue;
            const error = relativeError(leastSquaresReference(A, b).x, x);
            ratios.push(error / stats.forwardErrorEstimate);
          }
        }
      }
      ratios.sort((p, q) => p - q);
      const median = ratios[ratios.length >> 1];
      const largest = ratios[ratios.length - 1];
      console.log(
        `${method}: true/estimate max ${largest.toPrecision(2)}, median ${median.toPrecision(2)} of ${ratios.length}`,
      );
      expect(largest).toBeLessThan(1);
    }
  });
});
