import { describe, expect, it } from 'vitest';
import { csrFromMatrix } from '../../src/core/csr';
import type { Matrix } from '../../src/core/matrix';
import { solveMatrixExponential } from '../../src/solvers/matrixExponential';
import type { MatrixExponentialResult } from '../../src/solvers/matrixExponentialResult';
import { timesPowerOfTwo } from '../support/doubleDouble';
import { rightSingular } from '../support/doubleDoubleFactor';
import { relativeError } from '../support/forwardError';
import { evenly, exponentialError, exponentialReference, withSpectrum } from '../support/matrixExponential';
import { naiveMatmul, naiveMatvec, naiveTranspose } from '../support/oracles';
import { randomMatrix, randomOrthonormal, randomUnitVector, randomVector } from '../support/random';

const u = 2 ** -52;
const [n, d] = [80, 40];
const METHODS = ['lanczos', 'chebyshev', 'direct'] as const;

/** x·exp(logScale), for answers within the range of doubles. */
function value({ x, stats }: MatrixExponentialResult): Float64Array {
  return x.map((entry) => entry * Math.exp(stats.logScale));
}

function times(A: Matrix, factor: number): Matrix {
  return { ...A, data: A.data.map((entry) => entry * factor) };
}

const SPECTRA: readonly (readonly [string, (rho: number) => Float64Array])[] = [
  ['even from 0', (rho) => evenly(d, 0, rho)],
  ['even from ρ/4', (rho) => evenly(d, rho / 4, rho)],
  ['singular values even', (rho) => evenly(d, Math.sqrt(rho) / d, Math.sqrt(rho)).map((s) => s * s)],
  [
    'a cluster near the smallest, a cluster at ρ',
    (rho) => Float64Array.from({ length: d }, (_, i) => (i < d / 2 ? 0.1 + 1e-6 * i : rho - 1e-6 * i)),
  ],
];

describe.each(SPECTRA)('spectrum of AᵀA: %s', (_, spectrum) => {
  it.each([1, 10, 100, 1000])('‖A‖² = %d: error at most 1e-12, Chebyshev 1e-11, and estimated', (rho) => {
    const A = withSpectrum(n, spectrum(rho), 3);
    const b = randomUnitVector(d, 5);
    const reference = exponentialReference(A, b);
    for (const method of ['auto', ...METHODS] as const) {
      const result = solveMatrixExponential(A, b, { method });
      const { x, status, stats } = result;
      const error = exponentialError(x, stats.logScale, reference);
      expect(error).toBeLessThan(method === 'chebyshev' ? 1e-11 : 1e-12);
      expect(stats.errorEstimate).toBeGreaterThan(error);
      expect([status, result.converged, stats.accuracy]).toEqual(['converged', true, 'ok']);
      expect(stats.normEstimate / rho).toBeCloseTo(1, 0.5);
      if (method !== 'lanczos') continue;
      expect(stats.iterations).toBeLessThanOrEqual(Math.min(d, 15 + Math.sqrt(27.6 * rho)));
      expect(stats.passes).toBe(stats.iterations);
      expect(stats.logScale).toBe(-stats.smallestRitz);
    }
  });
});

