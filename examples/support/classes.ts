/** Classification by regression: a column of scores for each class, the largest score wins. */
import type { Matrix } from 'sketchsolve';

/** labels.length × classes; row i has a single 1, in column labels[i]. */
export function oneHot(labels: ArrayLike<number>, classes: number): Matrix {
  const data = new Float64Array(labels.length * classes);
  for (let i = 0; i < labels.length; i++) data[i * classes + labels[i]] = 1;
  return { rows: labels.length, columns: classes, data };
}

/** Share of the rows i whose largest scores[c][i] is at c = labels[i]; a tie is not counted as right. */
export function accuracy(scores: readonly Float64Array[], labels: ArrayLike<number>): number {
  let right = 0;
  for (let i = 0; i < labels.length; i++) {
    const own = scores[labels[i]][i];
    if (scores.every((score, c) => c === labels[i] || score[i] < own)) right++;
  }
  return right / labels.length;
}

/** For every row of `at` the label of the nearest row of `rows`. */
export function nearestLabels(at: Matrix, rows: Matrix, labels: ArrayLike<number>): number[] {
  const d = rows.columns;
  return Array.from({ length: at.rows }, (_, i) => {
    let nearest = 0;
    let smallest = Number.POSITIVE_INFINITY;
    for (let k = 0; k < rows.rows; k++) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += (at.data[i * d + j] - rows.data[k * d + j]) ** 2;
      if (sum < smallest) [nearest, smallest] = [k, sum];
    }
    return labels[nearest];
  });
}
