import { describe, expect, it } from 'vitest';
import {
  add,
  axpy,
  type DoubleDouble,
  divide,
  dot,
  exponentOf,
  fromDoubles,
  gradient,
  gram,
  multiply,
  type Pair,
  pairAt,
  residual,
  squareRoot,
  subtract,
  timesPowerOfTwo,
  twoProd,
  twoSum,
} from './doubleDouble';
import { randomMatrix, testRandom } from './random';

/** A few roundings of relative size 2⁻¹⁰⁴. */
const TINY = 2 ** -100;

/** Integers of up to 53 bits: their sums and products are checked exactly with BigInt. */
function integers(n: number, seed: number): Float64Array {
  const random = testRandom(seed);
  return new Float64Array(n).map(() => random.sign() * Math.floor(random.uniform() * 2 ** 53));
}

function exact(pair: Pair): bigint {
  return BigInt(pair[0]) + BigInt(pair[1]);
}

function exactDot(x: Float64Array, y: Float64Array): bigint {
  return x.reduce((sum, entry, i) => sum + BigInt(entry) * BigInt(y[i]), 0n);
}

function randomPair(seed: number): Pair {
  const random = testRandom(seed);
  return add([random.normal(), 0], [2 ** -54 * random.normal(), 0]);
}

describe('double-double scalars', () => {
  it('twoSum and twoProd lose nothing', () => {
    const x = integers(200, 1);
    const y = integers(200, 2).map((entry, i) => Math.round(entry / 2 ** (i % 50)));
    for (let i = 0; i < 200; i++) {
      expect(exact(twoSum(x[i], y[i]))).toBe(BigInt(x[i]) + BigInt(y[i]));
      expect(exact(twoProd(x[i], y[i]))).toBe(BigInt(x[i]) * BigInt(y[i]));
    }
  });

  it('(x + y) − y = x, (x·y)/y = x, √x·√x = x up to 2⁻¹⁰⁰', () => {
    for (let seed = 1; seed < 100; seed++) {
      const x = randomPair(seed);
      const y = randomPair(seed + 1000);
      const square = multiply(x, x);
      const root = squareRoot(square);
      const size = Math.abs(x[0]) + Math.abs(y[0]);
      expect(Math.abs(subtract(subtract(add(x, y), y), x)[0])).toBeLessThan(TINY * size);
      expect(Math.abs(subtract(divide(multiply(x, y), y), x)[0])).toBeLessThan(TINY * size);
      expect(Math.abs(subtract(multiply(root, root), square)[0])).toBeLessThan(TINY * square[0]);
      expect(Math.abs(x[1])).toBeLessThanOrEqual(2 ** -52 * Math.abs(x[0]));
    }
    expect(squareRoot([0, 0])).toEqual([0, 0]);
  });

  it('1/3 has the 31 digits 0.333…, where a double has 16', () => {
    const third = divide([1, 0], [3, 0]);
    expect(Math.abs(add(multiply(third, [3, 0]), [-1, 0])[0])).toBeLessThan(TINY);
    expect(third[1]).not.toBe(0);
  });
});

describe('double-double vectors', () => {
  it('a dot product with cancellation is right to n·2⁻¹⁰⁴·Σ|xᵢyᵢ|, where double has lost every digit', () => {
    const n = 60;
    const x = integers(n, 3);
    const y = integers(n, 4);
    x.set(x.slice(0, n / 2), n / 2);
    y.set(
      y.slice(0, n / 2).map((entry) => -entry),
      n / 2,
    );
    y[n - 1] += 4096;
    const want = exactDot(x, y);
    const size = x.reduce((sum, entry, i) => sum + Math.abs(entry * y[i]), 0);
    const got = dot(fromDoubles(x), 0, fromDoubles(y), 0, n);
    expect(Math.abs(Number(exact([got[0], Math.round(got[1])]) - want))).toBeLessThanOrEqual(
      1 + n * 2 ** -104 * size,
    );
    let plain = 0;
    for (let i = 0; i < n; i++) plain += x[i] * y[i];
    expect(Math.abs(plain - Number(want))).toBeGreaterThan(1e6);
  });

  it('axpy with offsets touches its n entries only and adds alpha·x', () => {
    const y = fromDoubles(Float64Array.from([1, 2, 3, 4]));
    axpy(y, 1, [3, 2 ** -60], fromDoubles(Float64Array.from([9, 5, -7])), 1, 2);
    expect(Array.from(y.hi)).toEqual([1, 17, -18, 4]);
    expect(Array.from(y.lo)).toEqual([0, 5 * 2 ** -60, -7 * 2 ** -60, 0]);
  });

  it('residual and gradient are b − Ax and Aᵀr, to the last bit for integers', () => {
    const [rows, columns] = [7, 3];
    const A = integers(rows * columns, 5).map((entry) => Math.round(entry / 2 ** 26));
    const x = integers(columns, 6).map((entry) => Math.round(entry / 2 ** 26));
    const b = integers(rows, 7);
    const r = residual(fromDoubles(A), rows, columns, fromDoubles(x), fromDoubles(b));
    const g = gradient(fromDoubles(A), rows, columns, r);
    const want = Array.from(b, (entry, i) => BigInt(entry) - exactDot(A.slice(3 * i, 3 * i + 3), x));
    want.forEach((value, i) => {
      expect(exact(pairAt(r, i))).toBe(value);
    });
    for (let j = 0; j < columns; j++) {
      const sum = want.reduce((total, value, i) => total + value * BigInt(A[i * columns + j]), 0n);
      expect(exact(pairAt(g, j))).toBe(sum);
    }
  });

  it('gram is symmetric and agrees with the dot products of the columns', () => {
    const A = randomMatrix(300, 6, 8);
    const G: DoubleDouble = gram(A);
    const columns = Array.from({ length: 6 }, (_, j) =>
      fromDoubles(new Float64Array(300).map((_, i) => A.data[i * 6 + j])),
    );
    for (let j = 0; j < 6; j++) {
      for (let k = 0; k < 6; k++) {
        const want = dot(columns[j], 0, columns[k], 0, 300);
        expect(Math.abs(subtract(pairAt(G, j * 6 + k), want)[0])).toBeLessThan(300 * TINY);
        expect(pairAt(G, j * 6 + k)).toEqual(pairAt(G, k * 6 + j));
      }
    }
  });

  it('scaling by powers of two is exact where 2^e itself would overflow', () => {
    const v = Float64Array.from([3e-300, -1e-305, 0]);
    expect(timesPowerOfTwo(timesPowerOfTwo(v, 1800), -1800)).toEqual(v);
    expect(exponentOf([0, -8, 3])).toBe(3);
    expect(exponentOf([0])).toBe(0);
    expect(exponentOf([0], -1)).toBe(-1);
  });
});
