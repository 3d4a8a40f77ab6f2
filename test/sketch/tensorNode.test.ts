import { describe, expect, it } from 'vitest';
import { streamKey } from '../../src/random/seed';
import {
  applyTensorNodeInto,
  drawSampledTransform,
  drawTensorNode,
  type SampledTransform,
  signedTransformInto,
  type TensorNode,
} from '../../src/sketch/tensorNode';
import { hadamardEntry } from '../support/oracles';
import { testRandom } from '../support/random';

const key = streamKey(1, 'test');

/** length × width small integers: transforms and, for √m a power of two, sketches of them are exact. */
function integers(length: number, width: number, seed: number): Float64Array {
  const random = testRandom(seed);
  return new Float64Array(length * width).map(() => random.integer(19) - 9);
}

/** (H D x)[r] for column c, by the definition. */
function transformed(t: SampledTransform, X: Float64Array, width: number, r: number, c: number): number {
  let sum = 0;
  for (let k = 0; k < t.length; k++) sum += hadamardEntry(r, k) * t.signs[k] * X[k * width + c];
  return sum;
}

function apply(node: TensorNode, X: Float64Array, Y: Float64Array, width: number): Float64Array {
  const out = new Float64Array(node.rows * width).fill(Number.NaN);
  const work = [node.left.padded, node.right.padded].map((N) => new Float64Array(N * width).fill(Number.NaN));
  applyTensorNodeInto(out, node, X, Y, work[0], work[1], width);
  return out.map(plainZero);
}

/** −0 as 0: a sum of nothing but zeros may have either sign. */
function plainZero(value: number): number {
  return value + 0;
}

/** (H D₁x)[i_t]·(H D₂y)[j_t]/√m, rows of m. */
function naiveNode(node: TensorNode, X: Float64Array, Y: Float64Array, width: number): Float64Array {
  const { rows: m, left, right } = node;
  return new Float64Array(m * width).map((_, p) => {
    const t = Math.floor(p / width);
    const c = p % width;
    const x = transformed(left, X, width, left.samples[t], c);
    const y = transformed(right, Y, width, right.samples[t], c);
    return plainZero((x * y) / Math.sqrt(m));
  });
}

describe('drawSampledTransform', () => {
  it.each([1, 2, 3, 8, 61])('length %i: signs ±1 and samples of the padded order', (length) => {
    const { padded, signs, samples } = drawSampledTransform(500, length, key, 0);
    expect(padded).toBe(2 ** Math.ceil(Math.log2(length)));
    expect(signs.length).toBe(length);
    expect([...signs].every((sign) => sign === 1 || sign === -1)).toBe(true);
    // 500 samples of at most 64: one is missing with probability 64·(63/64)^500 = 0.02; the seed is fixed
    expect(new Set(samples)).toEqual(new Set(Array.from({ length: padded }, (_, k) => k)));
  });

  it('draws signs as often + as −, and the two sides independently', () => {
    const n = 4096;
    const left = drawSampledTransform(n, n, key, 0);
    const right = drawSampledTransform(n, n, key, 1);
    const sum = (v: ArrayLike<number>) => Array.from(v).reduce((a, b) => a + b, 0);
    // |z| ≤ 5: probability 6e-7 each
    expect(Math.abs(sum(left.signs))).toBeLessThanOrEqual(5 * Math.sqrt(n));
    expect(Math.abs(sum(right.signs))).toBeLessThanOrEqual(5 * Math.sqrt(n));
    expect(Math.abs(sum(left.signs.map((sign, k) => sign * right.signs[k])))).toBeLessThanOrEqual(
      5 * Math.sqrt(n),
    );
    const equal = left.samples.filter((sample, t) => sample === right.samples[t]).length;
    expect(equal).toBeLessThanOrEqual(12); // Poisson(1): P(> 12) = 6e-11
  });
});

describe('signedTransformInto', () => {
  it.each([
    [1, 1],
    [5, 3],
    [8, 2],
    [33, 4],
  ])('length %i, width %i: H D x with zeros in the padding, exact for integers', (length, width) => {
    const transform = drawSampledTransform(1, length, key, 0);
    const X = integers(length, width, 2);
    const work = new Float64Array(transform.padded * width).fill(Number.NaN);
    signedTransformInto(work, transform, X, width);
    const expected = work.map((_, p) => transformed(transform, X, width, Math.floor(p / width), p % width));
    expect(work.map(plainZero)).toEqual(expected.map(plainZero));
  });
});

describe('applyTensorNodeInto', () => {
  const shapes: [number, number, number, number][] = [
    [16, 5, 16, 3],
    [64, 64, 13, 2],
    [4, 1, 1, 1],
    [1, 7, 9, 5],
  ];

  it.each(shapes)('m = %i, lengths %i and %i, width %i: the definition, exactly', (m, left, right, width) => {
    const node = drawTensorNode(m, left, right, key);
    const X = integers(left, width, 3);
    const Y = integers(right, width, 4);
    expect(apply(node, X, Y, width)).toEqual(naiveNode(node, X, Y, width));
  });

  it('is not the node with a sign lost, the sides exchanged or the samples shared', () => {
    const node = drawTensorNode(64, 16, 16, key);
    const { left, right } = node;
    const X = integers(16, 3, 5);
    const Y = integers(16, 3, 6);
    const expected = apply(node, X, Y, 3);
    const signs = left.signs.map((sign, k) => (k === 3 ? -sign : sign));
    const wrong: TensorNode[] = [
      { ...node, left: { ...left, signs } },
      { ...node, left: right, right: left },
      { ...node, left: { ...left, samples: right.samples }, right: { ...right, samples: left.samples } },
      { ...node, right: { ...right, samples: left.samples } },
    ];
    for (const other of wrong) expect(naiveNode(other, X, Y, 3)).not.toEqual(expected);
  });

  it.each(['left', 'right'])('may write over its %s factor', (side) => {
    const node = drawTensorNode(16, 16, 16, key);
    const X = integers(16, 2, 7);
    const Y = integers(16, 2, 8);
    const expected = apply(node, X, Y, 2);
    const out = side === 'left' ? X : Y;
    applyTensorNodeInto(out, node, X, Y, new Float64Array(32), new Float64Array(32), 2);
    expect(out.map(plainZero)).toEqual(expected);
  });

  it('gives a node with k rows by its first k terms times √(m/k)', () => {
    const node = drawTensorNode(64, 8, 8, key);
    const first: TensorNode = {
      rows: 16,
      left: { ...node.left, samples: node.left.samples.slice(0, 16) },
      right: { ...node.right, samples: node.right.samples.slice(0, 16) },
    };
    const X = integers(8, 2, 9);
    const all = apply(node, X, X, 2);
    expect(apply(first, X, X, 2)).toEqual(all.slice(0, 32).map((value) => value * 2));
  });
});
