import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { Monitor } from '../../src/iterative/stopping';
import { type AttentionKernelOptions, resolveAttentionOptions } from '../../src/solvers/attentionOptions';
import { routeOf } from '../../src/solvers/attentionRoute';
import { AttentionGeometry } from '../../src/solvers/attentionSystem';
import { groupEqualRows, representativeRows } from '../../src/solvers/duplicateRows';
import { naiveAttention, spreadRows, withCopies } from '../support/attention';
import { naiveMatvec } from '../support/oracles';
import { randomVector } from '../support/random';
import { u } from '../support/tolerances';

const n = 40;
// r² up to 6, so that the definition itself is right to 1e-14
const A = spreadRows(n, 4, 6, 1);
const b = randomVector(n, 2);

function routeFor(options: AttentionKernelOptions, rows: Matrix = A) {
  const settings = resolveAttentionOptions('test', options, rows.rows);
  const geometry = new AttentionGeometry('test', rows, settings);
  return routeOf(geometry, settings.ridge, null);
}

function monitor(): Monitor {
  return new Monitor('test', {
    tolerance: 1e-12,
    maxIterations: 300,
    signal: undefined,
    onIteration: undefined,
    history: undefined,
    patience: 300,
  });
}

const options: [string, AttentionKernelOptions][] = [
  ['the kernel', {}],
  ['ridge', { ridge: 0.3 }],
  ['absolute ridge', { ridge: 0.3, ridgeKind: 'absolute' }],
  ['temperature', { temperature: 3 }],
  ['softmax', { normalization: 'softmax' }],
  ['softmax, absolute ridge', { normalization: 'softmax', ridge: 0.3, ridgeKind: 'absolute' }],
  ['causal', { causal: true }],
  ['causal, ridge', { causal: true, ridge: 0.3 }],
  ['causal softmax', { causal: true, normalization: 'softmax' }],
  ['causal softmax, ridge', { causal: true, normalization: 'softmax', ridge: 0.3 }],
];

describe.each(options)('%s', (_, given) => {
  const { normalization, ...rest } = given;
  const K = naiveAttention(A, { ...rest, softmax: normalization === 'softmax' });

  it('(operator)z = metric⊙(K x) for x = weights⊙z·exp(logScale)', () => {
    const route = routeFor(given);
    const { operator, metric, weights, logScale } = route;
    const z = randomVector(n, 3);
    const x = z.map((entry, i) => entry * weights[i] * Math.exp(logScale));
    const y = new Float64Array(n);
    const before = route.products;
    operator.multiplyInto(y, z);
    expect(route.products).toBe(before + 1);
    const exact = naiveMatvec(K, x);
    const sizes = naiveMatvec(K, x.map(Math.abs));
    for (let i = 0; i < n; i++) {
      expect(Math.abs(y[i] - metric[i] * exact[i])).toBeLessThan(100 * n * u * metric[i] * sizes[i]);
    }
  });

  it('the solve counts its steps and products, and leaves 1e-12 of b or rounding', () => {
    const route = routeFor(given);
    const { operator, metric } = route;
    const followed = monitor();
    const solved = route.solve({ operator, b, metric }, followed, 1);
    expect(followed.iterations).toBeGreaterThan(0);
    expect(route.products).toBeGreaterThan(0);
    expect(Math.min(solved.relativeResidual / 1e-12, solved.backwardError / (1000 * u))).toBeLessThan(1);
    expect(solved.method).toBe('direct');
    expect(Number.isNaN(solved.condition)).toBe(given.causal === true);
  });
});

describe('which route', () => {
  const far = { rows: 2, columns: 1, data: Float64Array.of(0, 30) };

  it('softmax with norms far apart keeps its own metric; pcg and a short budget are refused', () => {
    const softmax = { normalization: 'softmax' } as const;
    expect([...routeFor(softmax, far).metric]).toEqual([1, 1]);
    expect([...routeFor({ ...softmax, method: 'direct' }, far).metric]).toEqual([1, 1]);
    // negative controls
    expect(() => routeFor({ ...softmax, method: 'pcg' }, far)).toThrow(
      /method 'pcg', expected 'auto' or 'direct'/,
    );
    expect(() => routeFor({ ...softmax, memoryBudget: 3 * 8 * 4 - 1 }, far)).toThrow(
      'memoryBudget is 95, expected at least 96',
    );
    expect(routeFor(softmax, { ...far, data: Float64Array.of(0, 2) }).metric[0]).toBeLessThan(0.3);
  });

  it('equal rows count in the sums of softmax, near and far apart', () => {
    for (const scale of [1, 12]) {
      const rows = withCopies({ ...A, data: A.data.map((entry) => scale * entry) }, [0, 0, 5]);
      const groups = groupEqualRows(rows);
      if (groups === null) throw new Error('expected copies');
      const settings = resolveAttentionOptions('test', { normalization: 'softmax' }, rows.rows);
      const geometry = new AttentionGeometry('test', representativeRows(rows, groups), settings);
      const { operator, metric, weights, logScale } = routeOf(geometry, 0, groups);
      // x = 1 on every row: the sums over the groups are their sizes, and every average is 1
      const z = Float64Array.from(groups.sizes, (size, i) => size / (weights[i] * Math.exp(logScale)));
      const y = new Float64Array(z.length);
      operator.multiplyInto(y, z);
      for (let i = 0; i < y.length; i++) expect(y[i] / metric[i]).toBeCloseTo(1, 12);
      // negative control: without the groups the averages are of something else
      const alone = routeOf(geometry, 0, null);
      expect([...alone.metric]).not.toEqual(scale === 1 ? [...metric] : []);
    }
  });

  it('sketch: the proxy in the solve, the exact kernel in the figures', () => {
    const near = { ...A, data: A.data.map((entry) => 0.3 * entry) };
    const route = routeFor({ method: 'sketch', ridge: 1e-2 }, near);
    const { operator, metric } = route;
    const solved = route.solve({ operator, b, metric }, monitor(), 1);
    expect(solved.method).toBe('sketch');
    expect(solved.proxyResidual).toBeLessThan(1e-9);
    const product = new Float64Array(n);
    operator.multiplyInto(product, solved.z);
    const left = b.map((entry, i) => entry - product[i] / metric[i]);
    expect(Math.abs(Math.hypot(...left) / Math.hypot(...b) / solved.relativeResidual - 1)).toBeLessThan(1e-6);
    expect(solved.traceResidual).toBeLessThan(n);
    // refused when the route is made, before any product
    expect(() => routeFor({ method: 'sketch' }, { ...A, data: A.data.map((entry) => 4 * entry) })).toThrow(
      /expected at most 20/,
    );
  });
});