describe('the scale', () => {
  const A = withSpectrum(n, evenly(d, 3, 60), 3);
  const b = randomUnitVector(d, 5);
  const reference = exponentialReference(A, b);

  it.each(METHODS)('%s: without logScale, or with its sign changed, x is wrong', (method) => {
    const { x, stats } = solveMatrixExponential(A, b, { method });
    expect(exponentialError(x, stats.logScale, reference)).toBeLessThan(
      1e-13 * (method === 'chebyshev' ? 10 : 1),
    );
    if (method === 'chebyshev') return; // expands on [0, ‖A‖²]: logScale is 0
    expect(stats.logScale).toBeLessThan(-2.9);
    expect(exponentialError(x, 0, reference)).toBeGreaterThan(10);
    expect(exponentialError(x, -stats.logScale, reference)).toBeGreaterThan(100);
  });

  it('a smallest eigenvalue beyond 745, where exp(logScale) is 0 in doubles', () => {
    const large = withSpectrum(n, evenly(d, 900, 950), 3);
    const exact = exponentialReference(large, b);
    for (const method of METHODS) {
      const { x, status, stats } = solveMatrixExponential(large, b, { method });
      expect(status).toBe('converged');
      expect(stats.logScale).toBeLessThan(-745);
      expect(exponentialError(x, stats.logScale, exact)).toBeLessThan(3e-12);
    }
  });

  it.each([1e4, 1e6])('‖A‖² = %d: errors stay below 2u‖A‖²', (rho) => {
    const big = withSpectrum(n, evenly(d, 0, rho), 3);
    const exact = exponentialReference(big, b);
    for (const method of ['lanczos', 'direct'] as const) {
      const { x, status, stats } = solveMatrixExponential(big, b, { method });
      const error = exponentialError(x, stats.logScale, exact);
      expect(error).toBeLessThan(2 * u * rho);
      expect(stats.errorEstimate).toBeGreaterThan(error);
      expect(status).toBe('converged');
    }
  });

  it('accuracy is that of the norm: the part along a large eigenvalue is e^−60 small and has no digit', () => {
    const { vectors } = rightSingular(A);
    const top = vectors.hi.slice(0, d);
    const part = value(solveMatrixExponential(A, b, { method: 'lanczos' })).reduce(
      (sum, v, j) => sum + v * top[j],
      0,
    );
    const exact = Math.exp(-60) * b.reduce((sum, v, j) => sum + v * top[j], 0);
    expect(Math.abs(part - exact)).toBeGreaterThan(Math.abs(exact));
    expect(Math.abs(part)).toBeLessThan(1e-15 * Math.hypot(...reference.x) * Math.exp(-3));
  });
});

describe.each(METHODS)('%s: laws', (method) => {
  const A = withSpectrum(n, evenly(d, 0.3, 20), 3);
  const b = randomUnitVector(d, 5);
  const plain = solveMatrixExponential(A, b, { method });

  it('b·2^k gives x·2^k bit for bit, and the same stats', () => {
    for (const k of [1, -3, 300, -300, 900, -900]) {
      const scaled = solveMatrixExponential(A, timesPowerOfTwo(b, k), { method });
      expect(scaled.x).toEqual(timesPowerOfTwo(plain.x, k));
      expect(scaled.stats).toEqual(plain.stats);
    }
    const negative = solveMatrixExponential(
      A,
      b.map((entry) => -entry),
      { method },
    );
    expect(negative.x).toEqual(plain.x.map((entry) => -entry));
  });

  it('exp(−AᵀA) is symmetric: cᵀ(exp(−AᵀA)b) = bᵀ(exp(−AᵀA)c)', () => {
    const c = randomUnitVector(d, 6);
    const y = value(solveMatrixExponential(A, c, { method }));
    const x = value(plain);
    const left = x.reduce((sum, entry, j) => sum + entry * c[j], 0);
    const right = y.reduce((sum, entry, j) => sum + entry * b[j], 0);
    expect(Math.abs(left - right)).toBeLessThan(1e-14);
    expect(Math.abs(left)).toBeGreaterThan(1e-3);
  });

  it('a semigroup: √2·A once is A twice, and 2A is A four times', () => {
    const twice = solveMatrixExponential(A, value(plain), { method });
    const once = solveMatrixExponential(times(A, Math.SQRT2), b, { method });
    expect(relativeError(value(once), value(twice))).toBeLessThan(1e-12);
    let x = b;
    for (let k = 0; k < 4; k++) x = value(solveMatrixExponential(A, x, { method }));
    expect(relativeError(value(solveMatrixExponential(times(A, 2), b, { method })), x)).toBeLessThan(1e-12);
  });

  it('commutes with orthogonal V: A·V and Vᵀb give Vᵀx', () => {
    const V = randomOrthonormal(d, d, 9);
    const turned = solveMatrixExponential(naiveMatmul(A, V), naiveMatvec(naiveTranspose(V), b), { method });
    const expected = naiveMatvec(naiveTranspose(V), value(plain));
    expect(relativeError(value(turned), expected)).toBeLessThan(1e-12);
  });

  it('linear in b', () => {
    const c = randomUnitVector(d, 7);
    const sum = solveMatrixExponential(
      A,
      b.map((entry, j) => entry + 3 * c[j]),
      { method },
    );
    const other = value(solveMatrixExponential(A, c, { method }));
    const expected = value(plain).map((entry, j) => entry + 3 * other[j]);
    expect(relativeError(value(sum), expected)).toBeLessThan(1e-12);
  });

  it('the same bits every time; A dense, as rows and sparse agree', () => {
    expect(solveMatrixExponential(A, b, { method })).toEqual(plain);
    const rows = Array.from({ length: n }, (_, i) => Array.from(A.data.subarray(i * d, i * d + d)));
    expect(solveMatrixExponential(rows, Array.from(b), { method })).toEqual(plain);
    const data = A.data.map((entry, p) => (p % 3 === 0 ? entry : 0));
    const holes = { ...A, data };
    const dense = solveMatrixExponential(holes, b, { method });
    const sparse = solveMatrixExponential(csrFromMatrix(holes), b, { method });
    expect(relativeError(value(sparse), value(dense))).toBeLessThan(1e-12);
    expect(data).toEqual(holes.data);
  });
});

