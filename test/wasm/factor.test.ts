/** What the WebAssembly factors add to the laws of test/dense: many rows, panels, and memory that is lacking. */
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { choleskyInPlace } from '../../src/dense/cholesky';
import { gramAccumulate } from '../../src/dense/gram';
import { setKernels } from '../../src/dense/kernelChoice';
import { solveRightUpperInPlace } from '../../src/dense/rightSolve';
import { invertUpperInto } from '../../src/dense/triangular';
import { Engine, wasmMemoryBytes } from '../../src/wasm/engine';
import { MOST_ENTRIES, MOST_FACTOR } from '../../src/wasm/factor';
import { naiveMatmul } from '../support/oracles';
import { integerMatrix } from '../support/sketchLaws';

beforeAll(() => setKernels('wasm'));
afterEach(() => vi.restoreAllMocks());
afterAll(() => setKernels('auto'));

/** Integers above a diagonal of ones: factors, solves and products of such matrices are exact. */
function unitTriangle(n: number, seed: number, density = 1): Float64Array {
  return integerMatrix(n, n, seed).data.map((x, p) => {
    const [i, j] = [Math.floor(p / n), p % n];
    if (i === j) return 1;
    return j > i && (i * 7 + j) % Math.ceil(1 / density) === 0 ? Math.sign(x) : 0;
  });
}

function gramOf(R: Float64Array, n: number): Float64Array {
  const G = new Float64Array(n * n);
  gramAccumulate(G, n, R, 0, n, n, n);
  return G;
}

it('a Cholesky factor that does not fit is factored by parts, exactly on integers', () => {
  const n = 1410;
  expect(n * n).toBeGreaterThan(MOST_ENTRIES);
  const R = unitTriangle(n, 1);
  const G = gramOf(R, n);
  const broken = G.slice();
  expect(choleskyInPlace(G, n, n)).toBe(-1);
  expect(G).toEqual(R);
  expect(wasmMemoryBytes()).toBeLessThanOrEqual(16 * 2 ** 20);
  broken[1300 * (n + 1)] = -1;
  expect(choleskyInPlace(broken, n, n)).toBe(1300);
});

it('X R⁻¹ is exact on integers across panels of 128 rows', () => {
  const [m, n] = [300, 21];
  const R = unitTriangle(n, 2);
  const X = integerMatrix(m, n, 3);
  const B = naiveMatmul(X, { rows: n, columns: n, data: R }).data;
  solveRightUpperInPlace(B, 0, n, R, n, m, n);
  expect(B.map((x) => x + 0)).toEqual(X.data.map((x) => x + 0));
});

it('wider than what fits: the same by products', () => {
  const n = MOST_FACTOR + 1;
  const R = unitTriangle(n, 4, 0.01);
  const X = integerMatrix(2, n, 5);
  const B = naiveMatmul(X, { rows: n, columns: n, data: R }).data;
  solveRightUpperInPlace(B, 0, n, R, n, 2, n);
  expect(B.map((x) => x + 0)).toEqual(X.data.map((x) => x + 0));
});

it('without memory the results are the same', () => {
  const n = 70;
  const R = unitTriangle(n, 6, 0.05);
  const G = gramOf(R, n);
  const X = integerMatrix(5, n, 7);
  const B = naiveMatmul(X, { rows: n, columns: n, data: R }).data;
  const reserve = vi.spyOn(Engine.prototype, 'reserve').mockReturnValue(0);
  expect(choleskyInPlace(G, n, n)).toBe(-1);
  expect(G).toEqual(R);
  solveRightUpperInPlace(B, 0, n, R, n, 5, n);
  expect(B.map((x) => x + 0)).toEqual(X.data.map((x) => x + 0));
  const inverse = new Float64Array(n * n);
  invertUpperInto(inverse, R, n, n);
  expect(reserve).toHaveBeenCalled();
  const product = naiveMatmul({ rows: n, columns: n, data: R }, { rows: n, columns: n, data: inverse }).data;
  expect(product).toEqual(product.map((_, p) => (p % (n + 1) === 0 ? 1 : 0)));
});
