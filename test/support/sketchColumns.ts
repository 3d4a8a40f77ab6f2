/** Columns of a sketch, for looking at its entries. */
import type { Matrix } from '../../src/core/matrix';
import type { RowSketch } from '../../src/sketch/operator';

/** Column i of S₀ = S/scale: what row i of A is multiplied with. */
export function sketchColumn(S: RowSketch, i: number): Float64Array {
  const column = new Float64Array(S.rows);
  S.accumulateInto(column, 0, 1, Float64Array.of(1), 0, 1, 1, 1, i);
  return column;
}

/** The entries ±1 of a sparse column as text: '+2 -5' has 1 in row 2 and −1 in row 5. */
export function signedRows(column: Float64Array): string {
  const parts: string[] = [];
  column.forEach((value, t) => {
    if (value === 1) parts.push(`+${t}`);
    else if (value === -1) parts.push(`-${t}`);
    else if (value !== 0) parts.push(`${value} at ${t}`);
  });
  return parts.join(' ');
}

/** A column of ±1 as text, one character a row. */
export function signText(column: Float64Array): string {
  return Array.from(column, (value) => (value === 1 ? '+' : value === -1 ? '-' : `(${value})`)).join('');
}

/** The explicit S₀, one column at a time. */
export function integerPart(S: RowSketch): Matrix {
  const { rows, columns } = S;
  const data = new Float64Array(rows * columns);
  for (let i = 0; i < columns; i++) {
    sketchColumn(S, i).forEach((value, t) => {
      data[t * columns + i] = value;
    });
  }
  return { rows, columns, data };
}
