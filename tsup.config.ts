import { defineConfig } from 'tsup';
import { compileKernels } from './src/wasm/compile.mjs';

await compileKernels();

export default defineConfig({
  entry: ['src/index.ts'],
  format: ['esm', 'cjs'],
  target: 'es2022',
  platform: 'neutral',
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  sourcemap: true,
  treeshake: true,
  clean: true,
});
