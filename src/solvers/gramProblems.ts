/**
 * The two computations every solver of this folder is made of, on a prepared system:
 * (AᵀA)ʲx = b, and min ‖A(AᵀA)ʲx − b‖ as a backward-stable least-squares problem followed by j solves.
 * Starting the latter from Aᵀb instead would cost a further factor κ.
 */
import { copyOf } from '../dense/smallArrays';
import { axpy, ldexp, norm2 } from '../dense/vector';
import { backwardErrorEstimate } from '../iterative/backwardError';
import type { Evaluated } from '../iterative/evaluation';
import { LeastSquaresRefinement } from '../iterative/refinement';
import { isBackwardStable, Monitor, type StopReason } from '../iterative/stopping';
import { sketchAndSolve } from '../precondition/sketchedFactor';
import {
  accuracyOf,
  exactSolves,
  forwardErrorEstimate,
  leastSquaresStart,
  log2Excess,
  roundedStart,
} from './accuracy';
import type { GramSystem } from './gramSystem';
import { applyChain, type ChainResult, solveChain } from './powerChain';
import type { SolveResult, SolveStatus } from './result';
import { normaliseInPlace, scaleBack, underflow } from './scaledVector';

/** What a computation found, before it is dressed as a result. */
interface Findings {
  readonly x: Float64Array;
  readonly reason: StopReason;
  readonly monitor: Monitor;
  readonly history: readonly number[] | undefined;
  /** Relative to ‖b‖·2^−exponent. */
  readonly residualNorm: number;
  readonly rightHandSideNorm: number;
  readonly exponent: number;
  readonly backwardError: number;
  readonly forwardErrorEstimate: number;
  readonly solved: boolean;
  /** No tolerance would have given a digit that can be relied on. */
  readonly hopeless: boolean;
}

/** x with (AᵀA)ʲx = b, b of length d, j ≥ 1. */
export function psdPower(system: GramSystem, b: Float64Array, j: number): SolveResult {
  const { monitor, history } = startMonitor(system);
  const right = copyOf(b);
  const exponent = normaliseInPlace(right);
  const bNorm = norm2(right, 0, right.length);
  if (bNorm === 0 || system.rank === 0) return zeroResult(system, monitor, history, bNorm, exponent);
  const start = system.restrict(right);
  const chain = solveChain(system, start, 0, j, monitor, false);
  const check = chainResidual(system, chain, start, j);
  const outside = Math.sqrt(Math.max(0, bNorm ** 2 - norm2(start, 0, start.length) ** 2));
  const spectrum = system.factored.spectrum(j);
  const rounded = roundedStart(j, spectrum, Math.log2(bNorm));
  return dress(system, {
    x: scaleBack(system.caller, system.expand(chain.y), chain.exponent + exponent - 2 * j * system.exponent),
    reason: chain.reason,
    monitor,
    history,
    residualNorm: Math.hypot(check.norm, system.rank < b.length ? outside : 0),
    rightHandSideNorm: bNorm,
    exponent,
    backwardError: check.backwardError,
    forwardErrorEstimate: forwardErrorEstimate(spectrum, chain.norms, rounded),
    solved: chain.reason === 'converged',
    hopeless: !(forwardErrorEstimate(spectrum, exactSolves(chain.norms), rounded) < 1),
  });
}

/** x minimising ‖A(AᵀA)ʲx − b‖, b of length n, j ≥ 0. */
export function oddPower(system: GramSystem, b: Float64Array, j: number): SolveResult {
  const { monitor, history } = startMonitor(system);
  const right = copyOf(b);
  const exponent = normaliseInPlace(right);
  const bNorm = norm2(right, 0, right.length);
  if (bNorm === 0 || system.rank === 0) return zeroResult(system, monitor, history, bNorm, exponent);
  const { best, reason } = leastSquares(system, right, exponent, monitor);
  const backward = best.backwardError;
  const chain = solveChain(system, best.x, 0, j, monitor, reason === 'stopped');
  const check = chainResidual(system, chain, best.x, j);
  const spectrum = system.factored.spectrum(j);
  const { bestStart, start } = startTerms(system, best, j, bNorm);
  const unavoidable = forwardErrorEstimate(spectrum, exactSolves(chain.norms), bestStart);
  return dress(system, {
    x: scaleBack(
      system.caller,
      system.expand(chain.y),
      chain.exponent + exponent - (2 * j + 1) * system.exponent,
    ),
    reason: chain.reason === 'converged' ? reason : chain.reason,
    monitor,
    history,
    residualNorm: j === 0 ? best.norms.residual : finalResidual(system, check.applied, right),
    rightHandSideNorm: bNorm,
    exponent,
    backwardError: Math.max(backward, check.backwardError),
    forwardErrorEstimate: forwardErrorEstimate(spectrum, chain.norms, start),
    solved: isBackwardStable(backward, monitor.tolerance) && chain.reason === 'converged',
    hopeless: !(absoluteEstimate(system, unavoidable, chain, j, bNorm) < 1),
  });
}

