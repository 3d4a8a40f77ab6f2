/**
 * The WebAssembly kernels as one instance with a memory of its own. Callers' arrays never live in it: kernels copy
 * what they work on in, panel by panel, and results out. So the memory may grow without detaching a view that
 * anyone holds, any size of A fits, and nothing of A is kept. Measured against a resident copy of A, 100000 × 100:
 * a staged pass takes 8 to 10 ms, a resident one 7 to 12 ms, and touching the fresh memory for the copy 50 ms.
 */
import { BINARY } from './binary';
import type { Kernels } from './kernels';

const PAGE = 2 ** 16;
/** Memory above this is given back when the kernel that asked for it ends. */
const KEPT_BYTES = 16 * 2 ** 20;
const MOST_BYTES = 2 ** 32 - PAGE;

export class Engine {
  readonly kernels: Kernels;
  /** Address of the space that `reserve` hands out, a multiple of 64. */
  private readonly base: number;
  /** Views of the whole memory. `reserve` renews them: read them after it, and keep them no longer than a call. */
  f64: Float64Array;
  i32: Int32Array;

  constructor(module: WebAssembly.Module) {
    this.kernels = new WebAssembly.Instance(module).exports as unknown as Kernels;
    this.base = Math.ceil(this.kernels.heapBase() / 64) * 64;
    this.f64 = new Float64Array(this.kernels.memory.buffer);
    this.i32 = new Int32Array(this.kernels.memory.buffer);
  }

  get bytes(): number {
    return this.kernels.memory.buffer.byteLength;
  }

  /**
   * The address of `bytes` bytes for one kernel call, a multiple of 64: always the same space, whose contents are
   * arbitrary. 0 if the memory cannot be had; then the call belongs to TypeScript.
   */
  reserve(bytes: number): number {
    const missing = this.base + bytes - this.bytes;
    if (missing > 0 && !this.grow(missing)) return 0;
    return this.base;
  }

  private grow(missing: number): boolean {
    if (this.bytes + missing > MOST_BYTES) return false;
    try {
      this.kernels.memory.grow(Math.ceil(missing / PAGE));
    } catch {
      return false; // RangeError: the machine has no more
    }
    this.f64 = new Float64Array(this.kernels.memory.buffer);
    this.i32 = new Int32Array(this.kernels.memory.buffer);
    return true;
  }
}

/** undefined: not compiled yet; a string: why there is none. */
let compiled: WebAssembly.Module | string | undefined;
/** undefined: not opened yet, or its memory given back; null: TypeScript does the work. */
let current: Engine | null | undefined;
/** WebAssembly at every size. */
let forced = false;

/** The engine for a kernel that does not pay below `least`, or null where TypeScript does the work. */
export function engineFor(size: number, least: number): Engine | null {
  if (size < least && !forced) return null;
  if (current === undefined) {
    const module = wasmModule();
    current = typeof module === 'string' ? null : new Engine(module);
  }
  return current;
}

/** The compiled module, shared by all instances, or the reason why there is none. */
export function wasmModule(): WebAssembly.Module | string {
  compiled ??= compile();
  return compiled;
}

/** Memory held at the moment. */
export function wasmMemoryBytes(): number {
  return current?.bytes ?? 0;
}

/** 'never' gives the memory back; 'always' ignores what pays. */
export function useWasm(when: 'never' | 'where it pays' | 'always'): void {
  forced = when === 'always';
  current = when === 'never' ? null : undefined;
}

/** Ends a call that may have reserved much: a large memory is given back, to be opened anew when next needed. */
export function releaseLargeMemory(engine: Engine): void {
  if (engine === current && engine.bytes > KEPT_BYTES) current = undefined;
}

function compile(): WebAssembly.Module | string {
  if (typeof WebAssembly === 'undefined') return 'there is no WebAssembly here';
  try {
    return new WebAssembly.Module(bytesOf(BINARY));
  } catch (error) {
    // no SIMD, or a page whose security policy forbids compilation
    return `the module was refused: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Of lower-case hexadecimal digits. */
function bytesOf(digits: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(digits.length / 2);
  for (let k = 0; k < bytes.length; k++) {
    bytes[k] = 16 * digit(digits.charCodeAt(2 * k)) + digit(digits.charCodeAt(2 * k + 1));
  }
  return bytes;
}

/** '0' to '9' are 48 to 57, 'a' to 'f' 97 to 102. */
function digit(code: number): number {
  return code < 58 ? code - 48 : code - 87;
}
