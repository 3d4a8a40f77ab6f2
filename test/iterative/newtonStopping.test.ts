import { expect, it } from 'vitest';
import { innerTolerance, isSolved } from '../../src/iterative/newtonStopping';

it('Newton systems are solved to min(0.1, √criterion)', () => {
  expect(innerTolerance(1)).toBe(0.1);
  expect(innerTolerance(0.02)).toBe(0.1);
  expect(innerTolerance(1e-4)).toBe(0.01);
  expect(innerTolerance(1e-12)).toBeCloseTo(1e-6, 15);
});

it('solved means at most tolerance times the right-hand side, zero included', () => {
  expect(isSolved(0.1, 1, 0.1)).toBe(true);
  expect(isSolved(0.11, 1, 0.1)).toBe(false);
  expect(isSolved(0, 0, 0.1)).toBe(true);
  expect(isSolved(Number.NaN, 1, 0.1)).toBe(false);
});
