import { describe, expect, it } from 'vitest';
import { GaussianPoints } from '../../src/precondition/gaussianPoints';
import { gaussianCloud, naiveKernel } from '../support/kernels';
import { u } from '../support/tolerances';

const n = 150;
const d = 3;
const points = gaussianCloud(n, d, 1);
const G = naiveKernel(points);
// 2(d + 2)·max h of the entry, as much again for the naive exponent, and the exponentials
const bound = (2 * (d + 2) * 2 * points.halfSq.reduce((a, b) => Math.max(a, b)) + 4) * u;

describe('GaussianPoints', () => {
  it('columnsInto: these columns of G, 1 exactly on the diagonal, the margin kept', () => {
    const indices = Int32Array.of(149, 0, 7, 7, 3);
    const out = new Float64Array(n * 6).fill(-7.5);
    points.columnsInto(out, 6, indices, 4);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < 4; j++) {
        expect(Math.abs(out[i * 6 + j] - G[i * n + indices[j]])).toBeLessThan(bound);
        if (i === indices[j]) expect(out[i * 6 + j]).toBe(1);
      }
      expect([out[i * 6 + 4], out[i * 6 + 5]]).toEqual([-7.5, -7.5]);
    }
  });

  it('principalInto: rows and columns of G; an index given twice is one point', () => {
    const indices = Int32Array.of(5, 140, 5, 60);
    const out = new Float64Array(16);
    points.principalInto(out, indices, 4);
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 4; j++) {
        expect(Math.abs(out[4 * i + j] - G[indices[i] * n + indices[j]])).toBeLessThan(bound);
        if (indices[i] === indices[j]) expect(out[4 * i + j]).toBe(1);
      }
    }
  });

  it('columnsInto: 1 on the diagonal also where the product is summed in another order than the norms', () => {
    const long = gaussianCloud(20, 300, 2);
    const out = new Float64Array(400);
    long.columnsInto(
      out,
      20,
      Int32Array.from({ length: 20 }, (_, i) => i),
      20,
    );
    for (let i = 0; i < 20; i++) expect(out[i * 21]).toBe(1);
  });

  it('subset copies the rows in the order given', () => {
    const chosen = points.subset(Int32Array.of(9, 2, 4), 2);
    expect([chosen.size, chosen.dimension, chosen.data.length]).toEqual([2, d, 2 * d]);
    expect([...chosen.data]).toEqual([...points.data.slice(27, 30), ...points.data.slice(6, 9)]);
    expect([...chosen.halfSq]).toEqual([points.halfSq[9], points.halfSq[2]]);
  });

  it('halfSq is half the squared norms', () => {
    expect([...new GaussianPoints(Float64Array.of(3, 4, 0, 2), 2, 2).halfSq]).toEqual([12.5, 2]);
  });
});
