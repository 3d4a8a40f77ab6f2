import { describe, expect, it } from 'vitest';
import { checkSize, checkSizes, checkTall, MAX_ENTRIES } from '../../src/core/sizes';

const failure = (code: string, message: string) => expect.objectContaining({ code, message });

describe('checkSize', () => {
  it('takes integers from 1 on, up to a limit if there is one', () => {
    for (const value of [1, 7, 2 ** 31, Number.MAX_SAFE_INTEGER]) checkSize('solve', 'rows', value);
    checkSize('solve', 'rows', 7, 7);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', (value) => {
    expect(() => checkSize('solve', 'rows', value)).toThrow(
      failure('SHAPE', `solve: rows is ${value}, expected an integer ≥ 1`),
    );
  });

  it('names the limit, and what is no number', () => {
    expect(() => checkSize('solve', 'A.rows', 8, 7)).toThrow(
      failure('SHAPE', 'solve: A.rows is 8, expected an integer from 1 to 7'),
    );
    expect(() => checkSize('solve', 'A.rows', '8', 7)).toThrow(
      failure('INVALID_ARGUMENT', "solve: A.rows is '8', expected an integer from 1 to 7"),
    );
  });
});

describe('checkSizes', () => {
  it('takes up to 2³¹ − 1 entries', () => {
    expect(MAX_ENTRIES).toBe(2 ** 31 - 1);
    checkSizes('solve', 'A.', MAX_ENTRIES, 1);
    expect(() => checkSizes('solve', 'A.', 2 ** 16, 2 ** 15)).toThrow(
      failure('SHAPE', `solve: A.rows·A.columns is ${2 ** 31}, expected at most ${MAX_ENTRIES}`),
    );
  });

  it('names the size that is wrong', () => {
    expect(() => checkSizes('solve', 'A.', 3, 0)).toThrow(
      failure('SHAPE', 'solve: A.columns is 0, expected an integer ≥ 1'),
    );
    expect(() => checkSizes('solve', '', 0, 3)).toThrow(
      failure('SHAPE', 'solve: rows is 0, expected an integer ≥ 1'),
    );
  });
});

describe('checkTall', () => {
  it('takes n ≥ d, and names both otherwise', () => {
    expect(() => checkTall('test', 3, 3)).not.toThrow();
    expect(() => checkTall('test', 4, 3)).not.toThrow();
    expect(() => checkTall('test', 2, 3)).toThrow(
      'test: A is 2 × 3, expected at least as many rows as columns',
    );
  });
});
