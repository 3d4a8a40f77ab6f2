/** Measurements of the constants of the Gaussian kernel, each by the model of src/solvers/kernelCost.ts. */
import { choleskyInPlace } from '../../src/dense/cholesky';
import {
  GAUSSIAN_SCRATCH_LENGTH,
  gaussianPanelsInto,
  gaussianProductInto,
} from '../../src/dense/gaussianKernel';
import { gemmInto } from '../../src/dense/gemm';
import { gramAccumulate } from '../../src/dense/gram';
import { panelsLength, panelsProductInto } from '../../src/dense/symmetricProduct';
import { solveUpperInPlace, solveUpperTransposedInPlace } from '../../src/dense/triangular';
import { SmoothedConjugateGradient } from '../../src/iterative/smoothedConjugateGradient';
import { schurBlocks } from '../../src/precondition/factorizedNystrom';
import { GaussianPoints } from '../../src/precondition/gaussianPoints';
import { nearestEarlier } from '../../src/precondition/nearestEarlier';
import { PivotedCholesky } from '../../src/precondition/pivotedCholesky';
import { SparseInverse } from '../../src/precondition/sparseInverse';
import { GramWoodbury } from '../../src/precondition/woodbury';
import { wordAt } from '../../src/random/counter';
import { streamKey } from '../../src/random/seed';
import { type KernelCosts, kernelCosts } from '../../src/solvers/costModel';
import { afnSetupCost, productCost, setupCost, stepCost } from '../../src/solvers/kernelCost';
import { AFN_NEIGHBOURS } from '../../src/solvers/preconditionerForecast';
import type { CostUnit, Part } from './costUnits';
import { normalRows, normalVector, uniformRows, upperTriangle } from './randomData';

/** Of the points. What a multiply-add of so short rows costs beyond `product` is counted with the exponentials. */
const DIMENSION = 16;
/** Columns that an extension of the factor adds at most. */
const PROPOSALS = 64;

interface Case {
  readonly n: number;
  /** Columns of a low-rank factor. */
  readonly k: number;
  readonly points: GaussianPoints;
}

export function kernelUnits(quick: boolean): CostUnit[] {
  const [n, k] = quick ? [400, 100] : [2000, 200];
  const points = new GaussianPoints(normalRows(n, DIMENSION, 1).data, n, DIMENSION);
  const given: Case = { n, k, points };
  return [
    storedProduct(given),
    exponentials(given),
    multiplyAdds(given),
    columns(given),
    factorPass(given),
    cholesky(quick ? 200 : 1000),
    triangles(n),
    pairs(given),
    ...sparseInverse(quick),
    stepVectors(n),
  ];
}

function unit(name: keyof KernelCosts, parts: readonly Part[], cost: CostUnit['cost']): CostUnit {
  return { name, model: () => kernelCosts()[name], parts, cost };
}

/** @param amount - units of a run. */
function single(name: keyof KernelCosts, amount: number, run: Pick<Part, 'run' | 'before'>): CostUnit {
  const predicted = () => amount * kernelCosts()[name];
  return unit(name, [{ ...run, predicted }], ([time]) => time / amount);
}

function storedProduct({ n, points }: Case): CostUnit {
  const panels = new Float64Array(panelsLength(n));
  gaussianPanelsInto(panels, points.data, points.halfSq, n, DIMENSION);
  const [x, y] = [normalVector(n, 2), new Float64Array(n)];
  return single('stored', n * n, { run: () => panelsProductInto(y, panels, n, x) });
}

function exponentials(given: Case): CostUnit {
  const { n, points } = given;
  const [x, y, scratch] = [
    normalVector(n, 2),
    new Float64Array(n),
    new Float64Array(GAUSSIAN_SCRATCH_LENGTH),
  ];
  const run = () => gaussianProductInto(y, points.data, points.halfSq, n, DIMENSION, x, 1, scratch);
  const predicted = () => productCost({ n, d: DIMENSION, stored: false });
  return beside('exponential', given, { run, predicted }, n ** 2 / 2, DIMENSION);
}

/** What a part costs for each of `amount` items beside `products` multiply-adds for each. */
function beside(
  name: keyof KernelCosts,
  given: Case,
  part: Part,
  amount: number,
  products: number,
): CostUnit {
  const { parts, cost } = multiplyAdds(given);
  return unit(name, [part, ...parts], ([time, ...rest]) => time / amount - products * cost(rest));
}

/** Those of a low-rank factor: an extension by 64 columns, and its Gram matrix. */
function multiplyAdds({ n, k }: Case): CostUnit {
  const [F, rows] = [uniformRows(n, k, 3).data, uniformRows(PROPOSALS, k, 4).data];
  const [added, G] = [new Float64Array(n * PROPOSALS), new Float64Array(k * k)];
  return single('product', n * k * (PROPOSALS + k / 2), {
    run: () => {
      gemmInto(added, 0, PROPOSALS, F, 0, k, false, rows, 0, k, true, n, PROPOSALS, k, -1, 0);
      gramAccumulate(G, k, F, 0, k, n, k);
    },
  });
}

