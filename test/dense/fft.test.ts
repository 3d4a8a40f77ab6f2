import { describe, expect, it } from 'vitest';
import { fftInPlace, fftTwiddles, inverseFftInPlace } from '../../src/dense/fft';
import { randomVector } from '../support/random';
import { u } from '../support/tolerances';

const LENGTHS = [1, 2, 4, 8, 16, 64, 256, 1024];

/** The bits of r, log₂(n) of them, in reverse. */
function reversed(r: number, n: number): number {
  let out = 0;
  for (let bit = 1; bit < n; bit *= 2) out = 2 * out + (r & bit ? 1 : 0);
  return out;
}

/** cos and sin of 2πk/n, reduced exactly to the first octant, where Math.cos and Math.sin are best. */
function direction(k: number, n: number): [number, number] {
  const eighth = Math.floor((8 * k) / n);
  const angle = (j: number): [number, number] => [
    Math.cos((2 * Math.PI * j) / n),
    Math.sin((2 * Math.PI * j) / n),
  ];
  if (eighth === 0) return angle(k);
  if (eighth === 1) return angle(n / 4 - k).reverse() as [number, number];
  const [c, s] = direction(k - n / 4, n);
  return [-s, c];
}

/** F_k of column c, by the definition. */
function naiveDft(
  re: Float64Array,
  im: Float64Array,
  n: number,
  columns: number,
  k: number,
  c: number,
): [number, number] {
  let x = 0;
  let y = 0;
  for (let t = 0; t < n; t++) {
    const [cosine, sine] = direction((k * t) % n, n);
    x += re[t * columns + c] * cosine + im[t * columns + c] * sine;
    y += im[t * columns + c] * cosine - re[t * columns + c] * sine;
  }
  return [x, y];
}

/** ‖computed − naive‖/‖naive‖ over all columns, for the order of rows that `order` gives. */
function relativeError(n: number, columns: number, order: (r: number, n: number) => number): number {
  const re = randomVector(n * columns, n);
  const im = randomVector(n * columns, n + 1);
  const [outRe, outIm] = [re.slice(), im.slice()];
  fftInPlace(outRe, outIm, n, columns, fftTwiddles(n));
  let error = 0;
  let size = 0;
  for (let r = 0; r < n; r++) {
    for (let c = 0; c < columns; c++) {
      const [x, y] = naiveDft(re, im, n, columns, order(r, n), c);
      error += (outRe[r * columns + c] - x) ** 2 + (outIm[r * columns + c] - y) ** 2;
      size += x * x + y * y;
    }
  }
  return Math.sqrt(error / size);
}

describe('fftTwiddles', () => {
  it.each(LENGTHS)('n = %i: e^(−2πik/n) up to 3·log₂(n)·u', (n) => {
    const { cosines, sines } = fftTwiddles(n);
    expect(cosines.length).toBe(Math.max(1, n / 2));
    for (let k = 0; k < cosines.length; k++) {
      const [c, s] = direction(k, n);
      expect(Math.hypot(cosines[k] - c, sines[k] + s)).toBeLessThanOrEqual(3 * Math.log2(n) * u);
    }
  });

  it('has the points on the axes exactly', () => {
    const { cosines, sines } = fftTwiddles(64);
    expect([cosines[0], sines[0]]).toEqual([1, 0]);
    expect([cosines[16], sines[16]]).toEqual([0, -1]);
  });
});

describe('fftInPlace', () => {
  // the naive sum has an error of its own of about √n·u on average
  it.each(LENGTHS)('n = %i: F_k at row reversed(k) up to (log₂ n + √n)·4u', (n) => {
    const columns = n > 64 ? 1 : 3;
    expect(relativeError(n, columns, reversed)).toBeLessThanOrEqual(4 * (Math.log2(n) + Math.sqrt(n)) * u);
  });

  it('is not the transform with the other sign, nor in natural order', () => {
    expect(relativeError(8, 2, (r, n) => (n - reversed(r, n)) % n)).toBeGreaterThan(0.1);
    expect(relativeError(8, 2, (r) => r)).toBeGreaterThan(0.1);
  });

  it('turns a shifted unit vector into the powers of one root of unity', () => {
    const re = Float64Array.from([0, 1, 0, 0]);
    const im = new Float64Array(4);
    fftInPlace(re, im, 4, 1, fftTwiddles(4));
    expect([...re]).toEqual([1, -1, 0, 0]);
    expect([...im].map((value) => value + 0)).toEqual([0, 0, -1, 1]);
  });

  it('does to a column what it does to it alone, bit for bit', () => {
    const [n, columns] = [32, 5];
    const re = randomVector(n * columns, 1);
    const im = randomVector(n * columns, 2);
    const column = (v: Float64Array, c: number) => v.filter((_, p) => p % columns === c);
    const alone = [column(re, 3), column(im, 3)];
    fftInPlace(re, im, n, columns, fftTwiddles(n));
    fftInPlace(alone[0], alone[1], n, 1, fftTwiddles(n));
    expect([column(re, 3), column(im, 3)]).toEqual(alone);
  });
});

describe('inverseFftInPlace', () => {
  it.each(LENGTHS)('n = %i: n times the identity after fftInPlace, up to 10·log₂(n)·u', (n) => {
    const columns = 3;
    const re = randomVector(n * columns, 3);
    const im = randomVector(n * columns, 4);
    const [outRe, outIm] = [re.slice(), im.slice()];
    const twiddles = fftTwiddles(n);
    fftInPlace(outRe, outIm, n, columns, twiddles);
    inverseFftInPlace(outRe, outIm, n, columns, twiddles);
    const error = Math.hypot(...outRe.map((v, p) => v / n - re[p]), ...outIm.map((v, p) => v / n - im[p]));
    expect(error).toBeLessThanOrEqual(10 * Math.log2(n) * u * Math.hypot(...re, ...im));
  });

  it('makes pointwise products circular convolutions', () => {
    const n = 16;
    const [f, g] = [randomVector(n, 5), randomVector(n, 6)];
    const transform = (v: Float64Array) => {
      const [re, im] = [v.slice(), new Float64Array(n)];
      fftInPlace(re, im, n, 1, fftTwiddles(n));
      return [re, im];
    };
    const [F, G] = [transform(f), transform(g)];
    const re = F[0].map((v, k) => v * G[0][k] - F[1][k] * G[1][k]);
    const im = F[0].map((v, k) => v * G[1][k] + F[1][k] * G[0][k]);
    inverseFftInPlace(re, im, n, 1, fftTwiddles(n));
    for (let t = 0; t < n; t++) {
      const expected = f.reduce((sum, value, k) => sum + value * g[(t - k + n) % n], 0);
      expect(Math.abs(re[t] / n - expected)).toBeLessThanOrEqual(
        100 * u * Math.hypot(...f) * Math.hypot(...g),
      );
    }
  });
});
