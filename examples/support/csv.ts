/**
 * Reads a numeric table without header whose last column is the target: the features as a row-major matrix,
 * the target as a vector.
 */
import { readFileSync } from 'node:fs';
import type { Matrix } from 'sketchsolve';

export interface LabelledTable {
  readonly A: Matrix;
  /** Last column of the file, one entry a row of A. */
  readonly target: Float64Array;
}

/** One of the files in `examples/data`, by file name. */
export function loadExampleData(fileName: string): LabelledTable {
  return parseCsv(fileName, readFileSync(new URL(`../data/${fileName}`, import.meta.url), 'utf8'));
}

/** @throws Error naming the line that is ragged or not numeric. */
export function parseCsv(name: string, text: string): LabelledTable {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const columns = (lines[0] ?? '').split(',').length - 1;
  if (columns < 1) throw new Error(`${name}: expected at least two columns in line 1`);
  const data = new Float64Array(lines.length * columns);
  const target = new Float64Array(lines.length);
  for (const [i, line] of lines.entries()) {
    // Number('') is 0, which would turn a missing entry into a measurement
    const entries = line.split(',').map((entry) => (entry.trim() === '' ? Number.NaN : Number(entry)));
    if (entries.length !== columns + 1 || !entries.every(Number.isFinite)) {
      throw new Error(`${name}: line ${i + 1} is not ${columns + 1} numbers: ${line}`);
    }
    data.set(entries.slice(0, columns), i * columns);
    target[i] = entries[columns];
  }
  return { A: { rows: lines.length, columns, data }, target };
}
