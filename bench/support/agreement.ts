/** The check before the clock starts: contenders have the same answer. */

/** ‖x − y‖/‖y‖ */
export function relativeDistance(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < y.length; i++) {
    difference += (x[i] - y[i]) ** 2;
    size += y[i] ** 2;
  }
  return Math.sqrt(difference / size);
}

/** Throws unless ‖x − y‖ ≤ tolerance·‖y‖. */
export function agree(what: string, x: ArrayLike<number>, y: ArrayLike<number>, tolerance: number): void {
  if (x.length !== y.length) throw new Error(`${what}: ${x.length} entries, expected ${y.length}`);
  const distance = relativeDistance(x, y);
  if (!(distance <= tolerance))
    throw new Error(`${what}: results differ by ${distance}, expected at most ${tolerance}`);
}
