/** Which implementation of the kernels is used: WebAssembly SIMD where there is one, or TypeScript. */
import { checkOneOf } from '../core/checks';
import { SketchSolveError } from '../core/errors';
import { engineFor, useWasm, wasmMemoryBytes, wasmModule } from '../wasm/engine';

export type KernelChoice = 'auto' | 'wasm' | 'typescript';

export interface KernelInfo {
  /** What was asked for, 'auto' at first. */
  readonly choice: KernelChoice;
  /** What large products run on; with 'auto' small ones, where copying costs more than it saves, are TypeScript. */
  readonly kernels: 'wasm' | 'typescript';
  /** Why 'auto' does not use WebAssembly; null where it does, and where TypeScript was asked for. */
  readonly reason: string | null;
  /** Bytes that the WebAssembly kernels hold between calls, at most 16 MiB. */
  readonly memoryBytes: number;
}

const CHOICES: readonly KernelChoice[] = ['auto', 'wasm', 'typescript'];

const WHEN = { auto: 'where it pays', wasm: 'always', typescript: 'never' } as const;

let choice: KernelChoice = 'auto';

/**
 * Chooses the kernels of everything computed from here on, in this process or page. Both sets give the same answers
 * to rounding, not to the bit. 'auto', the default, takes WebAssembly where it has SIMD, may be compiled and pays;
 * 'wasm' takes it at every size.
 *
 * @throws {@link SketchSolveError} INVALID_ARGUMENT, also for 'wasm' where that is not to be had; the choice stands
 *   as it was.
 */
export function setKernels(kernels: KernelChoice): void {
  checkOneOf('setKernels', 'kernels', kernels, CHOICES);
  const module = kernels === 'typescript' ? null : wasmModule();
  if (kernels === 'wasm' && typeof module === 'string') {
    throw new SketchSolveError('INVALID_ARGUMENT', `setKernels: kernels is 'wasm', but ${module}`, {
      argument: 'kernels',
      reason: module,
    });
  }
  choice = kernels;
  useWasm(WHEN[kernels]);
}

/** Which kernels are in use, and why. */
export function kernelInfo(): KernelInfo {
  const active = engineFor(0, 0) !== null;
  const module = choice === 'auto' ? wasmModule() : null;
  return {
    choice,
    kernels: active ? 'wasm' : 'typescript',
    reason: typeof module === 'string' ? module : null,
    memoryBytes: wasmMemoryBytes(),
  };
}
