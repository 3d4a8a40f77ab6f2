/**
 * j chained solves with AᵀA = C⁻¹RᵀRC⁻¹, the vector normalised by a power of two before each.
 * Song, Yin & Zhang, arXiv 2308.14304, section 5, with R from randomized CholeskyQR in place of the inner
 * iteration where the method is a factoring one: then j never meets n.
 */
import { copyOf, zeros } from '../dense/smallArrays';
import { multiplyUpperTransposedVectorInPlace, multiplyUpperVectorInPlace } from '../dense/triangular';
import { norm2 } from '../dense/vector';
import type { PreconditionedGram } from '../iterative/preconditionedGram';
import { type IterationResult, runIteration } from '../iterative/runIteration';
import type { Monitor, StopReason } from '../iterative/stopping';
import type { ChainNorms } from './accuracy';
import type { GramSystem } from './gramSystem';
import { normaliseInPlace } from './scaledVector';

/** The vector y·2^exponent with y normalised. */
export interface ScaledVector {
  readonly y: Float64Array;
  readonly exponent: number;
}

export interface ChainResult extends ScaledVector {
  readonly norms: ChainNorms;
  readonly reason: StopReason;
}

/**
 * (AᵀA)⁻ʲ·start·2^exponent, in the coordinates of the system (length rank). Once the caller has stopped the
 * iteration, here or before, the remaining solves are finished with R alone.
 */
export function solveChain(
  system: GramSystem,
  start: Float64Array,
  exponent: number,
  j: number,
  monitor: Monitor,
  alreadyStopped: boolean,
): ChainResult {
  const y = copyOf(start);
  const z: number[] = [];
  const norms: number[] = [];
  const residuals: number[] = [];
  let e = exponent + normaliseInPlace(y);
  let reason: StopReason = alreadyStopped ? 'stopped' : 'converged';
  for (let i = 0; i < j; i++) {
    monitor.checkSignal();
    monitor.beginSolve(i);
    system.factored.M.gradientInPlace(y);
    e += normaliseInPlace(y);
    z.push(log2Norm(y) + e);
    if (system.isFactored) {
      residuals.push(0);
    } else if (reason !== 'stopped') {
      const solve = solvePreconditioned(system, y, monitor);
      residuals.push(solve.relativeResidual);
      if (solve.reason !== 'converged') reason = solve.reason;
    } else {
      residuals.push(1);
    }
    system.factored.M.toSolutionInto(y, y);
    e += normaliseInPlace(y);
    norms.push(log2Norm(y) + e);
  }
  return { y, exponent: e, norms: { z, y: norms, residuals, last: log2Norm(y) + e }, reason };
}

/** (AᵀA)ʲ·x·2^exponent: with R for the factoring methods, with passes over A otherwise. */
export function applyChain(system: GramSystem, x: Float64Array, exponent: number, j: number): ScaledVector {
  const n = system.rank;
  let y = copyOf(x);
  let e = exponent + normaliseInPlace(y);
  let product = zeros(n);
  for (let i = 0; i < j; i++) {
    if (system.isFactored) {
      multiplyUpperVectorInPlace(y, system.factored.R, n, n);
      // the norm of Rx may be near the square root of the largest double, and RᵀRx beyond it
      e += normaliseInPlace(y);
      multiplyUpperTransposedVectorInPlace(y, system.factored.R, n, n);
    } else {
      system.operator.gram(product, y);
      [y, product] = [product, y];
    }
    e += normaliseInPlace(y);
  }
  return { y, exponent: e };
}

/** y ← M⁻¹y by the method's iteration; a preconditioner found bad is replaced and the solve begun again. */
function solvePreconditioned(
  system: GramSystem,
  y: Float64Array,
  monitor: Monitor,
): Pick<IterationResult, 'relativeResidual' | 'reason'> {
  for (;;) {
    const { z, relativeResidual, reason } = runIteration(system.iteration(y, true), monitor);
    const before = system.factored.M;
    if (reason !== 'bad-preconditioner' || !system.replacePreconditioner()) {
      y.set(z);
      return { relativeResidual, reason: reason === 'bad-preconditioner' ? 'stagnated' : reason };
    }
    changePreconditioner(y, before, system.factored.M);
  }
}

/** R_old⁻ᵀCv as R_new⁻ᵀC'v. */
function changePreconditioner(y: Float64Array, before: PreconditionedGram, after: PreconditionedGram): void {
  const n = before.size;
  multiplyUpperTransposedVectorInPlace(y, before.R, n, n);
  for (let i = 0; i < n; i++) y[i] /= before.scale[i];
  after.gradientInPlace(y);
}

function log2Norm(y: Float64Array): number {
  return Math.log2(norm2(y, 0, y.length));
}
