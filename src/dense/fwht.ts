/**
 * Fast Walsh–Hadamard transform along the row index, unnormalised: H₁ = 1, H_{2n} = [H_n H_n; H_n −H_n].
 */

/** Columns of A (rows × columns at aOff with leading dimension lda) ← H · column. rows is a power of two. */
export function fwhtInPlace(A: Float64Array, aOff: number, lda: number, rows: number, columns: number): void {
  for (let half = 1; half < rows; half *= 2) {
    for (let start = 0; start < rows; start += 2 * half) {
      for (let i = start; i < start + half; i++) {
        const p = aOff + i * lda;
        const q = p + half * lda;
        for (let j = 0; j < columns; j++) {
          const u = A[p + j];
          const v = A[q + j];
          A[p + j] = u + v;
          A[q + j] = u - v;
        }
      }
    }
  }
}
