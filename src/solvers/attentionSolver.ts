/**
 * One attention kernel with one ridge: from a right-hand side in the caller's metric to a result, by whichever
 * route. Equal rows without a ridge are solved for once and shared out.
 */
import type { Matrix } from '../core/matrix';
import { ldexp, maxAbs, norm2, powerOfTwoExponent } from '../dense/vector';
import { type KernelProblem, kernelFigures } from '../iterative/kernelRefinement';
import { isRounding, Monitor, solvedTo, UNIT_ROUNDOFF } from '../iterative/stopping';
import type { AttentionSettings } from './attentionOptions';
import { definedResidual } from './attentionResidual';
import type { AttentionKernelResult, AttentionKernelStatus } from './attentionResult';
import { type AttentionRoute, type RouteSolution, routeOf } from './attentionRoute';
import { DOUBTFUL_RADIUS_SQ } from './attentionSketch';
import { directSolution } from './attentionSolve';
import { AttentionGeometry } from './attentionSystem';
import { averageOver, groupEqualRows, type RowGroups, representativeRows, shareOut } from './duplicateRows';
import { normaliseInPlace, scaleBack } from './scaledVector';

/** Condition number beyond which a right-hand side in general position has no digit left. */
const SINGULAR = 0.01 / UNIT_ROUNDOFF;
const SMALLEST_NORMAL = 2 ** -1022;

/** Geometries by whether equal rows were put together; shared by all ridges. */
interface Shared {
  readonly groups: RowGroups | null;
  full: AttentionGeometry | null;
  grouped: AttentionGeometry | null;
}

interface Judged {
  readonly x: Float64Array;
  readonly solved: RouteSolution;
  readonly residualNorm: number;
  readonly relativeResidual: number;
}

export class AttentionSolver {
  private readonly groups: RowGroups | null;
  private readonly geometry: AttentionGeometry;
  private readonly route: AttentionRoute;

  constructor(
    readonly caller: string,
    readonly A: Matrix,
    readonly settings: AttentionSettings,
    readonly ridge: number,
    private readonly shared: Shared = { groups: groupEqualRows(A), full: null, grouped: null },
  ) {
    const apart = ridge > 0 || settings.causal || settings.method === 'sketch';
    this.groups = apart ? null : shared.groups;
    this.geometry = this.sharedGeometry();
    this.route = routeOf(this.geometry, ridge, this.groups);
  }

  withRidge(ridge: number): AttentionSolver {
    return new AttentionSolver(this.caller, this.A, this.settings, ridge, this.shared);
  }

  /** @param sides - how many right-hand sides are solved for in a row, this one among them. */
  solve(given: Float64Array, sides = 1): AttentionKernelResult {
    const monitor = this.monitor();
    const b = given.slice();
    const exponent = normaliseInPlace(b);
    const { groups, route } = this;
    const reachable = groups === null ? b : averageOver(groups, b);
    const { metric } = route;
    const productsBefore = route.products;
    const problem = { operator: route.operator, b: reachable, metric, multiplicity: this.multiplicity() };
    const found = this.solved(problem, monitor, sides);
    const { x, solved, residualNorm, relativeResidual } = this.judged(problem, found, given, exponent);
    const status = this.statusOf(solved, relativeResidual);
    const doubtful = this.doubt();
    return {
      x,
      status,
      converged: status === 'converged',
      stats: {
        method: solved.method,
        preconditioner: solved.preconditioner,
        rank: solved.rank,
        traceResidual: solved.traceResidual,
        iterations: monitor.iterations,
        products: route.products - productsBefore,
        residualNorm,
        relativeResidual,
        backwardError: solved.backwardError,
        conditionEstimate: solved.condition,
        logScale: route.logScale,
        seed: this.settings.seed,
        ...(solved.proxyResidual !== undefined && { proxyResidual: solved.proxyResidual }),
        ...(doubtful !== null && { warning: doubtful }),
      },
    };
  }

  private sharedGeometry(): AttentionGeometry {
    const { shared, caller, A, settings } = this;
    if (this.groups === null) {
      shared.full ??= new AttentionGeometry(caller, A, settings);
      return shared.full;
    }
    shared.grouped ??= new AttentionGeometry(caller, representativeRows(A, this.groups), settings);
    return shared.grouped;
  }

  private monitor(): Monitor {
    const { tolerance, maxIterations, signal, onIteration } = this.settings;
    // conjugate gradients on a kernel may take long plateaus; the step limit ends what does not converge
    const patience = maxIterations;
    const rules = { tolerance, maxIterations, signal, onIteration, history: undefined, patience };
    const monitor = new Monitor(this.caller, rules);
    monitor.checkSignal();
    return monitor;
  }

