import { describe, expect, it } from 'vitest';
import { SketchSolveError } from '../../src/core/errors';
import {
  type AttentionKernelOptions,
  checkRidge,
  resolveAttentionOptions,
} from '../../src/solvers/attentionOptions';

const resolve = (options: unknown, n = 10) =>
  resolveAttentionOptions('test', options as AttentionKernelOptions, n);

describe('resolveAttentionOptions', () => {
  it('fills in the defaults, also for undefined', () => {
    const defaults = {
      ridge: 0,
      ridgeKind: 'relative',
      temperature: 1,
      normalization: 'none',
      causal: false,
      tolerance: 1e-10,
      maxIterations: 500,
      seed: 0,
      method: 'auto',
      preconditioner: 'auto',
      rank: undefined,
      sketchIteration: 'gradient-descent',
      memoryBudget: 512 * 1024 * 1024,
      onIteration: undefined,
      signal: undefined,
    };
    expect(resolve({})).toEqual(defaults);
    expect(resolve(Object.fromEntries(Object.keys(defaults).map((key) => [key, undefined])))).toEqual(
      defaults,
    );
  });

  it('keeps what is given, each key alone', () => {
    const onIteration = () => true;
    const { signal } = new AbortController();
    const given = {
      ridge: 1e-3,
      ridgeKind: 'absolute',
      temperature: 8,
      normalization: 'softmax',
      causal: true,
      tolerance: 0,
      maxIterations: 1,
      seed: 'a',
      method: 'pcg',
      preconditioner: 'afn',
      rank: 10,
      sketchIteration: 'conjugate-gradient',
      memoryBudget: 1,
      onIteration,
      signal,
    };
    for (const [key, value] of Object.entries(given)) {
      expect(resolve({ [key]: value })).toEqual({ ...resolve({}), [key]: value });
    }
  });

  it('does not change the options, frozen ones included', () => {
    expect(resolve(Object.freeze({ ridge: 2 })).ridge).toBe(2);
  });

  const wrong: readonly (readonly [string, unknown, string])[] = [
    ['a key that is not there', { ridgee: 1 }, 'ridgee'],
    ['an inherited unknown key', Object.create({ lambda: 1 }), 'lambda'],
    ['null', null, 'options'],
    ['an array', [], 'options'],
    ['negative ridge', { ridge: -1e-300 }, 'ridge'],
    ['NaN ridge', { ridge: Number.NaN }, 'ridge'],
    ['infinite ridge', { ridge: Number.POSITIVE_INFINITY }, 'ridge'],
    ['ridge as text', { ridge: '1' }, 'ridge'],
    ['ridgeKind', { ridgeKind: 'both' }, 'ridgeKind'],
    ['temperature 0', { temperature: 0 }, 'temperature'],
    ['temperature −1', { temperature: -1 }, 'temperature'],
    ['infinite temperature', { temperature: Number.POSITIVE_INFINITY }, 'temperature'],
    ['normalization', { normalization: 'row' }, 'normalization'],
    ['causal as number', { causal: 1 }, 'causal'],
    ['tolerance below 0', { tolerance: -1e-20 }, 'tolerance'],
    ['tolerance above 1', { tolerance: 1.5 }, 'tolerance'],
    ['maxIterations 0', { maxIterations: 0 }, 'maxIterations'],
    ['maxIterations 2.5', { maxIterations: 2.5 }, 'maxIterations'],
    ['seed', { seed: Number.NaN }, 'seed'],
    ['method', { method: 'cholesky' }, 'method'],
    ['preconditioner', { preconditioner: 'jacobi' }, 'preconditioner'],
    ['rank 0', { rank: 0 }, 'rank'],
    ['rank above n', { rank: 11 }, 'rank'],
    ['sketchIteration', { sketchIteration: 'heavy-ball' }, 'sketchIteration'],
    ['memoryBudget 0', { memoryBudget: 0 }, 'memoryBudget'],
    ['onIteration', { onIteration: 1 }, 'onIteration'],
    ['signal', { signal: {} }, 'signal'],
    ['causal with pcg', { causal: true, method: 'pcg' }, 'causal'],
    ['causal with sketch', { causal: true, method: 'sketch' }, 'causal'],
    ['causal with an absolute ridge', { causal: true, ridge: 1, ridgeKind: 'absolute' }, 'causal'],
  ];
  it.each(wrong)('refuses %s', (_, options, word) => {
    let error: unknown;
    try {
      resolve(options);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(SketchSolveError);
    expect((error as SketchSolveError).code).toBe('INVALID_ARGUMENT');
    expect((error as SketchSolveError).message).toMatch(new RegExp(`^test: .*${word}.*expected`));
  });

  it('accepts what is next to the wrong ones (negative control)', () => {
    for (const options of [
      { ridge: 0 },
      { temperature: Number.MIN_VALUE },
      { tolerance: 1 },
      { rank: 10 },
      { causal: true, method: 'direct', ridge: 1 },
      { causal: true, ridgeKind: 'absolute' },
    ]) {
      expect(() => resolve(options)).not.toThrow();
    }
  });
});

describe('checkRidge', () => {
  it('takes 0 and more', () => {
    for (const ridge of [0, 1e-300, 5]) expect(() => checkRidge('test', ridge)).not.toThrow();
    for (const ridge of [-1, Number.NaN, '1', undefined, Number.POSITIVE_INFINITY]) {
      expect(() => checkRidge('test', ridge)).toThrow(/^test: ridge is/);
    }
  });
});
