/**
 * TensorSRHT: sketches of x^⊗p from degree-2 nodes (tensorNode.ts) arranged as a balanced tree or a prefix chain
 * (tensorTree.ts). Ahle, Kapralov, Knudsen, Pagh, Velingker, Woodruff & Zandieh, SODA 2020; Song, Woodruff, Yu &
 * Zhang, ICML 2021, for the shared randomness; used by Song, Yin & Zhang, arXiv 2308.14304.
 */
import { checkKeys, checkOneOf } from '../core/checks';
import { SketchSolveError } from '../core/errors';
import type { Matrix, MatrixLike } from '../core/matrix';
import { streamKey } from '../random/seed';
import { drawSampledTransform, type SampledTransform, signedTransformInto } from './tensorNode';
import {
  batchWidth,
  checkTensorSketchOptions,
  forEachBatch,
  storeBatchInto,
  type TensorSketch,
  type TensorSketchOptions,
  tensorInput,
} from './tensorSketch';
import {
  drawTensorSteps,
  runTensorSteps,
  type TensorRandomness,
  type TensorSteps,
  type TensorStructure,
  tensorWorkspace,
} from './tensorTree';

export interface TensorSrhtOptions extends TensorSketchOptions {
  /**
   * 'tree': balanced. 'chain': prefixes, every degree in one pass, see `applyAll`. Both have p − 1 nodes and,
   * to first order in 1/m, the same variance. Default 'tree'.
   */
  readonly structure?: TensorStructure;
  /**
   * 'independent': every node has its own draw. 'shared': one draw per level of the tree, the log p random
   * choices of the paper, and log p nodes to evaluate; unbiased for p ≤ 3 only, see `tensorSrht`. A chain has one
   * node a level, both mean the same there. Default 'independent'.
   */
  readonly randomness?: TensorRandomness;
}

export interface TensorSrht extends TensorSketch {
  readonly kind: 'tensor-srht';
  readonly structure: TensorStructure;
  readonly randomness: TensorRandomness;
  /**
   * Every degree from one pass of a chain: entry l − 1 is n × m with the degree-l sketches, except entry 0, which
   * is a copy of A (n × d), exact.
   *
   * @param A - n × d. Not modified.
   * @throws {@link SketchSolveError} INVALID_ARGUMENT for a tree, and what `apply` throws
   */
  applyAll(A: MatrixLike): Matrix[];
}

/**
 * S with E⟨S x^⊗p, S y^⊗p⟩ = ⟨x, y⟩ᵖ. Degree 1 is a plain SRHT with replacement, degree 2 one node.
 *
 * Error: ⟨Sx^⊗p, Sx^⊗p⟩ has relative variance (1 + ν/m)^(p−1) − 1, ν = 8 for x without outstanding entries and less
 * otherwise (CountSketch: about 3ᵖ/m). With shared randomness two equal subtrees multiply their errors instead
 * of averaging them: at p = 4 and ⟨x, y⟩ = ρ‖x‖‖y‖ the mean is ρ⁴(1 + ((2 + ρ⁻²)² − 1)/m).
 *
 * Rounding: entries within about 2p·log₂(m·d)·u of the exact ones, relative to the row of the result.
 *
 * @param options - `rows` m, `columns` d, `degree` p, `seed`, `structure`, `randomness`.
 * @throws {@link SketchSolveError} INVALID_ARGUMENT
 * Cost: O(p(m + d)) to draw; 2(p − 1) transforms, O(p(d log d + m log m)), per row to apply, with shared randomness
 *   at most 4·log₂ p transforms.
 */
export function tensorSrht(options: TensorSrhtOptions): TensorSrht {
  const known = ['rows', 'columns', 'degree', 'seed', 'structure', 'randomness'];
  checkKeys('tensorSrht', options, known);
  const { structure = 'tree', randomness = 'independent' } = options;
  const { rows, columns, degree, seed } = checkTensorSketchOptions('tensorSrht', options);
  checkOneOf('tensorSrht', 'structure', structure, ['tree', 'chain']);
  checkOneOf('tensorSrht', 'randomness', randomness, ['independent', 'shared']);
  const tree = drawTensorSteps(rows, columns, degree, seed, structure, randomness);
  const shape = { kind: 'tensor-srht', rows, columns, degree, seed, structure, randomness } as const;
  const apply = (A: MatrixLike): Matrix => {
    const given = tensorInput('apply', shape, A);
    if (degree > 1) return applyTree(tree, rows, degree, given);
    const key = streamKey(seed, `tensor-srht/${rows}/degree 1`);
    return applyLinear(drawSampledTransform(rows, columns, key, 0), given);
  };
  const applyAll = (A: MatrixLike): Matrix[] => {
    if (structure !== 'chain') throw notAChain(structure);
    return applyChain(tree, rows, tensorInput('applyAll', shape, A));
  };
  return Object.freeze({ ...shape, apply, applyAll });
}

function notAChain(structure: TensorStructure): SketchSolveError {
  return new SketchSolveError(
    'INVALID_ARGUMENT',
    `applyAll: structure is '${structure}', expected 'chain' (a tree does not pass every degree)`,
    { argument: 'structure', got: structure },
  );
}

function applyTree(tree: TensorSteps, m: number, degree: number, A: Matrix): Matrix {
  const out = { rows: A.rows, columns: m, data: new Float64Array(A.rows * m) };
  const most = batchWidth(tree.longest);
  const work = tensorWorkspace(tree, most);
  const last = tree.steps.length - 1;
  forEachBatch(A, most, (batch) => {
    runTensorSteps(tree, work, batch.X, batch.width, (Z, step) => {
      if (step === last) storeBatchInto(out, Z, batch, degree);
    });
  });
  return out;
}

function applyChain(chain: TensorSteps, m: number, A: Matrix): Matrix[] {
  const { rows: n, columns: d } = A;
  const powers = chain.steps.map(() => ({ rows: n, columns: m, data: new Float64Array(n * m) }));
  const most = batchWidth(chain.longest);
  const work = tensorWorkspace(chain, most);
  forEachBatch(A, most, (batch) => {
    runTensorSteps(chain, work, batch.X, batch.width, (Z, step) => {
      storeBatchInto(powers[step], Z, batch, step + 2);
    });
  });
  return [{ rows: n, columns: d, data: A.data.slice() }, ...powers];
}

/** Degree 1: (H D x)[i_t]/√m. */
function applyLinear(transform: SampledTransform, A: Matrix): Matrix {
  const { padded, samples } = transform;
  const m = samples.length;
  const out = { rows: A.rows, columns: m, data: new Float64Array(A.rows * m) };
  const most = batchWidth(Math.max(padded, m));
  const work = new Float64Array(padded * most);
  const Z = new Float64Array(m * most);
  const scale = 1 / Math.sqrt(m);
  forEachBatch(A, most, (batch) => {
    const { X, width } = batch;
    signedTransformInto(work, transform, X, width);
    for (let t = 0; t < m; t++) {
      for (let c = 0; c < width; c++) Z[t * width + c] = work[samples[t] * width + c] * scale;
    }
    storeBatchInto(out, Z, batch, 1);
  });
  return out;
}
