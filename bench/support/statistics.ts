/** Summaries of repeated draws. */

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function largest(values: readonly number[]): number {
  return values.reduce((worst, value) => Math.max(worst, value), Number.NEGATIVE_INFINITY);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value / values.length, 0);
}

export function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(mean(values.map((value) => value * value)));
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, k) => k);
}
