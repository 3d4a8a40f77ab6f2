import { describe, expect, it } from 'vitest';
import { SketchSolveError } from '../../src/core/errors';
import type { Matrix } from '../../src/core/matrix';
import type { IterationInfo } from '../../src/iterative/stopping';
import { truncateFeatures } from '../../src/precondition/featureTruncation';
import { type ProxySettings, type ProxySolution, ProxySystem } from '../../src/solvers/proxyKernel';
import { distance } from '../support/attention';
import {
  add,
  type DoubleDouble,
  fromDoubles,
  gram,
  pairAt,
  product,
  residual,
  setPair,
} from '../support/doubleDouble';
import { cholesky, solveLowerInPlace, solveLowerTransposedInPlace } from '../support/doubleDoubleFactor';
import { leastSquaresReference, naiveTranspose } from '../support/oracles';
import { plantedMatrix } from '../support/planted';
import { randomOrthonormal, randomUnitOrthogonalTo, randomVector } from '../support/random';
import { u } from '../support/tolerances';

const n = 150;
const r = 4;
/** 30r and 4r rows, at least r + 20: both below n. */
const SKETCH = { 'gradient-descent': 120, 'conjugate-gradient': 24 } as const;
type Iteration = keyof typeof SKETCH;
const ITERATIONS = ['gradient-descent', 'conjugate-gradient'] as const;

const defaults: ProxySettings = {
  tolerance: 1e-10,
  maxIterations: 500,
  seed: 0,
  sketchIteration: 'gradient-descent',
  onIteration: undefined,
  signal: undefined,
};

/** σ₁ = 8, κ(Z) = kappa, rotated so that the columns are graded. */
function features(kappa: number, rows = n, columns = r): Matrix {
  const { A } = plantedMatrix({ n: rows, d: columns, kappa, seed: 3 });
  return truncateFeatures({ ...A, data: A.data.map((entry) => 8 * entry) });
}

const Z = features(1e4);
const c = randomVector(n, 1);
const none = new Float64Array(n);
const constant = (delta: number) => new Float64Array(n).fill(delta);
const norm = (v: Float64Array) => Math.hypot(...v);

function system(shift: Float64Array, settings: Partial<ProxySettings> = {}, of = Z, sketchSize?: number) {
  return new ProxySystem('test', of, shift, { ...defaults, ...settings }, sketchSize);
}

/** ZZᵀ + Δ in double-double. */
function exactMatrix(of: Matrix, shift: Float64Array): DoubleDouble {
  const K = gram(naiveTranspose(of));
  for (const [i, delta] of shift.entries()) {
    const p = i * (of.rows + 1);
    setPair(K, p, add(pairAt(K, p), [delta, 0]));
  }
  return K;
}

/** ‖c − (ZZᵀ + Δ)z‖/‖c‖ in double-double. */
function exactResidual(of: Matrix, shift: Float64Array, z: Float64Array, right = c): number {
  const size = of.rows;
  const left = residual(exactMatrix(of, shift), size, size, fromDoubles(z), fromDoubles(right));
  return norm(left.hi) / norm(right);
}

/** ‖z‖/‖c‖ times σ₁² and the rounding of an inner product: the error with which the solver sees its own residual. */
function evaluationError(z: Float64Array): number {
  return (20 * u * 64 * norm(z)) / norm(c);
}

function solveInPlace(x: DoubleDouble, G: DoubleDouble, size: number): void {
  const L = cholesky(G, size);
  solveLowerInPlace(x, L, size, size);
  solveLowerTransposedInPlace(x, L, size, size);
}

/** (ZZᵀ + Δ)⁻¹c by a dense factorisation in double-double. */
function exactSolution(of: Matrix, shift: Float64Array): Float64Array {
  const z = fromDoubles(c.slice());
  solveInPlace(z, exactMatrix(of, shift), of.rows);
  return z.hi;
}

