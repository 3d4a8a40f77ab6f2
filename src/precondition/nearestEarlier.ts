/**
 * For every point of a list its nearest ones among those before it, by comparing all pairs: exact, whatever the
 * dimension, at the cost of a product with the kernel. Deterministic, also among points at equal distance.
 */
import { gemmInto } from '../dense/gemm';
import type { GaussianPoints } from './gaussianPoints';

/** Row i: min(i, width) indices below i, ascending, from entry i·width on; the other entries are unused. */
export interface EarlierNeighbours {
  readonly width: number;
  readonly indices: Int32Array;
}

const TILE = 132;

/** Cost: n²·d/2 multiply-adds, memory O(n·width). */
export function nearestEarlier(points: GaussianPoints, width: number): EarlierNeighbours {
  const { data, halfSq, size: n, dimension: d } = points;
  const indices = new Int32Array(n * width);
  const scores = new Float64Array(n * width);
  const products = new Float64Array(TILE * TILE);
  for (let i = 0; i < n; i += TILE) {
    const rows = Math.min(TILE, n - i);
    for (let j = 0; j <= i; j += TILE) {
      const columns = Math.min(TILE, n - j);
      gemmInto(products, 0, TILE, data, i * d, d, false, data, j * d, d, true, rows, columns, d, 1, 0);
      for (let r = 0; r < rows; r++) {
        offerRow(scores, indices, (i + r) * width, width, products, r * TILE, halfSq, j, i + r);
      }
    }
  }
  for (let i = 0; i < n; i++) indices.subarray(i * width, i * width + Math.min(i, width)).sort();
  return { width, indices };
}

/** Offers points first … min(first + TILE, row) − 1 to row `row`; ⟨aᵢ, aⱼ⟩ − hⱼ falls as |aᵢ − aⱼ| grows. */
function offerRow(
  scores: Float64Array,
  indices: Int32Array,
  heap: number,
  width: number,
  products: Float64Array,
  p: number,
  halfSq: Float64Array,
  first: number,
  row: number,
): void {
  const end = Math.min(first + TILE, row);
  let j = first;
  for (; j < end && j < width; j++) rise(scores, indices, heap, j, products[p + j - first] - halfSq[j], j);
  for (; j < end; j++) {
    const score = products[p + j - first] - halfSq[j];
    if (score > scores[heap]) sink(scores, indices, heap, width, score, j);
  }
}

/** Adds an entry at place `at` of a heap with the smallest score on top. */
function rise(
  scores: Float64Array,
  indices: Int32Array,
  heap: number,
  at: number,
  score: number,
  index: number,
): void {
  let place = at;
  while (place > 0) {
    const parent = (place - 1) >> 1;
    if (scores[heap + parent] <= score) break;
    scores[heap + place] = scores[heap + parent];
    indices[heap + place] = indices[heap + parent];
    place = parent;
  }
  scores[heap + place] = score;
  indices[heap + place] = index;
}

/** Replaces the smallest entry. */
function sink(
  scores: Float64Array,
  indices: Int32Array,
  heap: number,
  size: number,
  score: number,
  index: number,
): void {
  let place = 0;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= size) break;
    if (child + 1 < size && scores[heap + child + 1] < scores[heap + child]) child++;
    if (scores[heap + child] >= score) break;
    scores[heap + place] = scores[heap + child];
    indices[heap + place] = indices[heap + child];
    place = child;
  }
  scores[heap + place] = score;
  indices[heap + place] = index;
}
