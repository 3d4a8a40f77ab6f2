/**
 * Runs an iteration for M z = c until ‖c − Mz‖ ≤ tolerance·‖c‖ or the monitor has a reason to stop earlier.
 */
import type { SpdIteration } from './spdIteration';
import { type Monitor, type StopReason, solvedTo } from './stopping';

export interface IterationResult {
  /** The iterate of least residual. */
  readonly z: Float64Array;
  /** Its ‖c − Mz‖/‖c‖, as updated. */
  readonly relativeResidual: number;
  readonly reason: StopReason;
}

export function runIteration(iteration: SpdIteration, monitor: Monitor): IterationResult {
  const start = iteration.residualNorm;
  const z = iteration.z.slice();
  let least = start;
  let reason: StopReason | null = start === 0 ? 'converged' : null;
  while (reason === null) {
    const update = iteration.step();
    const asked = monitor.step(iteration.residualNorm / start, iteration.conditionEstimate);
    if (iteration.residualNorm < least) {
      least = iteration.residualNorm;
      z.set(iteration.z);
    }
    if (asked !== 'stopped' && solvedTo(monitor.tolerance, least, start)) reason = 'converged';
    else reason = asked ?? (update === 0 ? 'stagnated' : null);
  }
  return { z, relativeResidual: start === 0 ? 0 : least / start, reason };
}
