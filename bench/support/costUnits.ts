/**
 * A measurement for each constant of src/solvers/costModel.ts with the kernels that the solvers run: of one run, or of
 * several where what is wanted costs something beside other constants.
 */
import { type CsrMatrix, csrFromTriplets } from 'sketchsolve';
import { gramVectorInto } from '../../src/dense/matvec';
import { projectedGramInto } from '../../src/dense/projectedGram';
import { gramFactor } from '../../src/precondition/gramFactor';
import { createSketch } from '../../src/sketch/create';
import { gramCosts } from '../../src/solvers/costModel';
import { csrGramVectorInto } from '../../src/sparse/csrProducts';
import { kernelUnits } from './kernelCostUnits';
import { normalVector, uniformRows, upperTriangle } from './randomData';

export interface Part {
  readonly run: () => void;
  /** Before the clock starts, every time. */
  readonly before?: () => void;
  /** Nanoseconds by the cost model on the kernel set in use. */
  readonly predicted: () => number;
}

export interface CostUnit {
  readonly name: string;
  /** The constant as it stands, on the kernel set in use. */
  readonly model: () => number;
  readonly parts: readonly Part[];
  /** The constant from the nanoseconds of each part. */
  readonly cost: (times: readonly number[]) => number;
}

/** In the order of the tables of the cost model. */
export function costUnits(quick: boolean): CostUnit[] {
  return [...gramUnits(quick), ...kernelUnits(quick)];
}

function gramUnits(quick: boolean): CostUnit[] {
  const [n, d] = quick ? [5000, 50] : [20_000, 200];
  const A = uniformRows(n, d, 1);
  const sparse = sparseRows(n, d, 10 * n);
  const [x, g, G] = [normalVector(d, 2), new Float64Array(d), new Float64Array(d * d)];
  const X = upperTriangle(d, 3);
  const S = createSketch('sparse-sign', 4 * d, n, 1);
  const sparseS = createSketch('sparse-sign', 4 * d, sparse.rows, 1);
  const SA = new Float64Array(4 * d * d);
  const tall = 16 * d;
  const entries = sparse.values.length;
  return [
    gramUnit('pass', n * d, () => gramVectorInto(g, A.data, n, d, x)),
    gramUnit('sketch', n * d, () => S.accumulateInto(SA, 0, d, A.data, 0, d, n, d, 0)),
    gramUnit('product', n * d * d, () => projectedGramInto(G, A.data, n, d, X)),
    gramUnit('factor', tall * d * d, () => gramFactor(A.data, tall, d, 1)),
    gramUnit('sparsePass', entries, () => csrGramVectorInto(g, sparse, x)),
    gramUnit('sparseSketch', entries, () => sparseS.accumulateCsrInto(SA, d, sparse, 0, null)),
  ];
}

/** @param amount - units of a run. */
function gramUnit(name: keyof ReturnType<typeof gramCosts>, amount: number, run: () => void): CostUnit {
  const model = () => gramCosts()[name];
  const part = { run, predicted: () => amount * model() };
  return { name: `Gram: ${name}`, model, parts: [part], cost: ([time]) => time / amount };
}

function sparseRows(rows: number, columns: number, entries: number): CsrMatrix {
  const places = uniformRows(entries, 2, 5).data;
  const at = (p: number, size: number) => Math.floor(((places[p] + 1) / 2) * size);
  return csrFromTriplets(rows, columns, {
    rowIndices: Array.from({ length: entries }, (_, k) => at(2 * k, rows)),
    columnIndices: Array.from({ length: entries }, (_, k) => at(2 * k + 1, columns)),
    values: normalVector(entries, 6),
  });
}
