import { describe, expect, it } from 'vitest';
import { SketchSolveError } from '../../src/core/errors';
import type { Matrix } from '../../src/core/matrix';
import { solveLeastSquares, solveOddPower, solvePsdPower } from '../../src/index';
import { openSystem } from '../../src/solvers/openSystem';
import { backwardErrorFor } from '../support/backwardError';
import { relativeError } from '../support/forwardError';
import { galleryEntry } from '../support/gallery';
import { exactMatvec, minimumNormSolution, naiveMatmul, naiveTranspose } from '../support/oracles';
import { plantedMatrix } from '../support/planted';
import { randomMatrix, randomVector } from '../support/random';
import { denseFrom, randomSparse, sparseFrom } from '../support/sparse';
import { orthogonalityError } from '../support/systems';
import { orthogonalityBound, u, wedinBound } from '../support/tolerances';

const METHODS = ['direct', 'cholesky-qr', 'conjugate-gradient', 'heavy-ball', 'gradient-descent'] as const;

interface Dependency {
  readonly nullity: number;
  /** Rewrites a row of A so that some columns become functions of the others, exactly or to rounding. */
  rewrite(row: Float64Array): void;
}

const DEPENDENCIES: Record<string, Dependency> = {
  'a duplicate column': {
    nullity: 1,
    rewrite(a) {
      a[a.length - 1] = a[0];
    },
  },
  'a zero column': {
    nullity: 1,
    rewrite(a) {
      a[3] = 0;
    },
  },
  'a linear combination': {
    nullity: 1,
    rewrite(a) {
      a[4] = a[0] + 2 * a[1] - 3 * a[2];
    },
  },
  'three dependencies': {
    nullity: 3,
    rewrite(a) {
      a[5] = a[0];
      a[6] = 0;
      a[7] = a[1] - a[2];
    },
  },
  'a column 1e6 times another': {
    nullity: 1,
    rewrite(a) {
      a[a.length - 1] = 1e6 * a[0];
    },
  },
  'a combination of columns of unlike scale': {
    nullity: 1,
    rewrite(a) {
      for (let j = 0; j < a.length; j++) a[j] *= 10 ** ((j % 5) * 2 - 4);
      a[4] = a[0] + 2 * a[1] - 3 * a[2];
    },
  },
};

function dependent(name: string, n: number, d: number, seed: number): Matrix {
  const A = randomMatrix(n, d, seed);
  for (let i = 0; i < n; i++) DEPENDENCIES[name].rewrite(A.data.subarray(i * d, (i + 1) * d));
  return A;
}

function thrownBy(call: () => unknown): SketchSolveError {
  try {
    call();
  } catch (error) {
    if (error instanceof SketchSolveError) return error;
    throw error;
  }
  throw new Error('nothing thrown');
}

const [n, d] = [1500, 12];
const b = randomVector(n, 2);
const c = randomVector(d, 3);

describe.each(Object.entries(DEPENDENCIES))('%s', (name, { nullity }) => {
  /** Every solver reports it for an A of so many rows. */
  function expectReported(rows: number, method: (typeof METHODS)[number]): void {
    const A = dependent(name, rows, d, 1);
    const right = b.subarray(0, rows);
    const calls = [
      () => solveLeastSquares(A, right, { method }),
      () => solvePsdPower(A, c, 2, { method }),
      () => solveOddPower(A, right, 1, { method }),
    ];
    for (const call of calls) {
      const error = thrownBy(call);
      expect(error.code).toBe('RANK_DEFICIENT');
      expect(error.message).toContain(`A has rank ${d - nullity} to working precision, expected ${d}`);
      expect(error.details.rank).toBe(d - nullity);
      const N = error.details.nullBasis as Matrix;
      expect([N.rows, N.columns]).toEqual([d, nullity]);
      expect(orthogonalityError(N)).toBeLessThan(orthogonalityBound(d));
      for (let k = 0; k < nullity; k++) {
        const v = Float64Array.from({ length: d }, (_, j) => N.data[j * nullity + k]);
        // a null vector to rounding of A·C: columns shorter than the longest may be off in proportion
        expect(Math.hypot(...exactMatvec(A, v))).toBeLessThan(10 * d * u * Math.hypot(...A.data));
      }
    }
  }

  it.each(METHODS)('%s: RANK_DEFICIENT with rank and null basis', (method) => expectReported(300, method));

  it.each(METHODS)('%s: the same for more rows', (method) => expectReported(n, method));
});

const LIKE_SCALE = ['a duplicate column', 'a zero column', 'a linear combination', 'three dependencies'];

