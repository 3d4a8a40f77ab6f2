import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { SmoothedConjugateGradient } from '../../src/iterative/smoothedConjugateGradient';
import { naiveMatmul, naiveMatvec, naiveTranspose } from '../support/oracles';
import { randomOrthonormal, randomVector } from '../support/random';
import { u } from '../support/tolerances';

/** Symmetric with these eigenvalues, and a count of its products. */
class Counted {
  readonly size: number;
  readonly dense: Matrix;
  products = 0;

  constructor(
    readonly eigenvalues: readonly number[],
    seed: number,
  ) {
    this.size = eigenvalues.length;
    const V = randomOrthonormal(this.size, this.size, seed);
    const scaled = { ...V, data: V.data.map((entry, p) => entry * eigenvalues[p % this.size]) };
    this.dense = naiveMatmul(scaled, naiveTranspose(V));
  }

  multiplyInto(y: Float64Array, x: Float64Array): void {
    this.products++;
    y.set(naiveMatvec(this.dense, x));
  }
}

const identity = { applyInto: (y: Float64Array, r: Float64Array) => y.set(r) };
/** P = diag(p). */
const diagonal = (p: ArrayLike<number>) => ({
  applyInto: (y: Float64Array, r: Float64Array) =>
    r.forEach((entry, i) => {
      y[i] = p[i] * entry;
    }),
});

function distance(x: ArrayLike<number>, y: ArrayLike<number>): number {
  return Math.hypot(...Array.from(x, (entry, i) => entry - y[i]));
}

const eigenvalues = [5, 4.5, 4, 3.5, 3, 2.5, 2, 1.7, 1.3, 1];
const size = eigenvalues.length;
/** Rounding of a step, c·n·κ·u with c = 10, κ = 8 with a preconditioner; directions lose 100 times more. */
const rounding = 100 * 10 * size * 8 * u;

/** min ‖c − K y‖ over the Krylov space of k dimensions of PK and Pc, by Gram–Schmidt on its image under K. */
function leastKrylovResidual(K: Matrix, c: Float64Array, P: ArrayLike<number>, k: number): number {
  const images: Float64Array[] = [];
  let v = c.map((entry, i) => P[i] * entry);
  const r = c.slice();
  for (let step = 0; step < k; step++) {
    const norm = Math.hypot(...v);
    v = v.map((entry) => entry / norm);
    const image = naiveMatvec(K, v);
    const q = image.slice();
    for (let twice = 0; twice < 2; twice++) {
      for (const other of images) {
        const overlap = q.reduce((sum, entry, i) => sum + entry * other[i], 0);
        for (let i = 0; i < q.length; i++) q[i] -= overlap * other[i];
      }
    }
    const length = Math.hypot(...q);
    images.push(q.map((entry) => entry / length));
    const last = images[images.length - 1];
    const overlap = r.reduce((sum, entry, i) => sum + entry * last[i], 0);
    for (let i = 0; i < r.length; i++) r[i] -= overlap * last[i];
    v = image.map((entry, i) => P[i] * entry);
  }
  return Math.hypot(...r);
}

