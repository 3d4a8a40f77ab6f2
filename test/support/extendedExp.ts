/**
 * exp in double-double: x = k·ln 2 + 2⁸·r, Taylor series of exp(r) − 1, doubled back eight times as
 * s ← 2s + s², which loses nothing near zero. Relative error about (1 + |x|)·2⁻⁹⁸ for |x| ≤ 300.
 */
import { add, divide, multiply, type Pair, subtract, twoProd } from './doubleDouble';

/** ln 2 to 32 digits. */
const LN2: Pair = [Math.LN2, 2.3190468138462996e-17];
const HALVINGS = 8;
const TERMS = 14;

export function extendedExp(x: Pair): Pair {
  const k = Math.round(x[0] / Math.LN2);
  const [high, low] = twoProd(k, LN2[0]);
  const reduced = subtract(x, add([high, low], [k * LN2[1], 0]));
  const r: Pair = [reduced[0] / 2 ** HALVINGS, reduced[1] / 2 ** HALVINGS];
  let s: Pair = [0, 0];
  for (let term = TERMS; term >= 1; term--) s = divide(multiply(r, add([1, 0], s)), [term, 0]);
  for (let doubling = 0; doubling < HALVINGS; doubling++) s = add([2 * s[0], 2 * s[1]], multiply(s, s));
  const value = add([1, 0], s);
  return [value[0] * 2 ** k, value[1] * 2 ** k];
}
