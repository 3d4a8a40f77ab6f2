import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { ConjugateGradient } from '../../src/iterative/conjugateGradient';
import { Evaluator } from '../../src/iterative/evaluation';
import { GradientDescent } from '../../src/iterative/gradientDescent';
import { HeavyBall } from '../../src/iterative/heavyBall';
import { PreconditionedGram } from '../../src/iterative/preconditionedGram';
import { LeastSquaresRefinement } from '../../src/iterative/refinement';
import { Monitor, type StoppingRules } from '../../src/iterative/stopping';
import { DenseTallOperator } from '../../src/iterative/tallOperator';
import { choleskyQr } from '../../src/precondition/choleskyQr';
import { sketchAndSolve, sketchedFactor } from '../../src/precondition/sketchedFactor';
import { createSketch } from '../../src/sketch/create';
import { backwardErrorFor } from '../support/backwardError';
import { relativeError } from '../support/forwardError';
import { FULL_RANK_GALLERY } from '../support/gallery';
import { exactSingularValues, leastSquaresReference } from '../support/oracles';
import { plantedLeastSquares } from '../support/planted';
import { randomVector } from '../support/random';
import { BACKWARD_ERROR_LIMIT, u, wedinBound } from '../support/tolerances';

interface Setting {
  readonly operator: DenseTallOperator;
  readonly M: PreconditionedGram;
  readonly monitor: Monitor;
  readonly refinement: LeastSquaresRefinement;
  /** The solution of the sketched problem. */
  readonly x0: Float64Array;
}

/** Least squares with A, b ready to be refined; R is a factor to rounding or from a sketch of `rows` rows. */
function setUp(
  A: Matrix,
  b: Float64Array,
  rows: number,
  factored: boolean,
  rules: Partial<StoppingRules> = {},
): Setting {
  const sketch = rows < A.rows ? createSketch('sparse-sign', rows, A.rows, 1) : null;
  const sketched = sketchedFactor(A, sketch);
  const { scale } = sketched.scaling;
  const R = factored ? choleskyQr(A, sketched.scaling, sketched.R).R : sketched.R;
  const operator = new DenseTallOperator(A);
  const M = new PreconditionedGram(operator, R as Float64Array, scale);
  const s = exactSingularValues(A);
  const norms = { frobenius: Math.hypot(...s), largest: s[0], condition: s[0] / s[s.length - 1] };
  const monitor = new Monitor('test', {
    tolerance: 2 ** -50,
    maxIterations: 500,
    signal: undefined,
    onIteration: undefined,
    history: undefined,
    ...rules,
  });
  return {
    operator,
    M,
    monitor,
    refinement: new LeastSquaresRefinement(M, b, norms, monitor),
    x0: sketchAndSolve(sketched, b).map((entry, j) => entry * scale[j]),
  };
}

const [n, d] = [300, 8];

