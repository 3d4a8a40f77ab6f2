/**
 * Runs an iteration for M z = c until ‖c − Mz‖ ≤ tolerance·‖c‖ or the monitor has a reason to stop earlier.
 */
import type { SpdIteration } from './spdIteration';
import { type Monitor, type StopReason, solvedTo } from './stopping';

export function runIteration(iteration: SpdIteration, monitor: Monitor): StopReason {
  const start = iteration.residualNorm;
  for (;;) {
    if (solvedTo(monitor.tolerance, iteration.residualNorm, start)) return 'converged';
    const update = iteration.step();
    const reason = monitor.step(iteration.residualNorm / start, iteration.conditionEstimate);
    if (solvedTo(monitor.tolerance, iteration.residualNorm, start)) {
      return reason === 'stopped' ? 'stopped' : 'converged';
    }
    if (reason !== null) return reason;
    if (update === 0) return 'stagnated';
  }
}
