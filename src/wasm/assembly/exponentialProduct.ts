/** Σ exp(sⱼ)xⱼ and Σ exp(sⱼ) relative to the largest sⱼ of a row. */
import { exponentials } from './exponential';

/** Entries whose exponentials are formed and summed at a time, in first-level cache. Even. */
const STRETCH = 512;

/** Bytes of the work space of exponentialSums: exponentials, their steps, and zeros. */
export function exponentialSumsWorkBytes(): i32 {
  return 3 * 8 * STRETCH;
}

/**
 * out ← the largest of n exponents s, Σ exp(s − largest)·x and Σ exp(s − largest), summed by the lanes of pairs. A NaN
 * is never the largest, but in the sums. There is memory behind an odd last exponent. work: a multiple of 16.
 */
export function exponentialSums(out: usize, s: usize, n: i32, x: usize, work: usize): void {
  const steps = work + 8 * STRETCH;
  const zeros = steps + 8 * STRETCH;
  memory.fill(zeros, 0, 8 * STRETCH);
  store<f64>(out, largestOf(s, n));
  let sum = f64x2.splat(0);
  let ones = sum;
  for (let j = 0; j < n; j += STRETCH) {
    const count = min(STRETCH, n - j);
    const even = count & ~1;
    memory.copy(work, s + bytes(j), bytes((count + 1) & ~1));
    exponentials(work, out, zeros, (count + 1) & ~1, steps);
    const at = x + bytes(j);
    const end = bytes(even);
    for (let p: usize = 0; p < end; p += 16) {
      const entry = v128.load(work + p);
      sum = f64x2.add(sum, f64x2.mul(entry, v128.load(at + p)));
      ones = f64x2.add(ones, entry);
    }
    if (even < count) {
      const entry = v128.load64_zero(work + end);
      sum = f64x2.add(sum, f64x2.mul(entry, v128.load64_zero(at + end)));
      ones = f64x2.add(ones, entry);
    }
  }
  store<f64>(out, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1), 8);
  store<f64>(out, f64x2.extract_lane(ones, 0) + f64x2.extract_lane(ones, 1), 16);
}

function largestOf(s: usize, n: i32): f64 {
  let largest = f64x2.splat(-Infinity);
  const end = s + bytes(n & ~1);
  for (; s < end; s += 16) largest = f64x2.pmax(largest, v128.load(s));
  if (n & 1) largest = f64x2.pmax(largest, v128.load64_splat(s));
  return max<f64>(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1));
}

function bytes(doubles: i32): usize {
  return (<usize>doubles) << 3;
}
