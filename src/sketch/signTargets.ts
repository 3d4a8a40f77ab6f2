/**
 * The entries ±1 of a sparse sketch: column i has one in each of `perColumn` nearly equal strata of the rows, in a
 * uniformly drawn row and with an independent sign. Word k of column i chooses the row in stratum k, the bits of
 * word perColumn are the signs.
 */
import type { FillTargets } from '../dense/scatter';
import { drawState, drawStates, mix, rowState, signedKey } from '../random/counter';
import type { StreamKey } from '../random/seed';

const TWO_TO_MINUS_32 = 2 ** -32;
const CHUNK_COLUMNS = 512;
/** Counter states and signs of a chunk of columns. */
const STATES = new Int32Array(CHUNK_COLUMNS);
const SIGNS = new Int32Array(CHUNK_COLUMNS);

/** For each stratum the state of its word, twice its first row, and its size · 2⁻³². */
interface Strata {
  readonly draws: Int32Array;
  readonly starts: Int32Array;
  readonly scales: Float64Array;
}

/** Targets 2·row + (1 if negated), stratum by stratum, for a sketch of `rows` ≥ perColumn rows; perColumn ≤ 32. */
export function signTargets(key: StreamKey, rows: number, perColumn: number): FillTargets {
  const firstRow = (k: number): number => Math.floor((k * rows) / perColumn);
  const strata: Strata = {
    draws: drawStates(key, perColumn),
    starts: Int32Array.from({ length: perColumn }, (_, k) => 2 * firstRow(k)),
    scales: Float64Array.from(
      { length: perColumn },
      (_, k) => (firstRow(k + 1) - firstRow(k)) * TWO_TO_MINUS_32,
    ),
  };
  const signDraw = drawState(key, perColumn);
  const hashKey = signedKey(key);

  return (targets, at, first, count) => {
    for (let i = 0; i < count; i += CHUNK_COLUMNS) {
      const size = Math.min(CHUNK_COLUMNS, count - i);
      hashColumns(STATES, SIGNS, hashKey, signDraw, first + i, size);
      const p = perColumn * (at + i);
      let k = 0;
      for (; k + 4 <= perColumn; k += 4) drawFour(targets, p, perColumn, STATES, SIGNS, size, strata, k);
      for (; k < perColumn; k++) drawOne(targets, p, perColumn, STATES, SIGNS, size, strata, k);
    }
  };
}

function hashColumns(
  states: Int32Array,
  signs: Int32Array,
  key: StreamKey,
  signDraw: number,
  first: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const state = rowState(key, first + i);
    states[i] = state;
    signs[i] = mix(state ^ signDraw);
  }
}

/** 2·boundedInteger(word, size), with the power of two moved to the size, which changes no bit. */
function twiceRow(word: number, scale: number): number {
  return ((word >>> 0) * scale) << 1;
}

/** Stratum k of `count` columns, the first at targets[p …]. */
function drawOne(
  targets: Int32Array,
  p: number,
  perColumn: number,
  states: Int32Array,
  signs: Int32Array,
  count: number,
  strata: Strata,
  k: number,
): void {
  const draw = strata.draws[k];
  const start = strata.starts[k];
  const scale = strata.scales[k];
  for (let i = 0, q = p + k; i < count; i = (i + 1) | 0, q = (q + perColumn) | 0) {
    targets[q] = (start + twiceRow(mix(states[i] ^ draw), scale)) | ((signs[i] >>> k) & 1);
  }
}

/** Strata k to k + 3, whose numbers stay in registers: half the time of one by one, a third of column by column. */
function drawFour(
  targets: Int32Array,
  p: number,
  perColumn: number,
  states: Int32Array,
  signs: Int32Array,
  count: number,
  { draws, starts, scales }: Strata,
  k: number,
): void {
  const [draw0, draw1, draw2, draw3] = [draws[k], draws[k + 1], draws[k + 2], draws[k + 3]];
  const [start0, start1, start2, start3] = [starts[k], starts[k + 1], starts[k + 2], starts[k + 3]];
  const [scale0, scale1, scale2, scale3] = [scales[k], scales[k + 1], scales[k + 2], scales[k + 3]];
  for (let i = 0, q = p + k; i < count; i = (i + 1) | 0, q = (q + perColumn) | 0) {
    const state = states[i];
    const bits = signs[i] >>> k;
    targets[q] = (start0 + twiceRow(mix(state ^ draw0), scale0)) | (bits & 1);
    targets[q + 1] = (start1 + twiceRow(mix(state ^ draw1), scale1)) | ((bits >>> 1) & 1);
    targets[q + 2] = (start2 + twiceRow(mix(state ^ draw2), scale2)) | ((bits >>> 2) & 1);
    targets[q + 3] = (start3 + twiceRow(mix(state ^ draw3), scale3)) | ((bits >>> 3) & 1);
  }
}
