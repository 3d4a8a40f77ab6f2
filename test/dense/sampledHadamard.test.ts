import { describe, expect, it } from 'vitest';
import {
  addSampledHadamardInto,
  hadamardTargetsInto,
  panelColumns,
  parity,
  type SampledHadamard,
} from '../../src/dense/sampledHadamard';
import { describeKernels, onBothKernels } from '../support/kernelSets';
import { hadamardEntry } from '../support/oracles';
import { randomVector, testRandom } from '../support/random';
import { integerMatrix } from '../support/sketchLaws';

/** Random places, samples and signs, different from block to block. */
function randomDraw(sketchRows: number, blockRows: number, blocks: number, seed: number): SampledHadamard {
  const random = testRandom(seed);
  const tables = Array.from({ length: blocks }, () => {
    const places = Int32Array.from({ length: blockRows }, (_, i) => 2 * i + random.integer(2));
    for (let i = blockRows - 1; i > 0; i--) {
      const j = random.integer(i + 1);
      [places[i], places[j]] = [places[j], places[i]];
    }
    return { places, samples: new Int32Array(sketchRows).map(() => random.integer(2 * blockRows)) };
  });
  return {
    sketchRows,
    blockRows,
    placeRows: (targets, block) => targets.set(tables[block].places),
    sampleRows: (samples, block) => samples.set(tables[block].samples),
  };
}

/** out + S₀·A by the entries of S₀. */
function byDefinition(
  out: Float64Array,
  draw: SampledHadamard,
  A: Float64Array,
  columns: number,
  first: number,
): Float64Array {
  const { sketchRows, blockRows } = draw;
  const [sum, places, samples] = [out.slice(), new Int32Array(blockRows), new Int32Array(sketchRows)];
  for (let i = 0; i < A.length / columns; i++) {
    const block = Math.floor((first + i) / blockRows);
    draw.placeRows(places, block);
    draw.sampleRows(samples, block);
    const target = places[(first + i) % blockRows];
    for (let k = 0; k < sketchRows; k++) {
      const sign = ((samples[k] ^ target) & 1) === 1 ? -1 : 1;
      const entry = sign * hadamardEntry(samples[k] >> 1, target >> 1);
      for (let j = 0; j < columns; j++) sum[k * columns + j] += entry * A[i * columns + j];
    }
  }
  return sum;
}

describe('parity', () => {
  it('is that of the number of ones, for every byte and in every byte', () => {
    for (let x = 0; x < 256; x++) {
      const ones = Array.from(x.toString(2)).filter((digit) => digit === '1').length;
      for (const shift of [0, 8, 16, 24]) expect(parity(x << shift)).toBe(ones % 2);
    }
    expect(parity(-1)).toBe(0);
    expect(parity(0x80000001 | 0)).toBe(0);
    expect(parity(-2)).toBe(1);
  });
});

describe('hadamardTargetsInto', () => {
  it('holds the column of a place: sign of the entry of H, of the sample and of the place', () => {
    const samples = Int32Array.from({ length: 32 }, (_, k) => 31 - k);
    const targets = new Int32Array(32);
    for (let target = 0; target < 32; target++) {
      hadamardTargetsInto(targets, samples, target);
      targets.forEach((t, k) => {
        const sign = hadamardEntry(samples[k] >> 1, target >> 1) * ((samples[k] ^ target) & 1 ? -1 : 1);
        expect([t >> 1, t & 1]).toEqual([k, sign === 1 ? 0 : 1]);
      });
    }
  });
});

describe('panelColumns', () => {
  it.each([
    [1024, 100, 32],
    [1024, 5, 5],
    [2 ** 20, 100, 16],
    [1, 10, 10],
  ])('%i rows, %i columns: %i', (rows, columns, expected) => {
    expect(panelColumns(rows, columns)).toBe(expected);
  });
});

describeKernels(() => {
  // [B, m, first, rows]: whole blocks, parts of one and of several, few rows of a block, one row
  describe.each([
    [1, 3, 0, 4],
    [2, 3, 1, 5],
    [4, 9, 0, 4],
    [4, 9, 1, 2],
    [8, 20, 0, 24],
    [16, 40, 3, 41],
    [64, 200, 63, 66],
    [64, 200, 5, 40],
    [64, 3, 0, 100],
    [128, 1, 100, 1],
  ])('out += S₀·A on integers: B = %i, m = %i, from row %i, %i rows', (blockRows, m, first, rows) => {
    it.each([1, 2, 3, 4, 9, 40])('%i columns', (columns) => {
      const draw = randomDraw(m, blockRows, Math.ceil((first + rows) / blockRows), m + columns);
      const A = integerMatrix(rows, columns, 1).data;
      const before = integerMatrix(m, columns, 2).data;
      const out = before.slice();
      addSampledHadamardInto(out, 0, columns, draw, A, 0, columns, rows, columns, first);
      expect(out).toEqual(byDefinition(before, draw, A, columns, first));
    });
  });

  it.each([5, 6])(
    'honours offsets and leading dimensions and leaves the rest alone: %i columns',
    (columns) => {
      const [m, rows, ldOut, lda] = [21, 21, columns + 2, columns + 3];
      const draw = randomDraw(m, 8, 3, 4);
      const A = integerMatrix(rows, columns, 3).data;
      const wideA = new Float64Array(4 + rows * lda).fill(Number.NaN);
      for (let i = 0; i < rows; i++) wideA.set(A.subarray(i * columns, (i + 1) * columns), 4 + i * lda);
      const plain = byDefinition(new Float64Array(m * columns), draw, A, columns, 2);
      const out = new Float64Array(3 + m * ldOut).fill(1000);
      addSampledHadamardInto(out, 3, ldOut, draw, wideA, 4, lda, rows, columns, 2);
      const expected = new Float64Array(out.length).fill(1000);
      plain.forEach((v, p) => {
        expected[3 + Math.floor(p / columns) * ldOut + (p % columns)] += v;
      });
      expect(out).toEqual(expected);
    },
  );

  it('denormals are neither flushed nor read as zero; NaN reaches its own column and no other', () => {
    const draw = randomDraw(70, 16, 1, 5);
    const A = new Float64Array(16 * 3).fill(5e-324);
    A[22] = Number.NaN;
    const out = new Float64Array(70 * 3);
    addSampledHadamardInto(out, 0, 3, draw, A, 0, 3, 16, 3, 0);
    const ones = A.map((a) => (Number.isNaN(a) ? a : 1));
    const expected = byDefinition(new Float64Array(70 * 3), draw, ones, 3, 0).map((v) => v * 5e-324);
    out.forEach((v, p) => {
      if (p % 3 === 1) expect(v).toBeNaN();
      else expect(v).toBe(expected[p]);
    });
  });
});

describe('both kernel sets give the same bits', () => {
  it.each([
    [1024, 400, 0, 3000],
    [1024, 400, 700, 1400],
    [4, 3, 1, 50],
  ])('B = %i, m = %i, from row %i, %i rows', (blockRows, m, first, rows) => {
    const columns = 19;
    const draw = randomDraw(m, blockRows, Math.ceil((first + rows) / blockRows), 6);
    const A = randomVector(rows * columns, 7);
    const { typescript, wasm } = onBothKernels(() => {
      const out = randomVector(m * columns, 8);
      addSampledHadamardInto(out, 0, columns, draw, A, 0, columns, rows, columns, first);
      return out;
    });
    expect(wasm).toEqual(typescript);
  });
});
