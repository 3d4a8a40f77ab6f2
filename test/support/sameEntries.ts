/**
 * Laws about every entry of a long array. An `expect` for each entry, or `toEqual` on an array, takes seconds for a
 * million of them.
 */
import { expect } from 'vitest';

/** `holds(p)` for p = 0 … count − 1. */
export function expectEvery(count: number, holds: (p: number) => boolean): void {
  for (let p = 0; p < count; p++) if (!holds(p)) expect.fail(`entry ${p} breaks the law`);
}

/** The entries of both are the same, NaN being NaN and −0 not 0. */
export function expectSameEntries(actual: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(actual.length).toBe(wanted.length);
  for (let p = 0; p < wanted.length; p++) {
    if (!Object.is(actual[p], wanted[p])) expect.fail(`entry ${p} is ${actual[p]}, expected ${wanted[p]}`);
  }
}