describe('minNorm, columns of like scale', () => {
  it.each(LIKE_SCALE.flatMap((name) => METHODS.map((method) => [name, method] as const)))(
    '%s, %s: the solution by the SVD to 1e-11, for every problem',
    (name, method) => {
      const A = dependent(name, n, d, 1);
      const rank = d - DEPENDENCIES[name].nullity;
      const options = { method, minNorm: true } as const;
      // pseudo-inverse solutions of every power from that of least squares: (AᵀA)⁺v = A⁺(A⁺)ᵀv
      const plus = (v: ArrayLike<number>) => minimumNormSolution(A, v, 1e-13).x;
      const G = naiveMatmul(naiveTranspose(A), A);
      const gramPlus = (v: ArrayLike<number>) => minimumNormSolution(G, v, 1e-13).x;
      const x1 = solveLeastSquares(A, b, options);
      const x2 = solvePsdPower(A, c, 2, options);
      const x3 = solveOddPower(A, b, 1, options);
      expect([x1.stats.rank, x2.stats.rank, x3.stats.rank]).toEqual([rank, rank, rank]);
      expect(relativeError(x1.x, plus(b))).toBeLessThan(1e-11);
      expect(relativeError(x2.x, gramPlus(gramPlus(c)))).toBeLessThan(1e-11);
      expect(relativeError(x3.x, gramPlus(plus(b)))).toBeLessThan(1e-11);
      expect([x1.status, x2.status, x3.status]).toEqual(['converged', 'converged', 'converged']);
    },
  );

  it('a part of b outside the range counts in the residual', () => {
    const A = dependent('a zero column', n, d, 1);
    const inside = c.map((entry, j) => (j === 3 ? 0 : entry));
    const result = solvePsdPower(A, c, 1, { minNorm: true });
    expect(result.x).toEqual(solvePsdPower(A, inside, 1, { minNorm: true }).x);
    expect(result.stats.residualNorm).toBeCloseTo(Math.abs(c[3]), 12);
    expect(result.stats.relativeResidual).toBeCloseTo(Math.abs(c[3]) / Math.hypot(...c), 12);
    expect(solvePsdPower(A, inside, 1, { minNorm: true }).stats.relativeResidual).toBeLessThan(1e-12);
  });

  it('changes nothing for full rank', () => {
    const A = randomMatrix(n, d, 1);
    for (const method of METHODS) {
      const options = { method } as const;
      expect(solveLeastSquares(A, b, { ...options, minNorm: true })).toEqual(
        solveLeastSquares(A, b, options),
      );
    }
  });

  it('treats singular values below 30u·σ₁ as zero, which without it count', () => {
    const { A } = plantedMatrix({ n, d: 6, kappa: 3e14, seed: 1 }); // 1/κ = 15u
    for (const method of ['direct', 'cholesky-qr', 'conjugate-gradient'] as const) {
      expect(solveLeastSquares(A, b, { method, minNorm: true }).stats.rank).toBe(5);
      expect(solveLeastSquares(A, b, { method }).stats.rank).toBe(6);
    }
  });

  // the factor, the images of its null vectors, one step that corrects them (three with a sketch), and A·V
  it('counts the passes that finding the deficiency took', () => {
    const A = dependent('a duplicate column', n, d, 1);
    for (const [method, more] of [
      ['direct', 4],
      ['cholesky-qr', 6],
    ] as const) {
      const { stats } = solvePsdPower(A, c, 1, { method, minNorm: true });
      const full = solvePsdPower(randomMatrix(n, d, 1), c, 1, { method });
      expect(stats.passes).toBe(full.stats.passes + more);
    }
  });
});

describe('minNorm, columns of unlike scale', () => {
  // a null vector is known to u in the scaled columns only: x is right up to such a change of A, and its norm
  // is the least possible up to the same
  it.each(['a column 1e6 times another', 'a combination of columns of unlike scale'])(
    '%s: backward stable, of finite norm not far above the least',
    (name) => {
      const A = dependent(name, n, d, 1);
      const backwardError = backwardErrorFor(A);
      const least = Math.hypot(...minimumNormSolution(A, b, 1e-13).x);
      for (const method of METHODS) {
        const { x, status, stats } = solveLeastSquares(A, b, { method, minNorm: true });
        expect(status).toBe('converged');
        expect(stats.rank).toBe(d - 1);
        expect(backwardError(x, b)).toBeLessThan(100 * u);
        expect(Math.hypot(...x) / least).toBeLessThan(1 + 1e-6);
      }
    },
  );
});

