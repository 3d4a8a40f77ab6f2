/** Sizes at which the work moves from one kernel set to the other: positive, so that the smallest never pay. */
import { expect, it } from 'vitest';
import * as crossover from '../../src/dense/crossover';

it('are positive numbers', () => {
  for (const [name, size] of Object.entries(crossover)) {
    expect(size, name).toBeGreaterThan(0);
    expect(name).toMatch(/^WASM_/);
  }
});
