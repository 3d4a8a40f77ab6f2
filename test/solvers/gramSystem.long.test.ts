/** Sketches of the least sizes on rows of high leverage: backward stable, or repaired, reported and right. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { setKernels, solveLeastSquares } from '../../src/index';
import { backwardErrorFor } from '../support/backwardError';
import { galleryEntry } from '../support/gallery';
import { KERNEL_SETS } from '../support/kernelSets';
import { exactMatvec } from '../support/oracles';
import { randomMatrix, randomVector } from '../support/random';
import { BACKWARD_ERROR_LIMIT, u } from '../support/tolerances';

const [n, d] = [4096, 48];
const SEEDS = 50;
const SKETCHES = ['sparse-sign', 'srht', 'countsketch', 'gaussian'] as const;
const METHODS = ['cholesky-qr', 'conjugate-gradient'] as const;

function oneHugeRow(): Matrix {
  const A = randomMatrix(n, d, 5);
  for (let j = 0; j < d; j++) A.data[1234 * d + j] *= 1e10;
  return A;
}

const MATRICES: readonly (readonly [string, () => Matrix])[] = [
  ...['identity on top', 'orthogonal on top', 'cauchy rows', 'one row of leverage 1'].map(
    (name) => [name, () => galleryEntry(name).build(n, d, 1)] as const,
  ),
  ['one row times 1e10', oneHugeRow],
];

describe.each(MATRICES)('%s, 4096 × 48, 50 seeds, half of them on each kernel set', (name, build) => {
  afterEach(() => setKernels('auto'));

  const A = build();
  const backwardError = backwardErrorFor(A);
  const noise = randomVector(n, 4);
  const b = exactMatvec(A, randomVector(d, 3)).map((entry, i) => entry + 0.1 * noise[i]);

  it.each(METHODS)('%s: every sketch at 2d and 4d', (method) => {
    const lines: string[] = [];
    for (const sketch of SKETCHES) {
      for (const perColumn of [2, 4]) {
        let worst = 0;
        let repaired = 0;
        let steps = 0;
        for (let seed = 1; seed <= SEEDS; seed++) {
          const options = { method, sketch, sketchSize: perColumn * d, seed } as const;
          setKernels(KERNEL_SETS[seed % 2]);
          const { x, status, stats } = solveLeastSquares(A, b, options);
          expect(x.every(Number.isFinite)).toBe(true);
          expect(status).toBe('converged');
          expect(stats.sketchSize).toBe(perColumn * d * 2 ** stats.resketches);
          const truth = backwardError(x, b);
          expect(truth).toBeLessThanOrEqual(BACKWARD_ERROR_LIMIT[method]);
          worst = Math.max(worst, truth / u);
          if (stats.resketches > 0) repaired++;
          steps = Math.max(steps, stats.iterations);
        }
        lines.push(`${sketch} ${perColumn}d ${worst.toFixed(2)}u, ${repaired} repaired, ≤ ${steps} steps`);
      }
    }
    console.log(`${name}, ${method}: ${lines.join('; ')}`);
  });
});
