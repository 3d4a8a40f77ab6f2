/** Median κ(S·Q) as the sketch grows, against the values known for Gaussian sketches. */
import type { Matrix } from '../../src/core/matrix';
import { distortions, median, type SketchFamily } from './sketchLaws';

export const DISTORTION_ROWS = 4096;
export const DISTORTION_COLUMNS = 48;

/** m/d and the median of κ(S·Q), d = 48, n = 4096. */
export const KNOWN_DISTORTIONS: readonly (readonly [number, number])[] = [
  [2, 5.1],
  [3, 3.5],
  [4, 2.8],
  [6, 2.3],
  [8, 2.0],
  [12, 1.77],
  [20, 1.56],
];

/**
 * Medians over seeds 0 … draws − 1 for every m/d of the table. One κ varies by 7% (m/d = 2) to 2% (20) from
 * seed to seed, the median of 21 by a quarter of that; 12% leaves room for the two digits of the known values.
 */
export function medianDistortions(family: SketchFamily, Q: Matrix, draws: number): number[] {
  return KNOWN_DISTORTIONS.map(([ratio]) => median(distortions(family, ratio * Q.columns, Q, draws)));
}

/** One line: the name and measured/known for every m/d. */
export function distortionLine(name: string, medians: readonly number[]): string {
  const cells = KNOWN_DISTORTIONS.map(([ratio, known], k) => `${ratio}: ${medians[k].toFixed(3)} (${known})`);
  return `median κ(S·Q), m/d: measured (known) | ${name.padEnd(38)} | ${cells.join(' | ')}`;
}
