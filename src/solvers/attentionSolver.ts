/**
 * One attention kernel with one ridge: from a right-hand side in the caller's metric to a result, by whichever
 * route. Equal rows without a ridge are solved for once and shared out.
 */
import type { Matrix } from '../core/matrix';
import { ldexp, norm2 } from '../dense/vector';
import { type KernelProblem, type KernelSolution, kernelFigures } from '../iterative/kernelRefinement';
import { isRounding, Monitor, UNIT_ROUNDOFF } from '../iterative/stopping';
import type { AttentionSettings } from './attentionOptions';
import type { AttentionKernelResult, AttentionKernelStats, AttentionKernelStatus } from './attentionResult';
import { proxyProduct, solveProxy } from './attentionSketch';
import { type AttentionSolution, solveKernelSystem } from './attentionSolve';
import { AttentionGeometry, AttentionSystem } from './attentionSystem';
import { causalProductInto, solveCausal } from './causalAttention';
import { averageOver, groupEqualRows, type RowGroups, representativeRows, shareOut } from './duplicateRows';
import { normaliseInPlace, scaleBack } from './scaledVector';

/** Condition number beyond which a right-hand side in general position has no digit left. */
const SINGULAR = 0.01 / UNIT_ROUNDOFF;

/** Geometries by whether equal rows were put together; shared by all ridges. */
interface Shared {
  readonly groups: RowGroups | null;
  full: AttentionGeometry | null;
  grouped: AttentionGeometry | null;
}

type Solved = AttentionSolution & { readonly proxyResidual?: number };

export class AttentionSolver {
  private readonly groups: RowGroups | null;
  private readonly system: AttentionSystem;

  constructor(
    readonly caller: string,
    readonly A: Matrix,
    readonly settings: AttentionSettings,
    readonly ridge: number,
    private readonly shared: Shared = { groups: groupEqualRows(A), full: null, grouped: null },
  ) {
    const apart = ridge > 0 || settings.causal || settings.method === 'sketch';
    this.groups = apart ? null : shared.groups;
    this.system = new AttentionSystem(this.geometry(), ridge);
  }

  withRidge(ridge: number): AttentionSolver {
    return new AttentionSolver(this.caller, this.A, this.settings, ridge, this.shared);
  }

  solve(given: Float64Array): AttentionKernelResult {
    const { tolerance, maxIterations, signal, onIteration } = this.settings;
    // conjugate gradients on a kernel may take long plateaus; the step limit ends what does not converge
    const patience = maxIterations;
    const rules = { tolerance, maxIterations, signal, onIteration, history: undefined, patience };
    const monitor = new Monitor(this.caller, rules);
    monitor.checkSignal();
    const b = given.slice();
    const exponent = normaliseInPlace(b);
    const productsBefore = this.system.geometry.kernel.products;
    const reachable = this.groups === null ? b : averageOver(this.groups, b);
    const { metric, logScale } = this.metric();
    const problem = { operator: this.system.operator, b: reachable, metric };
    const solved =
      norm2(reachable, 0, reachable.length) === 0 ? trivial(problem) : this.route(problem, monitor);
    const { weights } = this.system.geometry.scaled;
    const scaledSums = solved.z.map((entry, i) => weights[i] * entry);
    const sums = scaleBack(this.caller, scaledSums, exponent);
    const residual = this.fullResidual(b, reachable, solved.residual);
    const bNorm = norm2(b, 0, b.length);
    const status = this.statusOf(solved);
    return {
      x: this.groups === null ? sums : shareOut(this.groups, sums),
      status,
      converged: status === 'converged',
      stats: this.stats(solved, {
        iterations: monitor.iterations,
        products: this.system.geometry.kernel.products - productsBefore,
        residualNorm: ldexp(norm2(residual, 0, residual.length), exponent),
        relativeResidual: bNorm === 0 ? 0 : Math.min(1, norm2(residual, 0, residual.length) / bNorm),
        logScale,
      }),
    };
  }

  private geometry(): AttentionGeometry {
    const { shared, caller, A, settings } = this;
    if (this.groups === null) {
      shared.full ??= new AttentionGeometry(caller, A, settings);
      return shared.full;
    }
    shared.grouped ??= new AttentionGeometry(caller, representativeRows(A, this.groups), settings);
    return shared.grouped;
  }

  /**
   * w and the scale of the answer: x = D z·exp(logScale). Under softmax Kx/(K1) = (Gz)/s with z = exp(e − max e)⊙x and
   * s = G·exp(e − max e), so w = s; otherwise w = D.
   */
  private metric(): { metric: Float64Array; logScale: number } {
    const { scaled, kernel } = this.system.geometry;
    if (this.settings.normalization === 'none')
      return { metric: scaled.weights, logScale: 0 - 2 * scaled.offset };
    const largest = scaled.halfSq.reduce((a, b) => Math.max(a, b));
    const ones = scaled.halfSq.map((e, i) => Math.exp(e - largest) * (this.groups?.sizes[i] ?? 1));
    const sums = new Float64Array(ones.length);
    if (this.settings.causal) causalProductInto(sums, scaled.points, new Float64Array(ones.length), ones);
    else kernel.multiplyInto(sums, ones);
    return { metric: sums, logScale: largest - scaled.offset };
  }

