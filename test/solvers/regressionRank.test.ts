import { describe, expect, it } from 'vitest';
import { csrFromMatrix } from '../../src/core/csr';
import type { SketchSolveError } from '../../src/core/errors';
import type { Matrix } from '../../src/core/matrix';
import { checkFullRank } from '../../src/solvers/regressionRank';
import { scaledRegression } from '../../src/solvers/regressionScaling';
import { plantedMatrix } from '../support/planted';
import { randomMatrix } from '../support/random';

const forms = [
  ['dense', (A: Matrix) => scaledRegression(A).matrix],
  ['sparse', (A: Matrix) => scaledRegression(csrFromMatrix(A)).matrix],
] as const;

describe.each(forms)('checkFullRank, %s', (_, make) => {
  it('names the rank of dependent columns', () => {
    const A = randomMatrix(300, 6, 1);
    const dependent = { ...A, data: A.data.map((v, p) => (p % 6 === 5 ? A.data[p - 5] + A.data[p - 4] : v)) };
    try {
      checkFullRank('caller', make(dependent), 0);
      expect.unreachable();
    } catch (error) {
      const { code, message, details } = error as SketchSolveError;
      expect(code).toBe('RANK_DEFICIENT');
      expect(message).toMatch(/^caller: A has rank 5 to working precision, expected 6/);
      expect(details).toMatchObject({ rank: 5, columns: 6 });
    }
  });

  it('lets κ = 1e13 pass', () => {
    const { A } = plantedMatrix({ n: 300, d: 6, kappa: 1e13, seed: 2 });
    expect(() => checkFullRank('caller', make(A), 0)).not.toThrow();
  });
});
