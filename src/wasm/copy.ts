/** Stretches of callers' arrays into and out of the engine's memory. */
import type { Engine } from './engine';

/** v[from … to) to `address`. */
export function copyIn(engine: Engine, address: number, v: Float64Array, from: number, to: number): void {
  engine.f64.set(from === 0 && to === v.length ? v : v.subarray(from, to), address >>> 3);
}

/** `count` numbers from `address` to out[at …). */
export function copyOut(out: Float64Array, at: number, engine: Engine, address: number, count: number): void {
  const from = address >>> 3;
  out.set(engine.f64.subarray(from, from + count), at);
}
