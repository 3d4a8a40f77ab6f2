/**
 * F(t) = ½‖f(t) − b‖² + ½‖diag(w)t‖² as a function of t = Ax: value, derivatives and changes, O(n) each.
 */
import { norm2 } from '../dense/vector';
import { evaluateInto, increment, type RegressionFunction } from './regressionFunction';

/** Curvature at most this part of its Gauss-Newton part is replaced by it. A larger threshold costs steps: 0.1 took 31 to 45 instead of 5 to 10. */
const LEAST_CURVATURE = 1e-12;
/** Values of t that count as zero for cosh, whose minimum at 0 has no size of its own: f = 1 + t²/2. */
const REST = 2 ** -26;

export class RegressionObjective {
  /** ½‖f − b‖² + ½‖wt‖² at the current t. */
  value = 0;
  /** The part of the value that x can change: without the rows of A that are zero. */
  movableValue = 0;
  /** dF/dt. */
  readonly gradient: Float64Array;
  /** d²F/dt², row by row, of either sign. */
  readonly curvature: Float64Array;
  /** What the Newton system takes for it, all positive unless a row is flat altogether. */
  readonly weights: Float64Array;
  /** Whether the weights differ from the curvature. */
  isModified = false;
  /** After `scale`: for every row the sizes of what its gradient is made of. */
  readonly sizes: Float64Array;
  private readonly t: Float64Array;
  private readonly f: Float64Array;
  private readonly slope: Float64Array;

  constructor(
    readonly kind: RegressionFunction,
    readonly b: Float64Array,
    readonly wSq: Float64Array,
    /** Rows of A that are zero are 0 here; null when there are none. */
    private readonly moves: Uint8Array | null = null,
  ) {
    const n = b.length;
    this.gradient = new Float64Array(n);
    this.curvature = new Float64Array(n);
    this.weights = new Float64Array(n);
    this.sizes = new Float64Array(n);
    this.t = new Float64Array(n);
    this.f = new Float64Array(n);
    this.slope = new Float64Array(n);
  }

  /** Takes t for the current point; whether value and derivatives are finite there. */
  moveTo(t: Float64Array): boolean {
    const { b, wSq, f, slope, gradient, curvature, weights, moves } = this;
    this.t.set(t);
    evaluateInto(f, slope, this.kind, t);
    let value = 0;
    let fixed = 0;
    let size = 0;
    let modified = 0;
    for (let i = 0; i < t.length; i++) {
      const r = f[i] - b[i];
      const gaussNewton = slope[i] * slope[i] + wSq[i];
      const d = gaussNewton + r * f[i];
      if (moves === null || moves[i] !== 0) value += r * r + wSq[i] * t[i] * t[i];
      else fixed += r * r;
      gradient[i] = r * slope[i] + wSq[i] * t[i];
      curvature[i] = d;
      if (d > LEAST_CURVATURE * gaussNewton) weights[i] = d;
      else {
        // cosh at t = 0 without w has no Gauss-Newton part
        weights[i] = gaussNewton > 0 ? gaussNewton : Math.abs(d);
        modified++;
      }
      size += weights[i] + Math.abs(gradient[i]);
    }
    this.value = (value + fixed) / 2;
    this.movableValue = value / 2;
    this.isModified = modified > 0;
    return Number.isFinite(value + fixed) && Number.isFinite(size);
  }

  /** F at t, infinite or NaN where it overflows. Does not move. */
  valueAt(t: Float64Array): number {
    const f = new Float64Array(t.length);
    evaluateInto(f, new Float64Array(t.length), this.kind, t);
    let value = 0;
    for (let i = 0; i < t.length; i++) value += (f[i] - this.b[i]) ** 2 + this.wSq[i] * t[i] * t[i];
    return value / 2;
  }

  /** F(t + length·direction) − F(t) from row differences, accurate where F itself no longer shows the change. */
  change(direction: Float64Array, length: number): number {
    const { kind, b, wSq, t, f } = this;
    let sum = 0;
    for (let i = 0; i < t.length; i++) {
      const delta = length * direction[i];
      const rise = increment(kind, t[i], f[i], delta);
      sum += rise * (2 * (f[i] - b[i]) + rise) + wSq[i] * delta * (2 * t[i] + delta);
    }
    return sum / 2;
  }

  /**
   * How large the decrement ‖√D·A·s‖ would be for changes of x, f and b by their own size: the unit in which
   * the decrement is compared with the tolerance. `reach` is |A||x|. Rows that x does not move have no part in it.
   */
  scale(reach: Float64Array): number {
    const { kind, b, wSq, t, f, slope, weights, moves, sizes } = this;
    const n = t.length;
    const rest = kind === 'cosh' ? REST : 0;
    const moved = new Float64Array(n);
    const terms = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      sizes[i] = 0;
      if (moves !== null && moves[i] === 0) continue;
      const root = Math.sqrt(weights[i]);
      moved[i] = root * (reach[i] + rest);
      const size = (Math.abs(f[i]) + Math.abs(b[i])) * Math.abs(slope[i]) + wSq[i] * Math.abs(t[i]);
      terms[i] = size === 0 ? 0 : size / root;
      sizes[i] = size + weights[i] * (reach[i] + rest);
    }
    return norm2(moved, 0, n) + norm2(terms, 0, n);
  }

  /** ‖f(t) − b‖. */
  residualNorm(): number {
    return norm2(
      this.f.map((value, i) => value - this.b[i]),
      0,
      this.t.length,
    );
  }
}
