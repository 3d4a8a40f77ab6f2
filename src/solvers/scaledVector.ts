/**
 * Vectors v·2^e: powers of AᵀA leave the range of doubles long before the answer does, so every chain
 * carries its scale as an integer and only the final x is brought back.
 */
import { SketchSolveError } from '../core/errors';
import { maxAbs, norm2, powerOfTwoExponent, scaleByPowerOfTwoInPlace } from '../dense/vector';

/** v ← v·2^−e with the largest entry in [1, 2); returns e. The zero vector gives 0. */
export function normaliseInPlace(v: Float64Array): number {
  const e = powerOfTwoExponent(maxAbs(v, 0, v.length));
  scaleByPowerOfTwoInPlace(v, -e);
  return e;
}

/** v·2^e, or OUT_OF_RANGE when that overflows or loses every entry to underflow. */
export function scaleBack(caller: string, v: Float64Array, e: number): Float64Array {
  const x = v.slice();
  scaleByPowerOfTwoInPlace(x, e);
  const largest = maxAbs(x, 0, x.length);
  const wasZero = maxAbs(v, 0, v.length) === 0;
  if (Number.isFinite(largest) && (largest > 0 || wasZero)) return x;
  throw new SketchSolveError(
    'OUT_OF_RANGE',
    `${caller}: x is about 2^${e}, expected an answer within the range of doubles (2^-1074 to 2^1024); scale A or b`,
    { log2Scale: e, mantissas: v.slice() },
  );
}

/** What rounding to multiples of 2⁻¹⁰⁷⁴ can do to ‖x‖, relative to it: nothing but for x near underflow. */
export function underflow(x: Float64Array): number {
  const size = norm2(x, 0, x.length);
  return size === 0 ? 0 : (Number.MIN_VALUE / size) * Math.sqrt(x.length / 4);
}
