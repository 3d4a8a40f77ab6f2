/**
 * The paper's route: features Z with ZZᵀ ≈ G from TensorSRHT, and the problem with ZZᵀ in place of the kernel,
 * preconditioned by a sketch of Z and solved by gradient descent. Song, Yin & Zhang, arXiv 2308.14304, section 7.
 *
 * What it solves is the proxy: ‖b − Kx‖/‖b‖ with the exact kernel was 0.6 to 1e11 without a ridge. Measured for n = 1500,
 * 512 columns and random b: digits (r² = 1.05) 4e3, 6.5 and 0.13 for relative ridges 0, 1e-2 and 1, while the residual on
 * ZZᵀ + Δ was 1e-11 at most with those ridges; 8 dimensions (r² = 4.2) 2e6, 7.1 and 0.11; 3 dimensions (r² = 4.3), where
 * most degrees are exact, 22, 2e-4 and 2e-6. ‖ZZᵀ − G‖ was 2.9, 1.1 and 1e-4: a ridge below that magnifies it.
 */
import { SketchSolveError } from '../core/errors';
import type { Matrix } from '../core/matrix';
import { norm2 } from '../dense/vector';
import { truncateFeatures } from '../precondition/featureTruncation';
import type { GaussianPoints } from '../precondition/gaussianPoints';
import { leastColumns, taylorDegree } from '../sketch/degreePlan';
import { gaussianFeatures } from '../sketch/gaussianFeatures';
import type { AttentionSettings } from './attentionOptions';
import { ProxySystem } from './proxyKernel';

/** Squared radius of the rows about their mean from which the features are a poor proxy. */
export const DOUBTFUL_RADIUS_SQ = 5;
/** And from which they are a useless one. */
const LARGEST_RADIUS_SQ = 20;
const TRUNCATION = 1e-8;
const DEFAULT_COLUMNS = 512;

/** ZZᵀ ≈ G for a set of points; its features are made once, when first asked for, for all shifts. */
export class ProxyKernel {
  /** Largest squared distance of a point to the mean. */
  readonly radiusSq: number;
  private readonly columns: number;
  private made: Matrix | null = null;

  /**
   * @param points - centred, not copied. Nothing but their norms is computed yet.
   * @throws {@link SketchSolveError} INVALID_ARGUMENT
   */
  constructor(
    private readonly caller: string,
    private readonly points: Pick<GaussianPoints, 'size' | 'dimension' | 'data'>,
    private readonly settings: AttentionSettings,
  ) {
    const { size: n, dimension: d, data } = points;
    let radius = 0;
    for (let i = 0; i < n; i++) radius = Math.max(radius, norm2(data, i * d, d));
    this.radiusSq = radius * radius;
    if (!(this.radiusSq <= LARGEST_RADIUS_SQ)) throw radiusError(caller, this.radiusSq);
    const fewest = leastColumns(d, taylorDegree(caller, this.radiusSq, TRUNCATION));
    if (settings.rank !== undefined && settings.rank < fewest) throw rankError(caller, settings.rank, fewest);
    this.columns = settings.rank ?? Math.max(fewest, Math.min(n, Math.max(DEFAULT_COLUMNS, 4 * d)));
  }

  /**
   * Z, n × rank: the columns drawn, rotated, and without what ZZᵀ cannot carry. Its norm is below the rounding of ZZᵀ,
   * but the inverse of ZZᵀ would be all of it.
   */
  get features(): Matrix {
    if (this.made === null) {
      const { size: n, dimension: d, data } = this.points;
      const { columns, settings } = this;
      const options = { columns, truncation: TRUNCATION, seed: settings.seed };
      this.made = truncateFeatures(gaussianFeatures(this.caller, { rows: n, columns: d, data }, options).Z);
    }
    return this.made;
  }

  get rank(): number {
    return this.features.columns;
  }

  /** @param shift - Δ: length n, finite, ≥ 0. Not modified, not copied. */
  withShift(shift: Float64Array): ProxySystem {
    return new ProxySystem(this.caller, this.features, shift, this.settings);
  }
}

function radiusError(caller: string, radiusSq: number): SketchSolveError {
  return new SketchSolveError(
    'INVALID_ARGUMENT',
    `${caller}: method 'sketch' on rows up to r² = ${radiusSq.toPrecision(3)} from their mean, expected at most ${LARGEST_RADIUS_SQ} (raise temperature): beyond, the kernel is nearly the identity and its features are not`,
    { radiusSq },
  );
}

function rankError(caller: string, got: number, min: number): SketchSolveError {
  return new SketchSolveError(
    'INVALID_ARGUMENT',
    `${caller}: rank is ${got}, expected at least ${min} for method 'sketch' (columns for every degree of the Taylor series)`,
    { argument: 'rank', got, min },
  );
}
