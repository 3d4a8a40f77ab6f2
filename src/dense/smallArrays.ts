/**
 * Arrays for small problems. Making one of more than 64 bytes takes an engine 0.4 to 1.2 µs, as long as the
 * arithmetic on hundreds of entries; a view of memory that is there takes 0.03 µs.
 */

/** Work space up to this length is shared: enough for a Householder QR of 500 × 8. */
const SCRATCH = new Float64Array(4096);

/** Up to this length an array that is made as usual has its entries inside the object, and costs no more than a view. */
const INLINE_LENGTH = 8;
const POOLED_LENGTH = 512;
const POOL_LENGTH = 8192;

let pool = new Float64Array(0);
let used = 0;

/**
 * An array of at least `length` places with arbitrary contents. Short ones are always the same array: nothing that is
 * called while its contents matter may ask for scratch space too.
 */
export function scratch(length: number): Float64Array {
  return length <= SCRATCH.length ? SCRATCH : new Float64Array(length);
}

/**
 * An array of zeros. Short ones are views of a buffer that they share with others, so no caller of the library may
 * get one: who transfers its buffer to a worker would take the others' along.
 */
export function zeros(length: number): Float64Array {
  if (length <= INLINE_LENGTH || length > POOLED_LENGTH) return new Float64Array(length);
  if (used + length > pool.length) {
    pool = new Float64Array(POOL_LENGTH);
    used = 0;
  }
  const start = 8 * used;
  used += length;
  return new Float64Array(pool.buffer, start, length);
}

/** A copy, of the same kind as `zeros` gives. */
export function copyOf(v: Float64Array): Float64Array {
  const copy = zeros(v.length);
  copy.set(v);
  return copy;
}
