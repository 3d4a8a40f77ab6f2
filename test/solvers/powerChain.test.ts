import { describe, expect, it, vi } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { Monitor } from '../../src/iterative/stopping';
import type { GramSystem } from '../../src/solvers/gramSystem';
import { openSystem } from '../../src/solvers/openSystem';
import type { SolveOptions } from '../../src/solvers/options';
import { applyChain, type ScaledVector, solveChain } from '../../src/solvers/powerChain';
import { timesPowerOfTwo } from '../support/doubleDouble';
import { relativeError } from '../support/forwardError';
import { galleryEntry } from '../support/gallery';
import { exactMatvec, naiveTranspose } from '../support/oracles';
import { plantedMatrix, psdPowerReference } from '../support/planted';
import { randomUnitVector } from '../support/random';
import { psdForwardBound, u } from '../support/tolerances';

const METHODS = ['direct', 'cholesky-qr', 'conjugate-gradient', 'heavy-ball', 'gradient-descent'] as const;
const ITERATIVE = METHODS.slice(2);

function systemOf(A: Matrix, options: SolveOptions): GramSystem {
  const system = openSystem('test', A, options).system(1, true);
  system.begin();
  return system;
}

function monitorOf(system: GramSystem): Monitor {
  const { tolerance, maxIterations, signal, onIteration } = system.settings;
  return new Monitor('test', { tolerance, maxIterations, signal, onIteration, history: undefined });
}

const plain = ({ y, exponent }: ScaledVector) => timesPowerOfTwo(y, exponent);
const log2Norm = (v: Float64Array) => Math.log2(Math.hypot(...v));

// gradient descent takes 120d rows of sketch
const [n, d, kappa] = [1500, 10, 1e3];
const { A } = plantedMatrix({ n, d, kappa, seed: 1 });
const start = randomUnitVector(d, 2);

describe.each(METHODS)('%s', (method) => {
  it('solveChain is (AᵀA)⁻ʲ·start·2^exponent', () => {
    const system = systemOf(A, { method });
    for (const j of [1, 2, 5]) {
      const chain = solveChain(system, start, 7, j, monitorOf(system), false);
      const { x } = psdPowerReference(A, start, j);
      expect(relativeError(plain(chain), timesPowerOfTwo(x, 7))).toBeLessThan(psdForwardBound(j, kappa));
      expect(chain.reason).toBe('converged');
    }
  });

  it('applyChain is (AᵀA)ʲ·x·2^exponent', () => {
    const system = systemOf(A, { method });
    let exact = start;
    for (const j of [1, 2, 3]) {
      exact = exactMatvec(naiveTranspose(A), exactMatvec(A, exact));
      const image = plain(applyChain(system, start, -3, j));
      // forward products only lose digits against ‖A‖^2j, and generic vectors have a part that large
      expect(relativeError(image, timesPowerOfTwo(exact, -3))).toBeLessThan(40 * j * d * u);
    }
  });

  it('records log₂ of the norms of every z and y, in the scale of start', () => {
    const system = systemOf(A, { method });
    const { norms } = solveChain(system, start, 0, 3, monitorOf(system), false);
    expect(norms.z).toHaveLength(3);
    for (let i = 1; i <= 3; i++) {
      const before = i === 1 ? start : psdPowerReference(A, start, i - 1).x;
      const { x } = psdPowerReference(A, start, i);
      expect(norms.y[i - 1]).toBeCloseTo(log2Norm(x), 9);
      // ‖R⁻ᵀy‖² = yᵀ(AᵀA)⁻¹y for a factor of A; within κ(AR⁻¹) ≤ 8 for a preconditioner
      const exactZ = 0.5 * Math.log2(before.reduce((sum, entry, k) => sum + entry * x[k], 0));
      expect(Math.abs(norms.z[i - 1] - exactZ)).toBeLessThan(system.isFactored ? 1e-9 : 3);
    }
    expect(norms.last).toBe(norms.y[2]);
    for (const residual of norms.residuals) {
      expect(residual).toBeLessThanOrEqual(system.isFactored ? 0 : system.settings.tolerance);
    }
  });

  it('does not touch start', () => {
    const system = systemOf(A, { method });
    const given = start.slice();
    solveChain(system, given, 0, 2, monitorOf(system), false);
    applyChain(system, given, 0, 2);
    expect(given).toEqual(start);
  });

  it('does not overflow where κ^(2j) does', () => {
    const steep = plantedMatrix({ n, d, kappa: 1e8, seed: 3 }).A;
    const system = systemOf(steep, { method });
    const chain = solveChain(system, start, 0, 40, monitorOf(system), false);
    const reference = psdPowerReference(steep, start, 40);
    const x = timesPowerOfTwo(chain.y, chain.exponent - reference.log2Scale);
    expect(relativeError(x, reference.x)).toBeLessThan(psdForwardBound(40, 1e8));
  });

  it('once stopped, goes on with R alone and asks nobody', () => {
    const onIteration = vi.fn(() => false);
    const system = systemOf(A, { method, onIteration });
    const chain = solveChain(system, start, 0, 3, monitorOf(system), true);
    expect(onIteration).not.toHaveBeenCalled();
    expect(chain.reason).toBe('stopped');
    expect(chain.norms.residuals).toEqual(system.isFactored ? [0, 0, 0] : [1, 1, 1]);
    expect(system.operator.passes).toBe(0);
  });
});

