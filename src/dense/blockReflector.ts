/**
 * Compact WY form of w consecutive reflectors, H_0 H_1 … = I − V T Vᵀ with T upper triangular, applied to
 * several columns by matrix products. V = [V1; V2]: V2 is read where the factorisation left it, V1 (unit lower
 * triangular, its upper part is R's place) from a copy. Schreiber & Van Loan, SIAM J. Sci. Stat. Comput. 1989.
 */
import { gemmInto } from './gemm';
import { gramAccumulate } from './gram';

/** Length of `work` for w reflectors on nc columns: T, V1 and two w × nc products. */
export function blockReflectorWorkLength(w: number, nc: number): number {
  return 2 * w * w + 2 * w * nc;
}

/** work[0 … w²) ← T, work[w² … 2w²) ← V1 from the m × w block of reflectors at aOff, m ≥ w. */
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
  const v1 = w * w;
  work.fill(0, 0, 2 * v1);
  for (let i = 0; i < w; i++) {
    for (let j = 0; j < i; j++) work[v1 + i * w + j] = A[aOff + i * lda + j];
    work[v1 + i * w + i] = 1;
  }
  gramAccumulate(work, w, work, v1, w, w, w);
  gramAccumulate(work, w, A, aOff + w * lda, lda, m - w, w);
  for (let k = 0; k < w; k++) {
    // column k of T is −tau_k T (Vᵀ v_k), the product taken from the top row down so that it may be in place
    const t = tau[tauOff + k];
    for (let i = 0; i < k; i++) {
      let sum = 0;
      for (let j = i; j < k; j++) sum += work[i * w + j] * work[j * w + k];
      work[i * w + k] = -t * sum;
    }
    work[k * w + k] = t;
  }
}

/** C (m × nc at cOff) ← (I − V op(T) Vᵀ) C with T and V1 in `work`; op(T) = Tᵀ if transposed. */
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
  const v1 = w * w;
  const p = 2 * v1; // VᵀC
  const q = p + w * nc; // op(T) VᵀC
  const a2 = aOff + w * lda;
  const c2 = cOff + w * ldc;
  gemmInto(work, p, nc, work, v1, w, true, C, cOff, ldc, false, w, nc, w, 1, 0);
  gemmInto(work, p, nc, A, a2, lda, true, C, c2, ldc, false, w, nc, m - w, 1, 1);
  gemmInto(work, q, nc, work, 0, w, transposed, work, p, nc, false, w, nc, w, 1, 0);
  gemmInto(C, cOff, ldc, work, v1, w, false, work, q, nc, false, w, nc, w, -1, 1);
  gemmInto(C, c2, ldc, A, a2, lda, false, work, q, nc, false, m - w, nc, w, -1, 1);
}
