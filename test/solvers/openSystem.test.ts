/**
 * The doors of all four solvers: a wrong call is refused with its code before anything is factored or the
 * caller's functions are called, and a right one modifies nothing of the caller's.
 */
import { Matrix as MlMatrix } from 'ml-matrix';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { csrMatrix } from '../../src/core/csr';
import type { Matrix, MatrixLike, VectorLike } from '../../src/core/matrix';
import {
  prepareGram,
  type SolveOptions,
  solveLeastSquares,
  solveOddPower,
  solvePsdPower,
} from '../../src/index';
import { factorTall } from '../../src/precondition/tallFactor';
import { sparseSign } from '../../src/sketch/sparseSign';
import { openSystem } from '../../src/solvers/openSystem';
import { randomMatrix, randomVector } from '../support/random';
import { oneEntryPerRow, randomSparse } from '../support/sparse';

vi.mock('../../src/precondition/tallFactor', { spy: true });

const [n, d] = [30, 4];
const A = randomMatrix(n, d, 1);
const b = randomVector(n, 2);
const c = randomVector(d, 3);

type Call = (A: MatrixLike, b: VectorLike, j: number, options?: SolveOptions) => unknown;
interface Solver {
  readonly name: string;
  readonly b: Float64Array;
  readonly meaning: string;
  readonly call: Call;
}
const leastSquares: Solver = {
  name: 'solveLeastSquares',
  b,
  meaning: 'A.rows',
  call: (M, v, _, o) => solveLeastSquares(M, v, o),
};
const psdPower: Solver = { name: 'solvePsdPower', b: c, meaning: 'A.columns', call: solvePsdPower };
const oddPower: Solver = { name: 'solveOddPower', b, meaning: 'A.rows', call: solveOddPower };
const SOLVERS = [leastSquares, psdPower, oddPower];
const prepare: Solver = {
  name: 'prepareGram',
  b,
  meaning: 'A.rows',
  call: (M, _b, _j, o) => prepareGram(M, o),
};
const DOORS = [...SOLVERS, prepare];

afterEach(() => vi.mocked(factorTall).mockClear());

/** `call` throws this error and had not begun to work. */
function expectRefusal(call: () => unknown, code: string, message: string | RegExp): void {
  const wanted = typeof message === 'string' ? message : expect.stringMatching(message);
  expect(call).toThrow(expect.objectContaining({ name: 'SketchSolveError', code, message: wanted }));
  expect(factorTall).not.toHaveBeenCalled();
}

it('the spy sees a right call', () => {
  solveLeastSquares(A, b);
  expect(factorTall).toHaveBeenCalledTimes(1);
});

describe.each(DOORS)('$name: A', ({ name, b: right, call }) => {
  const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
  const empty = new Float64Array(0);
  const wrong: readonly (readonly [string, unknown, string, RegExp])[] = [
    ['null', null, 'INVALID_ARGUMENT', /A is null/],
    ['undefined', undefined, 'INVALID_ARGUMENT', /A is undefined/],
    ['a number', 5, 'INVALID_ARGUMENT', /A is 5/],
    ['a string', 'abc', 'INVALID_ARGUMENT', /A is 'abc'/],
    ['a function', () => 1, 'INVALID_ARGUMENT', /A is a function/],
    ['no rows', [], 'SHAPE', /number of rows of A is 0/],
    ['empty rows', [[], []], 'SHAPE', /length of row 0 of A is 0/],
    ['ragged rows', [[1, 2], [1]], 'SHAPE', /row 1 of A has length 1/],
    ['a row that is none', [[1], null], 'INVALID_ARGUMENT', /row 1 of A is null/],
    ['a string entry', [[1], ['1']], 'INVALID_ARGUMENT', /row 1 of A\[0\] is '1'/],
    ['a bigint entry', [[1], [1n]], 'INVALID_ARGUMENT', /row 1 of A\[0\] is 1n/],
    ['NaN', [[1], [nan]], 'NOT_FINITE', /A has NaN in row 1, column 0/],
    [
      'Infinity',
      [
        [1, -infinity],
        [1, 1],
      ],
      'NOT_FINITE',
      /A has -Infinity in row 0, column 1/,
    ],
    ['0 × 0', { rows: 0, columns: 0, data: empty }, 'SHAPE', /A\.rows is 0/],
    ['short data', { rows: 2, columns: 2, data: new Float64Array(3) }, 'SHAPE', /A\.data has length 3/],
    ['plain array data', { rows: 2, columns: 1, data: [1, 2] }, 'INVALID_ARGUMENT', /Float64Array/],
    ['fractional rows', { rows: 2.5, columns: 2, data: new Float64Array(5) }, 'SHAPE', /A\.rows is 2\.5/],
    ['get of strings', { rows: 2, columns: 1, get: () => 'x' }, 'INVALID_ARGUMENT', /A\.get\(0, 0\)/],
    ['get of NaN', { rows: 2, columns: 1, get: () => nan }, 'NOT_FINITE', /A has NaN/],
    ['2 × 3', randomMatrix(2, 3, 1), 'SHAPE', /A is 2 × 3, expected at least as many rows as columns/],
  ];
  it.each(wrong)('%s', (_, given, code, message) => {
    expectRefusal(() => call(given as MatrixLike, right, 1), code, message);
    expectRefusal(() => call(given as MatrixLike, right, 1), code, new RegExp(`^${name}: `));
  });
});

