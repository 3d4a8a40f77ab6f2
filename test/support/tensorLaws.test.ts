/** Every law of `tensorLaws.ts` refuses the tensor sketch that breaks it. */
import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { hadamardEntry } from './oracles';
import { testRandom } from './random';
import { brokenTensorLaws, type TensorFamily, unitPair, zScore } from './tensorLaws';

const UNBIASED = 'E⟨Sx^⊗p, Sy^⊗p⟩ = ⟨x, y⟩ᵖ';
const FALLS = 'the error falls as 1/√m';
const SPECIAL = 'no vector is special';

interface Flaws {
  readonly signs?: 'none' | 'one for both';
  /** i = j, or (t, t), t modulo the order of H, instead of independent pairs. */
  readonly samples?: 'same for both' | 'in order';
  readonly scale?: number;
}

/** A degree-2 node written anew, by the definition, with other random numbers and with flaws to order. */
function node(m: number, d: number, seed: number | string, flaws: Flaws): { apply(A: Matrix): Matrix } {
  const random = testRandom([...String(seed)].reduce((h, c) => (Math.imul(h, 31) + c.charCodeAt(0)) | 0, 7));
  const N = 2 ** Math.ceil(Math.log2(d));
  const draw = (bound: number, length: number) => Array.from({ length }, () => random.integer(bound));
  const signs = () => Array.from({ length: d }, () => (flaws.signs === 'none' ? 1 : random.sign()));
  const left = signs();
  const right = flaws.signs === 'one for both' ? left : signs();
  const i = draw(N, m);
  const j = flaws.samples === 'same for both' ? i : draw(N, m);
  const scale = (flaws.scale ?? 1) / Math.sqrt(m);
  const transform = (x: Float64Array, D: readonly number[]) => {
    return Array.from({ length: N }, (_, r) => x.reduce((s, v, k) => s + hadamardEntry(r, k) * D[k] * v, 0));
  };
  const apply = (A: Matrix): Matrix => {
    const data = new Float64Array(A.rows * m);
    for (let row = 0; row < A.rows; row++) {
      const x = A.data.slice(row * d, row * d + d);
      const u = transform(x, left);
      const v = transform(x, right);
      for (let t = 0; t < m; t++) {
        const [a, b] = flaws.samples === 'in order' ? [t % N, t % N] : [i[t], j[t]];
        data[row * m + t] = u[a] * v[b] * scale;
      }
    }
    return { rows: A.rows, columns: m, data };
  };
  return { apply };
}

function broken(flaws: Flaws): string[] {
  return brokenTensorLaws((rows, columns, _, seed) => node(rows, columns, seed, flaws), { degrees: [2] });
}

/** What a family that knows degree 2 only must fail. */
const OF_DEGREE_2 = ['S(cx)^⊗p = cᵖSx^⊗p'];

describe('brokenTensorLaws', () => {
  it('finds nothing wrong with a correct node', () => {
    expect(broken({})).toEqual(OF_DEGREE_2);
  });

  it.each([
    ['signs lost', { signs: 'none' }, [SPECIAL]],
    ['scale off by 10%', { scale: 1.1 }, [UNBIASED]],
    ['i = j', { samples: 'same for both' }, [FALLS]],
    ['i = j and one D', { samples: 'same for both', signs: 'one for both' }, [UNBIASED, FALLS]],
    ['rows in order', { samples: 'in order' }, [FALLS]],
  ] as const)('%s', (_, flaws, expected) => {
    const found = broken(flaws);
    for (const law of expected) expect(found).toContain(law);
  });
});

describe('zScore', () => {
  it('is the distance of the mean in standard errors', () => {
    expect(zScore([1, 3], 0)).toBe(2);
    expect(zScore([1, 3], 4)).toBe(-2);
    expect(zScore([2, 2], 2)).toBe(0);
    expect(zScore([2, 2], 1)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('unitPair', () => {
  it.each([-0.6, 0, 0.5, 1])('has unit rows with inner product %d', (rho) => {
    const { data } = unitPair(9, rho);
    const [x, y] = [data.slice(0, 9), data.slice(9)];
    const product = x.reduce((sum, value, k) => sum + value * y[k], 0);
    expect(Math.abs(Math.hypot(...x) - 1)).toBeLessThan(1e-14);
    expect(Math.abs(Math.hypot(...y) - 1)).toBeLessThan(1e-14);
    expect(Math.abs(product - rho)).toBeLessThan(1e-14);
  });
});

const carelessSeed: TensorFamily = (rows, columns) => node(rows, columns, 0, {});
const neighbours: TensorFamily = (rows, columns, _, seed) => ({
  apply(A) {
    const Z = node(rows, columns, seed, {}).apply(A);
    return { ...Z, data: Z.data.map((value, p) => value + (A.rows > 1 && p < rows ? 1e-16 : 0)) };
  },
});

describe('brokenTensorLaws without statistics', () => {
  it('finds a sketch that ignores its seed', () => {
    expect(brokenTensorLaws(carelessSeed, { degrees: [] })).toContain('different seeds are different S');
  });

  it('finds a sketch whose rows see each other', () => {
    expect(brokenTensorLaws(neighbours, { degrees: [] })).toContain('rows do not see each other');
  });
});