/** Z(ZᵀZ)⁻¹ argmin ‖Zy − c‖ in double-double, with one rounding of the argmin. */
function minimumNormReference(of: Matrix): { z: Float64Array; residualNorm: number } {
  const { x, residualNorm } = leastSquaresReference(of, c);
  const y = fromDoubles(x);
  solveInPlace(y, gram(of), of.columns);
  return { z: product(fromDoubles(of.data), of.rows, of.columns, y).hi, residualNorm };
}

describe.each(
  ITERATIONS.flatMap((iteration) => [[iteration, SKETCH[iteration]] as const, [iteration, 0] as const]),
)('ProxySystem by %s, %d sketch rows', (sketchIteration: Iteration, sketchRows) => {
  const open = (shift: Float64Array, settings: Partial<ProxySettings> = {}, of = Z) =>
    system(shift, { sketchIteration, ...settings }, of, sketchRows === 0 ? n + r : undefined);

  it('sketches as many rows as it says, and iterates where it does', () => {
    const ridge = open(constant(1e-2));
    expect(ridge.sketchSize).toBe(sketchRows);
    const { iterations } = ridge.solve(c);
    // one step from the R of the matrix itself, but r steps of conjugate gradients at most in exact arithmetic
    if (sketchRows === 0) expect(iterations).toBeLessThanOrEqual(3);
    else expect(iterations).toBeGreaterThanOrEqual(sketchIteration === 'gradient-descent' ? 15 : r);
    expect(iterations).toBeLessThan(120);
  });

  it.each([1e-3, 1e-2, 1, 100])('Δ = %dI: z is right, the residual within the tolerance', (delta) => {
    const shift = constant(delta);
    const { z, reason } = open(shift).solve(c);
    expect(reason).toBe('converged');
    expect(exactResidual(Z, shift, z)).toBeLessThan(1e-10 + evaluationError(z));
    // residual times ‖(ZZᵀ + Δ)⁻¹‖, and the rounding of the residual that it was judged by
    const exact = exactSolution(Z, shift);
    const bound = ((1e-10 + 20 * u * (64 / delta + 1)) * norm(c)) / delta;
    expect(norm(z.map((entry, i) => entry - exact[i]))).toBeLessThan(bound);
    // negative control
    expect(exactResidual(Z, constant(2 * delta), z)).toBeGreaterThan(1e-3);
  });

  it.each([1e-12, 1e-10, 1e-8, 1e-6])('Δ = %dI: what is left of the residual is u·κ', (delta) => {
    const shift = constant(delta);
    const { z, conditionEstimate } = open(shift).solve(c);
    const kappa = (64 + delta) / delta;
    expect(exactResidual(Z, shift, z)).toBeLessThan(40 * u * kappa);
    expect(conditionEstimate / kappa).toBeGreaterThan(1 / 9);
    expect(conditionEstimate / kappa).toBeLessThan(9);
  });

  it.each([1e6, 1e100, 1e200, 1e300])('Δ = %dI: z is nearly c/Δ', (delta) => {
    const { z, reason, conditionEstimate } = open(constant(delta)).solve(c);
    expect(reason).toBe('converged');
    const scaled = c.map((entry) => entry / delta);
    expect(distance(z, scaled)).toBeLessThan(64 / delta + 1e-10);
    expect(conditionEstimate).toBeGreaterThanOrEqual(1 - 1e-12);
    expect(conditionEstimate).toBeLessThan(9);
  });

  it('Δ over nine orders of magnitude, as an absolute ridge gives', () => {
    const shift = new Float64Array(n).map((_, i) => 10 ** ((-9 * i) / n));
    const { z } = open(shift).solve(c);
    // κ of Δ^(−½)(ZZᵀ + Δ)Δ^(−½) is at most 64/min Δ
    expect(exactResidual(Z, shift, z)).toBeLessThan(1e-10 + 64e9 * u);
    const exact = exactSolution(Z, shift);
    expect(distance(z, exact)).toBeLessThan(1e-4);
    // negative control
    expect(exactResidual(Z, constant(1e-9), z)).toBeGreaterThan(0.1);
  });

  it.each([0, 1e-300, 1e-14])(
    'a few entries of Δ are %d: still solved, by corrections with the true Δ',
    (tiny) => {
      const shift = new Float64Array(n).map((_, i) => (i % 60 === 7 ? tiny : 0.5));
      const flat = features(100);
      const { z, reason } = open(shift, {}, flat).solve(c);
      expect(reason).toBe('converged');
      expect(exactResidual(flat, shift, z)).toBeLessThan(1e-10 + evaluationError(z));
    },
  );

  it('half of Δ is 0: of the rows without, what lies in the range of Z is solved', () => {
    const shift = new Float64Array(n).map((_, i) => (i % 2 === 0 ? 0 : 1));
    const flat = features(100);
    const { z } = open(shift, {}, flat).solve(c);
    const size = exactResidual(flat, shift, z);
    const reachable = (75 - r) / 75;
    const even = norm(c.filter((_, i) => i % 2 === 0)) / norm(c);
    expect(size).toBeLessThan(even);
    expect(size).toBeGreaterThan(0.8 * Math.sqrt(reachable) * even);
  });

  it('without Δ: the minimum-norm least-squares solution', () => {
    const { z, reason, conditionEstimate } = open(none).solve(c);
    const reference = minimumNormReference(Z);
    expect(reason).toBe('converged');
    // tolerance·κ(ZZᵀ), of which c has its share only; measured 1e-9 and less
    expect(distance(z, reference.z)).toBeLessThan(1e-10 * 1e8);
    expect(distance(z, reference.z)).toBeGreaterThan(0);
    expect(exactResidual(Z, none, z) * norm(c)).toBeLessThan(reference.residualNorm * (1 + 1e-12));
    expect(conditionEstimate / 1e8).toBeGreaterThan(1 / 9);
    expect(conditionEstimate / 1e8).toBeLessThan(9);
  });

  it('without Δ, κ(ZZᵀ) = 1e12: the least residual all the same, to second order in u·κ', () => {
    const steep = features(1e6);
    const { z } = open(none, {}, steep).solve(c);
    const { residualNorm } = minimumNormReference(steep);
    expect(exactResidual(steep, none, z) * norm(c)).toBeLessThan(residualNorm * (1 + (1e12 * u) ** 2));
    // negative control: z of length 1e-3 less leaves 1e-3 of the part in the range
    const shorter = z.map((entry) => 0.97 * entry);
    expect(exactResidual(steep, none, shorter) * norm(c)).toBeGreaterThan(residualNorm * (1 + 1e-6));
  });

  it.each([1e-300, 1e-16, 1e-13])('Δ = %dI is none: z is that without', (delta) => {
    const { z } = open(constant(delta)).solve(c);
    const without = open(none).solve(c).z;
    // λ_r = 64e-8: Δ changes z by at most Δ/λ_r, the tolerance by 1e-10·κ
    expect(distance(z, without)).toBeLessThan(delta / 64e-8 + 1e-2);
    expect(norm(z)).toBeLessThan((2 * norm(c)) / 64e-8);
  });

  it('right-hand sides of any size, bit by bit', () => {
    for (const shift of [none, constant(1e-2)]) {
      const { z } = open(shift).solve(c);
      for (const scale of [2 ** -900, 2 ** 900]) {
        const scaled = open(shift).solve(c.map((entry) => scale * entry)).z;
        expect(scaled.map((entry) => entry / scale)).toEqual(z);
      }
    }
  });

  it('without Δ, features of any size, bit by bit: the tolerance is relative to c, not to Zᵀc', () => {
    const small = { ...Z, data: Z.data.map((entry) => 2 ** -40 * entry) };
    const { z } = open(none, {}, small).solve(c);
    expect(z).toEqual(
      open(none)
        .solve(c)
        .z.map((entry) => 2 ** 80 * entry),
    );
  });

  it.each([
    ['Δ = 1e-10I', constant(1e-10), Z],
    ['Δ = 1e-11I', constant(1e-11), Z],
    ['κ(ZZᵀ) = 1e12', none, features(1e6)],
  ])('a loose tolerance is reached where rounding leaves room for it: %s', (_, shift, of) => {
    expect(open(shift, { tolerance: 0.03 }, of).solve(c).reason).toBe('converged');
  });

  it('stopped in the last step of an inner solve: no further step is taken', () => {
    for (const shift of [none, constant(1e-3)]) {
      const errors: number[] = [];
      const onIteration = ({ error }: IterationInfo) => {
        errors.push(error);
        return error > 1e-13;
      };
      const { iterations } = open(shift, { onIteration, tolerance: 1e-15 }).solve(c);
      expect(iterations).toBe(errors.length);
      expect(errors.filter((error) => error <= 1e-13)).toHaveLength(1);
    }
  });

  it('the same c gives the same solution whatever was solved before; c is not changed', () => {
    const prepared = open(constant(1e-6));
    const before = c.slice();
    const first = prepared.solve(c);
    prepared.solve(randomVector(n, 9));
    expect(prepared.solve(c)).toEqual(first);
    expect(open(constant(1e-6)).solve(c)).toEqual(first);
    expect(c).toEqual(before);
  });

  it('c = 0, and c ⟂ range(Z) without Δ: z = 0 without a step', () => {
    const zero = { z: none, iterations: 0, reason: 'converged' };
    expect(open(constant(1)).solve(none)).toMatchObject(zero);
    expect(open(none).solve(none)).toMatchObject(zero);
    const basis = randomOrthonormal(n, r, 5);
    const outside = randomUnitOrthogonalTo(basis, 6);
    expect(open(none, {}, basis).solve(outside)).toMatchObject(zero);
  });
});

