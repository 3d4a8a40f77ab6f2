import { describe, expect, it } from 'vitest';
import { resolveOptions, type SolveOptions } from '../../src/solvers/options';

const COLUMNS = 4;
const resolve = (options: unknown) => resolveOptions('solver', options as SolveOptions, COLUMNS);

const DEFAULTS = {
  tolerance: 2 ** -50,
  maxIterations: 500,
  seed: 0,
  sketch: 'sparse-sign',
  sketchSize: undefined,
  method: 'auto',
  minNorm: false,
  stepSize: 1,
  initialGuess: undefined,
  signal: undefined,
  onIteration: undefined,
  history: false,
};

describe('resolveOptions', () => {
  it('fills in the documented defaults', () => {
    expect(resolve({})).toEqual(DEFAULTS);
  });

  it('takes undefined as not given, for every option', () => {
    for (const key of Object.keys(DEFAULTS)) expect(resolve({ [key]: undefined })).toEqual(DEFAULTS);
  });

  const accepted: readonly (readonly [keyof SolveOptions, readonly unknown[]])[] = [
    ['tolerance', [0, 1e-300, 0.5, 1]],
    ['maxIterations', [1, 7, 2 ** 31]],
    ['seed', [0, -1, 1.5, 'x', '', -0, Number.MAX_VALUE]],
    ['sketch', ['sparse-sign', 'srht', 'countsketch', 'gaussian']],
    ['sketchSize', [COLUMNS, COLUMNS + 1, 2 ** 31]],
    ['method', ['auto', 'direct', 'cholesky-qr', 'conjugate-gradient', 'heavy-ball', 'gradient-descent']],
    ['minNorm', [true, false]],
    ['stepSize', [Number.MIN_VALUE, 0.3, 1, 2]],
    ['signal', [new AbortController().signal]],
    ['onIteration', [() => false, () => undefined]],
    ['history', [true, false]],
  ];
  it.each(accepted)('keeps %s as given', (key, values) => {
    for (const value of values) expect(resolve({ [key]: value })).toEqual({ ...DEFAULTS, [key]: value });
  });

  it('does not modify the options, and works with frozen ones', () => {
    const options = Object.freeze({ tolerance: 1e-6, seed: 'a' });
    expect(resolve(options)).toEqual({ ...DEFAULTS, tolerance: 1e-6, seed: 'a' });
    expect(options).toEqual({ tolerance: 1e-6, seed: 'a' });
  });

  it('reads inherited options, which therefore are checked too', () => {
    expect(resolve(Object.create({ tolerance: 0.25 }))).toEqual({ ...DEFAULTS, tolerance: 0.25 });
    expect(() => resolve(Object.create({ tolerance: 'x' }))).toThrow(/tolerance is 'x'/);
    expect(() => resolve(Object.create({ tol: 1 }))).toThrow(/unknown option 'tol'/);
  });
});

const nan = Number.NaN;
const infinity = Number.POSITIVE_INFINITY;
/** [argument, wanted, wrong values with their description in the message] */
const refused: readonly (readonly [string, string, readonly (readonly [unknown, string])[]])[] = [
  [
    'tolerance',
    'a number from 0 to 1',
    [
      ['1', "'1'"],
      [-1e-9, '-1e-9'],
      [1.01, '1.01'],
      [nan, 'NaN'],
      [infinity, 'Infinity'],
      [null, 'null'],
      [1n, '1n'],
      [[0.5], 'an array of length 1'],
    ],
  ],
  [
    'maxIterations',
    'an integer from 1 to 2147483648',
    [
      [0, '0'],
      [-3, '-3'],
      [1.5, '1.5'],
      ['5', "'5'"],
      [infinity, 'Infinity'],
      [2 ** 31 + 1, '2147483649'],
      [null, 'null'],
      [5n, '5n'],
    ],
  ],
  [
    'sketchSize',
    'an integer from 4 to 2147483648',
    [
      [3, '3'],
      [4.5, '4.5'],
      ['9', "'9'"],
      [infinity, 'Infinity'],
      [nan, 'NaN'],
      [null, 'null'],
      [9n, '9n'],
    ],
  ],
  [
    'sketch',
    "one of 'sparse-sign', 'srht', 'countsketch', 'gaussian'",
    [
      ['SRHT', "'SRHT'"],
      [3, '3'],
      [null, 'null'],
      [['srht'], 'an array of length 1'],
    ],
  ],
  [
    'method',
    "one of 'auto', 'direct', 'cholesky-qr', 'conjugate-gradient', 'heavy-ball', 'gradient-descent'",
    [
      ['lu', "'lu'"],
      ['Direct', "'Direct'"],
      [null, 'null'],
      [0, '0'],
    ],
  ],
  [
    'minNorm',
    'true or false',
    [
      [1, '1'],
      ['true', "'true'"],
      [null, 'null'],
    ],
  ],
  [
    'history',
    'true or false',
    [
      [0, '0'],
      ['yes', "'yes'"],
      [[], 'an array of length 0'],
    ],
  ],
  [
    'onIteration',
    'a function',
    [
      [5, '5'],
      [null, 'null'],
      [{}, 'an object (Object)'],
      ['log', "'log'"],
    ],
  ],
  [
    'signal',
    'an AbortSignal',
    [
      [5, '5'],
      [{}, 'an object (Object)'],
      [null, 'null'],
      [new AbortController(), 'an object (AbortController)'],
    ],
  ],
];

describe('resolveOptions refuses', () => {
  for (const [argument, needed, values] of refused) {
    it.each(values)(`${argument}: %s`, (value, described) => {
      const message = `solver: ${argument} is ${described}, expected ${needed}`;
      const wanted = { name: 'SketchSolveError', code: 'INVALID_ARGUMENT', message };
      expect(() => resolve({ [argument]: value })).toThrow(expect.objectContaining(wanted));
    });
  }

  it.each([[0], [-1], [2.1], [nan], ['1'], [null], [infinity]])('stepSize: %s', (value) => {
    expect(() => resolve({ stepSize: value })).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(/^solver: stepSize is .*, expected a number/),
        details: { argument: 'stepSize', got: value },
      }),
    );
  });

  it.each([[nan], [infinity], [null], [{}], [true], [5n], [Symbol('s')]])('seed: %s', (value) => {
    expect(() => resolve({ seed: value })).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(/^solver: seed is /),
      }),
    );
  });

  it.each([
    ['tol', { tol: 1 }],
    ['Tolerance', { Tolerance: 1 }],
    ['toString', { toString: 1 }],
    ['constructor', { constructor: 1 }],
  ])('the unknown option %s, naming the known ones', (key, options) => {
    const known = Object.keys(DEFAULTS);
    expect(() => resolve(options)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: `solver: unknown option '${key}', expected one of ${known.join(', ')}`,
        details: { argument: key, known },
      }),
    );
  });

  it.each([[null], [5], ['direct'], [[]], [true]])('%j as options', (options) => {
    expect(() => resolve(options)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(/^solver: options is .*, expected an object$/),
      }),
    );
  });
});
