import { defineConfig } from 'vitest/config';
import { alias } from './vitest.config';

/** The statistical and stress suites: many seeds, large grids. */
export default defineConfig({
  resolve: { alias },
  test: { pool: 'threads', maxWorkers: '100%', include: ['test/**/*.long.test.ts'], testTimeout: 1_800_000 },
});
