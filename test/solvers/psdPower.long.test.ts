/** Powers of AᵀA: error bounds and the error estimate over many trials. Prints the worst figures. */
import { describe, expect, it } from 'vitest';
import { solveOddPower, solvePsdPower } from '../../src/index';
import { timesPowerOfTwo } from '../support/doubleDouble';
import { relativeError } from '../support/forwardError';
import { oddPowerReference } from '../support/oddPowerReference';
import { exactMatvec, naiveTranspose } from '../support/oracles';
import { plantedMatrix, plantedPsd, psdPowerReference } from '../support/planted';
import { randomUnitOrthogonalTo, randomUnitVector } from '../support/random';
import { psdForwardBound } from '../support/tolerances';

const METHODS = ['direct', 'cholesky-qr', 'conjugate-gradient', 'heavy-ball', 'gradient-descent'] as const;
const [n, d] = [3000, 20];

/** v ← (AᵀA)ʲv, brought back to norm 1 after each power. */
function powered(A: { rows: number; columns: number; data: Float64Array }, v: Float64Array, j: number) {
  const At = naiveTranspose(A);
  let y = v;
  for (let k = 0; k < j; k++) {
    y = exactMatvec(At, exactMatvec(A, y));
    const norm = Math.hypot(...y);
    y = y.map((entry) => entry / norm);
  }
  return y;
}

function report(name: string, ratios: number[]): number {
  ratios.sort((p, q) => p - q);
  const largest = ratios[ratios.length - 1];
  const median = ratios[ratios.length >> 1];
  console.log(`${name}: max ${largest.toPrecision(2)}, median ${median.toPrecision(2)} of ${ratios.length}`);
  return largest;
}

describe('generic b, n = 3000, d = 20: error over 2jκu + 20ju', () => {
  it.each(METHODS)('%s', (method) => {
    const ratios: number[] = [];
    for (const kappa of [1, 1e2, 1e4, 1e6, 1e8]) {
      for (const j of [1, 2, 4, 8, 16]) {
        for (let seed = 1; seed <= 3; seed++) {
          const { A, b, reference } = plantedPsd({ n, d, kappa, j, seed, kind: 'generic-b' });
          const { x, status } = solvePsdPower(A, b, j, { method, seed });
          expect(status).toBe('converged');
          const error = relativeError(timesPowerOfTwo(x, -reference.log2Scale), reference.x);
          ratios.push(error / psdForwardBound(j, kappa));
        }
      }
    }
    expect(report(`${method}, error/bound`, ratios)).toBeLessThan(1);
  });
});

/** true/estimate of every trial whose estimate is below 1. */
function psdRatios(method: (typeof METHODS)[number], kappas: readonly number[], powers: readonly number[]) {
  const ratios: number[] = [];
  for (const kappa of kappas) {
    for (let seed = 1; seed <= 6; seed++) {
      const { A } = plantedMatrix({ n: 1500, d, kappa, seed });
      for (const j of powers) {
        const generic = randomUnitVector(d, seed + 77);
        for (const b of [generic, powered(A, generic, j)]) {
          const reference = psdPowerReference(A, b, j);
          if (reference.log2Scale !== 0) continue;
          const { x, stats } = solvePsdPower(A, b, j, { method, seed });
          const { forwardErrorEstimate } = stats;
          // relative to the x at hand, as the estimate is
          if (forwardErrorEstimate < 1) ratios.push(relativeError(reference.x, x) / forwardErrorEstimate);
        }
      }
    }
  }
  return ratios;
}

describe('powers of AᵀA: true error over forwardErrorEstimate, where that is below 1', () => {
  it.each(METHODS)('%s', (method) => {
    const ratios = psdRatios(method, [1, 10, 1e2, 1e4, 1e6, 1e8, 1e12], [1, 2, 4]);
    expect(report(`${method}, (AᵀA)ʲ`, ratios)).toBeLessThan(1);
  });

  it.each(['direct', 'cholesky-qr'] as const)('%s, j up to 64', (method) => {
    const ratios = psdRatios(method, [1, 1.5, 3, 10, 1e2], [8, 16, 32, 64]);
    expect(report(`${method}, large powers`, ratios)).toBeLessThan(1);
  });

  it.each(['conjugate-gradient', 'heavy-ball'] as const)('%s, j up to 64', (method) => {
    const ratios = psdRatios(method, [1, 1.5, 3, 10, 1e2], [8, 16, 32, 64]);
    expect(report(`${method}, large powers`, ratios)).toBeLessThan(1);
  });
});

describe('odd powers: true error over forwardErrorEstimate, where that is below 1', () => {
  it.each(METHODS)('%s', (method) => {
    const ratios: number[] = [];
    for (const kappa of [1, 10, 1e2, 1e4, 1e6, 1e8]) {
      for (let seed = 1; seed <= 4; seed++) {
        const planted = plantedMatrix({ n: 1500, d, kappa, seed });
        const x = randomUnitVector(d, seed + 77);
        const e = randomUnitOrthogonalTo(planted.u, seed + 5);
        for (const j of [0, 1, 2]) {
          for (const y of [x, powered(planted.A, x, j)]) {
            const image = exactMatvec(planted.A, y);
            const norm = Math.hypot(...image);
            for (const residual of [0, 1e-9, 1e-4, 1]) {
              const b = image.map((entry, i) => entry / norm + residual * e[i]);
              const reference = oddPowerReference(planted.A, b, j);
              const result = solveOddPower(planted.A, b, j, { method, seed });
              const estimate = result.stats.forwardErrorEstimate;
              if (estimate < 1) ratios.push(relativeError(reference.x, result.x) / estimate);
            }
          }
        }
      }
    }
    expect(report(`${method}, A(AᵀA)ʲ`, ratios)).toBeLessThan(1);
  });
});

describe('step counts of one solve, n = 4000, d = 30, κ = 1e2 … 1e8, default tolerance', () => {
  it.each(['conjugate-gradient', 'heavy-ball', 'gradient-descent'] as const)(
    '%s: spread at most 3',
    (method) => {
      const rows = [1, 2, 3].map((seed) =>
        [1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8].map((kappa) => {
          const { A, b } = plantedPsd({ n: 4000, d: 30, kappa, j: 1, seed, kind: 'generic-b' });
          return solvePsdPower(A, b, 1, { method, seed }).stats.iterations;
        }),
      );
      console.log(`${method}: ${rows.map((row) => row.join(' ')).join(' | ')}`);
      for (const row of rows) expect(Math.max(...row) - Math.min(...row)).toBeLessThanOrEqual(3);
    },
  );
});
