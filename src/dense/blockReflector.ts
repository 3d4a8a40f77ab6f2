/**
 * Compact WY form of w consecutive reflectors, H_0 H_1 … = I − V T Vᵀ with T upper triangular, applied to
 * several columns by matrix products. V = [V1; V2]: V2 is read where the factorisation left it, V1 (unit lower
 * triangular, its upper part is R's place) from a copy. Schreiber & Van Loan, SIAM J. Sci. Stat. Comput. 1989.
 */
import { gemmInto } from './gemm';
import { gramAccumulate } from './gram';

/** Length of `work` for w reflectors on nc columns: V1, T and two w × nc products. */
export function blockReflectorWorkLength(w: number, nc: number): number {
  return 2 * w * w + 2 * w * nc;
}

/** work[0 … w²) ← V1, work[w² … 2w²) ← T from the m × w block of reflectors at aOff, m ≥ w. */
export function formBlockReflector(
  work: Float64Array,
  A: Float64Array,
  aOff: number,
  lda: number,
  m: number,
  w: number,
  tau: Float64Array,
  tauOff: number,
): void {
  for (let i = 0; i < w; i++) {
    for (let j = 0; j < w; j++) work[i * w + j] = i > j ? A[aOff + i * lda + j] : i === j ? 1 : 0;
  }
  work.fill(0, w * w, 2 * w * w);
  const T = work.subarray(w * w, 2 * w * w);
  gramAccumulate(T, w, work, 0, w, w, w);
  gramAccumulate(T, w, A, aOff + w * lda, lda, m - w, w);
  for (let k = 0; k < w; k++) {
    // column k of T is −tau_k T (Vᵀ v_k), the product taken from the top row down so that it may be in place
    const t = tau[tauOff + k];
    for (let i = 0; i < k; i++) {
      let sum = 0;
      for (let j = i; j < k; j++) sum += T[i * w + j] * T[j * w + k];
      T[i * w + k] = -t * sum;
    }
    T[k * w + k] = t;
  }
}

/** C (m × nc at cOff) ← (I − V op(T) Vᵀ) C with V1 and T in `work`; op(T) = Tᵀ if transposed. */
export function applyBlockReflector(
  C: Float64Array,
  cOff: number,
  ldc: number,
  nc: number,
  A: Float64Array,
  aOff: number,
  lda: number,
  m: number,
  w: number,
  work: Float64Array,
  transposed: boolean,
): void {
  const t = w * w;
  const p = 2 * t;
  const q = p + w * nc;
  const a2 = aOff + w * lda;
  const c2 = cOff + w * ldc;
  const W = work.subarray(p, q);
  const Z = work.subarray(q, q + w * nc);
  gemmInto(W, 0, nc, work, 0, w, true, C, cOff, ldc, false, w, nc, w, 1, 0);
  gemmInto(W, 0, nc, A, a2, lda, true, C, c2, ldc, false, w, nc, m - w, 1, 1);
  gemmInto(Z, 0, nc, work, t, w, transposed, W, 0, nc, false, w, nc, w, 1, 0);
  gemmInto(C, cOff, ldc, work, 0, w, false, Z, 0, nc, false, w, nc, w, -1, 1);
  gemmInto(C, c2, ldc, A, a2, lda, false, Z, 0, nc, false, m - w, nc, w, -1, 1);
}
