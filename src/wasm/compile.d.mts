/** Compiles the AssemblyScript kernels into binary.ts unless it is up to date. */
export function compileKernels(): Promise<void>;
