/**
 * R with RᵀR ≈ AᵀDA from a Householder QR of S√D·A, S a sparse sign sketch or a sample of rows by leverage scores;
 * S = I where the sketch would have as many rows as √D·A has that are not zero.
 */
import { extremeSingularValues } from '../precondition/conditionEstimate';
import { leverageScores } from '../precondition/leverageScores';
import { sketchedFactor } from '../precondition/sketchedFactor';
import { rowState } from '../random/counter';
import { type Seed, streamKey } from '../random/seed';
import { createSketch } from '../sketch/create';
import type { RegressionMatrix } from './regressionMatrix';
import type { HessianSketch } from './regressionOptions';

export interface FactorPlan {
  readonly kind: HessianSketch;
  /** Rows of the sketch; on average for a sample. */
  readonly rows: number;
  readonly seed: Seed;
}

/** (S√D·A·C)ᵀ(S√D·A·C) = RᵀR with C = diag(scale). */
export interface WeightedFactor {
  readonly R: Float64Array;
  readonly scale: Float64Array;
  /** Rows of S; 0 for S = I. */
  readonly sketchSize: number;
  /** Columns of S√D·A·C are dependent to working precision. */
  readonly singular: boolean;
}

/** σ_min/σ₁ of R. */
const SINGULAR = 36 * 2 ** -52;
const SPARE_ROWS = 20;

/** Rows of a sketch that preconditions well: 4d, and some more for few columns. */
export function preconditionerRows(columns: number): number {
  return Math.max(4 * columns, columns + SPARE_ROWS);
}

/** Cost: a pass over A and 2·rows·d²; with leverage scores as many again and min(16, d) products. */
export function weightedFactor(A: RegressionMatrix, weights: Float64Array, plan: FactorPlan): WeightedFactor {
  const roots = new Float64Array(weights.length);
  for (let i = 0; i < roots.length; i++) roots[i] = Math.sqrt(weights[i]);
  const d = A.columns;
  if (countPositive(roots) <= plan.rows) {
    const active = positiveAt(roots);
    const factors = Float64Array.from(active, (i) => roots[i]);
    return factorOf(A.selectedRows(active, factors), active.length, d, 0);
  }
  if (plan.kind === 'leverage-scores') return sampledFactor(A, roots, plan);
  const sketch = createSketch('sparse-sign', plan.rows, A.rows, plan.seed);
  return factorOf(A.sketched(sketch, roots), plan.rows, d, plan.rows);
}

function countPositive(v: Float64Array): number {
  let count = 0;
  for (let i = 0; i < v.length; i++) if (v[i] > 0) count++;
  return count;
}

function positiveAt(v: Float64Array): Int32Array {
  const found: number[] = [];
  for (let i = 0; i < v.length; i++) if (v[i] > 0) found.push(i);
  return Int32Array.from(found);
}

function factorOf(B: Float64Array, rows: number, d: number, sketchSize: number): WeightedFactor {
  const data = rows >= d ? B : withZeros(B, d * d);
  const { R, scaling } = sketchedFactor({ rows: Math.max(rows, d), columns: d, data }, null);
  const { smallest, largest } = extremeSingularValues(R, d);
  return { R, scale: scaling.scale, sketchSize, singular: !(smallest > SINGULAR * largest) };
}

function withZeros(B: Float64Array, length: number): Float64Array {
  const out = new Float64Array(length);
  out.set(B);
  return out;
}

/** Every row by itself is taken with its probability and divided by its root, so that E[SᵀS] = I. */
function sampledFactor(A: RegressionMatrix, roots: Float64Array, plan: FactorPlan): WeightedFactor {
  const weights = roots.map((root) => root * root);
  const first = weightedFactor(A, weights, {
    kind: 'sparse-sign',
    rows: preconditionerRows(A.columns),
    seed: `${plan.seed}/scores`,
  });
  if (first.singular) return first;
  const scores = leverageScores(weightedRows(A, roots, first.scale), first.R, plan.seed);
  const chances = inclusionProbabilities(scores, plan.rows);
  const key = streamKey(plan.seed, 'leverage sample');
  const rows: number[] = [];
  for (let i = 0; i < chances.length; i++) {
    if ((rowState(key, i) >>> 0) * 2 ** -32 < chances[i]) rows.push(i);
  }
  const factors = Float64Array.from(rows, (i) => roots[i] / Math.sqrt(chances[i]));
  return factorOf(A.selectedRows(Int32Array.from(rows), factors), rows.length, A.columns, rows.length);
}

/** √D·A·C as what leverage scores are taken of. */
function weightedRows(A: RegressionMatrix, roots: Float64Array, scale: Float64Array) {
  const scaled = new Float64Array(A.columns);
  return {
    rows: A.rows,
    columns: A.columns,
    multiplyInto(y: Float64Array, x: Float64Array): void {
      for (let j = 0; j < x.length; j++) scaled[j] = scale[j] * x[j];
      A.multiplyInto(y, scaled);
      for (let i = 0; i < y.length; i++) y[i] *= roots[i];
    },
  };
}

const MAX_FILLS = 50;

/** min(1, c·score) with c such that they sum to `count`, which is below their number. */
export function inclusionProbabilities(scores: Float64Array, count: number): Float64Array {
  let factor = 0;
  for (let fill = 0; fill < MAX_FILLS; fill++) {
    let certain = 0;
    let rest = 0;
    for (const score of scores) {
      if (factor * score >= 1) certain++;
      else rest += score;
    }
    const next = rest > 0 ? (count - certain) / rest : factor;
    if (!(next > factor)) break;
    factor = next;
  }
  return scores.map((score) => Math.min(1, factor * score));
}
