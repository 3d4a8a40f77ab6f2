import { describe, expect, it } from 'vitest';
import { RegressionObjective } from '../../src/solvers/regressionObjective';
import { randomVector } from '../support/random';
import { FUNCTION, type Kind, SLOPE } from '../support/regression';
import { u } from '../support/tolerances';

const KINDS: readonly Kind[] = ['exp', 'cosh', 'sinh'];
const n = 40;
const t = randomVector(n, 1);
const b = randomVector(n, 2).map((v) => 3 * v);
const wSq = randomVector(n, 3).map((v) => v * v);

function objectiveAt(kind: Kind, point = t): RegressionObjective {
  const objective = new RegressionObjective(kind, b, wSq);
  expect(objective.moveTo(point)).toBe(true);
  return objective;
}

/** The value by the definition. */
function value(kind: Kind, point: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < n; i++)
    sum += (FUNCTION[kind](point[i]) - b[i]) ** 2 / 2 + (wSq[i] * point[i] ** 2) / 2;
  return sum;
}

describe.each(KINDS)('%s', (kind) => {
  it('value and valueAt are ½‖f(t) − b‖² + ½‖wt‖²', () => {
    const objective = objectiveAt(kind);
    const exact = value(kind, t);
    expect(Math.abs(objective.value - exact)).toBeLessThanOrEqual(n * u * exact);
    expect(Math.abs(objective.valueAt(t) - exact)).toBeLessThanOrEqual(n * u * exact);
    expect(objective.residualNorm() ** 2).toBeCloseTo(
      t.reduce((sum, v, i) => sum + (FUNCTION[kind](v) - b[i]) ** 2, 0),
      8,
    );
  });

  it('gradient and curvature are the derivatives of the value', () => {
    const objective = objectiveAt(kind);
    const h = 1e-4;
    for (let i = 0; i < n; i++) {
      const shifted = (by: number) =>
        value(
          kind,
          t.map((v, k) => (k === i ? v + by : v)),
        );
      const first = (shifted(h) - shifted(-h)) / (2 * h);
      const second = (shifted(h) - 2 * value(kind, t) + shifted(-h)) / (h * h);
      const size = FUNCTION[kind](Math.abs(t[i])) ** 2 + SLOPE[kind](Math.abs(t[i])) ** 2 + wSq[i] + 30;
      expect(Math.abs(objective.gradient[i] - first)).toBeLessThanOrEqual(1e-6 * size);
      expect(Math.abs(objective.curvature[i] - second)).toBeLessThanOrEqual(1e-4 * size);
    }
  });

  it('weights are the curvature where positive, its Gauss-Newton part elsewhere', () => {
    const objective = objectiveAt(kind);
    let modified = 0;
    for (let i = 0; i < n; i++) {
      const gaussNewton = SLOPE[kind](t[i]) ** 2 + wSq[i];
      if (objective.curvature[i] > 1e-12 * gaussNewton) {
        expect(objective.weights[i]).toBe(objective.curvature[i]);
      } else {
        modified++;
        expect(objective.weights[i]).toBe(gaussNewton);
      }
    }
    expect(modified).toBeGreaterThan(0);
    expect(objective.isModified).toBe(true);
  });

  it('change is F(t + as) − F(t), to a few roundings of its terms even where F shows none', () => {
    const objective = objectiveAt(kind);
    const s = randomVector(n, 4);
    const exact =
      value(
        kind,
        t.map((v, i) => v + 0.5 * s[i]),
      ) - value(kind, t);
    expect(Math.abs(objective.change(s, 0.5) - exact)).toBeLessThanOrEqual(1e-12 * value(kind, t));
    // a step of 1e-20 changes no t: only the derivative tells
    const slope = objective.gradient.reduce((sum, g, i) => sum + g * s[i], 0);
    const terms = objective.gradient.reduce((sum, g, i) => sum + Math.abs(g * s[i]), 0);
    expect(Math.abs(objective.change(s, 1e-20) - 1e-20 * slope)).toBeLessThanOrEqual(1e-20 * 1e-13 * terms);
  });

  it('scale is ‖√D|A||x|‖ + ‖(|f| + |b|)|f′| + w²|t| over √D‖', () => {
    const objective = objectiveAt(kind);
    const reach = t.map(Math.abs);
    let [moved, terms] = [0, 0];
    for (let i = 0; i < n; i++) {
      const D = objective.weights[i];
      moved += D * (reach[i] + (kind === 'cosh' ? 2 ** -26 : 0)) ** 2;
      const size = (Math.abs(FUNCTION[kind](t[i])) + Math.abs(b[i])) * Math.abs(SLOPE[kind](t[i]));
      terms += (size + wSq[i] * reach[i]) ** 2 / D;
    }
    const exact = Math.sqrt(moved) + Math.sqrt(terms);
    expect(Math.abs(objective.scale(reach) - exact)).toBeLessThanOrEqual(1e-13 * exact);
  });

  it('says where it overflows', () => {
    const objective = new RegressionObjective(kind, Float64Array.of(1), Float64Array.of(1));
    expect(objective.moveTo(Float64Array.of(800))).toBe(false);
    expect(objective.moveTo(Float64Array.of(300))).toBe(true);
    expect(Number.isFinite(objective.change(Float64Array.of(500), 1))).toBe(false);
  });
});

describe('a row that is flat altogether', () => {
  it('cosh at 0 without w: |curvature| stands in for the missing Gauss-Newton part', () => {
    const objective = new RegressionObjective('cosh', Float64Array.of(5), Float64Array.of(0));
    objective.moveTo(Float64Array.of(0));
    expect(objective.curvature[0]).toBe(-4);
    expect(objective.weights[0]).toBe(4);
  });
});

describe('rows of A that are zero', () => {
  it('count in the value alone', () => {
    const both = new RegressionObjective(
      'exp',
      Float64Array.of(2, 1e13),
      Float64Array.of(1, 1),
      Uint8Array.of(1, 0),
    );
    const first = new RegressionObjective('exp', Float64Array.of(2), Float64Array.of(1));
    both.moveTo(Float64Array.of(0.5, 0));
    first.moveTo(Float64Array.of(0.5));
    expect(both.movableValue).toBe(first.value);
    expect(both.value).toBe(first.value + (1 - 1e13) ** 2 / 2);
    expect(both.scale(Float64Array.of(0.5, 0))).toBe(first.scale(Float64Array.of(0.5)));
    expect(Array.from(both.sizes)).toEqual([first.sizes[0], 0]);
  });
});
