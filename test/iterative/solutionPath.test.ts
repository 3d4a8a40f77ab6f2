import { describe, expect, it } from 'vitest';
import { SolutionPath } from '../../src/iterative/solutionPath';
import { naiveMatvec, naiveTranspose } from '../support/oracles';
import { randomOrthonormal, randomVector } from '../support/random';

const n = 30;
const V = randomOrthonormal(n, n, 1);
/** From 10 down to 1e-3. */
const eigenvalues = Float64Array.from({ length: n }, (_, k) => 10 ** (1 - (4 * k) / (n - 1)));
const c = randomVector(n, 2);
const inside = naiveMatvec(naiveTranspose(V), c);

/** (G + δI)⁻¹c by the eigenvalues. */
function solution(delta: number): Float64Array {
  return naiveMatvec(
    V,
    inside.map((entry, k) => entry / (eigenvalues[k] + delta)),
  );
}

/** ‖c − (G + δI)z‖/‖c‖ */
function level(z: Float64Array, delta: number): number {
  const coordinates = naiveMatvec(naiveTranspose(V), z);
  const rest = inside.map((entry, k) => entry - (eigenvalues[k] + delta) * coordinates[k]);
  return Math.hypot(...rest) / Math.hypot(...inside);
}

function pathOf(deltas: readonly number[]): SolutionPath {
  const path = new SolutionPath();
  for (const delta of deltas) path.add(c, delta, solution(delta));
  return path;
}

describe('SolutionPath', () => {
  it('the more solutions near by, the better the start, and its level is what it leaves', () => {
    const levels = [[0.1], [0.1, 0.03], [0.1, 0.03, 0.3], [0.1, 0.03, 0.3, 0.06]].map((deltas) => {
      const start = pathOf(deltas).start(c, 0.05);
      if (start === null) throw new Error('expected a start');
      expect(start.level / level(start.z, 0.05)).toBeCloseTo(1, 3);
      return start.level;
    });
    for (let k = 1; k < levels.length; k++) expect(levels[k]).toBeLessThan(0.5 * levels[k - 1]);
    expect(levels[0]).toBeLessThan(0.5);
    expect(levels[3]).toBeLessThan(1e-2);
  });

  it('never worse than z = 0, however far the others are', () => {
    for (const far of [1e-9, 1e6]) {
      const start = pathOf([far]).start(c, 0.05);
      expect(start?.level).toBeLessThanOrEqual(1);
      expect(level(start?.z ?? c, 0.05)).toBeLessThanOrEqual(1 + 1e-12);
    }
  });

  it('the same δ is no neighbour: a solve twice is the same solve; another c forgets', () => {
    const path = pathOf([0.1]);
    expect(path.start(c, 0.1)).toBeNull();
    expect(path.start(c, 0.2)).not.toBeNull();
    expect(path.start(c.slice(), 0.2)).not.toBeNull();
    expect(path.start(randomVector(n, 3), 0.2)).toBeNull();
    path.add(randomVector(n, 3), 0.1, solution(0.1));
    expect(path.start(c, 0.2)).toBeNull();
    expect(new SolutionPath().start(c, 1)).toBeNull();
  });

  it('solutions that say the same are left out, the same δ replaced, four kept', () => {
    const twins = pathOf([0.1, 0.1 * (1 + 1e-9), 0.1 * (1 - 1e-9)]).start(c, 0.05);
    expect(twins?.z.every(Number.isFinite)).toBe(true);
    expect(twins?.level).toBeLessThan(0.5);
    const replaced = pathOf([0.1]);
    replaced.add(
      c,
      0.1,
      solution(0.1).map((entry) => 2 * entry),
    );
    replaced.add(c, 0.1, solution(0.1));
    expect(replaced.start(c, 0.05)).toEqual(pathOf([0.1]).start(c, 0.05));
    const last = [1, 2, 3, 4];
    expect(pathOf([0.05, ...last]).start(c, 0.06)).toEqual(pathOf(last).start(c, 0.06));
  });

  it('one unknown', () => {
    const path = new SolutionPath();
    path.add(Float64Array.of(6), 1, Float64Array.of(2));
    const start = path.start(Float64Array.of(6), 4);
    expect(start?.z[0]).toBeCloseTo(1, 14);
    expect(start?.level).toBe(0);
  });
});
