/**
 * Features of the Gaussian kernel, Z with ZZᵀ ≈ G, G_ij = exp(−|a_i − a_j|²/2), from the Taylor series of
 * exp⟨a_i, a_j⟩ = e^(|a_i|²/2)·G_ij·e^(|a_j|²/2) with sketched tensor powers. Centring A leaves G unchanged and makes
 * the series short. Every row of Z has norm about 1 whatever |a_i| is; what would overflow is in logScale.
 * The feature map of Song, Yin & Zhang, arXiv 2308.14304, with a prefix chain of TensorSRHT nodes for all degrees.
 */
import type { Matrix } from '../core/matrix';
import { centreRowsInPlace } from '../dense/centredRows';
import { dot } from '../dense/vector';
import type { Seed } from '../random/seed';
import { type DegreePlan, type DegreeShare, planDegrees, poissonSharesInto } from './degreePlan';
import { drawFeatureChain, featureWorkspace, runFeatureChain } from './featureChain';

export interface GaussianFeatureOptions {
  /** D, the most columns that Z may have. */
  readonly columns: number;
  /** The part of a row's unit squared norm that may be left to the terms beyond the last degree. */
  readonly truncation: number;
  readonly seed: Seed;
}

export interface GaussianFeatures {
  /** n × at most D. */
  readonly Z: Matrix;
  /** |a_i|²/2: exp(AAᵀ) = diag(e^logScale)·G·diag(e^logScale). Infinity for entries beyond 1e154. */
  readonly logScale: Float64Array;
  /** Largest |a_i − mean|². */
  readonly radiusSq: number;
  readonly plan: DegreePlan;
}

/**
 * Z with E[ZZᵀ] = G up to an error of at most `truncation` an entry. Degree l of row i has squared norm e^(−s)sˡ/l!,
 * s = |a_i − mean|², in expectation.
 *
 * @param caller - the function named in messages.
 * @param A - n × d, entries finite. Not modified.
 * @throws {@link SketchSolveError} INVALID_ARGUMENT if there are fewer columns than the degrees need, or radiusSq is
 *   above about 400
 * Cost: two transforms of up to 2D numbers per row and sketched degree; exact degrees one product an entry.
 */
export function gaussianFeatures(
  caller: string,
  A: Matrix,
  { columns, truncation, seed }: GaussianFeatureOptions,
): GaussianFeatures {
  const { rows: n, columns: d } = A;
  const centred = centredRows(A);
  const squares = rowSquares(centred, n, d);
  const plan = planDegrees(caller, squares, d, columns, truncation);
  const chain = drawFeatureChain(plan, d, seed);
  const work = featureWorkspace(chain, d);
  const Z = { rows: n, columns: plan.columns, data: new Float64Array(n * plan.columns) };
  const X = new Float64Array(d * work.width);
  const ones = new Float64Array(work.width).fill(1);
  const degrees = plan.shares.length;
  const weights = new Float64Array(degrees * work.width);
  for (let firstRow = 0; firstRow < n; firstRow += work.width) {
    const rows = squares.subarray(firstRow, firstRow + work.width);
    const batch = { firstRow, width: rows.length, weights, degrees };
    loadUnitColumns(X, centred, rows, d, firstRow);
    for (const [c, s] of rows.entries()) poissonSharesInto(weights, c * degrees, degrees, s);
    storeDegree(Z, ones, plan.shares[0], 1, batch);
    runFeatureChain(chain, work, X, batch.width, (values, { share, scale }) => {
      storeDegree(Z, values, share, scale, batch);
    });
  }
  const radiusSq = squares.reduce((a, b) => Math.max(a, b), 0);
  return { Z, logScale: rowSquares(A.data, n, d).map((square) => square / 2), radiusSq, plan };
}

function centredRows({ rows, columns, data }: Matrix): Float64Array {
  const centred = data.slice();
  centreRowsInPlace(centred, rows, columns);
  return centred;
}

function rowSquares(data: Float64Array, n: number, d: number): Float64Array {
  const squares = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const row = data.subarray(i * d, i * d + d);
    squares[i] = dot(row, row, d);
  }
  return squares;
}

/** Columns of X (d × width) ← the rows from firstRow on over their norms; zero rows stay zero. */
function loadUnitColumns(
  X: Float64Array,
  centred: Float64Array,
  squares: Float64Array,
  d: number,
  firstRow: number,
): void {
  const width = squares.length;
  for (let c = 0; c < width; c++) {
    const norm = Math.sqrt(squares[c]);
    const from = (firstRow + c) * d;
    for (let k = 0; k < d; k++) X[k * width + c] = norm > 0 ? centred[from + k] / norm : 0;
  }
}

interface Batch {
  readonly firstRow: number;
  readonly width: number;
  /** The share of degree l in row firstRow + c at weights[c·degrees + l]. */
  readonly weights: Float64Array;
  readonly degrees: number;
}

/** The share's columns of the batch's rows of Z ← its values (an entry a row) in the weight of their degree. */
function storeDegree(Z: Matrix, values: Float64Array, share: DegreeShare, scale: number, batch: Batch): void {
  const { firstRow, width, weights, degrees } = batch;
  for (let c = 0; c < width; c++) {
    const weight = scale * Math.sqrt(weights[c * degrees + share.degree]);
    const to = (firstRow + c) * Z.columns + share.offset;
    for (let t = 0; t < share.columns; t++) Z.data[to + t] = weight * values[t * width + c];
  }
}
