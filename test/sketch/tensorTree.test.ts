import { describe, expect, it } from 'vitest';
import {
  drawTensorSteps,
  runTensorSteps,
  type TensorRandomness,
  type TensorStep,
  type TensorSteps,
  type TensorStructure,
  tensorWorkspace,
} from '../../src/sketch/tensorTree';
import { hadamardEntry } from '../support/oracles';
import { testRandom } from '../support/random';

const DEGREES = [1, 2, 3, 4, 5, 6, 7, 8, 11, 16, 31];
const SHAPES: [TensorStructure, TensorRandomness][] = [
  ['tree', 'independent'],
  ['tree', 'shared'],
  ['chain', 'independent'],
];

/** The degree of every step's result, by following the slots. */
function degrees(steps: readonly TensorStep[]): number[] {
  const inSlot = [1];
  return steps.map(({ left, right, out }) => {
    inSlot[out] = inSlot[left] + inSlot[right];
    return inSlot[out];
  });
}

function depth(steps: readonly TensorStep[]): number {
  const inSlot = [0];
  let deepest = 0;
  for (const { left, right, out } of steps) {
    inSlot[out] = 1 + Math.max(inSlot[left], inSlot[right]);
    deepest = inSlot[out];
  }
  return deepest;
}

function draw(p: number, structure: TensorStructure, randomness: TensorRandomness): TensorSteps {
  return drawTensorSteps(16, 5, p, 1, structure, randomness);
}

describe.each(SHAPES)('drawTensorSteps, %s, %s', (structure, randomness) => {
  it.each(DEGREES)('degree %i comes last, and sources have the lengths that their nodes expect', (p) => {
    const { steps } = draw(p, structure, randomness);
    expect(degrees(steps).at(-1) ?? 1).toBe(p);
    for (const { node, left, right } of steps) {
      expect(node.left.length).toBe(left === 0 ? 5 : 16);
      expect(node.right.length).toBe(right === 0 ? 5 : 16);
      expect(node.rows).toBe(16);
    }
  });
});

describe('drawTensorSteps', () => {
  it.each(DEGREES)(
    'degree %i: p − 1 different nodes, a chain through every degree, a tree of depth ⌈log₂ p⌉',
    (p) => {
      const chain = draw(p, 'chain', 'independent');
      const tree = draw(p, 'tree', 'independent');
      expect(degrees(chain.steps)).toEqual(Array.from({ length: p - 1 }, (_, k) => k + 2));
      expect(tree.steps.length).toBe(p - 1);
      expect(depth(tree.steps)).toBe(Math.ceil(Math.log2(p)));
      for (const { steps } of [chain, tree]) {
        expect(new Set(steps.map(({ node }) => node.left.samples.join())).size).toBe(p - 1);
      }
    },
  );

  it.each(DEGREES)('degree %i: a chain needs one slot besides x, a tree at most ⌈log₂ p⌉', (p) => {
    expect(draw(p, 'chain', 'independent').slots).toBe(p > 1 ? 2 : 1);
    expect(draw(p, 'tree', 'independent').slots).toBeLessThanOrEqual(1 + Math.ceil(Math.log2(p)));
  });

  it.each([2, 4, 8, 16, 64])('degree %i, shared: one node a level', (p) => {
    expect(draw(p, 'tree', 'shared').steps.length).toBe(Math.log2(p));
  });

  it('shares one draw between the nodes of a level that differ in degree', () => {
    // 11 = 6 + 5, 6 = 3 + 3, 5 = 3 + 2
    const { steps } = draw(11, 'tree', 'shared');
    expect(degrees(steps)).toEqual([2, 3, 6, 2, 5, 11]);
    const [, , six, , five] = steps.map(({ node }) => node);
    expect(six.left.samples).toEqual(five.left.samples);
    expect(six.left.signs).toEqual(five.left.signs);
  });

  it('does not share between levels, and a chain has the same draw in both modes', () => {
    const [lower, upper] = draw(4, 'tree', 'shared').steps;
    expect(lower.node.left.samples).not.toEqual(upper.node.left.samples);
    expect(draw(5, 'chain', 'shared')).toEqual(draw(5, 'chain', 'independent'));
  });
});

/** −0 as 0: a sum of nothing but zeros may have either sign. */
function plainZero(value: number): number {
  return value + 0;
}

/** H D₁x ⊗ H D₂y sampled, for integer x and y; m = 16, so that √m is exact. */
function naiveStep({ node }: TensorStep, x: readonly number[], y: readonly number[]): number[] {
  const side = ({ signs, samples }: typeof node.left, v: readonly number[], t: number): number =>
    v.reduce((sum, value, k) => sum + hadamardEntry(samples[t], k) * signs[k] * value, 0);
  return Array.from({ length: node.rows }, (_, t) => {
    return plainZero((side(node.left, x, t) * side(node.right, y, t)) / 4);
  });
}

/** The result of every step for one vector x, kept apart instead of in slots. */
function naiveRun(tree: TensorSteps, x: readonly number[]): number[][] {
  const inSlot: (readonly number[])[] = [x];
  return tree.steps.map((step) => {
    const z = naiveStep(step, inSlot[step.left], inSlot[step.right]);
    inSlot[step.out] = z;
    return z;
  });
}

describe('runTensorSteps', () => {
  it.each(SHAPES)('%s, %s: every step is its node on its sources, exactly', (structure, randomness) => {
    const [d, width] = [5, 3];
    const tree = draw(5, structure, randomness);
    const random = testRandom(1);
    const X = new Float64Array(d * width).map(() => random.integer(3) - 1);
    const work = tensorWorkspace(tree, width);
    for (let run = 0; run < 2; run++) {
      const results: Float64Array[] = [];
      runTensorSteps(tree, work, X, width, (Z) => results.push(Z.slice(0, 16 * width)));
      for (let c = 0; c < width; c++) {
        const column = (v: Float64Array): number[] => [...v.filter((_, p) => p % width === c)].map(plainZero);
        expect(results.map(column)).toEqual(naiveRun(tree, column(X)));
      }
    }
  });
});
