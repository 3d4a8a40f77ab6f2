import { fileURLToPath } from 'node:url';
import { defineConfig } from 'tsup';
import { compileKernels } from '../src/wasm/compile.mjs';

await compileKernels();

/** Benches run bundled by plain Node, as an application's code does: a loader in between slows kernels. */
export default defineConfig({
  entry: ['bench/main.ts'],
  outDir: 'bench/dist',
  format: ['esm'],
  target: 'es2022',
  platform: 'node',
  external: ['ml-matrix', 'seedrandom', 'tsup'],
  esbuildOptions(options) {
    options.alias = { sketchsolve: fileURLToPath(new URL('../src/index.ts', import.meta.url)) };
  },
  clean: true,
  silent: true,
});