describe.each(METHODS)('%s: special problems', (method) => {
  it('b = 0: x = 0 without a pass', () => {
    const { x, converged, stats } = solveMatrixExponential(randomMatrix(5, 3, 1), [0, 0, 0], { method });
    expect(Array.from(x)).toEqual([0, 0, 0]);
    expect([converged, stats.passes, stats.logScale, stats.method]).toEqual([true, 0, 0, method]);
  });

  it('A = 0: x = b', () => {
    const b = randomVector(6, 1);
    const zero = { rows: 9, columns: 6, data: new Float64Array(54) };
    const { x, converged, stats } = solveMatrixExponential(zero, b, { method });
    expect(relativeError(x, b)).toBeLessThan(2 * u);
    expect([converged, Math.abs(stats.logScale)]).toEqual([true, 0]);
  });

  it('d = 1: exp(−‖a‖²)·b', () => {
    const result = solveMatrixExponential({ rows: 3, columns: 1, data: Float64Array.of(1, -2, 0.5) }, [-7], {
      method,
    });
    expect(value(result)[0] / (-7 * Math.exp(-5.25))).toBeCloseTo(1, 12);
    expect(value(solveMatrixExponential([[2]], [1], { method }))[0] / Math.exp(-4)).toBeCloseTo(1, 12);
  });

  it('n = d, and rank-deficient A: θ₁ = 0 is no error', () => {
    const square = withSpectrum(12, evenly(12, 0.1, 9), 2);
    const zeroColumn = { ...square, data: square.data.map((entry, p) => (p % 12 === 4 ? 0 : entry)) };
    const twins = {
      ...square,
      data: square.data.map((entry, p) => (p % 12 === 4 ? square.data[p - 1] : entry)),
    };
    const b = randomUnitVector(12, 3);
    for (const A of [square, zeroColumn, twins]) {
      const { x, status, stats } = solveMatrixExponential(A, b, { method });
      expect(exponentialError(x, stats.logScale, exponentialReference(A, b))).toBeLessThan(1e-13);
      expect(status).toBe('converged');
    }
    // the part in the null space stays
    expect(value(solveMatrixExponential(zeroColumn, b, { method }))[4] / b[4]).toBeCloseTo(1, 12);
  });

  it('tiny A: x = b; entries of 2^±500 and beyond are no accident', () => {
    const A = withSpectrum(n, evenly(d, 0, 50), 3);
    const b = randomUnitVector(d, 1);
    for (const k of [-40, -500, -900]) {
      const { x, status } = solveMatrixExponential({ ...A, data: timesPowerOfTwo(A.data, k) }, b, { method });
      expect(relativeError(x, b)).toBeLessThan(10 * u);
      expect(status).toBe('converged');
    }
  });
});

