/**
 * M = R⁻ᵀ(AC)ᵀ(AC)R⁻¹ for a preconditioner R of A·C: the well-conditioned symmetric matrix on which every
 * iteration runs. Solving with triangular R and multiplying by A keeps the error of a product near κ(A)·u.
 */
import { zeros } from '../dense/smallArrays';
import {
  multiplyUpperVectorInPlace,
  solveUpperInPlace,
  solveUpperTransposedInPlace,
} from '../dense/triangular';
import type { TallOperator } from './tallOperator';

export class PreconditionedGram {
  private readonly x: Float64Array;
  private unscaled: Float64Array | undefined;

  constructor(
    readonly operator: TallOperator,
    readonly R: Float64Array,
    readonly scale: Float64Array,
  ) {
    this.x = zeros(operator.columns);
  }

  get size(): number {
    return this.operator.columns;
  }

  /** R C⁻¹: the factor of A as given, upper triangular, zeros below. */
  get unscaledR(): Float64Array {
    this.unscaled ??= unscaledTriangle(this.R, this.scale, this.size);
    return this.unscaled;
  }

  /** w ← M z. w must not alias z. One pass over A. */
  multiplyInto(w: Float64Array, z: Float64Array): void {
    this.toSolutionInto(this.x, z);
    this.operator.gram(w, this.x);
    this.gradientInPlace(w);
  }

  /** x ← C R⁻¹ z: from the iteration's coordinates to the caller's. x may alias z. */
  toSolutionInto(x: Float64Array, z: Float64Array): void {
    const n = this.size;
    if (x !== z) x.set(z);
    solveUpperInPlace(x, 0, this.R, n, n);
    for (let i = 0; i < n; i++) x[i] *= this.scale[i];
  }

  /** z ← R C⁻¹ z: the way back from `toSolutionInto`. */
  toCoordinatesInPlace(z: Float64Array): void {
    for (let i = 0; i < this.size; i++) z[i] /= this.scale[i];
    multiplyUpperVectorInPlace(z, this.R, this.size, this.size);
  }

  /** g ← R⁻ᵀ C g: a gradient in the caller's coordinates as one in the iteration's. */
  gradientInPlace(g: Float64Array): void {
    const n = this.size;
    for (let i = 0; i < n; i++) g[i] *= this.scale[i];
    solveUpperTransposedInPlace(g, 0, this.R, n, n);
  }
}

function unscaledTriangle(R: Float64Array, scale: Float64Array, n: number): Float64Array {
  const unscaled = zeros(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) unscaled[i * n + j] = R[i * n + j] / scale[j];
  }
  return unscaled;
}
