/**
 * The ways to solve one attention kernel with one ridge: the rescaled kernel by factor or iteration, the papers'
 * proxy of it, substitution where it is triangular, and the averages of a softmax whose norms are far apart.
 */
import { SketchSolveError } from '../core/errors';
import { type KernelProblem, kernelFigures, refineKernel } from '../iterative/kernelRefinement';
import type { Monitor } from '../iterative/stopping';
import { type AttentionSolution, directInner, directSolution, solveKernelSystem } from './attentionSolve';
import { type AttentionGeometry, AttentionSystem, shiftOf } from './attentionSystem';
import { AveragedKernel } from './averagedAttention';
import {
  averagedCausalProductInto,
  causalProductInto,
  solveAveragedCausal,
  solveCausal,
} from './causalAttention';
import type { RowGroups } from './duplicateRows';
import { squareBytes } from './kernelMemory';
import type { ProxySystem } from './proxyKernel';
import { PLAIN_LIMIT } from './scaledAttention';

export interface RouteSolution extends AttentionSolution {
  /** Of a proxy: the relative residual on ZZᵀ + Δ. */
  readonly proxyResidual?: number;
}

/** (operator)z = metric⊙b, x = weights⊙z·exp(logScale). */
export interface AttentionRoute {
  readonly operator: KernelProblem['operator'];
  readonly metric: Float64Array;
  readonly weights: Float64Array;
  readonly logScale: number;
  /** Products with the n × n kernel so far. */
  readonly products: number;
  /** @param sides - how many right-hand sides are solved for in a row, this one among them. */
  solve(problem: KernelProblem, monitor: Monitor, sides: number): RouteSolution;
}

/** @param groups - equal rows that the points of the geometry stand for. */
export function routeOf(
  geometry: AttentionGeometry,
  ridge: number,
  groups: RowGroups | null,
): AttentionRoute {
  const { settings } = geometry;
  const softmax = settings.normalization === 'softmax';
  if (settings.causal) return softmax ? averagedCausal(geometry, ridge) : causal(geometry, ridge);
  if (softmax && farApart(geometry)) return averaged(geometry, ridge, groups);
  const system = new AttentionSystem(geometry, ridge);
  return settings.method === 'sketch' ? new ProxyRoute(system, groups) : new KernelRoute(system, groups);
}

/** x may be e^lift times larger than its largest entry need be, so that the smallest ones stay doubles. */
const LARGEST_LIFT = 500;

/**
 * Weights e^(c − eᵢ) of x and the logScale that goes with them, for x = z⊙e^(top − e). Where rows are long, c leaves
 * half of the range of x above 1.
 */
function outputScale(halfSq: Float64Array, top: number): { weights: Float64Array; logScale: number } {
  const [smallest, largest] = [halfSq.reduce((a, b) => Math.min(a, b)), largestOf(halfSq)];
  const plain = top === 0 && largest <= PLAIN_LIMIT;
  const c = plain ? 0 : smallest + Math.min(largest - smallest, LARGEST_LIFT);
  return { weights: halfSq.map((e) => Math.exp(c - e)), logScale: plain ? 0 : top - c };
}

/** P as AveragedKernel makes it: P, its factor, and for a moment one more. */
const AVERAGED_SQUARES = 3;

/** Softmax rows whose exp(e − max e) would underflow need the averages, or nothing could be said of the answer. */
function farApart({ caller, scaled, settings, size }: AttentionGeometry): boolean {
  const { method, memoryBudget } = settings;
  const spread = largestOf(scaled.halfSq) - scaled.halfSq.reduce((a, b) => Math.min(a, b));
  if (spread <= PLAIN_LIMIT) return false;
  const needed = AVERAGED_SQUARES * squareBytes(size);
  const wrong =
    method === 'pcg' || method === 'sketch'
      ? `method '${method}', expected 'auto' or 'direct'`
      : needed > memoryBudget && `memoryBudget is ${memoryBudget}, expected at least ${needed}`;
  if (!wrong) return true;
  throw new SketchSolveError(
    'INVALID_ARGUMENT',
    `${caller}: ${wrong} for softmax over rows with |a|²/(2·temperature) up to ${spread.toPrecision(3)} apart (${PLAIN_LIMIT} or less otherwise)`,
    { spread, needed, memoryBudget },
  );
}

/** The symmetric kernel G + Δ of the rescaled rows. */
class KernelRoute implements AttentionRoute {
  readonly logScale: number;
  readonly weights: Float64Array;
  private knownMetric: Float64Array | null = null;

  constructor(
    protected readonly system: AttentionSystem,
    private readonly groups: RowGroups | null,
  ) {
    const { scaled, settings } = system.geometry;
    const { halfSq, offset } = scaled;
    const output = outputScale(halfSq, settings.normalization === 'none' ? 0 - offset : largestOf(halfSq));
    this.weights = output.weights;
    this.logScale = output.logScale;
  }

  /**
   * Under softmax Kx/(K1) = (Gz)/s with z = exp(e − max e)⊙x and s = G·exp(e − max e), so the metric is s; otherwise
   * it is D.
   */
  get metric(): Float64Array {
    this.knownMetric ??= this.makeMetric();
    return this.knownMetric;
  }

