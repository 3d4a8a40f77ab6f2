/** exp of nonpositive numbers by the WebAssembly kernels, copied in and out by stretches. */
import type { Engine } from './engine';

/** With g and the steps: 24 KiB, in first-level cache. Even. */
const STRETCH = 1024;

/** K_j ← exp(min(0, K_j − h − g_j)) over count entries, from K[kOff] and g[gOff]. */
export function wasmExponentialRow(
  engine: Engine,
  K: Float64Array,
  kOff: number,
  h: number,
  g: Float64Array,
  gOff: number,
  count: number,
): void {
  const at = engine.reserve(16 + 3 * 8 * STRETCH);
  const { f64, kernels } = engine;
  const k = at + 16;
  const subtrahends = k + 8 * STRETCH;
  f64[at >>> 3] = h;
  for (let j = 0; j < count; j += STRETCH) {
    const length = Math.min(STRETCH, count - j);
    f64.set(K.subarray(kOff + j, kOff + j + length), k >>> 3);
    f64.set(g.subarray(gOff + j, gOff + j + length), subtrahends >>> 3);
    // of a pair without a partner the second entry is anything, and left behind
    kernels.exponentials(k, at, subtrahends, length + (length & 1), subtrahends + 8 * STRETCH);
    K.set(f64.subarray(k >>> 3, (k >>> 3) + length), kOff + j);
  }
}
