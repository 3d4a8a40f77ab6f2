/**
 * The {@link RegressionMatrix} of a sparse A, on the kernels of the compressed row form; A is never expanded.
 */
import type { CsrMatrix } from '../core/csr';
import { type RowSketch, scaleInPlace } from '../sketch/operator';
import {
  csrAbsoluteMultiplyInto,
  csrMultiplyInto,
  csrMultiplyTransposedInto,
  csrWeightedGramInto,
} from '../sparse/csrProducts';
import type { RegressionMatrix } from './regressionMatrix';

export class SparseRegressionMatrix implements RegressionMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly entries: number;
  passes = 0;

  constructor(readonly tall: CsrMatrix) {
    this.rows = tall.rows;
    this.columns = tall.columns;
    this.entries = tall.values.length;
  }

  multiplyInto(y: Float64Array, x: Float64Array): void {
    this.passes++;
    csrMultiplyInto(y, this.tall, x);
  }

  multiplyTransposedInto(g: Float64Array, y: Float64Array): void {
    this.passes++;
    csrMultiplyTransposedInto(g, this.tall, y);
  }

  absoluteMultiplyInto(y: Float64Array, x: Float64Array): void {
    this.passes++;
    csrAbsoluteMultiplyInto(y, this.tall, x);
  }

  absoluteMultiplyTransposedInto(g: Float64Array, y: Float64Array): void {
    this.passes++;
    const { rows, columns, rowPointers, columnIndices, values } = this.tall;
    g.fill(0, 0, columns);
    for (let i = 0, p = 0; i < rows; i++) {
      for (; p < rowPointers[i + 1]; p++) g[columnIndices[p]] += Math.abs(values[p] * y[i]);
    }
  }

  weightedGramInto(G: Float64Array, weights: Float64Array): void {
    this.passes++;
    csrWeightedGramInto(G, this.tall, weights);
  }

  sketched(sketch: RowSketch, rootWeights: Float64Array): Float64Array {
    this.passes++;
    const out = new Float64Array(sketch.rows * this.columns);
    sketch.accumulateCsrInto(out, this.columns, this.tall, 0, rootWeights);
    scaleInPlace(out, sketch.scale);
    return out;
  }

  selectedRows(rows: Int32Array, factors: Float64Array): Float64Array {
    this.passes++;
    const { rowPointers, columnIndices, values } = this.tall;
    const out = new Float64Array(rows.length * this.columns);
    for (let k = 0; k < rows.length; k++) {
      for (let p = rowPointers[rows[k]]; p < rowPointers[rows[k] + 1]; p++) {
        out[k * this.columns + columnIndices[p]] = factors[k] * values[p];
      }
    }
    return out;
  }
}