describe('LeastSquaresRefinement.direct', () => {
  it.each([
    [1, 1],
    [1e4, 1e-4],
    [1e8, 1e-8],
    [1e8, 1],
    [1e12, 1e-3],
    [1e13, 1e-12],
  ])('backward error of a few u from the sketched solution, κ = %d, residual %d', (kappa, residual) => {
    const { A, b } = plantedLeastSquares({ n, d, kappa, residual, seed: 1 });
    const { refinement, x0 } = setUp(A, b, 32, true);
    const { best, reason } = refinement.direct(x0);
    expect(reason).toBe('converged');
    expect(backwardErrorFor(A)(best.x, b)).toBeLessThan(BACKWARD_ERROR_LIMIT['cholesky-qr']);
    if (kappa > 1) expect(backwardErrorFor(A)(x0, b)).toBeGreaterThan(100 * u); // there was something to do
  });

  it.each(FULL_RANK_GALLERY)('the same for $name', ({ build }) => {
    const A = build(n, d, 2);
    // entries near 1e±150 belong to the door, which scales them away
    if (Math.abs(Math.log10(Math.max(...A.data.map(Math.abs)))) > 100) return;
    const b = randomVector(A.rows, 3);
    const { refinement, x0 } = setUp(A, b, 32, true);
    const { best } = refinement.direct(x0);
    expect(backwardErrorFor(A)(best.x, b)).toBeLessThan(BACKWARD_ERROR_LIMIT['cholesky-qr']);
  });

  it('returns the candidate of least backward error, which need not be the last', () => {
    const places = [1, 2, 3, 4, 5, 6].map((seed) => {
      const { A, b } = plantedLeastSquares({ n, d, kappa: 1e12, residual: 1e-3, seed });
      const { refinement, x0, M, monitor } = setUp(A, b, 32, true);
      const { best } = refinement.direct(x0);
      const evaluator = new Evaluator(M, b, best.norms.matrixFrobenius);
      const candidates = [evaluator.evaluate(x0)];
      for (let k = 0; k < monitor.iterations; k++) {
        const change = new Float64Array(d);
        M.toSolutionInto(change, candidates[k].preconditioned);
        const x = candidates[k].x.map((entry, j) => entry + change[j]);
        candidates.push(evaluator.evaluate(x));
      }
      const errors = candidates.map((candidate) => candidate.backwardError);
      const place = errors.indexOf(Math.min(...errors));
      expect(best.x).toEqual(candidates[place].x);
      return candidates.length - 1 - place;
    });
    expect(Math.max(...places)).toBeGreaterThan(0);
  });

  it('at most three corrections, a pass over A for each and one to begin with', () => {
    const { A, b } = plantedLeastSquares({ n, d, kappa: 1e8, residual: 0.1, seed: 5 });
    const { refinement, x0, operator, monitor } = setUp(A, b, 32, true);
    const before = [x0.slice(), b.slice()];
    refinement.direct(x0);
    expect(monitor.iterations).toBeGreaterThanOrEqual(1);
    expect(monitor.iterations).toBeLessThanOrEqual(3);
    expect(operator.passes).toBe(monitor.iterations + 1);
    expect([x0, b]).toEqual(before);
  });

  it('no correction of an exact solution: b = 0', () => {
    const { A } = plantedLeastSquares({ n, d, kappa: 10, residual: 0, seed: 6 });
    const { refinement, operator } = setUp(A, new Float64Array(n), 32, true);
    const { best, reason } = refinement.direct(new Float64Array(d));
    expect([reason, best.backwardError, operator.passes]).toEqual(['converged', 0, 1]);
  });

  it('stopped in its last correction it says so', () => {
    const { A, b } = plantedLeastSquares({ n, d, kappa: 1e12, residual: 1e-3, seed: 1 });
    const { refinement, x0, monitor } = setUp(A, b, 32, true, {
      onIteration: ({ iteration }) => iteration < 3,
    });
    const { reason } = refinement.direct(x0);
    expect([reason, monitor.iterations]).toEqual(['stopped', 3]);
  });

  it('stops when told to, with the best so far', () => {
    const { A, b } = plantedLeastSquares({ n, d, kappa: 1e8, residual: 0.1, seed: 7 });
    const { refinement, x0, monitor } = setUp(A, b, 32, true, { onIteration: () => false });
    const { best, reason } = refinement.direct(x0);
    expect([reason, monitor.iterations]).toEqual(['stopped', 1]);
    expect(backwardErrorFor(A)(best.x, b)).toBeLessThan(backwardErrorFor(A)(x0, b));
  });
});

