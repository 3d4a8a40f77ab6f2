/**
 * Damped Newton iteration: exact or approximate Newton steps, shortened until the value falls enough (Armijo).
 * Which systems are solved, and how well, is the caller's; here are the steps, their lengths and the end.
 */
import { type Monitor, type StopReason, solvedTo } from './stopping';

export interface NewtonStep {
  /** λ = √(−gᵀs). */
  readonly decrement: number;
  /** The unit in which the decrement is compared with the tolerance. */
  readonly scale: number;
  /** The largest entry of the gradient, each relative to the sizes of its own terms. */
  readonly coordinateCriterion: number;
  /** Largest change of an argument of the function for the full step. */
  readonly largestChange: number;
  /** The length tried first, at most 1. */
  readonly firstLength: number;
}

export interface NewtonSystem {
  /** Takes x for the current point; whether value and derivatives are finite there. */
  moveTo(x: Float64Array): boolean;
  /**
   * s ← the step from the current point; null when no direction of descent was found.
   *
   * @param criterion - λ/scale of the step before, 1 at first: how well a system need be solved. Its square once
   *   that is met and single entries of the gradient, small in the norm of all, are left.
   */
  stepInto(s: Float64Array, criterion: number): NewtonStep | null;
  /** F ≥ 0 at the current point. */
  readonly value: number;
  /** F(x + length·s) − F(x) for the last step, not finite where F is not. */
  change(length: number): number;
}

export type NewtonReason = StopReason | 'overflow' | 'line-search';

export interface NewtonResult {
  readonly reason: NewtonReason;
  /** The larger of λ/scale and the coordinate criterion of the last step. */
  readonly criterion: number;
}

/** The functions change by e³⁰ over this; a longer step is a guess that the line search would have to undo. */
const LARGEST_CHANGE = 30;
/** Part of the predicted decrease −length·λ² that a step must reach. */
const SUFFICIENT = 1e-4;
/** Relative decrease of F that counts as progress: well above its rounding. With 1e-3 nine of 1800 random problems were given up. */
const PROGRESS = 1e-12;
const MAX_HALVINGS = 60;
/** Of what is asked of a system: beyond, rounding decides. */
const FINEST = 2 ** -104;

/** Minimises F from x, which is overwritten by the iterates. */
export function newton(system: NewtonSystem, x: Float64Array, monitor: Monitor): NewtonResult {
  const s = new Float64Array(x.length);
  let criterion = 1;
  let accuracy = 1;
  monitor.checkSignal();
  while (system.moveTo(x)) {
    const step = system.stepInto(s, accuracy);
    if (step === null) return { reason: 'line-search', criterion };
    const { decrement, scale, coordinateCriterion } = step;
    const ratio = decrement === 0 ? 0 : decrement / scale;
    criterion = Math.max(ratio, coordinateCriterion);
    const asked = monitor.step(criterion);
    if (asked === 'stopped') return { reason: asked, criterion };
    const small = solvedTo(monitor.tolerance, decrement, scale);
    accuracy = small ? Math.max(ratio * ratio, FINEST) : ratio;
    if (small && coordinateCriterion <= monitor.tolerance) {
      // the step is there already, and squares the error once more
      if (system.change(1) <= 0) advance(x, 1, s);
      return { reason: 'converged', criterion };
    }
    const found = lineSearch(system, step);
    if (found === null) return { reason: 'line-search', criterion };
    advance(x, found.length, s);
    // away from the minimum the criterion may rise for long: as long as F falls nothing stagnates
    if (-found.change > PROGRESS * system.value) monitor.beginStage();
    if (asked !== null) return { reason: asked, criterion };
  }
  return { reason: 'overflow', criterion };
}

function advance(x: Float64Array, length: number, s: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i] += length * s[i];
}

/** The first length with sufficient decrease, halving, and the change of F; null when there is none. */
function lineSearch(system: NewtonSystem, step: NewtonStep): { length: number; change: number } | null {
  const { decrement, largestChange, firstLength } = step;
  let length = Math.min(firstLength, LARGEST_CHANGE / largestChange);
  for (let k = 0; k < MAX_HALVINGS; k++, length /= 2) {
    const change = system.change(length);
    // written so that NaN and Infinity are refused
    if (change <= -SUFFICIENT * length * decrement * decrement) return { length, change };
  }
  return null;
}