/** Least squares on the system's matrix; a preconditioner found bad is replaced and the solve goes on. */
function leastSquares(
  system: GramSystem,
  b: Float64Array,
  exponent: number,
  monitor: Monitor,
): { best: Evaluated; reason: StopReason } {
  let x = firstGuess(system, b, exponent);
  for (;;) {
    const refinement = new LeastSquaresRefinement(system.factored.M, b, system.factored.norms, monitor);
    const result = system.isFactored
      ? refinement.direct(x)
      : refinement.iterative(x, (c) => system.iteration(c, false));
    if (result.reason !== 'bad-preconditioner') return result;
    if (!system.replacePreconditioner()) return { best: result.best, reason: 'stagnated' };
    x = result.best.x;
  }
}

function firstGuess(system: GramSystem, b: Float64Array, exponent: number): Float64Array {
  const { initialGuess } = system.settings;
  if (initialGuess !== undefined && !system.isFactored) {
    return system.restrict(
      Float64Array.from(initialGuess, (value) => ldexp(value, system.exponent - exponent)),
    );
  }
  const { sketched } = system.factored.factor;
  const x = sketchAndSolve(sketched, b);
  for (let i = 0; i < x.length; i++) x[i] *= sketched.scaling.scale[i];
  return x;
}

interface ChainCheck {
  readonly norm: number;
  readonly backwardError: number;
  /** (AᵀA)ʲx */
  readonly applied: Float64Array;
}

/** ‖(AᵀA)ʲx − start‖ and its backward error, residual over ‖A‖²ʲ‖x‖ + ‖start‖. */
function chainResidual(system: GramSystem, chain: ChainResult, start: Float64Array, j: number): ChainCheck {
  if (j === 0) return { norm: 0, backwardError: 0, applied: start };
  const image = applyChain(system, chain.y, chain.exponent, j);
  const applied = Float64Array.from(image.y, (value) => ldexp(value, image.exponent));
  const difference = applied.slice();
  axpy(difference, -1, start, start.length);
  const norm = norm2(difference, 0, difference.length);
  const largestImage = 2 ** (2 * j * Math.log2(system.factored.norms.largest) + chain.norms.last);
  const backwardError = norm === 0 ? 0 : norm / (largestImage + norm2(start, 0, start.length));
  return { norm, backwardError, applied };
}

function finalResidual(system: GramSystem, y: Float64Array, b: Float64Array): number {
  const r = new Float64Array(system.operator.rows);
  const g = new Float64Array(system.rank);
  system.operator.residual(r, g, y, b);
  return norm2(r, 0, r.length);
}

/**
 * log₂ of the start term of an odd power for a backward error of u and for that of y₀. Where columns differ in size both
 * are those of A·C, which column scaling cannot inflate: the backward error column by column, which an iteration may leave
 * far above that of A as a whole.
 */
