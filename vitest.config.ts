import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { compileKernels } from './src/wasm/compile.mjs';

await compileKernels();

export const alias = { sketchsolve: fileURLToPath(new URL('./src/index.ts', import.meta.url)) };

export default defineConfig({
  resolve: { alias },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.long.test.ts'],
    pool: 'threads', // starting one for each file takes less than starting a process
    maxWorkers: '100%', // the default leaves one core idle, which is half of two
    testTimeout: 60_000,
    coverage: { provider: 'v8', include: ['src/**'] },
  },
});