describe('gradient descent and conjugate gradients', () => {
  it.each([
    ['without Δ', none, 1e8],
    ['with Δ', constant(1e-2), 6400],
  ])('agree %s', (_, shift, kappa) => {
    const [first, second] = ITERATIONS.map((sketchIteration) => system(shift, { sketchIteration }).solve(c));
    expect(distance(first.z, second.z)).toBeLessThan(2e-10 * kappa);
  });
});

describe('a bad sketch', () => {
  const shifts: [string, Float64Array][] = [
    ['without Δ', none],
    ['with Δ', constant(1e-2)],
  ];
  it.each(
    ITERATIONS.flatMap((iteration) => shifts.map(([name, shift]) => [iteration, name, shift] as const)),
  )('is given up for the matrix itself: %s %s', (sketchIteration, _, shift) => {
    const bad = system(shift, { sketchIteration, maxIterations: 2000 }, Z, r + 1);
    expect(bad.sketchSize).toBe(r + 1);
    const found = bad.solve(c);
    expect(found.reason).toBe('converged');
    expect(distance(found.z, system(shift).solve(c).z)).toBeLessThan(shift === none ? 2e-2 : 2e-6);
    expect(bad.solve(c)).toEqual(found);
  });
});

describe('conditionEstimate', () => {
  const square = features(100, 30, 30);
  const wide = features(100, 30, 4);
  const exact = (shift: number, of: Matrix) =>
    system(new Float64Array(30).fill(shift), {}, of, 100).conditionEstimate;

  it('of ZZᵀ, or of ZZᵀ + ρI with or without a complement to the range of Z', () => {
    // R is exact: only the power iterations' factor 1.2 in each singular value is left
    const close = (estimate: number, kappa: number) => {
      expect(estimate / kappa).toBeGreaterThan(0.6);
      expect(estimate / kappa).toBeLessThan(1 + 1e-9);
    };
    close(exact(0, wide), 1e4);
    close(exact(0.1, wide), 64.1 / 0.1);
    close(exact(0.1, square), 64.1 / (0.1 + 64e-4));
  });
});