  get operator(): KernelProblem['operator'] {
    return this.system.operator;
  }

  get products(): number {
    return this.system.geometry.kernel.products;
  }

  solve(problem: KernelProblem, monitor: Monitor, sides: number): RouteSolution {
    return solveKernelSystem(this.system, problem, monitor, sides);
  }

  private makeMetric(): Float64Array {
    const { scaled, kernel, settings } = this.system.geometry;
    if (settings.normalization === 'none') return scaled.weights;
    const largest = largestOf(scaled.halfSq);
    const ones = scaled.halfSq.map((e, i) => Math.exp(e - largest) * (this.groups?.sizes[i] ?? 1));
    const sums = new Float64Array(ones.length);
    kernel.multiplyInto(sums, ones);
    return sums;
  }
}

/** ZZᵀ in place of G. */
class ProxyRoute extends KernelRoute {
  private made: ProxySystem | null = null;

  constructor(system: AttentionSystem, groups: RowGroups | null) {
    super(system, groups);
    // refuses what it is no proxy for before anything is evaluated
    void system.geometry.proxy;
  }

  override solve(problem: KernelProblem, monitor: Monitor): RouteSolution {
    const { b, metric } = problem;
    const { geometry, shift } = this.system;
    const { features } = geometry.proxy;
    this.made ??= geometry.proxy.withShift(shift);
    const proxy = this.made;
    const { z, iterations, reason, conditionEstimate } = proxy.solve(b.map((entry, i) => metric[i] * entry));
    monitor.iterations += iterations;
    const found = kernelFigures(problem, z);
    const onProxy = { size: z.length, multiplyInto: proxy.productInto.bind(proxy) };
    // x = 0 is better than an x that makes the residual larger than b
    const kept = found.relativeResidual <= 1 ? found : kernelFigures(problem, new Float64Array(z.length));
    return {
      ...kept,
      reason,
      method: 'sketch',
      preconditioner: 'none',
      rank: features.columns,
      traceResidual: Math.max(
        0,
        features.data.reduce((trace, entry) => trace - entry * entry, z.length),
      ),
      condition: conditionEstimate,
      proxyResidual: kernelFigures({ operator: onProxy, b, metric }, z).relativeResidual,
    };
  }
}

/** What is solved by one factor or substitution, corrected until nothing is gained. */
class SubstitutionRoute implements AttentionRoute {
  products = 0;
  readonly operator: KernelProblem['operator'];

  constructor(
    readonly metric: Float64Array,
    readonly weights: Float64Array,
    readonly logScale: number,
    multiplyInto: (y: Float64Array, x: Float64Array) => void,
    private readonly solveInPlace: (rho: Float64Array) => void,
    private readonly condition: () => number,
  ) {
    this.operator = {
      size: metric.length,
      multiplyInto: (y, x) => {
        this.products++;
        multiplyInto(y, x);
      },
    };
  }

  solve(problem: KernelProblem, monitor: Monitor): RouteSolution {
    const solution = refineKernel(problem, monitor, directInner(this.solveInPlace, monitor));
    return directSolution(solution, this.operator.size, this.condition());
  }
}

/** Nothing estimates the condition of a substitution: a triangle of unit diagonal may have any. */
const NO_ESTIMATE = () => Number.NaN;

function causal(geometry: AttentionGeometry, ridge: number): AttentionRoute {
  const { points, weights: metric, halfSq, offset } = geometry.scaled;
  const shift = shiftOf(geometry, ridge);
  const { weights, logScale } = outputScale(halfSq, 0 - offset);
  return new SubstitutionRoute(
    metric,
    weights,
    logScale,
    (y, z) => causalProductInto(y, points, shift, z),
    (rho) => rho.set(solveCausal(points, shift, rho)),
    NO_ESTIMATE,
  );
}

function averagedCausal(geometry: AttentionGeometry, ridge: number): AttentionRoute {
  const { points, halfSq } = geometry.scaled;
  const ones = new Float64Array(points.size).fill(1);
  return new SubstitutionRoute(
    ones,
    ones,
    0,
    (y, x) => averagedCausalProductInto(y, points, halfSq, ridge, x),
    (rho) => rho.set(solveAveragedCausal(points, halfSq, ridge, rho)),
    NO_ESTIMATE,
  );
}

function averaged(geometry: AttentionGeometry, ridge: number, groups: RowGroups | null): AttentionRoute {
  const { points, halfSq } = geometry.scaled;
  const { ridgeKind } = geometry.settings;
  const sizes = groups === null ? null : Float64Array.from(groups.sizes);
  const ones = new Float64Array(points.size).fill(1);
  let kernel: AveragedKernel | null = null;
  const made = () => {
    kernel ??= new AveragedKernel(points, halfSq, sizes, ridge, ridgeKind);
    return kernel;
  };
  return new SubstitutionRoute(
    ones,
    ones,
    0,
    (y, x) => made().multiplyInto(y, x),
    (rho) => made().solveInPlace(rho),
    () => made().condition,
  );
}

function largestOf(values: Float64Array): number {
  return values.reduce((a, b) => Math.max(a, b));
}
