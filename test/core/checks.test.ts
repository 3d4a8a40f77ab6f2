import { describe, expect, it } from 'vitest';
import {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkKeys,
  checkNumber,
  checkOneOf,
  withDefaults,
} from '../../src/core/checks';

function invalid(message: string, details: Record<string, unknown>) {
  return expect.objectContaining({ name: 'SketchSolveError', code: 'INVALID_ARGUMENT', message, details });
}

describe('checkInteger', () => {
  it.each([3, 4, 10])('accepts %d in 3 … 10, both ends included', (value) => {
    expect(checkInteger('solve', 'j', value, 3, 10)).toBeUndefined();
  });

  it.each([
    [2, '2'],
    [11, '11'],
    [3.5, '3.5'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    ['4', "'4'"],
    [null, 'null'],
    [undefined, 'undefined'],
    [[4], 'an array of length 1'],
    [{}, 'an object (Object)'],
    [() => 4, 'a function'],
    [true, 'true'],
  ])('refuses %j', (value, got) => {
    expect(() => checkInteger('solve', 'j', value, 3, 10)).toThrow(
      invalid(`solve: j is ${got}, expected an integer from 3 to 10`, { argument: 'j', got: value }),
    );
  });
});

describe('checkNumber', () => {
  it.each([0.5, 0.75, 1])('accepts %d in [0.5, 1]', (value) => {
    expect(checkNumber('solve', 'tolerance', value, 0.5, 1)).toBeUndefined();
  });

  it.each([
    [0.4999, '0.4999'],
    [1.0001, '1.0001'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    ['0.7', "'0.7'"],
    [undefined, 'undefined'],
  ])('refuses %j', (value, got) => {
    expect(() => checkNumber('solve', 'tolerance', value, 0.5, 1)).toThrow(
      invalid(`solve: tolerance is ${got}, expected a number from 0.5 to 1`, {
        argument: 'tolerance',
        got: value,
      }),
    );
  });
});

describe('checkOneOf', () => {
  const allowed = ['direct', 'auto'];

  it.each(allowed)('accepts %s', (value) => {
    expect(checkOneOf('solve', 'method', value, allowed)).toBeUndefined();
  });

  it.each([
    ['Direct', "'Direct'"],
    ['', "''"],
    [0, '0'],
    [['direct'], 'an array of length 1'],
  ])('refuses %j', (value, got) => {
    expect(() => checkOneOf('solve', 'method', value, allowed)).toThrow(
      invalid(`solve: method is ${got}, expected one of 'direct', 'auto'`, {
        argument: 'method',
        got: value,
      }),
    );
  });
});

describe('checkBoolean', () => {
  it.each([true, false])('accepts %j', (value) => {
    expect(checkBoolean('solve', 'history', value)).toBeUndefined();
  });

  it.each([
    [0, '0'],
    ['true', "'true'"],
    [null, 'null'],
  ])('refuses %j', (value, got) => {
    expect(() => checkBoolean('solve', 'history', value)).toThrow(
      invalid(`solve: history is ${got}, expected true or false`, { argument: 'history', got: value }),
    );
  });
});

describe('checkFunction', () => {
  it('accepts functions and classes', () => {
    expect(checkFunction('solve', 'onIteration', () => false)).toBeUndefined();
    expect(checkFunction('solve', 'onIteration', class {})).toBeUndefined();
  });

  it.each([
    [{}, 'an object (Object)'],
    ['f', "'f'"],
  ])('refuses %j', (value, got) => {
    expect(() => checkFunction('solve', 'onIteration', value)).toThrow(
      invalid(`solve: onIteration is ${got}, expected a function`, { argument: 'onIteration', got: value }),
    );
  });
});

describe('checkKeys', () => {
  it('accepts no keys, known keys and known keys with an undefined value', () => {
    expect(checkKeys('solve', {}, ['seed'])).toBeUndefined();
    expect(checkKeys('solve', { seed: 1 }, ['seed', 'method'])).toBeUndefined();
    expect(checkKeys('solve', { seed: undefined }, ['seed'])).toBeUndefined();
    expect(checkKeys('solve', Object.create(null), ['seed'])).toBeUndefined();
  });

  it('names the misspelt key and the known ones', () => {
    expect(() => checkKeys('solve', { seed: 1, sede: 2 }, ['seed', 'method'])).toThrow(
      invalid("solve: unknown option 'sede', expected one of seed, method", {
        argument: 'sede',
        known: ['seed', 'method'],
      }),
    );
  });

  it('does not take names that every object inherits for known ones', () => {
    const options = JSON.parse('{"toString": 1}') as object;
    expect(() => checkKeys('solve', options, ['seed'])).toThrow(/unknown option 'toString'/);
  });

  it.each([
    [null, 'null'],
    [undefined, 'undefined'],
    [5, '5'],
    ['seed', "'seed'"],
    [[], 'an array of length 0'],
    [() => 1, 'a function'],
  ])('refuses %j in place of the options', (value, got) => {
    expect(() => checkKeys('solve', value, ['seed'])).toThrow(
      invalid(`solve: options is ${got}, expected an object`, { argument: 'options', got: value }),
    );
  });
});

describe('withDefaults', () => {
  const defaults = { a: 1, b: undefined as number | undefined, c: 'x' };

  it('takes what is given, inherited or not, and the default for undefined; neither object changes', () => {
    const given = Object.assign(Object.create({ b: 4 }), { a: 0, c: undefined });
    expect(withDefaults(given, defaults)).toEqual({ a: 0, b: 4, c: 'x' });
    expect(withDefaults({}, defaults)).toEqual(defaults);
    expect(withDefaults({}, defaults)).not.toBe(defaults);
    expect(given).toEqual({ a: 0, c: undefined });
    expect(defaults).toEqual({ a: 1, b: undefined, c: 'x' });
  });

  it('keeps values that are false or null, and nothing that has no default', () => {
    expect(withDefaults({ a: null, c: '', other: 3 }, defaults)).toEqual({ a: null, b: undefined, c: '' });
  });
});
