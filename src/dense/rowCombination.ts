/**
 * y ← y − Σ c_l x_l for consecutive rows x_l of a row-major matrix, four rows a sweep: the inner loop of
 * triangular solves with several right-hand sides.
 */

/**
 * Y[yOff … yOff+length) −= Σ_{l < rows} C[cOff + l·cStep] · X[xOff + l·ldx …]. Y may share its array with C
 * and X, but not those entries.
 */
export function subtractRowCombination(
  Y: Float64Array,
  yOff: number,
  length: number,
  C: Float64Array,
  cOff: number,
  cStep: number,
  X: Float64Array,
  xOff: number,
  ldx: number,
  rows: number,
): void {
  let c = cOff;
  let x = xOff;
  let left = rows;
  for (; left >= 4; left -= 4, x += 4 * ldx) {
    const c0 = C[c];
    const c1 = C[c + cStep];
    const c2 = C[c + 2 * cStep];
    const c3 = C[c + 3 * cStep];
    c += 4 * cStep;
    subtractFour(Y, yOff, length, X, x, ldx, c0, c1, c2, c3);
  }
  for (; left > 0; left--, c += cStep, x += ldx) {
    const c0 = C[c];
    for (let j = 0; j < length; j++) Y[yOff + j] -= c0 * X[x + j];
  }
}

function subtractFour(
  Y: Float64Array,
  yOff: number,
  length: number,
  X: Float64Array,
  xOff: number,
  ldx: number,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
): void {
  const end = (yOff + length) | 0;
  let p0 = xOff | 0;
  let p1 = (p0 + ldx) | 0;
  let p2 = (p1 + ldx) | 0;
  let p3 = (p2 + ldx) | 0;
  for (let y = yOff | 0; y < end; y = (y + 1) | 0) {
    Y[y] -= c0 * X[p0] + c1 * X[p1] + (c2 * X[p2] + c3 * X[p3]);
    p0 = (p0 + 1) | 0;
    p1 = (p1 + 1) | 0;
    p2 = (p2 + 1) | 0;
    p3 = (p3 + 1) | 0;
  }
}