describe('LeastSquaresRefinement.iterative', () => {
  const methods = [
    ['conjugate gradients', 32, (M: PreconditionedGram) => (c: Float64Array) => new ConjugateGradient(M, c)],
    ['heavy ball', 96, (M: PreconditionedGram) => (c: Float64Array) => new HeavyBall(M, c, d / 96)],
    [
      'gradient descent',
      240,
      (M: PreconditionedGram) => (c: Float64Array) => new GradientDescent(M, c, 1, false),
    ],
  ] as const;

  for (const [name, rows, start] of methods) {
    it.each([
      [1, 1],
      [1e4, 1e-4],
      [1e8, 1e-8],
      [1e8, 1e-3],
      [1e8, 1],
      [1e12, 1e-12],
      [1e12, 1e-3],
      [1e13, 1e-6],
    ])(
      `${name}: backward stable from the sketched solution or from 0, κ = %d, residual %d`,
      (kappa, residual) => {
        const { A, b } = plantedLeastSquares({ n: 600, d, kappa, residual, seed: 1 });
        const { refinement, x0, M } = setUp(A, b, rows, false);
        for (const from of [x0, new Float64Array(d)]) {
          const { best, reason } = refinement.iterative(from, start(M));
          expect(reason).toBe('converged');
          expect(backwardErrorFor(A)(best.x, b)).toBeLessThan(BACKWARD_ERROR_LIMIT['conjugate-gradient']);
          const { x, residualNorm } = leastSquaresReference(A, b);
          const xNorm = Math.hypot(...x);
          const wedin = wedinBound({
            kappa,
            residual: residualNorm,
            xNorm,
            bNorm: Math.hypot(...b),
            backwardError: 20 * u * Math.sqrt(d),
          });
          expect(relativeError(best.x, x)).toBeLessThan(wedin);
        }
      },
    );
  }

  it('the number of steps does not grow with κ', () => {
    const steps = [1e2, 1e5, 1e8].map((kappa) => {
      const { A, b } = plantedLeastSquares({ n: 600, d, kappa, residual: 1e-3, seed: 2 });
      const { refinement, x0, M, monitor } = setUp(A, b, 32, false, { tolerance: 1e-12 });
      refinement.iterative(x0, (c) => new ConjugateGradient(M, c));
      return monitor.iterations;
    });
    expect(Math.max(...steps) - Math.min(...steps)).toBeLessThanOrEqual(5); // one more test
  });

  it('a step is a pass over A, and so is each evaluation: one at the start, one after the first stage, one a test', () => {
    const { A, b } = plantedLeastSquares({ n: 600, d, kappa: 1e3, residual: 0.1, seed: 3 });
    const { refinement, x0, M, monitor, operator } = setUp(A, b, 32, false, { tolerance: 1e-9 });
    const { reason } = refinement.iterative(x0, (c) => new ConjugateGradient(M, c));
    expect(reason).toBe('converged');
    expect(operator.passes).toBe(monitor.iterations + 2);
    // to the level of rounding a test comes after five steps, or when the residual has fallen to a sixteenth
    const tight = setUp(A, b, 32, false, { tolerance: 0 });
    tight.refinement.iterative(x0, (c) => new ConjugateGradient(tight.M, c));
    const extra = tight.operator.passes - tight.monitor.iterations - 2;
    expect(extra).toBeGreaterThanOrEqual(1);
    expect(extra).toBeLessThanOrEqual(1 + (tight.monitor.iterations - monitor.iterations) / 2 + 3);
  });

  it('a loose tolerance is met, with fewer steps', () => {
    const { A, b } = plantedLeastSquares({ n: 600, d, kappa: 1e6, residual: 0.1, seed: 4 });
    const runs = [1e-3, 1e-6, 1e-9, 1e-12].map((tolerance) => {
      const { refinement, M, monitor } = setUp(A, b, 32, false, { tolerance });
      const { best, reason } = refinement.iterative(new Float64Array(d), (c) => new ConjugateGradient(M, c));
      expect(reason).toBe('converged');
      expect(backwardErrorFor(A)(best.x, b)).toBeLessThan(tolerance);
      expect(best.backwardError).toBeLessThanOrEqual(tolerance);
      return monitor.iterations;
    });
    expect(runs).toEqual(runs.slice().sort((p, q) => p - q));
    expect(runs[3]).toBeGreaterThan(runs[0]);
  });

  it('an exact start takes no step', () => {
    const { A, b } = plantedLeastSquares({ n, d, kappa: 10, residual: 0.5, seed: 5 });
    const { refinement, M, monitor } = setUp(A, b, 32, false, { tolerance: 1e-10 });
    const { x } = leastSquaresReference(A, b);
    const { best, reason } = refinement.iterative(x, (c) => new ConjugateGradient(M, c));
    expect([reason, monitor.iterations, best.x]).toEqual(['converged', 0, x]);
  });

  it('returns the better of start and end when the limit stops it', () => {
    const { A, b } = plantedLeastSquares({ n, d, kappa: 1e6, residual: 0.1, seed: 6 });
    const { refinement, x0, M, monitor } = setUp(A, b, 32, false, { maxIterations: 7 });
    const { best, reason } = refinement.iterative(x0, (c) => new ConjugateGradient(M, c));
    expect([reason, monitor.iterations]).toEqual(['max-iterations', 7]);
    expect(backwardErrorFor(A)(best.x, b)).toBeLessThan(backwardErrorFor(A)(x0, b));
  });

  it('stops at any step the caller says, and says so', () => {
    const { A, b } = plantedLeastSquares({ n, d, kappa: 1e4, residual: 0.1, seed: 6 });
    const run = (last: number) => {
      const onIteration = ({ iteration }: { iteration: number }) => iteration < last;
      const { refinement, x0, M, monitor } = setUp(A, b, 32, false, { onIteration });
      const { reason } = refinement.iterative(x0, (c) => new ConjugateGradient(M, c));
      return [reason, monitor.iterations];
    };
    const [reason, steps] = run(1000);
    expect(reason).toBe('converged');
    for (let last = 1; last <= (steps as number); last++) expect(run(last)).toEqual(['stopped', last]);
  });

  it('a tolerance of 0 is stagnation within a few stages, as accurate as can be', () => {
    const { A, b } = plantedLeastSquares({ n, d, kappa: 1e4, residual: 0.1, seed: 9 });
    const { refinement, x0, M, monitor } = setUp(A, b, 32, false, { tolerance: 0 });
    const { best, reason } = refinement.iterative(x0, (c) => new ConjugateGradient(M, c));
    expect(reason).toBe('stagnated');
    expect(monitor.iterations).toBeLessThan(70);
    expect(backwardErrorFor(A)(best.x, b)).toBeLessThan(u);
  });

  it('powers of two in A and b change exponents and nothing else', () => {
    const { A, b } = plantedLeastSquares({ n, d, kappa: 1e4, residual: 0.1, seed: 10 });
    const run = (forA: number, forB: number) => {
      const scaled = { ...A, data: A.data.map((entry) => entry * forA) };
      const right = b.map((entry) => entry * forB);
      const { refinement, x0, M, monitor } = setUp(scaled, right, 32, false, { tolerance: 1e-9 });
      const { best } = refinement.iterative(x0, (c) => new ConjugateGradient(M, c));
      return { x: best.x.map((entry) => (entry * forA) / forB), steps: monitor.iterations };
    };
    expect(run(2 ** 20, 2 ** -7)).toEqual(run(1, 1));
    expect(run(2 ** -13, 2 ** 30)).toEqual(run(1, 1));
  });

  it('an iteration that diverges, or overflows, leaves the start as it was', () => {
    const { A, b } = plantedLeastSquares({ n, d, kappa: 1e3, residual: 0.1, seed: 8 });
    for (const exponent of [-10, -20, -40]) {
      const { x0, operator, M, monitor } = setUp(A, b, 240, false);
      const spoilt = new PreconditionedGram(
        operator,
        M.R.map((entry) => entry * 2 ** exponent),
        M.scale,
      );
      const norms = { frobenius: Math.hypot(...A.data), largest: 1, condition: 1e3 };
      const refinement = new LeastSquaresRefinement(spoilt, b, norms, monitor);
      const { best, reason } = refinement.iterative(x0, (c) => new GradientDescent(spoilt, c, 1, false));
      expect(reason).toBe('stagnated');
      expect(best.x).toEqual(x0);
    }
  });

  it('a preconditioner that is none is reported, and the start kept when nothing was gained', () => {
    const { A, b } = plantedLeastSquares({ n, d, kappa: 1e6, residual: 0.1, seed: 7 });
    const plain = setUp(A, b, 32, false);
    const identity = new Float64Array(d * d).map((_, p) => (p % (d + 1) === 0 ? 1 : 0));
    const M = new PreconditionedGram(plain.operator, identity, new Float64Array(d).fill(1));
    const norms = { frobenius: Math.hypot(...A.data), largest: 1, condition: 1e6 };
    const refinement = new LeastSquaresRefinement(M, b, norms, plain.monitor);
    const { best, reason } = refinement.iterative(plain.x0, (c) => new ConjugateGradient(M, c));
    expect(reason).toBe('bad-preconditioner');
    expect(backwardErrorFor(A)(best.x, b)).toBeLessThanOrEqual(1.01 * backwardErrorFor(A)(plain.x0, b));
  });
});
