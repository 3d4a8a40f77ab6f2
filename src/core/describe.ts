/**
 * What a caller's value is: for checks, and in the words of an error message.
 */

/** An array or typed array whose entries may be numbers; not one of big integers. */
export function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  if (Array.isArray(value)) return true;
  const big = value instanceof BigInt64Array || value instanceof BigUint64Array;
  return ArrayBuffer.isView(value) && 'length' in value && !big;
}

/** What a value is, in the words of an error message. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `an array of length ${value.length}`;
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'object') return `an object (${value.constructor?.name ?? 'no constructor'})`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint') return `${value}n`;
  return String(value);
}
