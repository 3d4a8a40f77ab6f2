import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import {
  type FactorKind,
  factorTall,
  isRankDeficiency,
  MIN_NORM_RESIDUAL,
  NULL_RESIDUAL,
  type RankDeficiency,
  type TallFactor,
} from '../../src/precondition/tallFactor';
import { createSketch } from '../../src/sketch/create';
import { type RowSketch, SKETCH_KINDS, type SketchKind } from '../../src/sketch/operator';
import { projectedCsr, type TallInput } from '../../src/sparse/projectedCsr';
import { FULL_RANK_GALLERY, GALLERY, galleryEntry } from '../support/gallery';
import {
  exactCondition,
  exactMatvec,
  exactResidual,
  exactSingularValues,
  leastSquaresReference,
  naiveMatmul,
  naiveTranspose,
} from '../support/oracles';
import { plantedMatrix } from '../support/planted';
import { randomMatrix, randomVector } from '../support/random';
import { denseFrom, randomSparse, sparseFrom } from '../support/sparse';
import { orthogonalityError, whitened } from '../support/systems';
import { orthogonalityBound, u, whiteningBound } from '../support/tolerances';

const KINDS: readonly FactorKind[] = ['direct', 'cholesky-qr', 'preconditioner'];

function factorOf(
  A: TallInput,
  kind: FactorKind,
  seed = 1,
  sketch: SketchKind = 'sparse-sign',
  rows?: number,
) {
  const sketchSize = rows ?? Math.max(4 * A.columns, A.columns + 20);
  return factorTall(A, { kind, sketch, sketchSize, seed }, NULL_RESIDUAL);
}

function expectFactor(found: TallFactor | RankDeficiency): TallFactor {
  if (isRankDeficiency(found)) throw new Error(`rank ${found.rank} reported`);
  return found;
}

function expectDeficiency(found: TallFactor | RankDeficiency): RankDeficiency {
  if (!isRankDeficiency(found)) throw new Error('full rank reported');
  return found;
}

/** R is what its kind promises. */
function expectGood(A: Matrix, kind: FactorKind, { R, sketched }: TallFactor): void {
  const { scale } = sketched.scaling;
  const W = whitened(A, scale, R);
  if (kind === 'preconditioner' && sketched.sketch !== null) {
    const s = exactSingularValues(W);
    expect(s[0] / s[s.length - 1]).toBeLessThan(8); // beyond 8 CG asks for another sketch
    return;
  }
  const scaledA = { ...A, data: A.data.map((entry, p) => entry * scale[p % A.columns]) };
  expect(orthogonalityError(W)).toBeLessThan(whiteningBound(A.columns, exactCondition(scaledA)));
}

/** ‖A v‖ over ‖A‖_F, the largest of the columns v of N, exactly. */
function relativeImage(A: Matrix, N: Matrix): number {
  const columns = Array.from({ length: N.columns }, (_, k) => N.data.filter((_, p) => p % N.columns === k));
  const images = columns.map((v) => Math.hypot(...exactMatvec(A, v)));
  return Math.max(...images) / Math.max(Number.MIN_VALUE, Math.hypot(...A.data));
}

/** [B, B·K] for the given d × extra matrix K, entries rounded to double. */
function withCombinations(B: Matrix, K: Matrix): Matrix {
  const columns = B.columns + K.columns;
  const data = new Float64Array(B.rows * columns);
  for (let i = 0; i < B.rows; i++) {
    const row = B.data.slice(i * B.columns, (i + 1) * B.columns);
    data.set(row, i * columns);
    data.set(exactMatvec(naiveTranspose(K), row), i * columns + B.columns);
  }
  return { rows: B.rows, columns, data };
}