function columns(given: Case): CostUnit {
  const { n, k, points } = given;
  const key = streamKey(1, 'pivoted-cholesky');
  const run = () => new PivotedCholesky(points, (i, j) => wordAt(key, i, j)).extendTo(k);
  const shape = { n, d: DIMENSION, stored: true };
  const predicted = () => setupCost(shape, 0, k) - setupCost(shape, k, k);
  return beside('column', given, { run, predicted }, n * k, k / 2 + DIMENSION);
}

function factorPass({ n, k }: Case): CostUnit {
  const M = new GramWoodbury(uniformRows(n, k, 3).data, n, k, new Float64Array(n).fill(1));
  const [r, y] = [normalVector(n, 2), new Float64Array(n)];
  return single('factorPass', 2 * n * k, { run: () => M.applyInto(y, r) });
}

function cholesky(n: number): CostUnit {
  const [G, R] = [diagonallyDominant(n), new Float64Array(n * n)];
  return single('cholesky', n ** 3 / 6, {
    before: () => R.set(G),
    run: () => choleskyInPlace(R, n, n),
  });
}

function diagonallyDominant(n: number): Float64Array {
  const G = upperTriangle(n, 5);
  for (let i = 0; i < n; i++) G[i * (n + 1)] = 2;
  return G;
}

function triangles(n: number): CostUnit {
  const [R, x] = [upperTriangle(n, 5), normalVector(n, 2)];
  const start = x.slice();
  return single('triangle', n * n, {
    before: () => x.set(start),
    run: () => {
      solveUpperTransposedInPlace(x, 0, R, n, n);
      solveUpperInPlace(x, 0, R, n, n);
    },
  });
}

function pairs(given: Case): CostUnit {
  const { n, points } = given;
  const run = () => nearestEarlier(points, AFN_NEIGHBOURS);
  const predicted = () => (n ** 2 / 2) * (kernelCosts().pair + DIMENSION * kernelCosts().product);
  return beside('pair', given, { run, predicted }, n ** 2 / 2, DIMENSION);
}

/** By the line through two numbers of landmarks. */
function sparseInverse(quick: boolean): CostUnit[] {
  const [n, few, many] = quick ? [100, 20, 100] : [600, 40, 500];
  const points = new GaussianPoints(normalRows(n, DIMENSION, 6).data, n, DIMENSION);
  const neighbours = nearestEarlier(points, AFN_NEIGHBOURS);
  const shift = new Float64Array(n).fill(1);
  const blocks = n * AFN_NEIGHBOURS ** 2;
  const unweighted = schurBlocks(points, new Float64Array(n), 1, shift, AFN_NEIGHBOURS);
  const inverse = new SparseInverse(n, neighbours, unweighted);
  const [r, z] = [normalVector(n, 2), new Float64Array(n)];
  const parts = [few, many].map((k): Part => {
    const W = uniformRows(n, k, 7).data.map((entry) => entry / k);
    const principal = schurBlocks(points, W, k, shift, AFN_NEIGHBOURS);
    const shape = { n, d: DIMENSION, stored: true };
    return {
      run: () => new SparseInverse(n, neighbours, principal),
      predicted: () => afnSetupCost(shape, k, k, AFN_NEIGHBOURS) - afnSetupCost(shape, k, k, 0),
    };
  });
  const slope = ([low, high]: readonly number[]) => (high - low) / (blocks * (many - few));
  return [
    unit('gather', parts, slope),
    unit('block', parts, (times) => (times[0] / blocks - few * slope(times)) / AFN_NEIGHBOURS),
    single('sparseEntry', n * AFN_NEIGHBOURS, { run: () => inverse.applyInto(z, r) }),
  ];
}

/** Steps with an operator and a preconditioner that cost next to nothing. */
function stepVectors(n: number): CostUnit {
  const steps = 50;
  const diagonal = Float64Array.from({ length: n }, (_, i) => 1 + (1e4 * i) / n);
  const operator = {
    size: n,
    multiplyInto: (y: Float64Array, x: Float64Array) => {
      for (let i = 0; i < n; i++) y[i] = diagonal[i] * x[i];
    },
  };
  const identity = { applyInto: (y: Float64Array, r: Float64Array) => y.set(r) };
  const b = normalVector(n, 8);
  let iteration = new SmoothedConjugateGradient(operator, b, identity);
  const run = () => {
    for (let k = 0; k < steps; k++) if (!(iteration.step() && iteration.residualNorm > 0)) return;
  };
  const shape = { n, d: DIMENSION, stored: true };
  const part: Part = {
    before: () => {
      iteration = new SmoothedConjugateGradient(operator, b, identity);
    },
    run,
    predicted: () => steps * (stepCost(shape, 0) - productCost(shape)),
  };
  return unit('vectors', [part], ([time]) => time / (steps * n));
}
