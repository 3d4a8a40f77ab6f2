/** Stretches of callers' arrays into and out of the engine's memory. */
import type { Engine } from './engine';

/** v[from … to) to `address`. */
export function copyIn(engine: Engine, address: number, v: Float64Array, from: number, to: number): void {
  engine.f64.set(from === 0 && to === v.length ? v : v.subarray(from, to), address >>> 3);
}

/**
 * v[from … to) to an address that is far in its page from where they come from; returned, and less than PAGE_BYTES above
 * `address`. Of the panels of a large array some would else be near: one in sixteen took as long as six others.
 */
export function copyPanelIn(
  engine: Engine,
  address: number,
  v: Float64Array,
  from: number,
  to: number,
): number {
  const far = farAddress(address, v, from);
  copyIn(engine, far, v, from, to);
  return far;
}

/** `count` numbers from `address` to out[at …). */
export function copyOut(out: Float64Array, at: number, engine: Engine, address: number, count: number): void {
  const from = address >>> 3;
  out.set(engine.f64.subarray(from, from + count), at);
}

export const PAGE_BYTES = 4096;
/** Where typed arrays of some size begin in a page, on Linux: behind the header of the allocator. */
const HEADER_BYTES = 16;

/**
 * The first address from `address` on that lies half a page away from where v[from] lies in its
 * page. For a target at most 63 bytes after its source in their pages, copies of some KiB by glibc take five times
 * as long (Zen 3, whose `rep movsb` then moves byte by byte).
 */
export function farAddress(address: number, v: Float64Array, from: number): number {
  const wanted = HEADER_BYTES + v.byteOffset + 8 * (from - (from & 1)) + PAGE_BYTES / 2;
  return address + ((((wanted - address) % PAGE_BYTES) + PAGE_BYTES) % PAGE_BYTES);
}