describe('factorTall on full rank', () => {
  for (const kind of KINDS) {
    it.each(FULL_RANK_GALLERY)(`${kind}: a factor as promised, A unchanged, $name`, ({ build }) => {
      const A = build(240, 6, 1);
      const before = A.data.slice();
      const factor = expectFactor(factorOf(A, kind));
      expect(A.data).toEqual(before);
      expectGood(A, kind, factor);
    });
  }

  it('the gallery is never called deficient, for any kind, sketch and seed', () => {
    for (const { build } of FULL_RANK_GALLERY) {
      for (const sketch of SKETCH_KINDS) {
        for (let seed = 1; seed <= 3; seed++) {
          const A = build(300, 9, seed);
          for (const kind of KINDS) expect(isRankDeficiency(factorOf(A, kind, seed, sketch))).toBe(false);
        }
      }
    }
  });

  it('κ = 1e15 is full rank, σ_d at least 3.4u·‖A‖_F', () => {
    for (const d of [2, 3, 5, 20]) {
      for (let seed = 1; seed <= 12; seed++) {
        const { A } = plantedMatrix({ n: 150, d, kappa: 1e15, seed });
        for (const kind of KINDS) expect(isRankDeficiency(factorOf(A, kind, seed))).toBe(false);
      }
    }
  });

  it('counts its passes: one for a sketch or a QR, one for the Gram matrix, four to try null vectors', () => {
    const A = randomMatrix(300, 5, 2);
    const nearlySingular = plantedMatrix({ n: 300, d: 5, kappa: 1e15, seed: 1 }).A;
    const passes = (given: Matrix, kind: FactorKind) => expectFactor(factorOf(given, kind)).passes;
    expect(KINDS.map((kind) => passes(A, kind))).toEqual([1, 2, 1]);
    expect([passes(nearlySingular, 'cholesky-qr'), passes(nearlySingular, 'preconditioner')]).toEqual([6, 5]);
  });

  it('factors A itself where the sketch would not be smaller', () => {
    const A = randomMatrix(40, 5, 3);
    for (const rows of [39, 40, 41]) {
      const factor = expectFactor(factorOf(A, 'cholesky-qr', 1, 'sparse-sign', rows));
      expect([factor.sketched.sketch !== null, factor.resketches]).toEqual([rows < 40, 0]);
      expectGood(A, 'cholesky-qr', factor);
    }
  });

  it('the seed decides everything, and the sketch is of the kind asked for', () => {
    const A = randomMatrix(300, 5, 4);
    for (const kind of SKETCH_KINDS) {
      const [first, again, other] = [7, 7, 8].map((seed) =>
        expectFactor(factorOf(A, 'preconditioner', seed, kind)),
      );
      expect(first.sketched.sketch?.kind).toBe(kind);
      expect(again.R).toEqual(first.R);
      expect(other.R).not.toEqual(first.R);
    }
  });
});

describe('factorTall on deficient rank', () => {
  function expectRank(A: Matrix, rank: number, found: TallFactor | RankDeficiency): Matrix {
    const { rank: got, nullBasis: N } = expectDeficiency(found);
    expect([got, N.rows, N.columns]).toEqual([rank, A.columns, A.columns - rank]);
    expect(orthogonalityError(N)).toBeLessThan(orthogonalityBound(A.columns));
    expect(relativeImage(A, N)).toBeLessThan(4 * u);
    return N;
  }

  const deficient = GALLERY.filter((entry) => entry.nullity === 1);
  for (const kind of KINDS) {
    it.each(deficient)(`${kind}: rank d − 1 and a null vector, $name`, ({ build }) => {
      for (const sketch of SKETCH_KINDS) {
        for (let seed = 1; seed <= 4; seed++) {
          const A = build(300, 7, seed);
          expectRank(A, 6, factorOf(A, kind, seed, sketch));
        }
      }
    });
  }

  it.each(KINDS)('%s: combinations of columns, one to three of them, tall or not, κ to 1e12', (kind) => {
    for (const n of [100, 2000]) {
      for (const d of [1, 2, 3, 8, 20]) {
        for (const [k, extra] of [1, 3, 1, 3].entries()) {
          const { A: B } = plantedMatrix({ n, d, kappa: k < 2 ? 1 : 1e12, seed: k });
          const A = withCombinations(B, randomMatrix(d, extra, k + 5));
          expectRank(A, d, factorOf(A, kind, k));
        }
      }
    }
  });

  it('exactly dependent integer columns are seen however many rows there are: rounding lends R more of a rank', () => {
    for (const n of [4097, 30_000, 300_000]) {
      const entries = randomVector(2 * n, n).map((entry) => Math.round(entry * 2 ** 18));
      const column = (i: number) => [entries[i], entries[n + i], 3 * entries[i] - 5 * entries[n + i]];
      const multiples = Float64Array.from({ length: 2 * n }, (_, p) => entries[p >> 1] * (p % 2 ? 7 : 1));
      const sums = Float64Array.from({ length: 3 * n }, (_, p) => column(Math.floor(p / 3))[p % 3]);
      for (const kind of KINDS) {
        for (const [columns, data] of [[2, multiples] as const, [3, sums] as const]) {
          const A = { rows: n, columns, data };
          const found = factorOf(A, kind, 1, 'sparse-sign', Math.min(n, 4096));
          expect(expectDeficiency(found).rank, `${kind}, ${n} × ${columns}`).toBe(columns - 1);
        }
      }
    }
  });

  it('a dependency among some columns leaves exact zeros for the others', () => {
    const A = randomMatrix(300, 6, 6);
    for (let i = 0; i < 300; i++) A.data[6 * i + 4] = 2 * A.data[6 * i + 1] - A.data[6 * i + 2];
    for (const kind of KINDS) {
      const { data } = expectRank(A, 5, factorOf(A, kind));
      expect([data[0], data[3], data[5]]).toEqual([0, 0, 0]);
      expect(data[1] / data[4]).toBeCloseTo(-2, 12);
      expect(data[2] / data[4]).toBeCloseTo(1, 12);
    }
  });

  it('units of the columns do not matter: duplicates 1e±100 apart from the other columns', () => {
    for (const units of [
      [1e100, 1, 1, 1e100, 1],
      [1e-100, 1, 1, 1e-100, 1],
      [1e100, 1e-100, 1, -1e100, 1],
    ]) {
      const A = randomMatrix(200, 5, 7);
      for (let i = 0; i < 200; i++) {
        A.data[5 * i + 3] = A.data[5 * i];
        for (let j = 0; j < 5; j++) A.data[5 * i + j] *= units[j];
      }
      for (const kind of KINDS) {
        const { rank, nullBasis } = expectDeficiency(factorOf(A, kind));
        const v = nullBasis.data;
        expect([rank, v[1], v[2], v[4]]).toEqual([4, 0, 0, 0]);
        expect(v[0] / v[3]).toBeCloseTo(-Math.sign(units[3]), 12);
      }
    }
  });

  it('beside σ_d = 4.5u·σ₁ only the exact dependency counts', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const { A: B } = plantedMatrix({ n: 200, d: 4, kappa: 1e15, seed });
      const A = withCombinations(B, { rows: 4, columns: 1, data: Float64Array.of(1, 0, 0, 0) });
      for (const kind of KINDS) expectRank(A, 4, factorOf(A, kind, seed));
    }
  });

  it('the zero matrix has rank 0', () => {
    const zero = { rows: 100, columns: 3, data: new Float64Array(300) };
    for (const kind of KINDS) expectRank(zero, 0, factorOf(zero, kind));
  });

  it('the limit is the caller’s: σ_d = 4.5u·σ₁ counts as zero for a minimum-norm solution only', () => {
    const { A } = plantedMatrix({ n: 200, d: 5, kappa: 1e15, seed: 2 });
    const duplicate = galleryEntry('duplicate column').build(200, 5, 1);
    for (const kind of KINDS) {
      const plan = { kind, sketch: 'sparse-sign', sketchSize: 40, seed: 1 } as const;
      expect(isRankDeficiency(factorTall(A, plan, NULL_RESIDUAL))).toBe(false);
      expect(expectDeficiency(factorTall(A, plan, MIN_NORM_RESIDUAL)).rank).toBe(4);
      expect(isRankDeficiency(factorTall(duplicate, plan, 0))).toBe(false);
    }
  });
});

