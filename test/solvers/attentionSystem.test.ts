import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { SmoothedConjugateGradient } from '../../src/iterative/smoothedConjugateGradient';
import { type AttentionKernelOptions, resolveAttentionOptions } from '../../src/solvers/attentionOptions';
import { AttentionGeometry, AttentionSystem } from '../../src/solvers/attentionSystem';
import { storedBytes } from '../../src/solvers/kernelMemory';
import type { ChosenPreconditioner } from '../../src/solvers/usedPreconditioner';
import { distance, withCopies } from '../support/attention';
import { naiveKernel } from '../support/kernels';
import { exactSingularValues, naiveMatvec } from '../support/oracles';
import { randomMatrix, randomVector } from '../support/random';
import { u } from '../support/tolerances';

const n = 50;
const A = randomMatrix(n, 4, 1);

function geometryOf(options: AttentionKernelOptions = {}, rows: Matrix = A): AttentionGeometry {
  return new AttentionGeometry('test', rows, resolveAttentionOptions('test', options, rows.rows));
}

/** G + Δ, dense, for the relative ridge. */
function shifted(geometry: AttentionGeometry, ridge: number): Matrix {
  const size = geometry.size;
  const data = naiveKernel(geometry.scaled.points);
  for (let i = 0; i < size; i++) data[i * (size + 1)] += ridge;
  return { rows: size, columns: size, data };
}

function made(system: AttentionSystem): ChosenPreconditioner {
  const chosen = system.preconditioner(20, 1);
  if (chosen === 'dense') throw new Error('expected a preconditioner');
  return chosen;
}

describe('AttentionGeometry', () => {
  it('keeps G where it leaves as much of the budget', () => {
    const bytes = storedBytes(n);
    expect(geometryOf({ memoryBudget: 2 * bytes }).stored).toBe(true);
    expect(geometryOf({ memoryBudget: 2 * bytes - 1 }).stored).toBe(false);
    expect(geometryOf().size).toBe(n);
  });
});

