import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { Monitor, type StoppingRules } from '../../src/iterative/stopping';
import { type AttentionKernelOptions, resolveAttentionOptions } from '../../src/solvers/attentionOptions';
import { solveKernelSystem } from '../../src/solvers/attentionSolve';
import { AttentionGeometry, AttentionSystem } from '../../src/solvers/attentionSystem';
import { distance } from '../support/attention';
import { naiveKernel } from '../support/kernels';
import { exactCondition } from '../support/oracles';
import { randomMatrix, randomVector } from '../support/random';
import { u } from '../support/tolerances';

const n = 150;
const A = randomMatrix(n, 5, 1);
const b = randomVector(n, 2);

function solve(
  options: AttentionKernelOptions,
  ridge: number,
  rules: Partial<StoppingRules> = {},
  rows: Matrix = A,
) {
  const settings = resolveAttentionOptions('test', options, rows.rows);
  const geometry = new AttentionGeometry('test', rows, settings);
  const system = new AttentionSystem(geometry, ridge);
  const monitor = new Monitor('test', {
    tolerance: 1e-10,
    maxIterations: 500,
    signal: undefined,
    onIteration: undefined,
    history: undefined,
    patience: 500,
    ...rules,
  });
  const metric = geometry.scaled.weights;
  const problem = { operator: system.operator, b: rows === A ? b : randomVector(rows.rows, 2), metric };
  return { solution: solveKernelSystem(system, problem, monitor, 1), system, monitor };
}

describe('solveKernelSystem', () => {
  const ridge = 0.01;
  const direct = solve({ method: 'direct' }, ridge);
  const G = naiveKernel(direct.system.geometry.scaled.points);
  for (let i = 0; i < n; i++) G[i * (n + 1)] += ridge;
  const condition = exactCondition({ rows: n, columns: n, data: G });

  it('direct: the residual is a few roundings, the figures are those of a factorisation', () => {
    const { solution, monitor } = direct;
    expect(solution).toMatchObject({ method: 'direct', preconditioner: 'none', rank: n, traceResidual: 0 });
    expect(solution.reason).toBe('converged');
    expect(solution.condition / condition).toBeGreaterThan(0.5);
    expect(solution.condition / condition).toBeLessThan(2);
    expect(solution.backwardError).toBeLessThan(4 * Math.sqrt(n) * 10 * u);
    expect(monitor.iterations).toBe(1);
  });

  it.each(['none', 'pivoted-cholesky', 'nystrom', 'afn', 'auto'] as const)(
    'pcg with %s agrees with direct to κ·tolerance in the rescaled metric',
    (preconditioner) => {
      const { solution, monitor } = solve({ method: 'pcg', preconditioner, rank: 40 }, ridge, {
        tolerance: 1e-12,
      });
      expect(solution.method).toBe('pcg');
      expect(solution.preconditioner).toBe(preconditioner === 'auto' ? 'pivoted-cholesky' : preconditioner);
      expect(solution.rank).toBe(preconditioner === 'none' ? 0 : 40);
      expect(solution.reason).toBe('converged');
      expect(solution.relativeResidual).toBeLessThanOrEqual(1e-12);
      expect(distance(solution.z, direct.solution.z)).toBeLessThan(condition * 1e-10);
      expect(monitor.iterations).toBeGreaterThan(5);
      expect(solution.condition / condition).toBeGreaterThan(0.5);
      expect(solution.condition / condition).toBeLessThan(10);
    },
  );

  it('a preconditioner saves steps, and the condition estimate stays that of G + Δ', () => {
    const none = solve({ method: 'pcg', preconditioner: 'none' }, ridge);
    const pivoted = solve({ method: 'pcg', preconditioner: 'pivoted-cholesky', rank: 60 }, ridge);
    expect(pivoted.monitor.iterations).toBeLessThan(0.8 * none.monitor.iterations);
    expect(pivoted.solution.condition / none.solution.condition).toBeGreaterThan(0.5);
    expect(pivoted.solution.condition / none.solution.condition).toBeLessThan(2);
  });

  it('the step limit and onIteration end it with the best iterate', () => {
    for (const [rules, reason] of [
      [{ maxIterations: 12 }, 'max-iterations'],
      [{ onIteration: ({ iteration }: { iteration: number }) => iteration < 12 }, 'stopped'],
    ] as const) {
      const { solution, monitor } = solve(
        { method: 'pcg', preconditioner: 'none', temperature: 4 },
        0.1,
        rules,
      );
      expect([solution.reason, monitor.iterations]).toEqual([reason, 12]);
      expect(solution.relativeResidual).toBeLessThanOrEqual(1);
    }
    const stopped = solve({ method: 'direct' }, ridge, { tolerance: 0, onIteration: () => false });
    expect([stopped.solution.reason, stopped.monitor.iterations]).toEqual(['stopped', 1]);
    expect(stopped.solution.relativeResidual).toBeLessThan(1e-9);
  });

  it('auto above the dense limit on a line, ridge 0: ends with a factorisation or a preconditioner, not a loop', () => {
    const rows = randomMatrix(1210, 1, 3);
    const { solution, monitor } = solve({}, 0, {}, rows);
    expect(monitor.iterations).toBeLessThan(200);
    expect(Number.isFinite(solution.relativeResidual)).toBe(true);
    expect(solution.method === 'direct' ? solution.rank : 1210).toBe(1210);
  });

  it('auto above the dense limit with a flat kernel: plain iteration', () => {
    const rows = randomMatrix(1210, 40, 4);
    const { solution, monitor } = solve({}, 0, {}, { ...rows, data: rows.data });
    expect([solution.method, solution.preconditioner, solution.rank]).toEqual(['pcg', 'none', 0]);
    expect(monitor.iterations).toBeLessThan(20);
  });
});
