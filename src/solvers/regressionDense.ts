/**
 * The {@link RegressionMatrix} of a dense A. Weighted rows are copied panel by panel into the cache, where the
 * kernels take them.
 */
import type { Matrix } from '../core/matrix';
import { gramAccumulate } from '../dense/gram';
import { matvecInto, matvecTransposedInto } from '../dense/matvec';
import { type RowSketch, scaleInPlace } from '../sketch/operator';
import type { RegressionMatrix } from './regressionMatrix';

const PANEL_ENTRIES = 2 ** 15;

export class DenseRegressionMatrix implements RegressionMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly entries: number;
  passes = 0;
  private readonly panel: Float64Array;
  private readonly panelRows: number;

  constructor(readonly tall: Matrix) {
    this.rows = tall.rows;
    this.columns = tall.columns;
    this.entries = tall.rows * tall.columns;
    this.panelRows = Math.max(8, Math.floor(PANEL_ENTRIES / tall.columns));
    this.panel = new Float64Array(this.panelRows * tall.columns);
  }

  multiplyInto(y: Float64Array, x: Float64Array): void {
    this.passes++;
    matvecInto(y, this.tall.data, this.rows, this.columns, x);
  }

  multiplyTransposedInto(g: Float64Array, y: Float64Array): void {
    this.passes++;
    matvecTransposedInto(g, this.tall.data, this.rows, this.columns, y);
  }

  absoluteMultiplyInto(y: Float64Array, x: Float64Array): void {
    this.passes++;
    const { rows, columns } = this;
    const { data } = this.tall;
    for (let i = 0, p = 0; i < rows; i++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += Math.abs(data[p++] * x[j]);
      y[i] = sum;
    }
  }

  absoluteMultiplyTransposedInto(g: Float64Array, y: Float64Array): void {
    this.passes++;
    const { rows, columns } = this;
    const { data } = this.tall;
    g.fill(0, 0, columns);
    for (let i = 0, p = 0; i < rows; i++) {
      const factor = y[i];
      for (let j = 0; j < columns; j++) g[j] += Math.abs(data[p++] * factor);
    }
  }

  weightedGramInto(G: Float64Array, weights: Float64Array): void {
    this.passes++;
    const d = this.columns;
    this.accumulateSigned(G, weights, 1);
    if (!weights.some((weight) => weight < 0)) return;
    const negative = new Float64Array(d * d);
    this.accumulateSigned(negative, weights, -1);
    for (let p = 0; p < d * d; p++) G[p] -= negative[p];
  }

  sketched(sketch: RowSketch, rootWeights: Float64Array): Float64Array {
    this.passes++;
    const d = this.columns;
    const out = new Float64Array(sketch.rows * d);
    for (let first = 0; first < this.rows; first += this.panelRows) {
      const count = Math.min(this.panelRows, this.rows - first);
      for (let i = 0; i < count; i++) this.copyRow(this.panel, i, first + i, rootWeights[first + i]);
      sketch.accumulateInto(out, 0, d, this.panel, 0, d, count, d, first);
    }
    scaleInPlace(out, sketch.scale);
    return out;
  }

  selectedRows(rows: Int32Array, factors: Float64Array): Float64Array {
    this.passes++;
    const out = new Float64Array(rows.length * this.columns);
    for (let k = 0; k < rows.length; k++) this.copyRow(out, k, rows[k], factors[k]);
    return out;
  }

  /** Upper triangle of G ← Σ |wᵢ|·aᵢaᵢᵀ over the rows whose weights have this sign. */
  private accumulateSigned(G: Float64Array, weights: Float64Array, sign: number): void {
    const d = this.columns;
    G.fill(0, 0, d * d);
    let count = 0;
    for (let i = 0; i < this.rows; i++) {
      const size = sign * weights[i];
      if (size > 0) this.copyRow(this.panel, count++, i, Math.sqrt(size));
      if (count < this.panelRows && i < this.rows - 1) continue;
      gramAccumulate(G, d, this.panel, 0, d, count, d);
      count = 0;
    }
  }

  private copyRow(out: Float64Array, at: number, row: number, factor: number): void {
    const { data } = this.tall;
    const d = this.columns;
    for (let j = 0, p = row * d, q = at * d; j < d; j++) out[q++] = factor * data[p++];
  }
}