describe('AttentionSystem', () => {
  it('Δ is the ridge, or λ·e^(−2eᵢ)', () => {
    const relative = new AttentionSystem(geometryOf(), 0.3);
    expect([...relative.operator.shift]).toEqual([...new Float64Array(n).fill(0.3)]);
    const absolute = new AttentionSystem(geometryOf({ ridgeKind: 'absolute' }), 0.3);
    const { halfSq } = absolute.geometry.scaled;
    absolute.operator.shift.forEach((delta, i) => {
      const exact = 0.3 * Math.exp(-2 * halfSq[i]);
      expect(Math.abs(delta / exact - 1)).toBeLessThan(8 * u * (1 + 2 * halfSq[i]));
    });
    const none = new AttentionSystem(geometryOf({ ridgeKind: 'absolute' }), 0);
    expect([...none.operator.shift]).toEqual([...new Float64Array(n)]);
    // λ·e^(−2e) where e^(−2e) alone underflows
    const far = geometryOf({ ridgeKind: 'absolute' }, { rows: 1, columns: 1, data: Float64Array.of(30) });
    const [delta] = new AttentionSystem(far, 1e300).operator.shift;
    expect(Math.abs(delta / (1e300 * Math.exp(-700) * Math.exp(-200)) - 1)).toBeLessThan(1000 * 8 * u);
  });

  it('as the preconditioner sees it, Δ is at least 4un', () => {
    const floor = 4 * n * u;
    expect(new AttentionSystem(geometryOf(), 0).flooredShift().every((delta) => delta === floor)).toBe(true);
    expect(new AttentionSystem(geometryOf(), 1e-3).flooredShift()[0]).toBe(1e-3);
    expect(new AttentionSystem(geometryOf(), 0).operator.shift[0]).toBe(0);
  });

  it('starts dense: forced, or by size alone', () => {
    const wide = { rows: 1201, columns: 1, data: new Float64Array(1201).map((_, i) => i) };
    const cases: [AttentionKernelOptions, Matrix, boolean][] = [
      [{}, A, true],
      [{}, wide, false],
      [{ method: 'direct' }, wide, true],
      [{ method: 'pcg' }, A, false],
      [{ preconditioner: 'nystrom' }, A, false],
      [{ memoryBudget: 8 * n * n - 1 }, A, false],
      [{ memoryBudget: 8 * n * n + storedBytes(n) }, A, true],
      [{}, { ...wide, rows: 1200, data: wide.data.slice(1) }, true],
    ];
    for (const [options, rows, dense] of cases) {
      const geometry = geometryOf({ memoryBudget: 2e7, ...options }, rows);
      expect(new AttentionSystem(geometry, 1).startsDense).toBe(dense);
    }
  });

  it.each([true, false])(
    'the dense solve: ‖(G + Δ)z − c‖ ≤ c·n·u·‖G‖‖z‖, and its condition, stored: %s',
    (stored) => {
      const geometry = geometryOf({ memoryBudget: stored ? 1e9 : 8 * n * n });
      const system = new AttentionSystem(geometry, 1e-4);
      const M = shifted(geometry, 1e-4);
      const c = randomVector(n, 2);
      const z = c.slice();
      system.solveDenseInPlace(z);
      const rest = naiveMatvec(M, z).map((entry, i) => c[i] - entry);
      const values = exactSingularValues(M);
      expect(Math.hypot(...rest)).toBeLessThan(10 * n * u * values[0] * Math.hypot(...z));
      const { condition } = system.denseFactor();
      expect(condition / (values[0] / values[n - 1])).toBeGreaterThan(0.5);
      expect(condition / (values[0] / values[n - 1])).toBeLessThan(2);
      expect(system.denseFactor()).toBe(system.denseFactor());
      // negative control: without Δ it is another system
      const plain = naiveMatvec(shifted(geometry, 0), z).map((entry, i) => c[i] - entry);
      expect(Math.hypot(...plain)).toBeGreaterThan(1e-5 * Math.hypot(...z));
    },
  );

  it('singular G: the jitter that saves the factorisation is a small multiple of nu', () => {
    const geometry = geometryOf({}, withCopies(A, [1, 2, 3]));
    const system = new AttentionSystem(geometry, 0);
    const size = geometry.size;
    const { R, condition } = system.denseFactor();
    expect(condition).toBeGreaterThan(1e13);
    const G = naiveKernel(geometry.scaled.points);
    for (let i = 0; i < size; i++) {
      for (let j = i; j < size; j++) {
        let sum = -G[i * size + j];
        for (let k = 0; k <= i; k++) sum += R[k * size + i] * R[k * size + j];
        expect(Math.abs(sum)).toBeLessThan(1000 * size * u);
      }
    }
  });

  it("'direct' needs 8n² bytes, refused before the kernel is evaluated; causal does not", () => {
    const memoryBudget = 8 * n * n - 1;
    expect(() => geometryOf({ method: 'direct', memoryBudget })).toThrow(
      "test: memoryBudget is 19999, expected at least 20000 for method 'direct' with 50 different rows",
    );
    expect(() => geometryOf({ method: 'direct', memoryBudget, causal: true })).not.toThrow();
    expect(() => geometryOf({ method: 'direct', memoryBudget: memoryBudget + 1 })).not.toThrow();
  });

  it.each(['none', 'pivoted-cholesky', 'nystrom', 'afn'] as const)(
    'κ(G + Δ) from the preconditioner and the exact smallest Ritz value, %s: half to ten times the exact one',
    (preconditioner) => {
      const system = new AttentionSystem(geometryOf({ preconditioner, rank: 20 }), 1e-3);
      const M = shifted(system.geometry, 1e-3);
      const chosen = made(system);
      const iteration = new SmoothedConjugateGradient(system.operator, randomVector(n, 3), chosen.apply);
      for (let step = 0; step < n && iteration.residualNorm > 1e-13; step++) iteration.step();
      const smallest = iteration.ritzValues?.smallest ?? 0;
      const values = exactSingularValues(M);
      const condition = (ritz: number) => system.conditionFrom(system.leastEigenvalue(ritz, chosen));
      const ratio = condition(smallest) / (values[0] / values[n - 1]);
      expect(ratio).toBeGreaterThan(0.5);
      expect(ratio).toBeLessThan(10);
      // a preconditioned operator four times as ill-conditioned
      const first = condition(smallest);
      expect(condition(smallest / 4) / first).toBeCloseTo(4);
    },
  );

  it('the preconditioner is made once', () => {
    const system = new AttentionSystem(geometryOf({ preconditioner: 'pivoted-cholesky', rank: 10 }), 0.1);
    const first = made(system);
    expect([first.kind, first.rank]).toEqual(['pivoted-cholesky', 10]);
    expect(system.preconditioner(20, 1)).toBe(first);
  });

  it('full rank solves the floored system', () => {
    const geometry = geometryOf({ preconditioner: 'pivoted-cholesky', rank: n });
    const chosen = made(new AttentionSystem(geometry, 0.1));
    const c = randomVector(n, 5);
    const y = new Float64Array(n);
    chosen.apply.applyInto(y, c);
    expect(distance(naiveMatvec(shifted(geometry, 0.1), y), c)).toBeLessThan(1e4 * n * u);
  });
});
