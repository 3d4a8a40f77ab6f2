/**
 * Upper triangular R (n × n, row-major, leading dimension ldr): products, solves and the explicit inverse.
 * Entries below the diagonal are never read. Rows are read in storage order, four at a time.
 */

/** x ← R⁻¹ x, x = x[xOff … xOff+n). A zero on the diagonal gives infinities or NaN. */
export function solveUpperInPlace(
  x: Float64Array,
  xOff: number,
  R: Float64Array,
  ldr: number,
  n: number,
): void {
  for (let i = n - 1; i >= 0; i--) {
    const row = i * ldr;
    let s = x[xOff + i];
    for (let j = i + 1; j < n; j++) s -= R[row + j] * x[xOff + j];
    x[xOff + i] = s / R[row + i];
  }
}

/** x ← R⁻ᵀ x, x = x[xOff … xOff+n). */
export function solveUpperTransposedInPlace(
  x: Float64Array,
  xOff: number,
  R: Float64Array,
  ldr: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) {
    const row = i * ldr;
    const xi = x[xOff + i] / R[row + i];
    x[xOff + i] = xi;
    for (let j = i + 1; j < n; j++) x[xOff + j] -= xi * R[row + j];
  }
}

/** x ← R x over the first n entries of x. */
export function multiplyUpperVectorInPlace(x: Float64Array, R: Float64Array, ldr: number, n: number): void {
  for (let i = 0; i < n; i++) {
    const row = i * ldr;
    let s = 0;
    for (let j = i; j < n; j++) s += R[row + j] * x[j];
    x[i] = s;
  }
}

/** x ← Rᵀ x over the first n entries of x. */
export function multiplyUpperTransposedVectorInPlace(
  x: Float64Array,
  R: Float64Array,
  ldr: number,
  n: number,
): void {
  for (let i = n - 1; i >= 0; i--) {
    const row = i * ldr;
    const xi = x[i];
    x[i] = xi * R[row + i];
    for (let j = i + 1; j < n; j++) x[j] += xi * R[row + j];
  }
}

/** X (n × n, contiguous) ← R⁻¹, zeros below the diagonal. X must not alias R. */
export function invertUpperInto(X: Float64Array, R: Float64Array, ldr: number, n: number): void {
  X.fill(0, 0, n * n);
  for (let i = n - 1; i >= 0; i--) {
    const inverse = 1 / R[i * ldr + i];
    for (let k = i + 1; k < n; k++) {
      const r = R[i * ldr + k];
      for (let j = k; j < n; j++) X[i * n + j] -= r * X[k * n + j];
    }
    X[i * n + i] = 1;
    for (let j = i; j < n; j++) X[i * n + j] *= inverse;
  }
}
