/**
 * Baseline: Newton's method for min ½‖exp(Ax) − b‖² + ½w²‖Ax‖² as one would write it down. The Hessian AᵀDA is summed row
 * by row into a dense d × d matrix and factored by Cholesky; steps are halved until the value falls.
 */
import type { CsrMatrix, Matrix } from 'sketchsolve';

/** What Newton's method needs of A. */
export interface PlainRows {
  readonly n: number;
  readonly d: number;
  /** Ax */
  times(x: Float64Array): Float64Array;
  /** Aᵀv */
  transposed(v: Float64Array): Float64Array;
  /** AᵀDA, lower triangle. */
  hessian(D: Float64Array): Float64Array;
}

export interface PlainSolution {
  readonly x: Float64Array;
  readonly steps: number;
  readonly converged: boolean;
}

const LIMIT = 100;
/** Newton decrement over the root of the value. */
const DECREMENT = 1e-11;
/** Halvings of a step. */
const HALVINGS = 60;

export function plainNewton(A: PlainRows, b: Float64Array, w: number): PlainSolution {
  const x = new Float64Array(A.d);
  let t = A.times(x);
  let value = valueAt(t, b, w);
  for (let steps = 1; steps <= LIMIT; steps++) {
    const { slope, curvature, convexPart } = derivatives(t, b, w);
    const g = A.transposed(slope);
    const step = solveCholesky(A.hessian(curvature), g) ?? solveCholesky(A.hessian(convexPart), g);
    if (step === null) return { x, steps, converged: false };
    const decrease = step.reduce((sum, entry, k) => sum + entry * g[k], 0);
    const change = A.times(step);
    const halvings = lineSearch(t, change, value, decrease, b, w);
    if (halvings > HALVINGS) return { x, steps, converged: decrease <= DECREMENT ** 2 * value };
    const length = 2 ** -halvings;
    for (let k = 0; k < A.d; k++) x[k] -= length * step[k];
    t = t.map((entry, i) => entry - length * change[i]);
    value = valueAt(t, b, w);
    if (decrease <= DECREMENT ** 2 * value) return { x, steps, converged: true };
  }
  return { x, steps: LIMIT, converged: false };
}

function valueAt(t: Float64Array, b: Float64Array, w: number): number {
  let sum = 0;
  for (let i = 0; i < t.length; i++) sum += (Math.exp(t[i]) - b[i]) ** 2 + (w * t[i]) ** 2;
  return sum / 2;
}

/** Of the value in t. The Hessian need not be definite; that of the convex part, f′² + w², is. */
function derivatives(t: Float64Array, b: Float64Array, w: number) {
  const [slope, curvature, convexPart] = [0, 1, 2].map(() => new Float64Array(t.length));
  for (let i = 0; i < t.length; i++) {
    const f = Math.exp(t[i]);
    slope[i] = (f - b[i]) * f + w * w * t[i];
    convexPart[i] = f * f + w * w;
    curvature[i] = convexPart[i] + (f - b[i]) * f;
  }
  return { slope, curvature, convexPart };
}

/** Halvings until the value falls by 1e-4 of what is promised; rounding of the value is let through. */
function lineSearch(
  t: Float64Array,
  change: Float64Array,
  value: number,
  decrease: number,
  b: Float64Array,
  w: number,
): number {
  for (let halvings = 0; halvings <= HALVINGS; halvings++) {
    const length = 2 ** -halvings;
    const trial = valueAt(
      t.map((entry, i) => entry - length * change[i]),
      b,
      w,
    );
    if (trial <= value - 1e-4 * length * decrease + 1e-14 * value) return halvings;
  }
  return HALVINGS + 1;
}

/** H⁻¹g by the Cholesky factor of the lower triangle of H, which is overwritten; null if H is not definite. */
export function solveCholesky(H: Float64Array, g: Float64Array): Float64Array | null {
  const d = g.length;
  const x = g.slice();
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = H[i * d + j];
      for (let k = 0; k < j; k++) sum -= H[i * d + k] * H[j * d + k];
      if (i === j && !(sum > 0)) return null;
      H[i * d + j] = i === j ? Math.sqrt(sum) : sum / H[j * d + j];
    }
  }
  for (let i = 0; i < d; i++) {
    for (let k = 0; k < i; k++) x[i] -= H[i * d + k] * x[k];
    x[i] /= H[i * d + i];
  }
  for (let i = d - 1; i >= 0; i--) {
    for (let k = i + 1; k < d; k++) x[i] -= H[k * d + i] * x[k];
    x[i] /= H[i * d + i];
  }
  return x;
}

export function denseRows({ rows: n, columns: d, data }: Matrix): PlainRows {
  return {
    ...{ n, d },
    times: (x) => {
      const t = new Float64Array(n);
      for (let i = 0, p = 0; i < n; i++) for (let j = 0; j < d; j++) t[i] += data[p++] * x[j];
      return t;
    },
    transposed: (v) => {
      const g = new Float64Array(d);
      for (let i = 0, p = 0; i < n; i++) for (let j = 0; j < d; j++) g[j] += data[p++] * v[i];
      return g;
    },
    hessian: (D) => {
      const H = new Float64Array(d * d);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < d; j++) {
          const weighted = D[i] * data[i * d + j];
          for (let k = 0; k <= j; k++) H[j * d + k] += weighted * data[i * d + k];
        }
      }
      return H;
    },
  };
}

/** Column indices ascend in every row. */
export function sparseRows({
  rows: n,
  columns: d,
  values,
  rowPointers,
  columnIndices,
}: CsrMatrix): PlainRows {
  return {
    ...{ n, d },
    times: (x) => {
      const t = new Float64Array(n);
      for (let i = 0; i < n; i++)
        for (let p = rowPointers[i]; p < rowPointers[i + 1]; p++) t[i] += values[p] * x[columnIndices[p]];
      return t;
    },
    transposed: (v) => {
      const g = new Float64Array(d);
      for (let i = 0; i < n; i++)
        for (let p = rowPointers[i]; p < rowPointers[i + 1]; p++) g[columnIndices[p]] += values[p] * v[i];
      return g;
    },
    hessian: (D) => {
      const H = new Float64Array(d * d);
      for (let i = 0; i < n; i++) {
        for (let p = rowPointers[i]; p < rowPointers[i + 1]; p++) {
          const weighted = D[i] * values[p];
          const row = columnIndices[p] * d;
          for (let q = rowPointers[i]; q <= p; q++) H[row + columnIndices[q]] += weighted * values[q];
        }
      }
      return H;
    },
  };
}