describe('the zero matrix', () => {
  const zero: Matrix = { rows: 9, columns: 4, data: new Float64Array(36) };
  const right = randomVector(9, 1);

  it.each(METHODS)('%s: RANK_DEFICIENT with rank 0 and the whole space; x = 0 with minNorm', (method) => {
    const error = thrownBy(() => solveLeastSquares(zero, right, { method }));
    expect([error.code, error.details.rank]).toEqual(['RANK_DEFICIENT', 0]);
    const N = error.details.nullBasis as Matrix;
    expect([N.rows, N.columns]).toEqual([4, 4]);
    expect(orthogonalityError(N)).toBeLessThan(orthogonalityBound(4));
    const options = { method, minNorm: true } as const;
    const results = [
      solveLeastSquares(zero, right, options),
      solveOddPower(zero, right, 3, options),
      solvePsdPower(zero, right.slice(0, 4), 2, options),
    ];
    for (const { x, status, stats } of results) {
      expect(x).toEqual(new Float64Array(4));
      expect([status, stats.rank, stats.relativeResidual]).toEqual(['converged', 0, 1]);
    }
    expect(results[0].stats.residualNorm / Math.hypot(...right)).toBeCloseTo(1, 14);
  });
});

describe('a bad sketch', () => {
  it.each(['cholesky-qr', 'conjugate-gradient'] as const)(
    '%s: is replaced by a larger one, which is said',
    (method) => {
      const A = galleryEntry('identity on top').build(1024, 24, 1);
      const right = randomVector(1024, 2);
      for (const seed of [1, 2, 3]) {
        // 24 unit rows in 48 buckets: without a collision once in 300 draws
        const options = { method, sketch: 'countsketch', sketchSize: 48, seed } as const;
        const { x, stats, status } = solveLeastSquares(A, right, options);
        expect(status).toBe('converged');
        expect([stats.resketches > 0, stats.sketchSize]).toEqual([true, 48 * 2 ** stats.resketches]);
        expect(backwardErrorFor(A)(x, right)).toBeLessThan(20 * u);
      }
    },
  );

  it('found bad by the iteration itself: the solve goes on from the x reached', () => {
    const A = galleryEntry('cauchy rows').build(4096, 48, 1);
    const right = randomVector(4096, 4);
    for (const seed of [2, 4]) {
      const options = { method: 'conjugate-gradient', sketch: 'countsketch', sketchSize: 96, seed } as const;
      const { stats, status } = solveLeastSquares(A, right, { ...options, history: true });
      expect([status, stats.resketches, stats.sketchSize]).toEqual(['converged', 1, 192]);
      const errors = stats.residualHistory as readonly number[];
      const progressed = errors.findIndex((error) => error < errors[0] / 50);
      // a new start from the sketched solution would be at the size of errors[0] again
      expect(Math.max(...errors.slice(progressed))).toBeLessThan(errors[0] / 5);
      expect(
        errors.slice(progressed).some((error, i) => i > 0 && error > 2 * errors[progressed + i - 1]),
      ).toBe(true);
    }
  });

  it('is replaced at most three times in one solve, each time by one of twice the rows', () => {
    const A = randomMatrix(4000, 10, 1);
    const system = openSystem('test', A, { method: 'conjugate-gradient', sketchSize: 40 }).system(1, false);
    const sizes = [system.factored.sketchSize];
    while (system.replacePreconditioner()) sizes.push(system.factored.sketchSize);
    expect(sizes).toEqual([40, 80, 160, 320]);
    expect(system.resketches).toBe(3);
    expect(system.passes).toBe(4);
    system.begin();
    expect([system.factored.sketchSize, system.resketches, system.passes]).toEqual([40, 0, 1]);
  });

  it('grown to the size of A is no sketch any more: A itself is factored', () => {
    const A = randomMatrix(100, 10, 1);
    const system = openSystem('test', A, { method: 'conjugate-gradient', sketchSize: 60 }).system(1, false);
    expect(system.replacePreconditioner()).toBe(true);
    expect(system.factored.sketchSize).toBe(0);
  });
});

describe('GramSystem.restrict and expand', () => {
  it('are Vᵀ and V of one orthonormal basis of the row space, the identity at full rank', () => {
    const A = dependent('three dependencies', n, d, 1);
    const system = openSystem('test', A, { minNorm: true }).system(1, true);
    expect(system.rank).toBe(d - 3);
    const y = randomVector(d - 3, 4);
    expect(relativeError(system.restrict(system.expand(y)), y)).toBeLessThan(orthogonalityBound(d));
    const projected = system.expand(system.restrict(c));
    expect(relativeError(exactMatvec(A, projected), exactMatvec(A, c))).toBeLessThan(100 * u);
    expect(Math.hypot(...projected)).toBeLessThan(Math.hypot(...c));
    const full = openSystem('test', randomMatrix(n, d, 1), {}).system(1, true);
    expect(full.expand(c)).toBe(c);
    expect(full.restrict(c)).toBe(c);
  });
});

