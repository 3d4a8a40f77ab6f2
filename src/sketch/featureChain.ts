/**
 * All degrees of a feature map in one pass over a batch of vectors: exact symmetric powers φ_l as far as some
 * degree of the plan is exact, TensorSRHT nodes for the other degrees, each on the degree before it and x. Exact
 * powers carry no sampling error into the degrees above them, as a chain of nodes from degree 2 on would.
 */
import { type Seed, streamKey } from '../random/seed';
import type { DegreePlan, DegreeShare } from './degreePlan';
import { firstPower, nextPower, type SymmetricPower, symmetricPowerInto } from './symmetricPower';
import { applyTensorNodeInto, drawTensorNode, type TensorNode } from './tensorNode';
import { batchWidth } from './tensorSketch';

export interface FeatureStep {
  readonly share: DegreeShare;
  /** φ_l from φ_(l−1), for degrees up to the last exact one. */
  readonly power: SymmetricPower | undefined;
  /** z_l from φ_(l−1) ⊗ x, or z_(l−1) ⊗ x above the exact powers; for degrees that are not exact. */
  readonly node: TensorNode | undefined;
  /** The first share.columns entries times this are the features. */
  readonly scale: number;
}

export interface FeatureChain {
  /** Degrees 1, 2, … of the plan. */
  readonly steps: readonly FeatureStep[];
  readonly nodeRows: number;
}

/**
 * Rows of a node over the widest share padded to a power of two. Each degree inherits the errors of all nodes
 * below it: digits/19 (r² = 5.4) with 256, 1024, 4096 columns had errors in the Frobenius norm of 0.66, 0.27, 0.127
 * at 1 and of 0.55, 0.24, 0.115 at 4, for less than twice the time; 8 brought no more.
 */
const CHAIN_EXCESS = 4;

/** Unchecked. x of length d. */
export function drawFeatureChain(plan: DegreePlan, d: number, seed: Seed): FeatureChain {
  const { shares } = plan;
  const widest = shares.reduce((most, { exact, columns }) => Math.max(most, exact ? 1 : columns), 1);
  const nodeRows = CHAIN_EXCESS * 2 ** Math.ceil(Math.log2(widest));
  const lastExact = shares.reduce((last, { exact, degree }) => (exact ? degree : last), 0);
  const steps: FeatureStep[] = [];
  let power = firstPower(d);
  let leftLength = d;
  for (const share of shares.slice(1)) {
    const { degree, exact, columns } = share;
    const key = streamKey(seed, `features/${nodeRows}/degree ${degree}`);
    const node = exact ? undefined : drawTensorNode(nodeRows, leftLength, d, key);
    const inPowers = degree <= lastExact;
    if (inPowers && degree > 1) power = nextPower(power, d);
    leftLength = inPowers ? power.length : nodeRows;
    const scale = exact ? 1 : Math.sqrt(nodeRows / columns);
    steps.push({ share, power: inPowers ? power : undefined, node, scale });
  }
  return { steps, nodeRows };
}

/** Buffers for batches of at most `width` vectors. */
export interface FeatureWorkspace {
  readonly width: number;
  readonly powers: readonly [Float64Array, Float64Array];
  readonly z: Float64Array;
  readonly leftWork: Float64Array;
  readonly rightWork: Float64Array;
}

export function featureWorkspace(chain: FeatureChain, d: number): FeatureWorkspace {
  let longest = d;
  let padded = 1;
  for (const { power, node } of chain.steps) {
    longest = Math.max(longest, power?.length ?? 0);
    padded = Math.max(padded, node?.left.padded ?? 0, node?.right.padded ?? 0);
  }
  const width = batchWidth(Math.max(longest, padded, chain.nodeRows));
  return {
    width,
    powers: [new Float64Array(longest * width), new Float64Array(longest * width)],
    z: new Float64Array(chain.nodeRows * width),
    leftWork: new Float64Array(padded * width),
    rightWork: new Float64Array(padded * width),
  };
}

/**
 * Calls `see` with the values of each degree for the columns of X (d × width): φ_l or z_l, one entry a row, the
 * first `columns` of which count. Valid until it returns.
 */
export function runFeatureChain(
  chain: FeatureChain,
  work: FeatureWorkspace,
  X: Float64Array,
  width: number,
  see: (values: Float64Array, step: FeatureStep) => void,
): void {
  const { powers, z, leftWork, rightWork } = work;
  let before = X;
  for (const step of chain.steps) {
    const { power, node, share } = step;
    if (node !== undefined) applyTensorNodeInto(z, node, before, X, leftWork, rightWork, width);
    if (power === undefined) {
      before = z;
    } else if (share.degree > 1) {
      const next = powers[share.degree & 1];
      symmetricPowerInto(next, power, before, X, width);
      before = next;
    }
    see(share.exact ? before : z, step);
  }
}
