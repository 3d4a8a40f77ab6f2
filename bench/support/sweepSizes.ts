/** The sizes at which `scaling` times, full and quick. */

/** κ(A) where another parameter varies. */
export const KAPPA = 10;

export interface SweepSizes {
  readonly d: number;
  readonly rows: readonly number[];
  /** n where another parameter varies. */
  readonly n: number;
  /** n where d varies: more than the 120d rows of the paper's sketch. */
  readonly tall: number;
  readonly columns: readonly number[];
  readonly kappas: readonly number[];
  readonly powers: readonly number[];
  /** n of the attention kernel. */
  readonly kernels: readonly number[];
  /** d of the attention kernel. */
  readonly widths: readonly number[];
  readonly sparseRows: readonly number[];
}

/** Steps of about √2: eight points and more, for a narrow interval. */
export const FULL_SIZES: SweepSizes = {
  d: 20,
  rows: [12_500, 17_500, 25_000, 35_000, 50_000, 70_000, 100_000, 140_000, 200_000, 280_000, 400_000],
  n: 20_000,
  tall: 50_000,
  columns: [10, 14, 20, 28, 40, 56, 80, 112],
  kappas: [1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8],
  powers: [1, 2, 3, 4, 6, 8, 12, 16, 24, 32],
  kernels: [2000, 2500, 3000, 3500, 4000, 5000, 6000, 7000],
  widths: [32, 64, 128, 256, 512],
  sparseRows: [50_000, 70_000, 100_000, 140_000, 200_000, 280_000, 400_000, 560_000],
};
export const QUICK_SIZES: SweepSizes = {
  d: 10,
  rows: [5000, 10_000, 20_000],
  n: 5000,
  tall: 5000,
  columns: [8, 16, 32],
  kappas: [1e1, 1e4, 1e8],
  powers: [1, 4, 8],
  kernels: [1250, 1400, 1600],
  widths: [32, 64, 128],
  sparseRows: [5000, 10_000, 20_000],
};