  /** b = 0 has z = 0 without any work. */
  private solved(problem: KernelProblem, monitor: Monitor, sides: number): RouteSolution {
    const n = problem.b.length;
    if (norm2(problem.b, 0, n) > 0) return this.route.solve(problem, monitor, sides);
    const zero = new Float64Array(n);
    const nothing = { z: zero, residual: zero, relativeResidual: 0, backwardError: 0 };
    return directSolution({ ...nothing, reason: 'converged' }, 0, 1);
  }

  /** Of every point when equal rows were put together: their residuals count as often. */
  private multiplicity(): Float64Array | null {
    return this.groups === null ? null : Float64Array.from(this.groups.sizes);
  }

  /** x of every row, and how good it is in the caller's metric. */
  private judged(
    problem: KernelProblem,
    found: RouteSolution,
    given: Float64Array,
    exponent: number,
  ): Judged {
    const { weights, metric } = this.route;
    // the largest entry of z near 1, so that a product with a weight is lost only where x is
    const own = powerOfTwoExponent(maxAbs(found.z, 0, found.z.length));
    const scaled = found.z.map((entry, i) => weights[i] * ldexp(entry, -own));
    const sums = scaleBack(this.caller, scaled, exponent + own);
    const lost = Uint8Array.from(sums, (entry, i) =>
      found.z[i] !== 0 && Math.min(Math.abs(entry), Math.abs(scaled[i])) < SMALLEST_NORMAL ? 1 : 0,
    );
    const isPlain = this.settings.normalization === 'none';
    const underflowed = lost.includes(1) || metric.some((entry) => entry < SMALLEST_NORMAL);
    if (underflowed && isPlain) return this.byDefinition(found, sums, given);
    let solved = found;
    if (underflowed) {
      for (let i = 0; i < lost.length; i++) if (lost[i] === 1) sums[i] = 0;
      solved = {
        ...found,
        ...kernelFigures(
          problem,
          found.z.map((entry, i) => (lost[i] === 1 ? 0 : entry)),
        ),
      };
    }
    const b = given.map((entry) => ldexp(entry, -exponent));
    const residual = this.fullResidual(b, problem.b, solved.residual);
    const size = norm2(residual, 0, residual.length);
    return {
      x: this.ofAllRows(sums),
      solved,
      residualNorm: ldexp(size, exponent),
      relativeResidual: size === 0 ? 0 : Math.min(1, size / norm2(b, 0, b.length)),
    };
  }

  /** From x itself, where the rescaled problem has lost entries. x = 0 where that leaves less. */
  private byDefinition(found: RouteSolution, sums: Float64Array, given: Float64Array): Judged {
    const { A, settings, ridge } = this;
    const evaluate = (v: Float64Array) => definedResidual(A, v, given, settings, ridge, this.route.logScale);
    let x = this.ofAllRows(sums);
    let figures = evaluate(x);
    if (!(figures.relativeResidual <= 1)) {
      x = new Float64Array(x.length);
      figures = evaluate(x);
    }
    const { relativeResidual, backwardError, residual } = figures;
    const residualNorm = norm2(residual, 0, residual.length);
    return { x, solved: { ...found, relativeResidual, backwardError }, residualNorm, relativeResidual };
  }

  private ofAllRows(sums: Float64Array): Float64Array {
    return this.groups === null ? sums : shareOut(this.groups, sums);
  }

  private fullResidual(b: Float64Array, reachable: Float64Array, residual: Float64Array): Float64Array {
    const { groups } = this;
    if (groups === null) return residual;
    return b.map((entry, i) => entry - reachable[groups.groupOf[i]] + residual[groups.groupOf[i]]);
  }

  private statusOf(solved: RouteSolution, relativeResidual: number): AttentionKernelStatus {
    const { tolerance } = this.settings;
    const { reason, condition, backwardError, proxyResidual } = solved;
    if (solvedTo(tolerance, relativeResidual, 1)) return 'converged';
    if (reason === 'stopped') return 'stopped';
    // equal rows: what a group's entries of b differ by is out of reach
    if (solvedTo(tolerance, solved.relativeResidual, 1)) return 'least-squares';
    if (proxyResidual !== undefined) return reason === 'max-iterations' ? reason : 'proxy-only';
    if (condition > SINGULAR) return 'ill-posed';
    if (isRounding(backwardError, this.geometry.size)) return 'backward-stable';
    return reason === 'max-iterations' ? reason : 'ill-posed';
  }

  private doubt(): string | null {
    if (this.settings.method !== 'sketch') return null;
    const { radiusSq } = this.geometry.proxy;
    return radiusSq > DOUBTFUL_RADIUS_SQ
      ? `rows up to r² = ${radiusSq.toPrecision(3)} from their mean: above ${DOUBTFUL_RADIUS_SQ} the features are a poor proxy of the kernel (raise temperature)`
      : null;
  }
}
