import { describe, expect, it } from 'vitest';
import { planDegrees } from '../../src/sketch/degreePlan';
import {
  drawFeatureChain,
  type FeatureChain,
  featureWorkspace,
  runFeatureChain,
} from '../../src/sketch/featureChain';
import {
  firstPower,
  nextPower,
  type SymmetricPower,
  symmetricPowerInto,
} from '../../src/sketch/symmetricPower';
import { applyTensorNodeInto } from '../../src/sketch/tensorNode';
import { randomUnitVector } from '../support/random';

/** Sketched from degree 3 on; exact to 2. */
const LOW = { squares: [3], d: 6, budget: 100 };
/** Exact and sketched degrees mixed. */
const MIXED = { squares: [20], d: 2, budget: 500 };
/** Every degree exact. */
const ALL = { squares: [1], d: 2, budget: 1000 };

type Setting = typeof LOW;

function draw({ squares, d, budget }: Setting, seed: number | string = 1): FeatureChain {
  return drawFeatureChain(planDegrees('f', Float64Array.from(squares), d, budget, 1e-8), d, seed);
}

/** Values of degrees 1, 2, … for one vector. */
function run(chain: FeatureChain, x: Float64Array): Float64Array[] {
  const values: Float64Array[] = [];
  runFeatureChain(chain, featureWorkspace(chain, x.length), x, 1, (v, { share }) => {
    values.push(v.slice(0, share.exact ? share.columns : chain.nodeRows));
  });
  return values;
}

/** φ_l(x) for l = 1, …, most. */
function exactPowers(x: Float64Array, most: number): Float64Array[] {
  const phis = [x];
  let power: SymmetricPower = firstPower(x.length);
  for (let l = 2; l <= most; l++) {
    power = nextPower(power, x.length);
    const phi = new Float64Array(power.length);
    symmetricPowerInto(phi, power, phis[l - 2], x, 1);
    phis.push(phi);
  }
  return phis;
}

describe.each([
  ['low degrees exact', LOW],
  ['mixed', MIXED],
  ['all exact', ALL],
])('feature chain, %s', (name, setting) => {
  const chain = draw(setting);
  const x = randomUnitVector(setting.d, 2);
  const values = run(chain, x);
  const lastExact = Math.max(
    ...chain.steps.filter(({ share }) => share.exact).map(({ share }) => share.degree),
  );
  const phis = exactPowers(x, lastExact);

  it('is the setting that it is meant to be', () => {
    const exact = chain.steps.map(({ share }) => share.exact);
    expect(exact.every(Boolean)).toBe(name === 'all exact');
    const outOfOrder = exact.lastIndexOf(true) > exact.indexOf(false) && exact.includes(false);
    expect(outOfOrder).toBe(name === 'mixed');
    expect(lastExact).toBeGreaterThanOrEqual(2);
  });

  it('gives φ_l for exact degrees, and sketches φ_(l−1) ⊗ x or what the last degree left for others', () => {
    for (const [k, { share, node }] of chain.steps.entries()) {
      if (share.exact || node === undefined) {
        expect(values[k]).toEqual(phis[share.degree - 1]);
        continue;
      }
      const before = share.degree - 1 <= lastExact ? phis[share.degree - 2] : values[k - 1];
      const expected = new Float64Array(chain.nodeRows);
      const work = [node.left.padded, node.right.padded].map((N) => new Float64Array(N));
      applyTensorNodeInto(expected, node, before, x, work[0], work[1], 1);
      expect(values[k]).toEqual(expected);
    }
  });

  it('has nodes where degrees are sketched, powers up to the last exact degree, and √(rows/columns) as scale', () => {
    for (const { share, node, power, scale } of chain.steps) {
      expect(node === undefined).toBe(share.exact);
      expect(power !== undefined).toBe(share.degree <= lastExact);
      expect(scale).toBe(share.exact ? 1 : Math.sqrt(chain.nodeRows / share.columns));
      if (node !== undefined) expect(node.rows).toBe(chain.nodeRows);
    }
  });

  it('is the same for a column of a batch and for that vector alone', () => {
    const width = 3;
    const others = [randomUnitVector(setting.d, 3), x, randomUnitVector(setting.d, 4)];
    const X = Float64Array.from(
      { length: setting.d * width },
      (_, p) => others[p % width][Math.floor(p / width)],
    );
    const batch: Float64Array[] = [];
    runFeatureChain(chain, featureWorkspace(chain, setting.d), X, width, (v) => batch.push(v.slice()));
    for (const [k, value] of values.entries()) {
      expect(value.every((entry, t) => entry === batch[k][t * width + 1])).toBe(true);
    }
  });
});

describe('drawFeatureChain', () => {
  it('draws by seed, independently for every degree', () => {
    const samples = (chain: FeatureChain) =>
      chain.steps.flatMap(({ node }) => node?.left.samples.join() ?? []);
    expect(samples(draw(LOW))).toEqual(samples(draw(LOW, '1')));
    expect(samples(draw(LOW))).not.toEqual(samples(draw(LOW, 2)));
    expect(new Set(samples(draw(LOW))).size).toBe(samples(draw(LOW)).length);
  });

  it('is empty for degree 0 alone', () => {
    const chain = draw({ squares: [0], d: 3, budget: 5 });
    expect(chain.steps).toEqual([]);
    expect(run(chain, new Float64Array(3))).toEqual([]);
  });
});
