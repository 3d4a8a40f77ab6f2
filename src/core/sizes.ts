/** The sizes a matrix may have. */
import { describe } from './describe';
import { SketchSolveError } from './errors';

/** Kernels count entries and rows in 32 bits. */
export const MAX_ENTRIES = 2 ** 31 - 1;

/** Throws unless a dense matrix can have rows × columns entries. `prefix` is 'A.' or nothing. */
export function checkSizes(caller: string, prefix: string, rows: number, columns: number): void {
  checkSize(caller, `${prefix}rows`, rows);
  checkSize(caller, `${prefix}columns`, columns);
  if (rows * columns <= MAX_ENTRIES) return;
  throw new SketchSolveError(
    'SHAPE',
    `${caller}: ${prefix}rows·${prefix}columns is ${rows * columns}, expected at most ${MAX_ENTRIES}`,
    { got: rows * columns, max: MAX_ENTRIES },
  );
}

/** Throws unless `value` is an integer from 1 to max. */
export function checkSize(caller: string, name: string, value: unknown, max?: number): void {
  const needed = max === undefined ? 'an integer ≥ 1' : `an integer from 1 to ${max}`;
  if (typeof value !== 'number') {
    throw new SketchSolveError(
      'INVALID_ARGUMENT',
      `${caller}: ${name} is ${describe(value)}, expected ${needed}`,
    );
  }
  if (!Number.isSafeInteger(value) || value < 1 || (max !== undefined && value > max)) {
    throw new SketchSolveError('SHAPE', `${caller}: ${name} is ${value}, expected ${needed}`, {
      argument: name,
      got: value,
    });
  }
}

/** Throws unless A has at least as many rows as columns. */
export function checkTall(caller: string, rows: number, columns: number): void {
  if (rows >= columns) return;
  throw new SketchSolveError(
    'SHAPE',
    `${caller}: A is ${rows} × ${columns}, expected at least as many rows as columns`,
    { rows, columns },
  );
}
