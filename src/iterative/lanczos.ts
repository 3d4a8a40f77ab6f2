/**
 * Lanczos on AᵀA in its bidiagonal form: A·V = U·B with orthonormal V starting at b and B upper bidiagonal, so that
 * VᵀAᵀAV = BᵀB. One pass over A a step; V is kept and reorthogonalised twice in every step, U is not kept.
 * Golub & Kahan 1965; one-sided reorthogonalisation: Simon & Zha, SISC 21(6), 2000.
 *
 * Rounding: AᵀA is never formed or applied as one matrix, so that σ(B) is off by a few u·‖A‖, not u·‖A‖²/σ.
 */
import { matvecInto, matvecTransposedInto } from '../dense/matvec';
import { axpy, norm2 } from '../dense/vector';
import { UNIT_ROUNDOFF } from './stopping';
import type { TallOperator } from './tallOperator';

const FIRST_CAPACITY = 16;
/** α or β below this times √d·‖A‖, or four times that for small d, is rounding. */
const ROUNDING = UNIT_ROUNDOFF;

export class Lanczos {
  readonly alphas: number[] = [];
  /** betas[k − 1] couples basis vector k, the next one, to the k before it. */
  readonly betas: number[] = [];
  private basis: Float64Array;
  private capacity: number;
  private ended = false;
  private scale = 0;
  private readonly d: number;
  /** The vector the next step subtracts A·v from, β·u, and the place for the difference. */
  private previous: Float64Array;
  private current: Float64Array;
  private readonly w: Float64Array;
  private readonly correction: Float64Array;

  /** @param start - length d, not zero, entries near 1. Not modified. */
  constructor(
    private readonly operator: TallOperator,
    start: Float64Array,
  ) {
    const d = operator.columns;
    this.d = d;
    this.capacity = Math.min(d, FIRST_CAPACITY);
    this.basis = new Float64Array(this.capacity * d);
    this.previous = new Float64Array(operator.rows);
    this.current = new Float64Array(operator.rows);
    this.w = new Float64Array(d);
    this.correction = new Float64Array(d);
    const norm = norm2(start, 0, d);
    for (let j = 0; j < d; j++) this.basis[j] = start[j] / norm;
  }

  get size(): number {
    return this.alphas.length;
  }

  /** The space is invariant under AᵀA, up to rounding if it is not the whole one: B says all there is to say. */
  get complete(): boolean {
    return this.ended;
  }

  /** ‖AᵀAv − V BᵀB e_k‖ for the last v: what couples the space to the rest. */
  get coupling(): number {
    const k = this.size;
    return this.alphas[k - 1] * this.betas[k - 1];
  }

  /** The next column of B and the next basis vector. Must not be called when complete. */
  step(): void {
    const { d, w } = this;
    const k = this.size;
    const v = this.basis.subarray(k * d, (k + 1) * d);
    const r = this.current;
    this.operator.residual(r, w, v, this.previous); // r = −α·u, w = Aᵀr
    const alpha = norm2(r, 0, r.length);
    this.alphas.push(alpha);
    this.scale = Math.max(this.scale, alpha);
    if (k + 1 === d || alpha <= this.negligible) {
      this.end();
      return;
    }
    for (let j = 0; j < d; j++) w[j] = -w[j] / alpha - alpha * v[j];
    for (let pass = 0; pass < 2; pass++) this.orthogonalise(k + 1);
    const beta = norm2(w, 0, d);
    this.scale = Math.max(this.scale, Math.hypot(alpha, beta));
    if (beta <= this.negligible) {
      this.end(beta);
      return;
    }
    this.betas.push(beta);
    this.append(k + 1, beta);
    for (let i = 0; i < r.length; i++) r[i] *= -beta / alpha;
    this.current = this.previous;
    this.previous = r;
  }

  /** x ← V·y, y of length size. */
  combineInto(x: Float64Array, y: Float64Array): void {
    matvecTransposedInto(x, this.basis, this.size, this.d, y);
  }

  private get negligible(): number {
    return ROUNDING * Math.max(4, Math.sqrt(this.d)) * this.scale;
  }

  private end(beta = 0): void {
    this.betas.push(beta);
    this.ended = true;
  }

  private orthogonalise(count: number): void {
    const { basis, d, w, correction } = this;
    const overlaps = new Float64Array(count);
    matvecInto(overlaps, basis, count, d, w);
    matvecTransposedInto(correction, basis, count, d, overlaps);
    axpy(w, -1, correction, d);
  }

  private append(count: number, beta: number): void {
    const { d, w } = this;
    if (count === this.capacity) {
      this.capacity = Math.min(d, 2 * this.capacity);
      const larger = new Float64Array(this.capacity * d);
      larger.set(this.basis);
      this.basis = larger;
    }
    for (let j = 0; j < d; j++) this.basis[count * d + j] = w[j] / beta;
  }
}
