import { expect, it } from 'vitest';
import { relativeDistance } from '../../bench/support/agreement';
import { featureError, featurePreconditioner } from '../../bench/support/featurePreconditioner';
import { matvecInto } from '../../src/dense/matvec';
import { randomMatrix, randomVector } from '../support/random';

const n = 60;
const F = randomMatrix(n, 7, 1);
const ridge = 0.3;

/** FFᵀ + ridge·I + diag(extra) */
function shifted(extra: (i: number) => number) {
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++)
      for (let k = 0; k < 7; k++) data[i * n + j] += F.data[i * 7 + k] * F.data[j * 7 + k];
    data[i * (n + 1)] += ridge + extra(i);
  }
  return { rows: n, columns: n, data };
}

it('the error of features is the largest eigenvalue of what they leave, of either sign', () => {
  expect(
    featureError(
      F,
      shifted(() => 0),
      ridge,
    ),
  ).toBeLessThan(1e-12);
  // eigenvalues 5 and 1: ten steps leave less than 5^(−18) of the smaller ones
  expect(
    featureError(
      F,
      shifted((i) => (i === 9 ? 5 : 1)),
      ridge,
    ),
  ).toBeCloseTo(5, 8);
  expect(
    featureError(
      F,
      shifted((i) => (i === 9 ? -5 : 1)),
      ridge,
    ),
  ).toBeCloseTo(5, 8);
});

it('(FFᵀ + (ridge + e/10)·I)⁻¹: the inverse where the features are exact, of a shift by a tenth of the error else', () => {
  const r = randomVector(n, 2);
  const [Mr, y] = [new Float64Array(n), new Float64Array(n)];
  for (const error of [0, 2]) {
    matvecInto(Mr, shifted(() => error / 10).data, n, n, r);
    featurePreconditioner(
      F,
      shifted(() => error),
      ridge,
    ).applyInto(y, Mr);
    expect(relativeDistance(y, r)).toBeLessThan(1e-10);
  }
});