describe.each(SOLVERS)('$name: b', ({ name, b: right, meaning, call }) => {
  const k = right.length;
  const wrong: readonly (readonly [string, unknown, string, string])[] = [
    ['null', null, 'INVALID_ARGUMENT', `b is null, expected an array of ${k} numbers`],
    ['undefined', undefined, 'INVALID_ARGUMENT', `b is undefined, expected an array of ${k} numbers`],
    [
      'a string',
      'x'.repeat(k),
      'INVALID_ARGUMENT',
      `b is '${'x'.repeat(k)}', expected an array of ${k} numbers`,
    ],
    [
      'a matrix',
      randomMatrix(k, 1, 1),
      'INVALID_ARGUMENT',
      `b is an object (Object), expected an array of ${k} numbers`,
    ],
    ['short', right.slice(1), 'SHAPE', `b has length ${k - 1}, expected ${k} (= ${meaning})`],
    ['long', [...right, 1], 'SHAPE', `b has length ${k + 1}, expected ${k} (= ${meaning})`],
    ['strings', Array.from(right, String), 'INVALID_ARGUMENT', `b[0] is '${right[0]}', expected a number`],
    ['holes', new Array(k), 'INVALID_ARGUMENT', 'b[0] is undefined, expected a number'],
    [
      'NaN',
      right.map((v, i) => (i === 3 ? Number.NaN : v)),
      'NOT_FINITE',
      'b[3] is NaN, expected finite numbers',
    ],
  ];
  it.each(wrong)('%s', (_, given, code, message) => {
    expectRefusal(() => call(A, given as VectorLike, 1), code, `${name}: ${message}`);
  });

  it('the length of the other problem', () => {
    const other = right === b ? c : b;
    expectRefusal(() => call(A, other, 1), 'SHAPE', /b has length/);
  });
});

describe.each([psdPower, oddPower])('$name: j', ({ name, b: right, call }) => {
  const least = name === 'solvePsdPower' ? 1 : 0;
  it.each([
    [-1],
    [1.5],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [4097],
    ['2'],
    [null],
    [undefined],
    [[1]],
    [2n],
    [true],
  ])('%s', (j) => {
    const message = new RegExp(`^${name}: j is .*, expected an integer from ${least} to 4096$`);
    expectRefusal(() => call(A, right, j as number), 'INVALID_ARGUMENT', message);
  });

  it(`${least} is the least`, () => {
    call(A, right, least);
    expect(factorTall).toHaveBeenCalledTimes(1);
    vi.mocked(factorTall).mockClear();
    expectRefusal(() => call(A, right, least - 1), 'INVALID_ARGUMENT', /j is/);
  });
});

