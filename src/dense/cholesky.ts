/** Cholesky factorisation of a symmetric positive definite matrix, upper triangle, in place. */

/**
 * Upper triangle of G (n × n) ← R with RᵀR = G. The strictly lower part is neither read nor written.
 * Returns −1, or the index of the first pivot that is not positive (NaN counts as not positive).
 */
export function choleskyInPlace(G: Float64Array, ldg: number, n: number): number {
  for (let k = 0; k < n; k++) {
    const row = k * ldg;
    const pivot = G[row + k];
    if (!(pivot > 0)) return k;
    const root = Math.sqrt(pivot);
    G[row + k] = root;
    for (let j = k + 1; j < n; j++) G[row + j] /= root;
    for (let i = k + 1; i < n; i++) {
      const r = G[row + i];
      for (let j = i; j < n; j++) G[i * ldg + j] -= r * G[row + j];
    }
  }
  return -1;
}
