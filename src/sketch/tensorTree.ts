/**
 * How x^⊗p is sketched by degree-2 nodes: a list of steps, each a node applied to two vectors that are x or
 * results of earlier steps. The prefix chain z_l = S_l(z_(l−1) ⊗ x) passes every degree; the balanced tree
 * z_p = S(z_⌈p/2⌉ ⊗ z_⌊p/2⌋) has depth ⌈log₂ p⌉. Both have p − 1 nodes: x itself serves as degree 1, no
 * sketch is spent on the leaves and none on padding p to a power of two.
 */
import { type Seed, streamKey } from '../random/seed';
import { applyTensorNodeInto, drawTensorNode, type TensorNode } from './tensorNode';

export type TensorStructure = 'tree' | 'chain';
export type TensorRandomness = 'independent' | 'shared';

/** Slot `out` ← node(slot `left` ⊗ slot `right`). Slot 0 is x. */
export interface TensorStep {
  readonly node: TensorNode;
  readonly left: number;
  readonly right: number;
  readonly out: number;
}

/** Steps in order of evaluation; the last one gives degree p. Empty for p = 1. */
export interface TensorSteps {
  readonly steps: readonly TensorStep[];
  /** Number of slots, that of x included. */
  readonly slots: number;
  /** The longest vector in a slot or under a transform. */
  readonly longest: number;
}

/** A step before its result has a slot: 0 is x, k is the result of step k − 1. */
interface Draft {
  readonly node: TensorNode;
  readonly left: number;
  readonly right: number;
}

/** Unchecked. m rows, x of length d. */
export function drawTensorSteps(
  m: number,
  d: number,
  p: number,
  seed: Seed,
  structure: TensorStructure,
  randomness: TensorRandomness,
): TensorSteps {
  const purpose = `tensor-srht/${m}/${structure}`;
  const length = (source: number): number => (source === 0 ? d : m);
  const draw = (left: number, right: number, place: string): Draft => {
    const key = streamKey(seed, `${purpose}/${place}`);
    return { node: drawTensorNode(m, length(left), length(right), key), left, right };
  };
  const drafts: Draft[] = [];
  if (structure === 'chain') {
    for (let l = 2; l <= p; l++) drafts.push(draw(l - 2, 0, `degree ${l}`));
  } else {
    growTree(drafts, p, randomness, draw);
  }
  return assignSlots(drafts);
}

type DrawNode = (left: number, right: number, place: string) => Draft;

/**
 * The balanced tree, deepest steps first. Shared randomness: all nodes of a level read one stream, so those of
 * one degree are one node and are evaluated once, which leaves at most two a level.
 */
function growTree(drafts: Draft[], p: number, randomness: TensorRandomness, draw: DrawNode): void {
  const grown = new Map<string, number>();
  const grow = (degree: number, level: number, position: number): number => {
    if (degree === 1) return 0;
    const shared = randomness === 'shared';
    const node = shared ? `level ${level}, degree ${degree}` : `level ${level}, node ${position}`;
    const known = grown.get(node);
    if (known !== undefined) return known;
    const left = grow(Math.ceil(degree / 2), level + 1, 2 * position);
    const right = grow(Math.floor(degree / 2), level + 1, 2 * position + 1);
    const source = drafts.push(draw(left, right, shared ? `level ${level}` : node));
    grown.set(node, source);
    return source;
  };
  grow(p, 0, 0);
}

/** A slot is free again after the last step that reads it: log₂ p slots for a tree, one for a chain. */
function assignSlots(drafts: readonly Draft[]): TensorSteps {
  const lastUse = new Int32Array(drafts.length + 1);
  for (const [k, { left, right }] of drafts.entries()) {
    lastUse[left] = k;
    lastUse[right] = k;
  }
  const slotOf = new Int32Array(drafts.length + 1);
  const free: number[] = [];
  let slots = 1;
  let longest = 1;
  const steps = drafts.map(({ node, left, right }, k): TensorStep => {
    // x is never overwritten; the two sources may be the same
    for (const source of new Set([left, right])) {
      if (source > 0 && lastUse[source] === k) free.push(slotOf[source]);
    }
    slotOf[k + 1] = free.pop() ?? slots++;
    longest = Math.max(longest, node.rows, node.left.padded, node.right.padded);
    return { node, left: slotOf[left], right: slotOf[right], out: slotOf[k + 1] };
  });
  return { steps, slots, longest };
}

/** Buffers for steps on batches of at most `width` vectors. */
export interface TensorWorkspace {
  readonly slots: Float64Array[];
  readonly leftWork: Float64Array;
  readonly rightWork: Float64Array;
}

export function tensorWorkspace(tree: TensorSteps, width: number): TensorWorkspace {
  const { steps, slots, longest } = tree;
  const rows = steps.length > 0 ? steps[0].node.rows : 0;
  return {
    slots: Array.from({ length: slots }, () => new Float64Array(rows * width)),
    leftWork: new Float64Array(longest * width),
    rightWork: new Float64Array(longest * width),
  };
}

/** Runs the steps on X (d × width); `see` is called with the result of each, valid until it returns. */
export function runTensorSteps(
  tree: TensorSteps,
  work: TensorWorkspace,
  X: Float64Array,
  width: number,
  see: (Z: Float64Array, step: number) => void,
): void {
  const { slots, leftWork, rightWork } = work;
  slots[0] = X;
  for (const [k, { node, left, right, out }] of tree.steps.entries()) {
    applyTensorNodeInto(slots[out], node, slots[left], slots[right], leftWork, rightWork, width);
    see(slots[out], k);
  }
}