describe('factorTall with a bad sketch', () => {
  it('CountSketch of 2d rows on an identity block: rows collide, another sketch is drawn', () => {
    const d = 20;
    const A = galleryEntry('identity on top').build(600, d, 1);
    for (const kind of KINDS.slice(1)) {
      for (let seed = 1; seed <= 5; seed++) {
        const factor = expectFactor(factorOf(A, kind, seed, 'countsketch', 2 * d));
        expect(factor.resketches).toBeGreaterThanOrEqual(1);
        expect(factor.sketched.sketch?.kind).toBe('sparse-sign');
        expect(factor.sketched.rows).toBe(2 * d * 2 ** factor.resketches);
        expect(factor.passes).toBeGreaterThanOrEqual(3); // sketch, test on A, sketch
        expectGood(A, kind, factor);
      }
    }
  });

  /** A random vector with S·y = 0 to rounding. */
  function killedBy(kind: SketchKind, rows: number, n: number, seed: number): Float64Array {
    const identity = { rows: n, columns: n, data: new Float64Array(n * n) };
    for (let i = 0; i < n; i++) identity.data[i * n + i] = 1;
    const transposed = naiveTranspose(createSketch(kind, rows, n, seed).apply(identity));
    const v = randomVector(n, seed);
    return exactResidual(transposed, leastSquaresReference(transposed, v).x, v);
  }

  const [n, d, rows, seed] = [150, 5, 20, 3];

  /** Columns normal, the last one their sum plus y: S cannot tell it from the sum. */
  function adversary(kind: SketchKind): Matrix {
    const y = killedBy(kind, rows, n, seed);
    const A = randomMatrix(n, d, 8);
    for (let i = 0; i < n; i++) {
      const sum = A.data.slice(i * d, i * d + d - 1).reduce((a, b) => a + b, 0);
      A.data[i * d + d - 1] = sum + y[i];
    }
    return A;
  }

  it.each(SKETCH_KINDS)('a direction that %s sends to zero is found and costs one more sketch', (sketch) => {
    const A = adversary(sketch);
    for (const kind of KINDS.slice(1)) {
      const factor = expectFactor(factorOf(A, kind, seed, sketch, rows));
      expect(factor.resketches).toBe(1);
      const { kind: drawn, seed: from } = factor.sketched.sketch as RowSketch;
      expect([drawn, factor.sketched.rows, from]).toEqual(['sparse-sign', 2 * rows, '3/1']);
      expect(factor.passes).toBe(kind === 'cholesky-qr' ? 4 : 3);
      expectGood(A, kind, factor);
      // with another seed nothing is wrong
      expect(expectFactor(factorOf(A, kind, seed + 1, sketch, rows)).resketches).toBe(0);
    }
  });

  it.each(SKETCH_KINDS)(
    'a whole column that %s sends to zero does not spoil a cholesky-qr factor',
    (sketch) => {
      const y = killedBy(sketch, rows, n, seed);
      const A = randomMatrix(n, d, 9);
      for (let i = 0; i < n; i++) A.data[i * d + 2] = y[i];
      expectGood(A, 'cholesky-qr', expectFactor(factorOf(A, 'cholesky-qr', seed, sketch, rows)));
    },
  );

  it('nearly dependent columns that the sketch makes dependent: a row of ones over e·I, two rows of e in one sum', () => {
    for (const e of [1e-9, 1e-11, 1e-12]) {
      const A = { rows: 1500, columns: 20, data: new Float64Array(1500 * 20).fill(0) };
      A.data.fill(1, 0, 20);
      for (let j = 0; j < 20; j++) A.data[(j + 1) * 20 + j] = e;
      let redrawn = 0;
      for (let seed = 1; seed <= 20; seed++) {
        const factor = expectFactor(factorOf(A, 'preconditioner', seed, 'countsketch', 200));
        const diagonal = Float64Array.from({ length: 20 }, (_, j) => Math.abs(factor.R[21 * j]));
        expect(Math.min(...diagonal), `e = ${e}, seed ${seed}`).toBeGreaterThan(e / 20);
        redrawn += factor.resketches;
      }
      expect(redrawn).toBeGreaterThan(0); // two of 20 meet in 200 places in most draws, with the same sign in half of these
    }
  });

  it('a dependency of A is told from one of the sketch', () => {
    const A = adversary('gaussian');
    for (let i = 0; i < n; i++) A.data[i * d + 1] = A.data[i * d];
    for (const kind of KINDS.slice(1)) {
      const { rank, nullBasis } = expectDeficiency(factorOf(A, kind, seed, 'gaussian', rows));
      expect(rank).toBe(4);
      expect(relativeImage(A, nullBasis)).toBeLessThan(4 * u);
    }
  });
});