  private route(problem: KernelProblem, monitor: Monitor): Solved {
    if (this.settings.causal) return this.causal(problem);
    if (this.settings.method === 'sketch') return this.sketch(problem, monitor);
    return solveKernelSystem(this.system, problem, monitor);
  }

  /** Forward substitution, and once more for what rounding left. */
  private causal({ b, metric }: KernelProblem): Solved {
    const { points } = this.system.geometry.scaled;
    const { shift } = this.system.operator;
    const operator = {
      size: points.size,
      multiplyInto: (y: Float64Array, x: Float64Array) => causalProductInto(y, points, shift, x),
    };
    const triangular = { operator, b, metric };
    const first = solveCausal(
      points,
      shift,
      b.map((entry, i) => metric[i] * entry),
    );
    const rho = kernelFigures(triangular, first).residual.map((entry, i) => metric[i] * entry);
    const correction = solveCausal(points, shift, rho);
    const candidates = [first, first.map((entry, i) => entry + correction[i])].map((z) =>
      kernelFigures(triangular, z),
    );
    const best = candidates[candidates[1].relativeResidual < candidates[0].relativeResidual ? 1 : 0];
    return this.direct({ ...this.orZero(triangular, best), reason: 'converged' });
  }

  private sketch(problem: KernelProblem, monitor: Monitor): Solved {
    const { operator, b, metric } = problem;
    const { points } = this.system.geometry.scaled;
    const rows = { rows: points.size, columns: points.dimension, data: points.data };
    const c = b.map((entry, i) => metric[i] * entry);
    const shift = this.system.operator.shift;
    const { z, Z, iterations, reason } = solveProxy(this.caller, rows, shift, c, this.settings);
    for (let k = 0; k < iterations; k++) monitor.iterations++;
    const proxy = proxyProduct(Z, shift, z).map((entry, i) => b[i] - entry / metric[i]);
    const found = kernelFigures({ operator, b, metric }, z);
    return {
      ...this.orZero(problem, found),
      reason: reason === 'stopped' || reason === 'max-iterations' ? reason : 'converged',
      method: 'sketch',
      preconditioner: 'none',
      rank: Z.columns,
      traceResidual: points.size - Z.data.reduce((sum, entry) => sum + entry * entry, 0),
      condition: Number.POSITIVE_INFINITY,
      proxyResidual: norm2(proxy, 0, proxy.length) / norm2(b, 0, b.length),
    };
  }

  /** x = 0 is better than an x that makes the residual larger than b. */
  private orZero(
    problem: KernelProblem,
    found: Omit<KernelSolution, 'reason'>,
  ): Omit<KernelSolution, 'reason'> {
    return found.relativeResidual <= 1 ? found : kernelFigures(problem, new Float64Array(found.z.length));
  }

  private direct(solution: KernelSolution): Solved {
    const rank = this.system.geometry.size;
    return { ...solution, method: 'direct', preconditioner: 'none', rank, traceResidual: 0, condition: 1 };
  }

  private fullResidual(b: Float64Array, reachable: Float64Array, residual: Float64Array): Float64Array {
    const { groups } = this;
    if (groups === null) return residual;
    return b.map((entry, i) => entry - reachable[groups.groupOf[i]] + residual[groups.groupOf[i]]);
  }

  private statusOf({ relativeResidual, backwardError, condition, reason }: Solved): AttentionKernelStatus {
    if (relativeResidual <= this.settings.tolerance) return 'converged';
    if (reason === 'stopped') return 'stopped';
    if (condition > SINGULAR) return 'ill-posed';
    if (isRounding(backwardError, this.system.geometry.size)) return 'backward-stable';
    return reason === 'max-iterations' ? 'max-iterations' : 'ill-posed';
  }

  private stats(
    solved: Solved,
    figures: Pick<
      AttentionKernelStats,
      'iterations' | 'products' | 'residualNorm' | 'relativeResidual' | 'logScale'
    >,
  ): AttentionKernelStats {
    return {
      ...figures,
      method: solved.method,
      preconditioner: solved.preconditioner,
      rank: solved.rank,
      traceResidual: solved.traceResidual,
      backwardError: solved.backwardError,
      conditionEstimate: solved.condition,
      seed: this.settings.seed,
      ...(solved.proxyResidual === undefined ? {} : { proxyResidual: solved.proxyResidual }),
    };
  }
}

/** b = 0: z = 0. */
function trivial({ b }: KernelProblem): Solved {
  const zero = new Float64Array(b.length);
  return {
    z: zero,
    residual: zero,
    relativeResidual: 0,
    backwardError: 0,
    reason: 'converged',
    method: 'direct',
    preconditioner: 'none',
    rank: 0,
    traceResidual: 0,
    condition: 1,
  };
}
