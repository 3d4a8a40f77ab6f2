/** The exponent of a power law, as the slope of a straight line in logarithms. */
export interface Slope {
  readonly slope: number;
  /** Half of the 95% confidence interval of the least-squares line; infinite for two points. */
  readonly halfWidth: number;
}

/** Two-sided 95% quantiles of Student's t with 1, 2, … degrees of freedom. */
const T95 = [12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179];
const T95_MANY = 2.16;

export function logLogSlope(points: readonly (readonly [x: number, y: number])[]): Slope {
  const u = points.map(([x]) => Math.log(x));
  const v = points.map(([, y]) => Math.log(y));
  const [meanU, meanV] = [mean(u), mean(v)];
  const spread = u.reduce((sum, ui) => sum + (ui - meanU) ** 2, 0);
  const slope = u.reduce((sum, ui, i) => sum + (ui - meanU) * (v[i] - meanV), 0) / spread;
  const freedom = points.length - 2;
  if (freedom < 1) return { slope, halfWidth: Number.POSITIVE_INFINITY };
  const rest = u.reduce((sum, ui, i) => sum + (v[i] - meanV - slope * (ui - meanU)) ** 2, 0);
  const quantile = T95[freedom - 1] ?? T95_MANY;
  return { slope, halfWidth: quantile * Math.sqrt(rest / freedom / spread) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