/** Sparse, with the given columns replaced. */
function sparseWith(rewrite: (row: Float64Array) => void) {
  const A = denseFrom(randomSparse({ rows: 900, columns: 10, density: 0.2, seed: 12 }));
  for (let i = 0; i < A.rows; i++) rewrite(A.data.subarray(10 * i, 10 * i + 10));
  return sparseFrom(A);
}

describe.each(METHODS)('%s: a sparse A of deficient rank', (method) => {
  // another draw of few rows may take step 1 of gradient descent to its edge
  const options = method === 'gradient-descent' ? ({ method, sketchSize: 800 } as const) : { method };
  const b = randomVector(900, 13);

  it.each(Object.entries(DEPENDENCIES))(
    '%s: found, reported with a null basis, and solved',
    (_, { rewrite, nullity }) => {
      const A = sparseWith(rewrite);
      const dense = denseFrom(A);
      let error: unknown;
      try {
        solveLeastSquares(A, b, options);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(SketchSolveError);
      const { code, details } = error as SketchSolveError;
      expect([code, details.rank, details.columns]).toEqual(['RANK_DEFICIENT', 10 - nullity, 10]);
      const N = details.nullBasis as Matrix;
      expect([N.rows, N.columns]).toEqual([10, nullity]);
      expect(orthogonalityError(N)).toBeLessThan(orthogonalityBound(10));
      const image = naiveMatmul(dense, N);
      expect(Math.hypot(...image.data)).toBeLessThan(4 * u * Math.hypot(...dense.data));
      const result = solveLeastSquares(A, b, { ...options, minNorm: true });
      expect([result.status, result.stats.rank]).toEqual(['converged', 10 - nullity]);
      const reference = minimumNormSolution(dense, b);
      const [largest, least] = [0, 9 - nullity].map((k) => reference.singularValues[k]);
      const bound = wedinBound({
        kappa: largest / least,
        residual: result.stats.residualNorm,
        xNorm: Math.hypot(...reference.x),
        aNorm: largest,
        bNorm: Math.hypot(...b),
        backwardError: 40 * u,
      });
      expect(relativeError(result.x, reference.x)).toBeLessThan(bound);
      expect(result.stats.backwardError).toBeLessThan(20 * u);
    },
  );

  it('powers: the x of minimum norm, as of the dense matrix', () => {
    const A = sparseWith(DEPENDENCIES['three dependencies'].rewrite);
    const right = exactMatvec(naiveTranspose(denseFrom(A)), b);
    const given = { ...options, minNorm: true };
    for (const j of [1, 3]) {
      const sparse = solvePsdPower(A, right, j, given);
      const dense = solvePsdPower(denseFrom(A), right, j, { minNorm: true, method: 'direct' });
      expect(sparse.status).toBe('converged');
      expect(sparse.stats.rank).toBe(7);
      expect(relativeError(sparse.x, dense.x)).toBeLessThan(2000 * j * u);
      const odd = solveOddPower(A, b, j, given);
      const denseOdd = solveOddPower(denseFrom(A), b, j, { minNorm: true, method: 'direct' });
      expect(relativeError(odd.x, denseOdd.x)).toBeLessThan(2000 * (2 * j + 1) * u);
    }
  });
});

describe('sparse A', () => {
  it('columns without entries are named', () => {
    const A = sparseWith((row) => {
      row[2] = 0;
      row[9] = 0;
    });
    const call = () => solveLeastSquares(A, randomVector(900, 1), { method: 'conjugate-gradient' });
    expect(call).toThrow(
      /A has rank 8 to working precision, expected 10 \(= A\.columns\); columns 2, 9 are zero/,
    );
  });

  it('no entries at all: rank 0, and x = 0 with minNorm', () => {
    const A = sparseWith((row) => row.fill(0));
    for (const method of METHODS) {
      expect(() => solveLeastSquares(A, randomVector(900, 1), { method })).toThrow(/rank 0/);
      const { x, stats } = solveLeastSquares(A, randomVector(900, 1), { method, minNorm: true });
      expect([...x]).toEqual(Array(10).fill(0));
      expect([stats.rank, stats.relativeResidual]).toEqual([0, 1]);
    }
  });

  it('counts its passes, and none for A·V, which is never formed', () => {
    const A = sparseWith(DEPENDENCIES['a duplicate column'].rewrite);
    const passesOf = (given: Matrix | typeof A) =>
      openSystem('test', given, { minNorm: true, method: 'direct' }).system(1, false).passes;
    expect(passesOf(A)).toBe(passesOf(denseFrom(A)) - 1);
  });
});