function startTerms(system: GramSystem, best: Evaluated, j: number, bNorm: number) {
  const { M, norms: matrix } = system.factored;
  const spectrum = system.factored.spectrum(j);
  const { solution, residual } = best.norms;
  const whole = { matrixTimesSolution: matrix.largest * solution, rightHandSide: bNorm, residual };
  const frobenius = 2 * Math.sqrt(M.size); // at least ‖AC‖_F
  const scaledSolution = norm2(
    best.x.map((value, i) => value / M.scale[i]),
    0,
    M.size,
  );
  const matrixTimesSolution = frobenius * scaledSolution;
  if (!(matrixTimesSolution < whole.matrixTimesSolution)) {
    const bestStart = leastSquaresStart(j, spectrum, whole);
    const excess = log2Excess((best.backwardError * matrix.frobenius) / matrix.largest);
    return { bestStart, start: bestStart + excess };
  }
  const bestStart = leastSquaresStart(j, spectrum, { ...whole, matrixTimesSolution });
  const gradient = best.gradient.map((value, i) => value * M.scale[i]);
  const scaled = {
    ...best.norms,
    matrixFrobenius: frobenius,
    solution: scaledSolution,
    gradient: norm2(gradient, 0, M.size),
  };
  return { bestStart, start: bestStart + log2Excess(backwardErrorEstimate(scaled, M.R, gradient, M.size)) };
}

/**
 * The estimate relative to the size x would have if b lay in the range of A: b ⟂ range(A) gives x near
 * zero, whose relative error says nothing about the conditioning of the problem.
 */
function absoluteEstimate(
  system: GramSystem,
  estimate: number,
  chain: ChainResult,
  j: number,
  bNorm: number,
): number {
  const { largest } = system.factored.norms;
  const natural = Math.log2(bNorm) - (2 * j + 1) * Math.log2(largest);
  return estimate * Math.min(1, 2 ** (chain.norms.last - natural));
}

function startMonitor(system: GramSystem): { monitor: Monitor; history: number[] | undefined } {
  const { tolerance, maxIterations, signal, onIteration } = system.settings;
  system.begin();
  const history: number[] | undefined = system.settings.history ? [] : undefined;
  const monitor = new Monitor(system.caller, { tolerance, maxIterations, signal, onIteration, history });
  monitor.checkSignal();
  return { monitor, history };
}

function statusOf(findings: Findings): SolveStatus {
  if (findings.reason === 'stopped') return 'stopped';
  if (findings.hopeless && findings.solved) return 'ill-conditioned';
  if (findings.solved) return 'converged';
  return findings.reason === 'max-iterations' ? 'max-iterations' : 'stagnated';
}

/** An x near underflow has lost digits after its chain was judged. NaN, of norms that overflowed, is no figure. */
function afterUnderflow(found: Findings): Findings {
  const lost = underflow(found.x);
  const plus = (error: number) => (Number.isNaN(error) ? Number.POSITIVE_INFINITY : error + lost);
  return {
    ...found,
    backwardError: plus(found.backwardError),
    forwardErrorEstimate: plus(found.forwardErrorEstimate),
    solved: found.solved && isBackwardStable(lost, found.monitor.tolerance),
  };
}

function dress(system: GramSystem, found: Findings): SolveResult {
  const findings = afterUnderflow(found);
  const status = statusOf(findings);
  const { history } = findings;
  return {
    x: findings.x,
    status,
    converged: status === 'converged',
    stats: {
      method: system.method,
      iterations: findings.monitor.iterations,
      passes: system.passes,
      residualNorm: ldexp(findings.residualNorm, findings.exponent),
      relativeResidual:
        findings.rightHandSideNorm === 0 ? 0 : findings.residualNorm / findings.rightHandSideNorm,
      backwardError: findings.backwardError,
      conditionEstimate: system.factored.norms.condition,
      forwardErrorEstimate: findings.forwardErrorEstimate,
      accuracy: accuracyOf(findings.forwardErrorEstimate),
      rank: system.rank,
      sketchSize: system.factored.sketchSize,
      resketches: system.resketches,
      logScale: 0,
      seed: system.settings.seed,
      ...(history === undefined ? {} : { residualHistory: history }),
    },
  };
}

/** b = 0 or A = 0: x = 0 exactly. */
function zeroResult(
  system: GramSystem,
  monitor: Monitor,
  history: readonly number[] | undefined,
  bNorm: number,
  exponent: number,
): SolveResult {
  return dress(system, {
    x: new Float64Array(system.given.columns),
    reason: 'converged',
    monitor,
    history,
    residualNorm: bNorm,
    rightHandSideNorm: bNorm,
    exponent,
    backwardError: 0,
    forwardErrorEstimate: 0,
    solved: true,
    hopeless: false,
  });
}
