import { describe, expect, it } from 'vitest';
import {
  bisectedRoot,
  identity,
  naiveValue,
  plantedRegression,
  referenceRegression,
  unitRows,
} from './regression';

describe('referenceRegression', () => {
  it.each(['exp', 'cosh', 'sinh'] as const)('%s: finds x again where b = f(Ax) and w = 0', (kind) => {
    const problem = plantedRegression(kind, unitRows(40, 3, 1), { w: 0, noise: 0, seed: 2 });
    // b is rounded, hence u·κ and not 1e-20
    const x = referenceRegression(
      kind,
      problem,
      problem.x.map((entry) => entry * 0.9),
    );
    for (let j = 0; j < 3; j++) expect(Math.abs(x[j] - problem.x[j])).toBeLessThanOrEqual(1e-14);
  });

  it.each(['exp', 'cosh', 'sinh'] as const)('%s: no neighbour is lower', (kind) => {
    const problem = plantedRegression(kind, unitRows(40, 3, 3), { w: 0.5, noise: 0.1, seed: 4 });
    const x = referenceRegression(kind, problem, problem.x);
    const least = naiveValue(kind, problem, x);
    for (let j = 0; j < 3; j++) {
      for (const shift of [-1e-4, 1e-4]) {
        const moved = x.map((entry, k) => (k === j ? entry + shift : entry));
        expect(naiveValue(kind, problem, moved)).toBeGreaterThan(least);
      }
    }
  });

  it('agrees with bisection for A = I', () => {
    const b = Float64Array.of(0.5, 1.5, -1);
    const problem = { A: identity(3), b, w: new Float64Array(3).fill(1) };
    const x = referenceRegression('sinh', problem, [0, 0, 0]);
    for (let j = 0; j < 3; j++) {
      expect(Math.abs(x[j] - bisectedRoot('sinh', b[j], 1, -5, 5))).toBeLessThanOrEqual(4e-16);
    }
  });
});