describe('SmoothedConjugateGradient', () => {
  it('the residual norm never grows, is that of c − K·solution, and costs one product a step', () => {
    const K = new Counted(eigenvalues, 1);
    const P = randomVector(size, 2).map((entry) => 0.8 + 0.2 * Math.abs(entry));
    const c = randomVector(size, 3);
    const before = c.slice();
    const iteration = new SmoothedConjugateGradient(K, c, diagonal(P));
    expect(iteration.ritzValues).toBeNull();
    let previous = iteration.residualNorm;
    expect(Math.abs(previous - Math.hypot(...c))).toBeLessThan(4 * u * previous);
    for (let k = 1; k <= size; k++) {
      expect(iteration.step()).toBe(true);
      expect(iteration.residualNorm).toBeLessThanOrEqual(previous * (1 + 4 * u));
      previous = iteration.residualNorm;
      const residual = naiveMatvec(K.dense, iteration.solution).map((entry, i) => c[i] - entry);
      expect(distance(residual, iteration.residual)).toBeLessThan(rounding * Math.hypot(...c));
    }
    expect(K.products).toBe(size);
    expect(c).toEqual(before);
    expect(previous).toBeLessThan(rounding * Math.hypot(...c));
  });

  it('without preconditioner it is the minimal residual method: ‖r‖ is least over the Krylov space', () => {
    const K = new Counted(eigenvalues, 4);
    const c = randomVector(size, 5);
    const iteration = new SmoothedConjugateGradient(K, c, identity);
    const ones = new Float64Array(size).fill(1);
    for (let k = 1; k < size; k++) {
      iteration.step();
      const least = leastKrylovResidual(K.dense, c, ones, k);
      expect(Math.abs(iteration.residualNorm - least)).toBeLessThan(rounding * Math.hypot(...c));
    }
  });

  it('with one it stays above the least residual of its Krylov space and ends there', () => {
    const K = new Counted(eigenvalues, 6);
    const c = randomVector(size, 7);
    const P = randomVector(size, 8).map((entry) => 0.8 + 0.2 * Math.abs(entry));
    const iteration = new SmoothedConjugateGradient(K, c, diagonal(P));
    for (let k = 1; k <= size; k++) {
      iteration.step();
      const least = leastKrylovResidual(K.dense, c, P, k);
      expect(iteration.residualNorm).toBeGreaterThan(least - rounding * Math.hypot(...c));
    }
    const x = randomVector(size, 9);
    const planted = new SmoothedConjugateGradient(K, naiveMatvec(K.dense, x), diagonal(P));
    for (let k = 0; k < size; k++) planted.step();
    expect(distance(planted.solution, x)).toBeLessThan(10 * rounding * Math.hypot(...x));
  });

  it('as many steps as distinct eigenvalues of PK, and their extremes as Ritz values', () => {
    const K = new Counted([9, 9, 9, 4, 4, 4, 4, 1, 1, 1], 10);
    const iteration = new SmoothedConjugateGradient(K, randomVector(size, 11), identity);
    for (let k = 0; k < 3; k++) iteration.step();
    expect(iteration.residualNorm).toBeLessThan(rounding * 10);
    const { smallest, largest } = iteration.ritzValues as { smallest: number; largest: number };
    expect(Math.abs(smallest - 1)).toBeLessThan(2e-3);
    expect(Math.abs(largest / 9 - 1)).toBeLessThan(2e-3);
    const halved = new SmoothedConjugateGradient(
      K,
      randomVector(size, 11),
      diagonal(new Float64Array(size).fill(0.5)),
    );
    for (let k = 0; k < 3; k++) halved.step();
    expect(Math.abs((halved.ritzValues?.largest as number) / 4.5 - 1)).toBeLessThan(2e-3);
  });

  it('the inverse as preconditioner takes one step', () => {
    const K = new Counted(eigenvalues, 12);
    const x = randomVector(size, 13);
    const inverse = new Counted(
      eigenvalues.map((value) => 1 / value),
      12,
    );
    const iteration = new SmoothedConjugateGradient(K, naiveMatvec(K.dense, x), {
      applyInto: (y, r) => inverse.multiplyInto(y, r),
    });
    iteration.step();
    expect(distance(iteration.solution, x)).toBeLessThan(rounding * Math.hypot(...x));
  });

  it('a restart goes on from the smoothed iterate and forgets the Ritz values', () => {
    const K = new Counted(eigenvalues, 14);
    const x = randomVector(size, 15);
    const iteration = new SmoothedConjugateGradient(K, naiveMatvec(K.dense, x), identity);
    for (let k = 0; k < 4; k++) iteration.step();
    const [solution, norm] = [iteration.solution.slice(), iteration.residualNorm];
    const inverse = new Counted(
      eigenvalues.map((value) => 1 / value),
      14,
    );
    iteration.restart({ applyInto: (y, r) => inverse.multiplyInto(y, r) });
    expect(iteration.ritzValues).toBeNull();
    expect([iteration.solution, iteration.residualNorm]).toEqual([solution, norm]);
    iteration.step();
    expect(distance(iteration.solution, x)).toBeLessThan(rounding * Math.hypot(...x));
    const { smallest, largest } = iteration.ritzValues as { smallest: number; largest: number };
    expect(Math.abs(smallest - 1)).toBeLessThan(2e-3);
    expect(Math.abs(largest - 1)).toBeLessThan(2e-3);
  });

  it('c = 0, and an operator that is not positive: no step', () => {
    const K = new Counted(eigenvalues, 16);
    const still = new SmoothedConjugateGradient(K, new Float64Array(size), identity);
    expect([still.step(), still.residualNorm, still.ritzValues, K.products]).toEqual([false, 0, null, 0]);
    const negative = new Counted(
      eigenvalues.map((value) => -value),
      17,
    );
    const iteration = new SmoothedConjugateGradient(negative, randomVector(size, 18), identity);
    const norm = iteration.residualNorm;
    expect([iteration.step(), iteration.residualNorm]).toEqual([false, norm]);
    expect(Array.from(iteration.solution)).toEqual(Array.from(new Float64Array(size)));
  });
});