describe('steps, reasons and signals', () => {
  const ridge = constant(1e-2);

  it('every step is told once, counted from 1 for each right-hand side', () => {
    for (const shift of [none, ridge]) {
      const told: IterationInfo[] = [];
      const prepared = system(shift, { onIteration: (info) => void told.push(info) });
      for (const right of [c, randomVector(n, 8), c]) {
        told.length = 0;
        const { iterations } = prepared.solve(right);
        expect(iterations).toBeGreaterThan(10);
        expect(told.map((info) => info.iteration)).toEqual(
          Array.from({ length: iterations }, (_, k) => k + 1),
        );
        expect(told.every((info) => info.solve === 0 && info.error >= 0)).toBe(true);
      }
    }
  });

  it.each([1, 3, 30])("'stopped' after step %d, with the best z so far", (last) => {
    for (const shift of [none, ridge]) {
      const prepared = system(shift, {
        tolerance: 1e-15,
        onIteration: ({ iteration }) => iteration < last,
      });
      const { iterations, reason, z } = prepared.solve(c);
      expect([iterations, reason]).toEqual([last, 'stopped']);
      expect(exactResidual(Z, shift, z)).toBeLessThanOrEqual(1);
      // half of the way at every step, times κ
      if (last === 30 && shift === ridge) expect(exactResidual(Z, shift, z)).toBeLessThan(6400 * 0.5 ** 30);
      expect(prepared.solve(c).iterations).toBe(last);
    }
  });

  it('stopped in the first solve without Δ: the second is finished with R', () => {
    const { z, iterations } = system(none, { onIteration: () => false }, Z, n).solve(c);
    expect(iterations).toBe(1);
    // R is that of Z itself, and one step all that it takes but for κ(Z)·u
    const { residualNorm } = minimumNormReference(Z);
    expect(exactResidual(Z, none, z) * norm(c)).toBeLessThan(residualNorm * (1 + 1e-6));
  });

  it.each([1, 7, 25, 40])("'max-iterations' at %d, never more", (maxIterations) => {
    for (const shift of [none, ridge]) {
      const prepared = system(shift, { maxIterations, tolerance: 1e-15 });
      for (let k = 0; k < 2; k++) {
        const { iterations, reason, z } = prepared.solve(c);
        expect([iterations, reason]).toEqual([maxIterations, 'max-iterations']);
        expect(exactResidual(Z, shift, z)).toBeLessThanOrEqual(1);
      }
    }
  });

  it("'stagnated' where rounding ends it short of the tolerance", () => {
    const { reason, iterations } = system(constant(1e-8), { tolerance: 1e-15 }).solve(c);
    expect(reason).toBe('stagnated');
    expect(iterations).toBeLessThan(500);
  });

  it('an aborted signal throws ABORTED, before the first step and between steps', () => {
    const code = (solve: () => ProxySolution) => {
      try {
        solve();
      } catch (error) {
        return error instanceof SketchSolveError ? [error.code, error.details] : error;
      }
      return 'no error';
    };
    const before = system(ridge, { signal: AbortSignal.abort() });
    expect(code(() => before.solve(c))).toEqual(['ABORTED', { iterations: 0 }]);
    const controller = new AbortController();
    const during = system(ridge, {
      signal: controller.signal,
      onIteration: ({ iteration }) => {
        if (iteration === 5) controller.abort();
      },
    });
    expect(code(() => during.solve(c))).toEqual(['ABORTED', { iterations: 5 }]);
  });
});

describe('productInto', () => {
  it('(ZZᵀ + Δ)z by the definition', () => {
    const shift = new Float64Array(n).map((_, i) => i / n);
    const z = randomVector(n, 2);
    const y = new Float64Array(n);
    system(shift).productInto(y, z);
    const exact = product(exactMatrix(Z, shift), n, n, fromDoubles(z)).hi;
    expect(distance(y, exact)).toBeLessThan(n * u);
    system(none).productInto(y, z);
    expect(distance(y, exact)).toBeGreaterThan(1e-2);
  });
});
