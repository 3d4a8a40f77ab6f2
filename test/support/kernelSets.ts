/** Runs laws of kernels on both implementations, at every size. */
import { afterAll, beforeAll, describe, vi } from 'vitest';
import { setKernels } from '../../src/dense/kernelChoice';
import { Engine } from '../../src/wasm/engine';

export const KERNEL_SETS = ['typescript', 'wasm'] as const;

/** A describe for each kernel set. What `laws` computes outside of `it` and hooks runs on the default kernels. */
export function describeKernels(laws: (kernels: (typeof KERNEL_SETS)[number]) => void): void {
  describe.each(KERNEL_SETS)('kernels: %s', (kernels) => {
    beforeAll(() => setKernels(kernels));
    afterAll(() => setKernels('auto'));
    laws(kernels);
  });
}

/** What `compute` gives on each of the kernel sets. */
export function onBothKernels<T>(compute: () => T): { typescript: T; wasm: T } {
  try {
    setKernels('typescript');
    const typescript = compute();
    setKernels('wasm');
    return { typescript, wasm: compute() };
  } finally {
    setKernels('auto');
  }
}

/** Memory beyond this is refused: small work spaces lie in what an engine is opened with, and are always had. */
const HAD_BYTES = 32 * 1024;

/** Engines refuse memory until vi.restoreAllMocks. */
export function refuseMemory(): void {
  const reserve = Engine.prototype.reserve;
  vi.spyOn(Engine.prototype, 'reserve').mockImplementation(function (this: Engine, bytes: number): number {
    return bytes > HAD_BYTES ? 0 : reserve.call(this, bytes);
  });
}
