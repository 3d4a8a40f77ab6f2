/**
 * exp of nonpositive numbers, by table and polynomial: v = −k·(ln 2)/32 + r, |r| ≤ (ln 2)/64, and
 * exp(v) = 2^(−k/32)·exp(r). Tang, ACM TOMS 15(2), 1989. Half the time of Math.exp, and the same bits on every
 * engine, which Math.exp does not promise.
 *
 * Rounding: relative error at most 1.2·2⁻⁵² where the result is a normal number, one spacing below that;
 * exp(0) = 1 exactly, and exp(v) = 0 exactly from v = −746 down.
 * Long rows go to the WebAssembly kernel where that is in use: the same promises, but not the same bits.
 */
import { engineFor } from '../wasm/engine';
import { wasmExponentialRow } from '../wasm/exponential';
import { WASM_EXPONENTIALS } from './crossover';

/** 2^(−j/32), correctly rounded. */
const ROOTS = Float64Array.of(
  1.0,
  0.9785720620877001,
  0.9576032806985737,
  0.93708381705515,
  0.9170040432046712,
  0.8973545375015536,
  0.8781260801866497,
  0.859309649061239,
  0.8408964152537145,
  0.8228777390769825,
  0.8052451659746271,
  0.7879904225539432,
  0.7711054127039704,
  0.7545822137967114,
  0.7384130729697497,
  0.7225904034885233,
  Math.SQRT1_2,
  0.691954940981916,
  0.6771277734684463,
  0.6626183215798707,
  0.6484197773255048,
  0.6345254785958666,
  0.620928906036742,
  0.6076236799902345,
  0.5946035575013605,
  0.5818624293887887,
  0.5693943173783458,
  0.5571933712979462,
  0.5452538663326288,
  0.5335702003384118,
  0.5221368912137069,
  0.5109485743270583,
);

/** From here down the result is zero: exp(−746) is below half the smallest positive number. */
const LOWEST = -746;
const STEPS_PER_UNIT = 46.16624130844683;
/** (ln 2)/32 in two parts; 37 bits in the first, so that its multiples by k < 2¹⁶ are exact. */
const STEP_HIGH = 0.021660849392446835;
const STEP_LOW = 5.145609244655338e-14;

/** 2^−q for q = 0 … 1079, zero from 1075 on. */
function negativePowersOfTwo(): Float64Array {
  const powers = new Float64Array(1080);
  for (let q = 0, power = 1; q < powers.length; q++, power /= 2) powers[q] = power;
  return powers;
}

// tables as parameters: see lanes.ts
function makeExponentialRow(roots: Float64Array, powers: Float64Array) {
  return (K: Float64Array, kOff: number, h: number, g: Float64Array, gOff: number, columns: number): void => {
    let q = gOff | 0;
    for (let p = kOff | 0, end = (p + columns) | 0; p < end; p = (p + 1) | 0, q = (q + 1) | 0) {
      let v = K[p] - h - g[q];
      if (v > 0) v = 0;
      if (v < LOWEST) v = LOWEST;
      const k = ~~(0.5 - v * STEPS_PER_UNIT);
      const r = v + k * STEP_HIGH + k * STEP_LOW;
      const rSq = r * r;
      const even = 1 / 2 + rSq * (1 / 24 + rSq * (1 / 720));
      const odd = 1 / 6 + rSq * (1 / 120);
      const root = roots[k & 31];
      K[p] = (root + root * (r + rSq * (even + r * odd))) * powers[k >> 5];
    }
  };
}

const rowInPlace = makeExponentialRow(ROOTS, negativePowersOfTwo());

/**
 * K_j ← exp(min(0, K_j − h − g_j)) over columns entries, from K[kOff] and g[gOff]. NaN stays NaN. K must not
 * alias g.
 */
export function exponentialRowInPlace(
  K: Float64Array,
  kOff: number,
  h: number,
  g: Float64Array,
  gOff: number,
  columns: number,
): void {
  const engine = engineFor(columns, WASM_EXPONENTIALS);
  if (engine === null) rowInPlace(K, kOff, h, g, gOff, columns);
  else wasmExponentialRow(engine, K, kOff, h, g, gOff, columns);
}
