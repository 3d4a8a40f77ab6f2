/** The two sets of kernels as contenders of one comparison. */
import { type KernelChoice, kernelInfo, setKernels } from 'sketchsolve';
import { type Contender, warmed } from './timing';

export type KernelSet = 'WASM' | 'TypeScript';

const CHOICE: Readonly<Record<KernelSet, KernelChoice>> = { WASM: 'auto', TypeScript: 'typescript' };

/** The sets there are here: WASM is left out where WebAssembly is not to be had. */
export function kernelSets(): KernelSet[] {
  return onKernels('WASM', () => kernelInfo().kernels) === 'wasm' ? ['WASM', 'TypeScript'] : ['TypeScript'];
}

/** Runs with one set chosen, and leaves the choice automatic. */
export function onKernels<T>(set: KernelSet, run: () => T): T {
  setKernels(CHOICE[set]);
  try {
    return run();
  } finally {
    setKernels('auto');
  }
}

/**
 * The contender with a choice of kernels. Each choice opens a new WebAssembly memory when first used, so every run is
 * timed right after an untimed one; the other contenders of the comparison want the same.
 */
export function withKernels(choice: KernelChoice, contender: Contender): Contender {
  const { before } = warmed(contender);
  const chosen = () => {
    setKernels(choice); // once: a second time would open a new memory after the untimed run
    return before?.();
  };
  return { ...contender, before: chosen };
}

/** The contender on one set, named after it. */
export function kernelContender(set: KernelSet, contender: Omit<Contender, 'name'>): Contender {
  return withKernels(CHOICE[set], { ...contender, name: set });
}
