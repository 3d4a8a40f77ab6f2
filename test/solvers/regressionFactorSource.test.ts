import { describe, expect, it } from 'vitest';
import { DenseRegressionMatrix } from '../../src/solvers/regressionDense';
import { FactorSource } from '../../src/solvers/regressionFactorSource';
import { randomMatrix } from '../support/random';

const A = randomMatrix(500, 6, 1);
const ones = new Float64Array(500).fill(1);
const settings = { caller: 'test', seed: 3, sketchSize: undefined, hessianSketch: 'sparse-sign' } as const;
const source = (matrix = A, rows = 40, seed: number | string = 3) =>
  new FactorSource(new DenseRegressionMatrix(matrix), { ...settings, seed }, 'sparse-sign', rows);

describe('FactorSource', () => {
  it('draws a new sketch every time, the same sequence for the same seed', () => {
    const [first, again, other] = [source(), source(), source(A, 40, 4)];
    const draws = [first.next(ones), first.next(ones), first.part(ones)];
    expect(new Set(draws.map((factor) => factor?.R[0])).size).toBe(3);
    expect(again.next(ones)).toEqual(draws[0]);
    expect(again.next(ones)).toEqual(draws[1]);
    expect(again.part(ones)).toEqual(draws[2]);
    expect(other.next(ones)?.R).not.toEqual(draws[0]?.R);
    expect(first.sketchSize).toBe(40);
  });

  it('throws RANK_DEFICIENT for dependent columns of A', () => {
    const dependent = { ...A, data: A.data.map((v, p) => (p % 6 === 5 ? A.data[p - 5] : v)) };
    expect(() => source(dependent).next(ones)).toThrow(/test: A has rank 5/);
  });

  it('null, not an error, where only D makes the factor singular', () => {
    const three = new Float64Array(500).map((_, i) => (i < 3 ? 1 : 0));
    expect(source().next(three)).toBeNull();
    expect(source().part(three).singular).toBe(true);
  });
});
