/**
 * The preconditioner (F Fᵀ + D)⁻¹ for G + diag(Δ) with G ≈ F Fᵀ of low rank: D = diag(Δ) + (t/n)·I, where
 * t = trace(G − F Fᵀ), because what F leaves out of G is on average worth t/n.
 *
 * With B = D^(−½)F it is D^(−½)(I − B(I + BᵀB)⁻¹Bᵀ)D^(−½), which costs half a matrix product to set up. It loses
 * the directions where B is large: eigenvalues 1/(1 + σ²) come out as a difference of numbers near 1. From
 * ‖B‖_F² = 1e10 on an orthonormal basis is used instead.
 *
 * Rounding: ‖LᵀML − I‖ ≤ c·κ·u for M as applied and LLᵀ = F Fᵀ + D, κ = 1 + ‖B‖²: 1e-6 at the limit.
 */
import { choleskyInPlace } from '../dense/cholesky';
import { gramAccumulate } from '../dense/gram';
import { matvecInto, matvecTransposedInto } from '../dense/matvec';
import { solveUpperInPlace, solveUpperTransposedInPlace } from '../dense/triangular';
import { OrthogonalWoodbury } from './orthogonalWoodbury';

/** F: the first `rank` columns of a matrix of `size` rows with leading dimension ldf. */
export interface LowRankFactor {
  readonly F: Float64Array;
  readonly ldf: number;
  readonly size: number;
  readonly rank: number;
  /** Upper triangle of FᵀF, rank × rank, where it is known: one for all D = δI. */
  readonly gram?: Float64Array;
}

export interface LowRankInverse {
  /** y ← (F Fᵀ + D)⁻¹ r in O(nk). y may be r. */
  applyInto(y: Float64Array, r: Float64Array): void;
}

/** ‖B‖_F² up to which I + BᵀB is formed. */
const LARGEST_SQUARE = 1e10;
/** Rows that are weighted at a time. Many: each time the Gram matrix is gone through as well. */
const PANEL_ROWS = 512;

/**
 * @param shift - Δ, length size; Δᵢ + trace/n must be positive. Not kept.
 * @param trace - trace(G − F Fᵀ), ≥ 0.
 *
 * Cost: nk² to set up, 2nk to apply; 4nk² and 3nk where ‖B‖_F² > 1e10. Memory: n·k at most.
 */
export function woodbury(factor: LowRankFactor, shift: Float64Array, trace: number): LowRankInverse {
  const { size: n } = factor;
  const F = contiguous(factor);
  const D = new Float64Array(n);
  for (let i = 0; i < n; i++) D[i] = shift[i] + trace / n;
  if (weightedSquare(F, n, factor.rank, D) > LARGEST_SQUARE)
    return new OrthogonalWoodbury(F, n, factor.rank, D);
  const { gram } = factor;
  const known = gram !== undefined && D.every((delta) => delta === D[0]) ? gram : undefined;
  return new GramWoodbury(F, n, factor.rank, D, known);
}

/** The factor with its columns packed and their inner products made, to be used for several shifts. */
export function packedFactor({ F, ldf, size, rank }: LowRankFactor): LowRankFactor {
  const packed = contiguous({ F, ldf, size, rank });
  const gram = new Float64Array(rank * rank);
  gramAccumulate(gram, rank, packed, 0, rank, size, rank);
  return { F: packed, ldf: rank, size, rank, gram };
}

/** The columns in use; F itself where they are all of it. */
function contiguous({ F, ldf, size, rank }: LowRankFactor): Float64Array {
  if (ldf === rank) return F;
  const packed = new Float64Array(size * rank);
  for (let i = 0; i < size; i++) packed.set(F.subarray(i * ldf, i * ldf + rank), i * rank);
  return packed;
}

/** ‖D^(−½)F‖_F². */
function weightedSquare(F: Float64Array, n: number, k: number, D: Float64Array): number {
  let total = 0;
  for (let i = 0, p = 0; i < n; i++) {
    let rowSq = 0;
    for (const end = p + k; p < end; p++) rowSq += F[p] * F[p];
    total += rowSq / D[i];
  }
  return total;
}

/** D⁻¹ − D⁻¹F(I + FᵀD⁻¹F)⁻¹FᵀD⁻¹. F (n × k, contiguous) and D are kept. `gram`: FᵀF for D = δI. */
export class GramWoodbury implements LowRankInverse {
  /** RᵀR = I + FᵀD⁻¹F. */
  private readonly R: Float64Array;
  private readonly scaled: Float64Array;
  private readonly inside: Float64Array;

  constructor(
    private readonly F: Float64Array,
    private readonly n: number,
    private readonly k: number,
    private readonly D: Float64Array,
    gram?: Float64Array,
  ) {
    this.R = gram === undefined ? shiftedGram(F, n, k, D) : scaledGram(gram, k, D[0]);
    choleskyInPlace(this.R, k, k);
    this.scaled = new Float64Array(n);
    this.inside = new Float64Array(k);
  }

  applyInto(y: Float64Array, r: Float64Array): void {
    const { F, D, R, scaled, inside, n, k } = this;
    for (let i = 0; i < n; i++) scaled[i] = r[i] / D[i];
    matvecTransposedInto(inside, F, n, k, scaled);
    solveUpperTransposedInPlace(inside, 0, R, k, k);
    solveUpperInPlace(inside, 0, R, k, k);
    matvecInto(scaled, F, n, k, inside);
    for (let i = 0; i < n; i++) y[i] = (r[i] - scaled[i]) / D[i];
  }
}

/** Upper triangle of I + FᵀF/δ. */
function scaledGram(gram: Float64Array, k: number, delta: number): Float64Array {
  const G = gram.map((entry) => entry / delta);
  for (let j = 0; j < k; j++) G[j * (k + 1)] += 1;
  return G;
}

/** Upper triangle of I + FᵀD⁻¹F, by panels of rows. */
function shiftedGram(F: Float64Array, n: number, k: number, D: Float64Array): Float64Array {
  const G = new Float64Array(k * k);
  for (let j = 0; j < k; j++) G[j * (k + 1)] = 1;
  const panel = new Float64Array(PANEL_ROWS * k);
  for (let first = 0; first < n; first += PANEL_ROWS) {
    const rows = Math.min(PANEL_ROWS, n - first);
    for (let i = 0, p = 0, q = first * k; i < rows; i++) {
      const weight = 1 / Math.sqrt(D[first + i]);
      for (let j = 0; j < k; j++) panel[p++] = weight * F[q++];
    }
    gramAccumulate(G, k, panel, 0, k, rows, k);
  }
  return G;
}
