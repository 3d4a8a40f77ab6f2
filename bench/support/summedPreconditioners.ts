/**
 * Preconditioners of M = Σ_h K_h + ridge·diag(Σ_h K_h), formed, on top of those of one kernel. With S = diag(Σ_h K_h)^(−½)
 * and K_h = D_h⁻¹G_hD_h⁻¹: SMS = Σ_h (SD_h⁻¹)G_h(D_h⁻¹S) + ridge·I, the first of unit diagonal.
 */
import type { Matrix } from 'sketchsolve';
import type { KernelColumns } from '../../src/precondition/gaussianPoints';
import { PivotedCholesky } from '../../src/precondition/pivotedCholesky';
import { woodbury } from '../../src/precondition/woodbury';
import { wordAt } from '../../src/random/counter';
import { streamKey } from '../../src/random/seed';
import { featurePreconditioner } from './featurePreconditioner';
import {
  between,
  kernelFeatures,
  kernelScales,
  type Preconditioner,
  scaledBy,
} from './formedPreconditioners';

export interface SummedProblem {
  readonly heads: readonly Matrix[];
  readonly temperature: number;
  /** Relative. */
  readonly ridge: number;
}

export type SummedBuilder = (problem: SummedProblem, M: Matrix) => Preconditioner;

/** S(FFᵀ + (ridge + e/10)·I)⁻¹S with F the features SD_h⁻¹Z_h of all heads side by side; e is the norm of what they leave. */
export function tensorSrhtOfHeads(columnsPerHead: number): SummedBuilder {
  return ({ heads, temperature, ridge }, M) => {
    const scales = kernelScales(M, ridge);
    const parts = heads.map((head) => {
      const Z = kernelFeatures(head, temperature, columnsPerHead);
      return weighted(Z, head, temperature, scales);
    });
    return between(scales, featurePreconditioner(sideBySide(parts), scaledBy(M, scales), ridge));
  };
}

/** S(FFᵀ + (ridge + t/n)·I)⁻¹S with F by randomly pivoted Cholesky of the sum; t is what it leaves of the trace. */
export function pivotedCholeskyOfSum(rank: number): SummedBuilder {
  return ({ ridge }, M) => {
    const scales = kernelScales(M, ridge);
    const key = streamKey(0, 'attention-heads');
    const factor = new PivotedCholesky(new FormedColumns(scaledBy(M, scales)), (i, k) => wordAt(key, i, k));
    factor.extendTo(rank);
    return between(scales, woodbury(factor, new Float64Array(M.rows).fill(ridge), factor.trace));
  };
}

/** A formed kernel as the pivoted factorisation sees it: its diagonal is 1, whatever is stored there. */
export class FormedColumns implements KernelColumns {
  readonly size: number;

  constructor(private readonly G: Matrix) {
    this.size = G.rows;
  }

  columnsInto(out: Float64Array, ldOut: number, indices: Int32Array, count: number): void {
    for (let i = 0; i < this.size; i++)
      for (let j = 0; j < count; j++) out[i * ldOut + j] = this.entry(i, indices[j]);
  }

  principalInto(out: Float64Array, indices: Int32Array, count: number): void {
    for (let i = 0; i < count; i++)
      for (let j = 0; j < count; j++) out[i * count + j] = this.entry(indices[i], indices[j]);
  }

  private entry(i: number, j: number): number {
    return i === j ? 1 : this.G.data[i * this.size + j];
  }
}

/** SD_h⁻¹Z */
function weighted(Z: Matrix, head: Matrix, temperature: number, scales: Float64Array): Matrix {
  const { columns: d, data } = head;
  const weights = scales.map((scale, i) => {
    const row = data.subarray(i * d, i * d + d);
    return scale * Math.exp(row.reduce((sum, entry) => sum + entry * entry, 0) / (2 * temperature));
  });
  return { ...Z, data: Z.data.map((entry, p) => entry * weights[Math.floor(p / Z.columns)]) };
}

function sideBySide(parts: readonly Matrix[]): Matrix {
  const rows = parts[0].rows;
  const columns = parts.reduce((sum, part) => sum + part.columns, 0);
  const data = new Float64Array(rows * columns);
  let start = 0;
  for (const part of parts) {
    const { columns: width } = part;
    for (let i = 0; i < rows; i++)
      data.set(part.data.subarray(i * width, (i + 1) * width), i * columns + start);
    start += width;
  }
  return { rows, columns, data };
}
