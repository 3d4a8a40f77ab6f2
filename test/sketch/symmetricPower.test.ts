import { describe, expect, it } from 'vitest';
import {
  firstPower,
  nextPower,
  type SymmetricPower,
  symmetricLength,
  symmetricPowerInto,
} from '../../src/sketch/symmetricPower';
import { randomUnitVector } from '../support/random';
import { u } from '../support/tolerances';

/** φ_l(x), step by step from x. */
function powerOf(x: Float64Array, l: number): Float64Array {
  let power: SymmetricPower = firstPower(x.length);
  let phi = x;
  while (power.degree < l) {
    power = nextPower(power, x.length);
    const next = new Float64Array(power.length).fill(Number.NaN);
    symmetricPowerInto(next, power, phi, x, 1);
    phi = next;
  }
  return phi;
}

function inner(x: Float64Array, y: Float64Array): number {
  return x.reduce((sum, value, k) => sum + value * y[k], 0);
}

describe('symmetricLength', () => {
  it.each([
    [1, 500, 1],
    [2, 300, 301],
    [64, 0, 1],
    [64, 1, 64],
    [64, 2, 2080],
    [64, 3, 45760],
    [3, 4, 15],
  ])('d = %i, l = %i: %i', (d, l, count) => {
    expect(symmetricLength(d, l)).toBe(count);
  });

  it('is infinite, not inexact, beyond 2⁵³', () => {
    expect(symmetricLength(64, 60)).toBe(Number.POSITIVE_INFINITY);
    expect(symmetricLength(2 ** 24, 512)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('symmetricPowerInto', () => {
  it('has the entries √(l!/α!)·x^α, each once: x = (2, 3), l = 3', () => {
    const phi = powerOf(Float64Array.from([2, 3]), 3);
    const expected = [8, Math.sqrt(3) * 12, Math.sqrt(3) * 18, 27];
    for (const [k, value] of expected.entries()) expect(Math.abs(phi[k] - value)).toBeLessThan(1e-13);
  });

  it.each([
    [1, 7],
    [2, 40],
    [3, 9],
    [5, 6],
    [13, 4],
    [64, 2],
  ])('d = %i: ⟨φ_l(x), φ_l(y)⟩ = ⟨x, y⟩ˡ up to (4l + length + d)·u for l to %i', (d, most) => {
    const x = randomUnitVector(d, 1);
    const y = randomUnitVector(d, 2).map((value, k) => 0.5 * value + 0.5 * x[k]);
    for (let l = 1; l <= most; l++) {
      const [phi, psi] = [powerOf(x, l), powerOf(y, l)];
      expect(phi.length).toBe(symmetricLength(d, l));
      const tolerance = (4 * l + phi.length + d) * u;
      expect(Math.abs(inner(phi, psi) - inner(x, y) ** l)).toBeLessThanOrEqual(tolerance);
      expect(Math.abs(inner(phi, phi) - 1)).toBeLessThanOrEqual(2 * tolerance);
    }
  });

  it('does not overflow or lose its norm at degree 400', () => {
    const x = Float64Array.from([Math.cos(1), Math.sin(1)]);
    expect(Math.abs(inner(powerOf(x, 400), powerOf(x, 400)) - 1)).toBeLessThanOrEqual(4 * 400 * u);
  });

  it('does to a column of a batch what it does to it alone', () => {
    const [x, y] = [randomUnitVector(4, 1), randomUnitVector(4, 2)];
    const X = Float64Array.from({ length: 8 }, (_, p) => (p % 2 === 0 ? x : y)[p >> 1]);
    const power = nextPower(firstPower(4), 4);
    const out = new Float64Array(power.length * 2);
    symmetricPowerInto(out, power, X, X, 2);
    expect(out.filter((_, p) => p % 2 === 0)).toEqual(powerOf(x, 2));
    expect(out.filter((_, p) => p % 2 === 1)).toEqual(powerOf(y, 2));
  });
});