describe.each(DOORS)('$name: options', ({ name, b: right, call }) => {
  it.each<[string, unknown]>([
    ['options', null],
    ['options', 5],
    ['options', []],
    ['tol', { tol: 1 }],
    ['tolerance', { tolerance: 2 }],
    ['maxIterations', { maxIterations: 0 }],
    ['seed', { seed: Number.NaN }],
    ['sketch', { sketch: 'x' }],
    ['sketchSize', { sketchSize: d - 1 }],
    ['method', { method: 'lu' }],
    ['minNorm', { minNorm: 1 }],
    ['stepSize', { stepSize: 0 }],
    ['signal', { signal: {} }],
    ['onIteration', { onIteration: 5 }],
    ['history', { history: 1 }],
    ['initialGuess', { initialGuess: 5 }],
    ['tolerance', Object.create({ tolerance: 'x' })],
  ])('%s refused: %j', (argument, options) => {
    const onIteration = vi.fn();
    const given =
      options !== null &&
      typeof options === 'object' &&
      !('onIteration' in options) &&
      !Array.isArray(options)
        ? Object.assign(options, { onIteration })
        : options;
    expectRefusal(
      () => call(A, right, 1, given as SolveOptions),
      'INVALID_ARGUMENT',
      new RegExp(`^${name}: .*${argument}`),
    );
    expect(onIteration).not.toHaveBeenCalled();
  });

  it.each<[unknown, string, RegExp]>([
    [[1, 2, 3], 'SHAPE', /initialGuess has length 3, expected 4 \(= A\.columns\)/],
    [[1, 2, 3, Number.NaN], 'NOT_FINITE', /initialGuess\[3\] is NaN/],
    [['1', '2', '3', '4'], 'INVALID_ARGUMENT', /initialGuess\[0\] is '1'/],
  ])('initialGuess %j refused by every method', (initialGuess, code, message) => {
    for (const method of ['direct', 'conjugate-gradient'] as const) {
      expectRefusal(
        () => call(A, right, 1, { method, initialGuess: initialGuess as number[] }),
        code,
        message,
      );
    }
  });

  it('an aborted signal is ABORTED before any work', () => {
    const controller = new AbortController();
    controller.abort();
    expectRefusal(
      () => call(A, right, 1, { signal: controller.signal }),
      'ABORTED',
      `${name}: aborted by the caller's signal after 0 steps`,
    );
  });
});

describe.each(DOORS)('$name modifies nothing', ({ b: right, call }) => {
  it.each(['direct', 'cholesky-qr', 'conjugate-gradient', 'heavy-ball', 'gradient-descent'] as const)(
    '%s',
    (method) => {
      // with entries of 2^450 the solvers work on a scaled copy; b as large keeps x within the range of doubles
      for (const scale of [1, 2 ** 450]) {
        const data = A.data.map((entry) => entry * scale);
        const given = { rows: n, columns: d, data: data.slice() };
        const large = right.map((entry) => entry * scale);
        const v = large.slice();
        const initialGuess = Float64Array.of(1, 2, 3, 4);
        const options = Object.freeze({ method, initialGuess, history: true, minNorm: true });
        call(Object.freeze(given), v, 1, options);
        expect(given.data).toEqual(data);
        expect(v).toEqual(large);
        expect(initialGuess).toEqual(Float64Array.of(1, 2, 3, 4));
      }
    },
  );
});

describe('openSystem', () => {
  it('factors only when asked for the system, so that b can be checked first', () => {
    const open = openSystem('test', A, {});
    expect(factorTall).not.toHaveBeenCalled();
    expect(open.system(1, false).method).toBe('direct');
    expect(factorTall).toHaveBeenCalledTimes(1);
  });

  it('keeps flat data of ordinary size itself, and brings extreme entries near 1', () => {
    expect((openSystem('test', A, {}).A as Matrix).data).toBe(A.data);
    const extreme = { ...A, data: A.data.map((entry) => entry * 2 ** 500) };
    const open = openSystem('test', extreme, {});
    expect(Math.max(...(open.A as Matrix).data.map(Math.abs))).toBeLessThan(2);
    expect(open.system(1, false).exponent).toBeGreaterThan(498);
  });
});

