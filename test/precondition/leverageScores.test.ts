import { describe, expect, it } from 'vitest';
import { matvecInto } from '../../src/dense/matvec';
import { leverageScores } from '../../src/precondition/leverageScores';
import { householderLower } from '../support/doubleDoubleFactor';
import { plantedMatrix } from '../support/planted';

/** A with its exact R, for the scores ‖rows of U‖². */
function scored(n: number, d: number, kappa: number) {
  const { A, u } = plantedMatrix({ n, d, kappa, seed: 3 });
  const L = householderLower(A).hi;
  const R = new Float64Array(d * d).map((_, p) => L[(p % d) * d + Math.floor(p / d)]);
  const exact = Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += u.data[i * d + j] ** 2;
    return sum;
  });
  const B = {
    rows: n,
    columns: d,
    multiplyInto: (y: Float64Array, x: Float64Array) => matvecInto(y, A.data, n, d, x),
  };
  return { B, R, exact };
}

describe('leverageScores', () => {
  it.each([1, 5, 16])('is exact for d = %i ≤ 16: squared row norms of U, up to κu', (d) => {
    const { B, R, exact } = scored(60, d, 1e4);
    const scores = leverageScores(B, R, 0);
    for (let i = 0; i < 60; i++) expect(Math.abs(scores[i] - exact[i])).toBeLessThanOrEqual(1e-10);
  });

  it('beyond, each is within a factor 5 and their mean within 10 per cent, the sum being d', () => {
    // χ²₁₆/16 leaves [1/5, 5] with probability 2e-5 a row; 400 rows, one fixed seed
    const { B, R, exact } = scored(400, 40, 10);
    const scores = leverageScores(B, R, 1);
    let [sum, total] = [0, 0];
    for (let i = 0; i < 400; i++) {
      expect(scores[i] / exact[i]).toBeGreaterThan(0.2);
      expect(scores[i] / exact[i]).toBeLessThan(5);
      sum += scores[i];
      total += exact[i];
    }
    expect(Math.abs(total - 40)).toBeLessThanOrEqual(1e-10);
    expect(Math.abs(sum / total - 1)).toBeLessThanOrEqual(0.1);
  });

  it('the same seed gives the same scores, another seed others', () => {
    const { B, R } = scored(100, 20, 10);
    expect(leverageScores(B, R, 1)).toEqual(leverageScores(B, R, 1));
    expect(leverageScores(B, R, 1)).not.toEqual(leverageScores(B, R, 2));
  });

  it('does not depend on the scale of a column, R following', () => {
    const { B, R, exact } = scored(60, 5, 10);
    const scaled = R.map((entry, p) => (p % 5 === 2 ? entry * 1024 : entry));
    const scores = leverageScores(
      {
        ...B,
        multiplyInto: (y, x) =>
          B.multiplyInto(
            y,
            x.map((v, j) => (j === 2 ? v * 1024 : v)),
          ),
      },
      scaled,
      0,
    );
    for (let i = 0; i < 60; i++) expect(Math.abs(scores[i] - exact[i])).toBeLessThanOrEqual(1e-12);
  });
});
