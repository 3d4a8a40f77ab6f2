/** Runs laws of kernels on both implementations, at every size. */
import { afterAll, beforeAll, describe } from 'vitest';
import { setKernels } from '../../src/dense/kernelChoice';

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
