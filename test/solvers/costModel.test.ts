import { describe, expect, it } from 'vitest';
import { gramCosts, kernelCosts } from '../../src/solvers/costModel';
import { describeKernels, onBothKernels } from '../support/kernelSets';

describeKernels(() => {
  it('costs are positive, and an entry of a sparse A costs more than one of a dense A', () => {
    const costs = gramCosts();
    for (const cost of Object.values(costs)) expect(cost).toBeGreaterThan(0);
    expect(costs.sparsePass).toBeGreaterThan(costs.pass);
    expect(costs.sparseSketch).toBeGreaterThan(costs.sketch);
  });
});

describeKernels(() => {
  it('of the Gaussian kernel: all positive', () => {
    for (const cost of Object.values(kernelCosts())) expect(cost).toBeGreaterThan(0);
  });
});

describe('the two kernel sets', () => {
  it('WebAssembly costs less wherever it is used', () => {
    const { wasm, typescript } = onBothKernels(gramCosts);
    for (const name of ['pass', 'sketch', 'product', 'factor'] as const) {
      expect(wasm[name]).toBeLessThan(typescript[name]);
    }
  });
});
