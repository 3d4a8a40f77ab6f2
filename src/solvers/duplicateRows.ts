/**
 * Equal rows make a kernel exactly singular. Without a ridge the minimum-norm answer is known: average b over
 * each group of equal rows, solve for one row of each, and share x out evenly.
 */
import type { Matrix } from '../core/matrix';

export interface RowGroups {
  /** Group of every row. */
  readonly groupOf: Int32Array;
  /** A row of every group. */
  readonly representatives: Int32Array;
  /** Rows in every group. */
  readonly sizes: Int32Array;
}

/** Groups of equal rows, in order of first appearance; null when all rows differ. */
export function groupEqualRows(A: Matrix): RowGroups | null {
  const { rows: n, columns: d, data } = A;
  const groupOf = new Int32Array(n);
  const representatives: number[] = [];
  const sizes: number[] = [];
  const buckets = new Map<number, number[]>();
  for (let i = 0; i < n; i++) {
    const key = hashRow(data, i * d, d);
    const bucket = buckets.get(key) ?? [];
    let group = bucket.find((g) => equalRows(data, representatives[g] * d, i * d, d));
    if (group === undefined) {
      group = representatives.length;
      representatives.push(i);
      sizes.push(0);
      bucket.push(group);
      buckets.set(key, bucket);
    }
    groupOf[i] = group;
    sizes[group]++;
  }
  if (representatives.length === n) return null;
  return { groupOf, representatives: Int32Array.from(representatives), sizes: Int32Array.from(sizes) };
}

/** One row of every group. */
export function representativeRows(A: Matrix, { representatives }: RowGroups): Matrix {
  const { columns: d } = A;
  const data = new Float64Array(representatives.length * d);
  for (let g = 0; g < representatives.length; g++) {
    data.set(A.data.subarray(representatives[g] * d, (representatives[g] + 1) * d), g * d);
  }
  return { rows: representatives.length, columns: d, data };
}

/** Mean of b over every group. */
export function averageOver({ groupOf, sizes }: RowGroups, b: Float64Array): Float64Array {
  const mean = new Float64Array(sizes.length);
  for (let i = 0; i < b.length; i++) mean[groupOf[i]] += b[i] / sizes[groupOf[i]];
  return mean;
}

/** x of every row from the sum over its group. */
export function shareOut({ groupOf, sizes }: RowGroups, sums: Float64Array): Float64Array {
  return Float64Array.from(groupOf, (group) => sums[group] / sizes[group]);
}

const bits = new Float64Array(1);
const words = new Int32Array(bits.buffer);

function hashRow(data: Float64Array, start: number, d: number): number {
  let h = 0;
  for (let p = start; p < start + d; p++) {
    // adding 0 makes −0 and 0, which are equal, one key
    bits[0] = data[p] + 0;
    h = Math.imul(h ^ words[0], 0x21f0aaad);
    h = Math.imul(h ^ (h >>> 15) ^ words[1], 0xd35a2d97);
    h ^= h >>> 16;
  }
  return h;
}

function equalRows(data: Float64Array, a: number, b: number, d: number): boolean {
  for (let j = 0; j < d; j++) if (data[a + j] !== data[b + j]) return false;
  return true;
}
