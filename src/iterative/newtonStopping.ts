/** How well the linear systems inside a Newton iteration are solved. */

/** The first and every step far from the minimum; nearer, √criterion, so that the criterion falls with power 3/2. */
const LOOSEST = 0.1;

/** The residual to leave in a Newton system, relative to its right-hand side; `criterion` is the last step's. */
export function innerTolerance(criterion: number): number {
  return Math.min(LOOSEST, Math.sqrt(criterion));
}

/** Whether a Newton system with this residual is solved to the tolerance; one with right-hand side 0 is. */
export function isSolved(residualNorm: number, rightHandSideNorm: number, tolerance: number): boolean {
  return residualNorm <= tolerance * rightHandSideNorm;
}