describe('special problems', () => {
  it('huge A: the projection on the eigenvectors of the smallest eigenvalue', () => {
    const A = withSpectrum(20, evenly(8, 1, 9), 3);
    const data = Float64Array.from({ length: 20 * 9 }, (_, p) =>
      p % 9 === 8 ? 0 : A.data[Math.floor(p / 9) * 8 + (p % 9)],
    );
    const b = randomUnitVector(9, 1);
    for (const k of [5, 100, 500]) {
      for (const method of ['auto', 'lanczos', 'direct'] as const) {
        const given = { rows: 20, columns: 9, data: timesPowerOfTwo(data, k) };
        const { x, status, stats } = solveMatrixExponential(given, b, { method });
        // the zero column is exact, but A·(1 ± u) could have any other answer once u·2^k is large
        expect(x[8] / b[8]).toBeCloseTo(1, 12);
        expect(Math.hypot(...x.subarray(0, 8))).toBeLessThan(1e-12);
        expect(status).toBe(k === 5 ? 'converged' : 'ill-conditioned');
        expect(stats.errorEstimate < 1e-10).toBe(k === 5);
      }
    }
  });

  it('an answer whose logarithm is no double', () => {
    const A = withSpectrum(6, evenly(4, 1, 9), 3);
    const given = { ...A, data: timesPowerOfTwo(A.data, 600) };
    expect(() => solveMatrixExponential(given, [1, 2, 3, 4])).toThrow(
      expect.objectContaining({
        code: 'OUT_OF_RANGE',
        message: expect.stringMatching(/smallest eigenvalue/),
      }),
    );
  });

  it('repeated eigenvalues end it early with everything found', () => {
    const A = withSpectrum(
      n,
      Float64Array.from({ length: d }, (_, i) => [0.5, 7, 60][i % 3]),
      3,
    );
    const b = randomUnitVector(d, 5);
    const { x, status, stats } = solveMatrixExponential(A, b, { method: 'lanczos' });
    expect(exponentialError(x, stats.logScale, exponentialReference(A, b))).toBeLessThan(1e-13);
    expect(stats.iterations).toBeLessThanOrEqual(5);
    expect(status).toBe('converged');
  });

  it('orthonormal columns times 10: one step, and not ill-conditioned', () => {
    const A = times(randomOrthonormal(n, d, 4), 10);
    const b = randomUnitVector(d, 5);
    const { x, status, stats } = solveMatrixExponential(A, b, { method: 'lanczos' });
    expect(relativeError(x, b)).toBeLessThan(1e-12);
    expect(stats.logScale / -100).toBeCloseTo(1, 13);
    expect([status, stats.accuracy]).toEqual(['converged', 'ok']);
    expect(stats.errorEstimate).toBeLessThan(1e-11);
  });

  it('b is an eigenvector: exact where A is diagonal, whatever the smaller eigenvalues', () => {
    const A = { rows: 3, columns: 3, data: Float64Array.of(30, 0, 0, 0, 1, 0, 0, 0, 2) };
    const { x, status, stats } = solveMatrixExponential(A, [4, 0, 0], { method: 'lanczos' });
    expect([Array.from(x), status, stats.logScale, stats.iterations]).toEqual([
      [4, 0, 0],
      'converged',
      -900,
      1,
    ]);
  });

  it('b is an eigenvector by rounding only: the rounding decides the answer, and the estimate says so', () => {
    const A = withSpectrum(
      n,
      Float64Array.from({ length: d }, (_, i) => [0.5, 7, 60][i % 3]),
      3,
    );
    const b = rightSingular(A).vectors.hi.slice(0, d);
    for (const seed of [0, 'another']) {
      const { x, status, stats } = solveMatrixExponential(A, b, { method: 'lanczos', seed });
      expect(exponentialError(x, stats.logScale, exponentialReference(A, b))).toBeGreaterThan(0.1);
      expect([status, stats.accuracy, stats.seed]).toEqual(['ill-conditioned', 'meaningless', seed]);
    }
  });

  it('b almost without a part along the smallest eigenvalues: the part is found, the loss estimated', () => {
    const A = withSpectrum(n, evenly(d, 0.01, 300), 3);
    const { vectors } = rightSingular(A);
    for (const part of [1e-4, 1e-8]) {
      const b = new Float64Array(d);
      for (let p = 0; p < d * d; p++) b[p % d] += (p < (d * d) / 2 ? 1 : part) * vectors.hi[p];
      const reference = exponentialReference(A, b);
      for (const method of ['lanczos', 'chebyshev', 'direct'] as const) {
        const { x, stats } = solveMatrixExponential(A, b, { method });
        const error = exponentialError(x, stats.logScale, reference);
        expect(error).toBeLessThan((20 * Math.sqrt(300) * d * u) / part);
        expect(stats.errorEstimate).toBeGreaterThan(error);
      }
    }
  });
});

