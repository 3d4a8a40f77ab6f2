/**
 * What fits into `memoryBudget`, for the kernel of n points.
 */
import { panelsLength } from '../dense/symmetricProduct';

const BYTES = 8;

/** Bytes of n × n numbers. */
export function squareBytes(n: number): number {
  return BYTES * n * n;
}

/** Bytes of the kernel as it is kept: one half of it. */
export function storedBytes(n: number): number {
  return BYTES * panelsLength(n);
}

/** Whether the kernel is kept: where it leaves as much for the preconditioner, or all it needs to a dense factor. */
export function keepsKernel(n: number, memoryBudget: number, direct: boolean): boolean {
  return storedBytes(n) + (direct ? squareBytes(n) : storedBytes(n)) <= memoryBudget;
}

/** Whether a dense factor fits beside what is kept. */
export function holdsDense(n: number, memoryBudget: number, stored: boolean): boolean {
  return squareBytes(n) + (stored ? storedBytes(n) : 0) <= memoryBudget;
}

/** Columns of a preconditioner that fit beside what is kept: its factor with room to grow, packed, orthonormalised. */
export function affordableRank(n: number, memoryBudget: number, stored: boolean): number {
  const left = memoryBudget - (stored ? storedBytes(n) : 0);
  return Math.floor(left / (BYTES * n) / 4) - 4;
}
