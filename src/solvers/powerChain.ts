/**
 * j chained solves with AᵀA = C⁻¹RᵀRC⁻¹, the vector normalised by a power of two before each.
 * Song, Yin & Zhang, arXiv 2308.14304, section 5, with R from randomized CholeskyQR in place of the inner
 * iteration where the method is a factoring one: then j never meets n.
 */
import { multiplyUpperTransposedVectorInPlace, multiplyUpperVectorInPlace } from '../dense/triangular';
import { norm2 } from '../dense/vector';
import { runIteration } from '../iterative/runIteration';
import type { Monitor, StopReason } from '../iterative/stopping';
import type { ChainNorms } from './accuracy';
import type { GramSystem } from './gramSystem';
import { normaliseInPlace } from './scaledVector';

/** x = y·2^exponent with y normalised. */
export interface ChainResult {
  readonly y: Float64Array;
  readonly exponent: number;
  readonly norms: ChainNorms;
  readonly reason: StopReason;
}

/** (AᵀA)⁻ʲ·start·2^exponent, in the coordinates of the system (length rank). */
export function solveChain(
  system: GramSystem,
  start: Float64Array,
  exponent: number,
  j: number,
  monitor: Monitor,
): ChainResult {
  const y = start.slice();
  const z: number[] = [];
  const norms: number[] = [];
  let e = exponent + normaliseInPlace(y);
  let reason: StopReason = 'converged';
  for (let i = 0; i < j && reason === 'converged'; i++) {
    monitor.checkSignal();
    monitor.beginSolve(i);
    system.M.gradientInPlace(y);
    e += normaliseInPlace(y);
    z.push(log2Norm(y) + e);
    if (!system.isFactored) reason = solvePreconditioned(system, y, monitor);
    system.M.toSolutionInto(y, y);
    e += normaliseInPlace(y);
    norms.push(log2Norm(y) + e);
  }
  return { y, exponent: e, norms: { z, y: norms, last: log2Norm(y) + e }, reason };
}

/** (AᵀA)ʲ·x·2^exponent: with R for the factoring methods, with passes over A otherwise. */
export function applyChain(system: GramSystem, x: Float64Array, exponent: number, j: number): ChainResult {
  const n = system.rank;
  let y = x.slice();
  let e = exponent + normaliseInPlace(y);
  let product = new Float64Array(n);
  for (let i = 0; i < j; i++) {
    if (system.isFactored) {
      multiplyUpperVectorInPlace(y, system.R, n, n);
      // the norm of Rx may be near the square root of the largest double, and RᵀRx beyond it
      e += normaliseInPlace(y);
      multiplyUpperTransposedVectorInPlace(y, system.R, n, n);
    } else {
      system.operator.gram(product, y);
      [y, product] = [product, y];
    }
    e += normaliseInPlace(y);
  }
  return { y, exponent: e, norms: { z: [], y: [], last: log2Norm(y) + e }, reason: 'converged' };
}

/** y ← M⁻¹y by the method's iteration; a preconditioner found bad is replaced and the solve begun again. */
function solvePreconditioned(system: GramSystem, y: Float64Array, monitor: Monitor): StopReason {
  for (;;) {
    const iteration = system.iteration(y, true);
    const reason = runIteration(iteration, monitor);
    if (reason !== 'bad-preconditioner') {
      y.set(iteration.z);
      return reason;
    }
    const before = system.M;
    if (!system.replacePreconditioner()) {
      y.set(iteration.z);
      return 'stagnated';
    }
    changePreconditioner(y, before, system.M);
  }
}

/** R_old⁻ᵀCv as R_new⁻ᵀC'v. */
function changePreconditioner(y: Float64Array, before: GramSystem['M'], after: GramSystem['M']): void {
  const n = before.size;
  multiplyUpperTransposedVectorInPlace(y, before.R, n, n);
  for (let i = 0; i < n; i++) y[i] /= before.scale[i];
  after.gradientInPlace(y);
}

function log2Norm(y: Float64Array): number {
  return Math.log2(norm2(y, 0, y.length));
}
