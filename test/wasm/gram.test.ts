/** What the WebAssembly Gram matrices add to the laws of test/dense: that the memory may be lacking. */
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { gramAccumulate } from '../../src/dense/gram';
import { setKernels } from '../../src/dense/kernelChoice';
import { projectedGramInto } from '../../src/dense/projectedGram';
import { Engine, wasmMemoryBytes } from '../../src/wasm/engine';
import { MOST_COLUMNS } from '../../src/wasm/gram';
import { naiveMatmul, naiveTranspose } from '../support/oracles';
import { identity, integerMatrix } from '../support/sketchLaws';

beforeAll(() => setKernels('wasm'));
afterEach(() => vi.restoreAllMocks());
afterAll(() => setKernels('auto'));

const upper = (G: Float64Array, n: number): Float64Array =>
  G.map((g, p) => (p % n >= Math.floor(p / n) ? g : 0));

it('without memory the Gram matrices are the same', () => {
  const [m, n] = [140, 20];
  const A = integerMatrix(m, n, 1);
  const expected = upper(naiveMatmul(naiveTranspose(A), A).data, n);
  const reserve = vi.spyOn(Engine.prototype, 'reserve').mockReturnValue(0);
  const G = new Float64Array(n * n);
  gramAccumulate(G, n, A.data, 0, n, m, n);
  expect(G).toEqual(expected);
  expect(reserve).toHaveBeenCalledTimes(1);
  projectedGramInto(G, A.data, m, n, identity(n).data);
  expect(G).toEqual(expected);
});

it('the memory held stays small at the largest width', () => {
  const n = MOST_COLUMNS;
  const G = new Float64Array(n * n);
  projectedGramInto(G, new Float64Array(n), 1, n, G.slice());
  expect(wasmMemoryBytes()).toBeLessThan(10 * 2 ** 20);
});
