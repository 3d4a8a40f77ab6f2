import { expect, it } from 'vitest';
import { DenseRegressionMatrix } from '../../src/solvers/regressionDense';
import { weightedOperator } from '../../src/solvers/regressionOperator';
import { naiveMatvec, naiveTranspose } from '../support/oracles';
import { randomMatrix, randomVector } from '../support/random';

const A = randomMatrix(25, 4, 1);
const D = randomVector(25, 2);
const x = randomVector(4, 3);
const DAx = naiveMatvec(A, x).map((entry, i) => D[i] * entry);

it('gram is Aᵀ(D(A x)), residual is b − D(A x) and Aᵀ of it', () => {
  const operator = weightedOperator(new DenseRegressionMatrix(A), D);
  expect([operator.rows, operator.columns]).toEqual([25, 4]);
  const g = new Float64Array(4);
  operator.gram(g, x);
  const exact = naiveMatvec(naiveTranspose(A), DAx);
  for (let j = 0; j < 4; j++) expect(g[j]).toBeCloseTo(exact[j], 12);
  const b = randomVector(25, 4);
  const r = new Float64Array(25);
  operator.residual(r, g, x, b);
  for (let i = 0; i < 25; i++) expect(r[i]).toBeCloseTo(b[i] - DAx[i], 12);
  const gradient = naiveMatvec(naiveTranspose(A), r);
  for (let j = 0; j < 4; j++) expect(g[j]).toBeCloseTo(gradient[j], 12);
});