describe.each(KINDS)('factorTall of a sparse A: %s', (kind) => {
  it.each(GALLERY)('as of the dense one: $name', ({ build }) => {
    const A = build(500, 10, 1);
    const sparse = factorOf(sparseFrom(A), kind);
    const dense = factorOf(A, kind);
    if (isRankDeficiency(dense)) {
      const { rank, nullBasis, passes } = expectDeficiency(sparse);
      expect([rank, passes]).toEqual([dense.rank, dense.passes]);
      expect(relativeImage(A, nullBasis)).toBeLessThan(4 * u);
      return;
    }
    const factor = expectFactor(sparse);
    expect(factor.R).toEqual(dense.R); // sparse sign sums in the same order
    expect([factor.passes, factor.resketches]).toEqual([dense.passes, dense.resketches]);
    expectGood(A, kind, factor);
  });

  it('A·V, known by its two factors', () => {
    const A = randomSparse({ rows: 600, columns: 9, density: 0.2, seed: 2 });
    const V = plantedMatrix({ n: 9, d: 6, kappa: 1e5, seed: 3 }).A;
    const plan = { kind, sketch: 'sparse-sign', sketchSize: 60, seed: 1 } as const;
    const factor = expectFactor(factorTall(projectedCsr(A, V), plan, 0));
    expectGood(naiveMatmul(denseFrom(A), V), kind, factor);
    expect(factor.sketched.columns).toBe(6);
  });

  it('an identity in a few rows of many, CountSketch: rows collide, another sketch is drawn', () => {
    if (kind === 'direct') return;
    const A = sparseFrom(galleryEntry('identity on top').build(600, 20, 1));
    const plan = { kind, sketch: 'countsketch', sketchSize: 40, seed: 2 } as const;
    const factor = expectFactor(factorTall(A, plan, NULL_RESIDUAL));
    expect(factor.resketches).toBeGreaterThanOrEqual(1);
    expectGood(denseFrom(A), kind, factor);
  });
});
