/**
 * The entries ±1 of a sparse sketch: column i has one in each of `perColumn` nearly equal strata of the rows, in a
 * uniformly drawn row and with an independent sign. Word k of column i chooses the row in stratum k, the bits of
 * word perColumn are the signs.
 */
import type { FillTargets } from '../dense/scatter';
import { drawState, mix, rowState } from '../random/counter';
import type { StreamKey } from '../random/seed';

const TWO_TO_MINUS_32 = 2 ** -32;
const CHUNK_COLUMNS = 512;
/** Counter states and signs of a chunk of columns. */
const STATES = new Int32Array(CHUNK_COLUMNS);
const SIGNS = new Int32Array(CHUNK_COLUMNS);

/** Targets 2·row + (1 if negated), stratum by stratum, for a sketch of `rows` ≥ perColumn rows; perColumn ≤ 32. */
export function signTargets(key: StreamKey, rows: number, perColumn: number): FillTargets {
  const strata = Array.from({ length: perColumn }, (_, k) => {
    const start = Math.floor((k * rows) / perColumn);
    const size = Math.floor(((k + 1) * rows) / perColumn) - start;
    return { draw: drawState(key, k), start: 2 * start, scale: size * TWO_TO_MINUS_32 };
  });
  const signDraw = drawState(key, perColumn);
  const words = { k0: key.k0 | 0, k1: key.k1 | 0 }; // the same bits, but small integers: half the time

  return (targets, at, first, count) => {
    for (let i = 0; i < count; i += CHUNK_COLUMNS) {
      const size = Math.min(CHUNK_COLUMNS, count - i);
      hashColumns(STATES, SIGNS, words, signDraw, first + i, size);
      strata.forEach(({ draw, start, scale }, k) => {
        drawStratum(targets, perColumn * (at + i) + k, perColumn, STATES, SIGNS, size, draw, k, start, scale);
      });
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

/**
 * A stratum at a time, so that its numbers stay in registers (half the time of column by column). The row is
 * `boundedInteger` of the word, with the power of two moved to the bound.
 */
function drawStratum(
  targets: Int32Array,
  p: number,
  step: number,
  states: Int32Array,
  signs: Int32Array,
  count: number,
  draw: number,
  bit: number,
  start: number,
  scale: number,
): void {
  for (let i = 0; i < count; i = (i + 1) | 0, p = (p + step) | 0) {
    const row = (mix(states[i] ^ draw) >>> 0) * scale;
    targets[p] = (start + (row << 1)) | ((signs[i] >>> bit) & 1);
  }
}
