import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { DenseTallOperator } from '../../src/iterative/tallOperator';
import { type FactorKind, factorTall, isRankDeficiency } from '../../src/precondition/tallFactor';
import { FactoredGram } from '../../src/solvers/factoredGram';
import { exactCondition, exactSingularValues } from '../support/oracles';
import { plantedMatrix } from '../support/planted';
import { orthogonalityError, whitened } from '../support/systems';
import { u, whiteningBound } from '../support/tolerances';

function factored(A: Matrix, kind: FactorKind, seed = 1) {
  const plan = { kind, sketch: 'sparse-sign', sketchSize: 4 * A.columns + 20, seed } as const;
  const factor = factorTall(A, plan, 0);
  if (isRankDeficiency(factor)) throw new Error(`rank ${factor.rank}`);
  const operator = new DenseTallOperator(A);
  return { system: new FactoredGram(operator, factor, kind !== 'preconditioner'), operator, factor };
}

const KINDS = ['direct', 'cholesky-qr', 'preconditioner'] as const;
const [n, d] = [900, 12];
/** Columns of very different lengths: the factor is one of A·C. */
const unequal = (() => {
  const { A } = plantedMatrix({ n, d, kappa: 50, seed: 2 });
  return { ...A, data: A.data.map((entry, p) => entry * 10 ** (((p % d) % 5) - 2)) };
})();

describe('FactoredGram', () => {
  it.each(['direct', 'cholesky-qr'] as const)('%s: R is the factor of A as given', (kind) => {
    const { system } = factored(unequal, kind);
    const W = whitened(unequal, new Float64Array(d).fill(1), system.R);
    expect(orthogonalityError(W)).toBeLessThan(whiteningBound(d, exactCondition(unequal)));
  });

  it('preconditioner: A·R⁻¹ is well conditioned, and R is not the factor', () => {
    const { system } = factored(unequal, 'preconditioner');
    const s = exactSingularValues(whitened(unequal, new Float64Array(d).fill(1), system.R));
    expect(s[0] / s[d - 1]).toBeLessThan(8);
    expect(s[0] / s[d - 1]).toBeGreaterThan(1.2);
  });

  it('norms are those of A', () => {
    const s = exactSingularValues(unequal);
    for (const kind of ['direct', 'cholesky-qr'] as const) {
      const { norms } = factored(unequal, kind).system;
      expect(norms.frobenius / Math.hypot(...s)).toBeCloseTo(1, 12);
      // eight power steps from inside: never beyond the truth, at most d^(1/16) short
      expect(norms.largest / s[0]).toBeLessThan(1 + d * u);
      expect(norms.largest / s[0]).toBeGreaterThan(d ** (-1 / 16));
      expect(norms.condition / (s[0] / s[d - 1])).toBeLessThan(1 + 1e-10);
      expect(norms.condition / (s[0] / s[d - 1])).toBeGreaterThan(d ** (-1 / 8));
    }
  });

  it('sketchSize: the rows in use, 0 when A was factored itself', () => {
    expect(factored(unequal, 'preconditioner').system.sketchSize).toBe(4 * d + 20);
    expect(factored(unequal, 'direct').system.sketchSize).toBe(0);
    const short = plantedMatrix({ n: 30, d, kappa: 3, seed: 1 }).A;
    expect(factored(short, 'preconditioner').system.sketchSize).toBe(0);
  });
});

describe('FactoredGram.spectrum', () => {
  function expectSpectrum(kind: FactorKind): void {
    for (const kappa of [1, 1.5, 10, 1e3, 1e8]) {
      for (const seed of [1, 2, 3]) {
        const { A } = plantedMatrix({ n, d, kappa, seed });
        const s = exactSingularValues(A);
        const { system } = factored(A, kind, seed);
        for (const j of [1, 4, 16]) {
          const { smallest } = system.spectrum(j);
          // an iteration that is ended at a residual of 0.1/j may leave as much in the 2j-th power
          const allowed = kind === 'preconditioner' ? 1.6 ** (1 / (2 * j)) : 1 + 1e-7;
          expect(smallest / s[d - 1]).toBeLessThan(allowed);
          // up to n^(1/(2·8)) for the margin and as much again for what it covers; a preconditioner without
          // the pass over A would be off by up to 4
          expect(smallest / s[d - 1]).toBeGreaterThan(d ** (-1 / 8));
        }
      }
    }
  }

  it.each(['direct', 'cholesky-qr'] as const)('%s: σ_d not above the truth, and near it', expectSpectrum);

  it('preconditioner: σ_d not above the truth, and near it', () => expectSpectrum('preconditioner'));

  it('preconditioner: within a fifth of σ_d', () => {
    for (const kappa of [1, 10, 1e3, 1e8]) {
      const { A } = plantedMatrix({ n, d, kappa, seed: 1 });
      const { smallest } = factored(A, 'preconditioner').system.spectrum(4);
      expect(Math.abs(Math.log2(smallest * kappa))).toBeLessThan(0.25);
    }
  });

  it('costs passes over A for a preconditioner that is used for powers, and none otherwise', () => {
    const { A } = plantedMatrix({ n, d, kappa: 10, seed: 1 });
    for (const kind of KINDS) {
      const { system, operator } = factored(A, kind);
      system.spectrum(0);
      expect(operator.passes).toBe(0);
      system.spectrum(3);
      expect(operator.passes > 0).toBe(kind === 'preconditioner');
    }
  });
});
