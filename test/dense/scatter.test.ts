import { describe, expect, it } from 'vitest';
import { gatherRowsInto, scatterRowsInto } from '../../src/dense/scatter';
import { testRandom } from '../support/random';

function integers(length: number, seed: number): Float64Array {
  const random = testRandom(seed);
  return Float64Array.from({ length }, () => random.integer(201) - 100);
}

function targetsFor(rows: number, perRow: number, outRows: number, seed: number): Int32Array {
  const random = testRandom(seed);
  return Int32Array.from({ length: rows * perRow }, () => (random.integer(outRows) << 1) | random.integer(2));
}

describe('scatterRowsInto', () => {
  it.each([1, 2, 3, 8, 12])('adds ± row i to its %d targets, nothing else', (perRow) => {
    for (const columns of [1, 2, 3, 4, 5, 7, 8, 9, 33]) {
      const [rows, outRows, lda, ldOut, aOff, outOff] = [6, 10, columns + 2, columns + 3, 5, 4];
      const A = integers(aOff + rows * lda, columns);
      const out = integers(outOff + outRows * ldOut, perRow);
      const targets = targetsFor(rows, perRow, outRows, 9);
      const expected = out.slice();
      for (let i = 0; i < rows; i++) {
        for (let k = 0; k < perRow; k++) {
          const target = targets[i * perRow + k];
          const sign = target & 1 ? -1 : 1;
          for (let j = 0; j < columns; j++) {
            expected[outOff + (target >> 1) * ldOut + j] += sign * A[aOff + i * lda + j];
          }
        }
      }
      scatterRowsInto(out, outOff, ldOut, A, aOff, lda, rows, columns, targets, perRow);
      expect(out).toEqual(expected);
    }
  });
});

describe('gatherRowsInto', () => {
  it('adds ± the sampled row of the source to row k', () => {
    for (const columns of [1, 3, 4, 5, 8, 13]) {
      const [count, sourceRows, outOff, ldOut] = [7, 5, 3, columns + 2];
      const source = integers(sourceRows * columns, columns);
      const out = integers(outOff + count * ldOut, 2);
      const samples = targetsFor(count, 1, sourceRows, 4);
      const expected = out.slice();
      for (let k = 0; k < count; k++) {
        const sign = samples[k] & 1 ? -1 : 1;
        for (let j = 0; j < columns; j++) {
          expected[outOff + k * ldOut + j] += sign * source[(samples[k] >> 1) * columns + j];
        }
      }
      gatherRowsInto(out, outOff, ldOut, source, columns, samples, count);
      expect(out).toEqual(expected);
    }
  });
});
