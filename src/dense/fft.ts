/**
 * Discrete Fourier transform along the row index, F_k = Σ_t f_t e^(−2πi·kt/n), for n a power of two. The forward
 * transform leaves its result in bit-reversed order and the inverse expects it there: pointwise products, which
 * is what convolution needs, do not see the order, and no pass is spent on undoing it.
 * Cooley & Tukey, Math. Comp. 19, 1965; forward by decimation in frequency, inverse in time.
 *
 * Rounding: relative error of F in the 2-norm at most about 10·log₂(n)·u.
 */

/** w_k = e^(−2πik/n) for k < n/2 (one entry for n = 1). */
export interface FftTwiddles {
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
}

/**
 * The table for transforms of length n, a power of two. Square roots, products and sums only, which are rounded
 * alike on every engine, where Math.cos is not. Errors at most about 3·log₂(n)·u.
 */
export function fftTwiddles(n: number): FftTwiddles {
  const cosines = new Float64Array(Math.max(1, n / 2));
  const sines = new Float64Array(Math.max(1, n / 2));
  cosines[0] = 1;
  let cosine = -1; // of the angle 2π/length, halved in every step
  let sine = 0;
  for (let length = 2, stride = n / 4; length < n; length *= 2, stride /= 2) {
    const half = Math.sqrt((1 + cosine) / 2);
    sine = length === 2 ? 1 : sine / (2 * half);
    cosine = half;
    for (let k = stride; k < n / 2; k += 2 * stride) {
      const c = cosines[k - stride];
      const s = sines[k - stride];
      cosines[k] = c * cosine + s * sine;
      sines[k] = s * cosine - c * sine;
    }
  }
  return { cosines, sines };
}

/**
 * Columns of re + i·im (both rows × columns, contiguous) ← their transforms, row r holding the frequency whose
 * log₂(rows) bits are those of r reversed. rows is a power of two and the length of the twiddles.
 */
export function fftInPlace(
  re: Float64Array,
  im: Float64Array,
  rows: number,
  columns: number,
  twiddles: FftTwiddles,
): void {
  const { cosines, sines } = twiddles;
  for (let half = rows >> 1, stride = 1; half >= 1; half >>= 1, stride *= 2) {
    for (let k = 0; k < half; k++) {
      const c = cosines[k * stride];
      const s = sines[k * stride];
      for (let row = k; row < rows; row += 2 * half) {
        let p = row * columns;
        let q = (row + half) * columns;
        for (const end = p + columns; p < end; p = (p + 1) | 0, q = (q + 1) | 0) {
          const x = re[p] - re[q];
          const y = im[p] - im[q];
          re[p] += re[q];
          im[p] += im[q];
          re[q] = x * c - y * s;
          im[q] = x * s + y * c;
        }
      }
    }
  }
}

/** Undoes `fftInPlace` up to a factor: columns of re + i·im ← rows · the inverse transform, in natural order. */
export function inverseFftInPlace(
  re: Float64Array,
  im: Float64Array,
  rows: number,
  columns: number,
  twiddles: FftTwiddles,
): void {
  const { cosines, sines } = twiddles;
  for (let half = 1, stride = rows >> 1; half < rows; half *= 2, stride >>= 1) {
    for (let k = 0; k < half; k++) {
      const c = cosines[k * stride];
      const s = sines[k * stride];
      for (let row = k; row < rows; row += 2 * half) {
        let p = row * columns;
        let q = (row + half) * columns;
        for (const end = p + columns; p < end; p = (p + 1) | 0, q = (q + 1) | 0) {
          const x = re[q] * c + im[q] * s;
          const y = im[q] * c - re[q] * s;
          re[q] = re[p] - x;
          im[q] = im[p] - y;
          re[p] += x;
          im[p] += y;
        }
      }
    }
  }
}