describe.each(['direct', 'cholesky-qr', 'conjugate-gradient'] as const)('%s', (method) => {
  it('rows, ml-matrix, get(i, j) and flat data give the same bits', () => {
    const M = randomMatrix(200, 5, 1);
    const right = randomVector(200, 2);
    const rows = Array.from({ length: 200 }, (_, i) => Array.from(M.data.subarray(5 * i, 5 * i + 5)));
    const entries = { rows: 200, columns: 5, get: (i: number, j: number) => M.data[5 * i + j] };
    const flat = solveLeastSquares(M, right, { method });
    for (const given of [rows, MlMatrix.from1DArray(200, 5, M.data), entries]) {
      expect(solveLeastSquares(given, Array.from(right), { method })).toEqual(flat);
    }
  });
});

describe('sparse A at the doors', () => {
  const sparse = randomSparse({ rows: n, columns: d, density: 0.6, seed: 4 });

  it.each(DOORS)('$name takes one', ({ call, b: right }) => {
    call(sparse, right, 1, {});
    expect(factorTall).toHaveBeenCalledTimes(1);
  });

  it.each(DOORS)('$name names what is malformed', ({ name, call, b: right }) => {
    const values = sparse.values.map((v, p) => (p === 3 ? Number.NaN : v));
    const wrong: readonly (readonly [object, string, RegExp])[] = [
      [{ rowPointers: sparse.rowPointers.slice(1) }, 'SHAPE', /A\.rowPointers has length 30/],
      [
        { columns: 2 },
        'INVALID_ARGUMENT',
        /A\.columnIndices\[\d+\] \(row \d+\) is \d, expected an integer from 0 to 1/,
      ],
      [{ values }, 'NOT_FINITE', /A has NaN in row \d+, column \d/],
    ];
    for (const [change, code, message] of wrong) {
      const call1 = () => call({ ...sparse, ...change } as never, right, 1, {});
      expectRefusal(call1, code, message);
      expectRefusal(call1, code, new RegExp(`^${name}: `));
    }
    const wide = randomSparse({ rows: 2, columns: 3, density: 1, seed: 1 });
    expectRefusal(() => call(wide, right, 1, {}), 'SHAPE', /A is 2 × 3, expected at least as many rows/);
  });

  it.each(DOORS)('$name refuses a factor to rounding of what is large when dense', ({ name, call }) => {
    const large = oneEntryPerRow(100_000, 90, 1);
    for (const method of ['direct', 'cholesky-qr'] as const) {
      expectRefusal(
        () => call(large, new Float64Array(0), 1, { method }),
        'INVALID_ARGUMENT',
        `${name}: method is '${method}' for a sparse A that takes 69 MB when dense, expected at most 64 MB, or one of 'auto', 'conjugate-gradient', 'heavy-ball', 'gradient-descent'`,
      );
    }
  });

  it('keeps it sparse, and itself unless its entries are extreme', () => {
    expect(openSystem('test', sparse, {}).A).toBe(sparse);
    const extreme = { ...sparse, values: sparse.values.map((v) => v * 2 ** 500) };
    const open = openSystem('test', extreme, {});
    expect(open.A).toMatchObject({ rowPointers: sparse.rowPointers });
    expect(open.system(1, false).exponent).toBeGreaterThan(498);
  });
});

it('a sparse A with so many columns that its factor cannot be held is SHAPE', () => {
  const n = 200_000;
  const identity = csrMatrix(n, n, {
    rowPointers: Uint32Array.from({ length: n + 1 }, (_, i) => i),
    columnIndices: Uint32Array.from({ length: n }, (_, i) => i),
    values: new Float64Array(n).fill(1),
  });
  for (const method of ['auto', 'conjugate-gradient', 'gradient-descent'] as const) {
    expect(() => openSystem('test', identity, { method })).toThrow(
      /test: A has 200000 columns, whose dense factor starts from \d+ entries, expected at most 2147483647/,
    );
  }
  const sketch = sparseSign({ rows: n, columns: n });
  expect(() => sketch.apply(identity)).toThrow(/apply: SA\.rows·SA\.columns is 40000000000/);
});
