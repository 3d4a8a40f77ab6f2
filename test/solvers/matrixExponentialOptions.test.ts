import { describe, expect, it } from 'vitest';
import { resolveExponentialOptions } from '../../src/solvers/matrixExponentialOptions';

describe('resolveExponentialOptions', () => {
  it('fills in the defaults, and undefined takes them too', () => {
    const defaults = {
      method: 'auto',
      tolerance: 1e-13,
      maxIterations: 10000,
      seed: 0,
      signal: undefined,
      onIteration: undefined,
    };
    expect(resolveExponentialOptions('f', {})).toEqual(defaults);
    expect(resolveExponentialOptions('f', { tolerance: undefined } as object)).toEqual(defaults);
    expect(resolveExponentialOptions('f', { method: 'taylor', seed: 'a' })).toMatchObject({
      method: 'taylor',
      seed: 'a',
    });
  });

  it.each<[string, unknown]>([
    ['options', null],
    ['tol', { tol: 1 }],
    ['method', { method: 'conjugate-gradient' }],
    ['tolerance', { tolerance: 2 }],
    ['tolerance', { tolerance: -1 }],
    ['maxIterations', { maxIterations: 0 }],
    ['maxIterations', { maxIterations: 1.5 }],
    ['seed', { seed: Number.NaN }],
    ['signal', { signal: {} }],
    ['onIteration', { onIteration: 5 }],
  ])('%s refused: %j', (argument, options) => {
    expect(() => resolveExponentialOptions('f', options as object)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(new RegExp(`^f: .*${argument}`)),
      }),
    );
  });
});
