import { describe, expect, it } from 'vitest';
import { SketchSolveError } from '../../src/core/errors';
import { type RegressionOptions, resolveRegressionOptions } from '../../src/solvers/regressionOptions';

const resolve = (options: unknown) => resolveRegressionOptions('test', options as RegressionOptions, 5);

const DEFAULTS = {
  method: 'auto',
  tolerance: 1e-12,
  maxIterations: 100,
  seed: 0,
  sketchSize: undefined,
  hessianSketch: 'sparse-sign',
  initialGuess: undefined,
  signal: undefined,
  onIteration: undefined,
  history: false,
};

describe('resolveRegressionOptions', () => {
  it('fills in the defaults, also for undefined', () => {
    expect(resolve({})).toEqual(DEFAULTS);
    expect(resolve(Object.fromEntries(Object.keys(DEFAULTS).map((key) => [key, undefined])))).toEqual(
      DEFAULTS,
    );
  });

  it('keeps what is given, each key alone', () => {
    const given = {
      method: 'sketch',
      tolerance: 0,
      maxIterations: 1,
      seed: 'a',
      sketchSize: 5,
      hessianSketch: 'leverage-scores',
      initialGuess: [1, 2],
      signal: new AbortController().signal,
      onIteration: () => true,
      history: true,
    };
    expect(Object.keys(given)).toEqual(Object.keys(DEFAULTS));
    for (const [key, value] of Object.entries(given)) {
      expect(resolve({ [key]: value })).toEqual({ ...DEFAULTS, [key]: value });
    }
    for (const method of ['auto', 'newton', 'sketch-cg']) expect(resolve({ method }).method).toBe(method);
  });

  it.each([
    [{ methd: 'newton' }, /unknown option 'methd'/],
    [null, /options is null/],
    [{ method: 'direct' }, /method is 'direct', expected one of 'auto', 'newton', 'sketch-cg', 'sketch'/],
    [{ tolerance: -1 }, /tolerance is -1/],
    [{ tolerance: Number.NaN }, /tolerance is NaN/],
    [{ maxIterations: 0 }, /maxIterations is 0/],
    [{ seed: Number.POSITIVE_INFINITY }, /seed is Infinity/],
    [{ sketchSize: 4 }, /sketchSize is 4, expected an integer from 5/],
    [{ hessianSketch: 'srht' }, /hessianSketch is 'srht'/],
    [{ signal: 1 }, /signal is 1/],
    [{ onIteration: 1 }, /onIteration is 1/],
    [{ history: 1 }, /history is 1/],
  ])('refuses %o', (options, message) => {
    expect(() => resolve(options)).toThrow(message);
    expect(() => resolve(options)).toThrow(SketchSolveError);
  });
});