describe('taylor, for comparison', () => {
  const b = randomUnitVector(d, 5);
  const run = (rho: number) => {
    const A = withSpectrum(n, evenly(d, rho / 100, rho), 3);
    const { x, status, stats } = solveMatrixExponential(A, b, { method: 'taylor' });
    return { status, stats, error: exponentialError(x, stats.logScale, exponentialReference(A, b)) };
  };

  it('agrees with the others at ‖A‖² = 0.1 and 1', () => {
    for (const rho of [0.1, 1]) {
      const { error, status, stats } = run(rho);
      expect(error).toBeLessThan(1e-14);
      expect(stats.errorEstimate).toBeGreaterThan(error);
      expect([status, stats.method, stats.logScale]).toEqual(['converged', 'taylor', 0]);
    }
  });

  it('fails from ‖A‖² = 10 on, and says so', () => {
    for (const [rho, least, accuracy] of [
      [10, 1e-13, 'ok'],
      [20, 1e-9, 'ok'],
      [30, 1e-5, 'inaccurate'],
      [40, 1, 'meaningless'],
      [100, 1, 'meaningless'],
    ] as const) {
      const { error, status, stats } = run(rho);
      expect(error).toBeGreaterThan(least);
      expect(stats.errorEstimate).toBeGreaterThan(Math.min(1, error));
      expect([status, stats.accuracy]).toEqual(['stagnated', accuracy]);
    }
  });
});

describe('stopping', () => {
  const A = withSpectrum(n, evenly(d, 0, 100), 3);
  const b = randomUnitVector(d, 5);

  it.each(['lanczos', 'chebyshev'] as const)('%s: a loose tolerance saves passes and holds', (method) => {
    const reference = exponentialReference(A, b);
    let before = Number.POSITIVE_INFINITY;
    for (const tolerance of [1e-10, 1e-6, 1e-2]) {
      const { x, status, stats } = solveMatrixExponential(A, b, { method, tolerance });
      expect(exponentialError(x, stats.logScale, reference)).toBeLessThan(tolerance);
      expect(stats.passes).toBeLessThan(before);
      expect(status).toBe('converged');
      before = stats.passes;
    }
  });

  it.each(['lanczos', 'chebyshev', 'taylor'] as const)('%s: step limit, stop, abort', (method) => {
    const limited = solveMatrixExponential(A, b, { method, maxIterations: 3 });
    expect([limited.status, limited.converged, limited.stats.iterations]).toEqual([
      'max-iterations',
      false,
      3,
    ]);
    expect(limited.stats.errorEstimate).toBeGreaterThan(0.1);
    const seen: number[] = [];
    const onIteration = ({ iteration }: { iteration: number }) => {
      seen.push(iteration);
      return iteration < 4;
    };
    const stopped = solveMatrixExponential(A, b, { method, onIteration });
    expect([stopped.status, seen]).toEqual(['stopped', [1, 2, 3, 4]]);
    expect(stopped.x.every(Number.isFinite)).toBe(true);
    const controller = new AbortController();
    const abort = () => controller.abort();
    expect(() =>
      solveMatrixExponential(A, b, { method, signal: controller.signal, onIteration: abort }),
    ).toThrow(expect.objectContaining({ code: 'ABORTED' }));
  });
});

describe('the door', () => {
  const A = randomMatrix(5, 3, 1);
  it.each<[string, () => unknown, string, RegExp]>([
    ['wide A', () => solveMatrixExponential(randomMatrix(2, 3, 1), [1, 2, 3]), 'SHAPE', /A is 2 × 3/],
    [
      'b of length n',
      () => solveMatrixExponential(A, [1, 2, 3, 4, 5]),
      'SHAPE',
      /b has length 5.*3 \(= A\.columns\)/,
    ],
    ['NaN in b', () => solveMatrixExponential(A, [1, Number.NaN, 3]), 'NOT_FINITE', /b\[1\]/],
    ['NaN in A', () => solveMatrixExponential([[Number.NaN]], [1]), 'NOT_FINITE', /A has NaN/],
    [
      'unknown option',
      () => solveMatrixExponential(A, [1, 2, 3], { sketch: 1 } as object),
      'INVALID_ARGUMENT',
      /sketch/,
    ],
    [
      'aborted signal',
      () => solveMatrixExponential(A, [1, 2, 3], { signal: AbortSignal.abort() }),
      'ABORTED',
      /after 0 steps/,
    ],
  ])('%s', (_, call, code, message) => {
    expect(call).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
    expect(call).toThrow(/^solveMatrixExponential: /);
  });

  it('modifies neither A nor b', () => {
    for (const k of [0, 450]) {
      const data = timesPowerOfTwo(A.data, k);
      const given = { rows: 5, columns: 3, data: data.slice() };
      const b = randomVector(3, 1);
      const before = b.slice();
      for (const method of METHODS) solveMatrixExponential(given, b, { method });
      expect(given.data).toEqual(data);
      expect(b).toEqual(before);
    }
  });
});