describe.each(ITERATIVE)('%s', (method) => {
  it('onIteration returning false in the second solve: later ones use R only', () => {
    const solves: number[] = [];
    const onIteration = ({ solve }: { solve: number }) => {
      solves.push(solve);
      return solve < 1;
    };
    const system = systemOf(A, { method, onIteration });
    const chain = solveChain(system, start, 0, 4, monitorOf(system), false);
    expect(chain.reason).toBe('stopped');
    expect(solves.filter((solve) => solve >= 1)).toEqual([1]);
    const { residuals } = chain.norms;
    expect(residuals[0]).toBeLessThanOrEqual(system.settings.tolerance);
    expect(residuals[1]).toBeGreaterThan(1e-3);
    expect(residuals.slice(2)).toEqual([1, 1]);
  });

  it('a signal aborted between two solves is seen before the next one begins', () => {
    const controller = new AbortController();
    const system = systemOf(A, { method, signal: controller.signal, maxIterations: 2 });
    const monitor = monitorOf(system);
    const beginSolve = monitor.beginSolve.bind(monitor);
    monitor.beginSolve = (solve) => {
      beginSolve(solve);
      if (solve === 1) controller.abort();
    };
    expect(() => solveChain(system, start, 0, 5, monitor, false)).toThrow(
      expect.objectContaining({ code: 'ABORTED', details: { iterations: 3 } }),
    );
  });
});

describe('a preconditioner found bad in the middle of a chain', () => {
  const rows = galleryEntry('cauchy rows').build(2048, 24, 1);
  const largest = Math.max(...rows.data.map(Math.abs));
  const cauchy = { ...rows, data: rows.data.map((entry) => entry / largest) };
  const b = randomUnitVector(24, 5);

  it('is replaced, and the chain goes on from where it was', () => {
    let replaced = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const options = { method: 'conjugate-gradient', sketch: 'countsketch', sketchSize: 30, seed } as const;
      const system = systemOf(cauchy, options);
      const before = system.resketches;
      const chain = solveChain(system, b, 0, 2, monitorOf(system), false);
      if (system.resketches > before) replaced++;
      expect(chain.reason).toBe('converged');
      const reference = psdPowerReference(cauchy, b, 2);
      const x = timesPowerOfTwo(chain.y, chain.exponent - reference.log2Scale);
      // κ(A) of these rows stays below 100; 24 for the size
      expect(relativeError(x, reference.x)).toBeLessThan(24 * psdForwardBound(2, 100));
    }
    expect(replaced).toBeGreaterThan(3); // 30 buckets for 24 columns are hardly ever enough
  });
});
