import { describe, expect, it } from 'vitest';
import { SketchSolveError } from '../../src/core/errors';

describe('SketchSolveError', () => {
  it('is an Error with a name, a code to branch on and the numbers of its message', () => {
    const error = new SketchSolveError('SHAPE', 'solve: b has length 7, expected 5', { got: 7, expected: 5 });
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(SketchSolveError);
    expect(error.name).toBe('SketchSolveError');
    expect(error.code).toBe('SHAPE');
    expect(error.details).toEqual({ got: 7, expected: 5 });
    expect(String(error)).toBe('SketchSolveError: solve: b has length 7, expected 5');
    expect(error.stack).toContain('errors.test');
  });

  it('has empty details when none are given', () => {
    expect(new SketchSolveError('ABORTED', 'stopped').details).toEqual({});
  });

  it('can be told from other errors after a throw', () => {
    const raise = (): never => {
      throw new SketchSolveError('NOT_FINITE', 'b[2] is NaN', { index: 2 });
    };
    expect(raise).toThrow(SketchSolveError);
    expect(raise).toThrow(expect.objectContaining({ code: 'NOT_FINITE', details: { index: 2 } }));
    expect(new RangeError('b[2] is NaN')).not.toBeInstanceOf(SketchSolveError);
  });
});
