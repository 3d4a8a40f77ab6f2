import { describe, expect, it } from 'vitest';
import { costUnits } from '../../bench/support/costUnits';
import { gramCosts, kernelCosts } from '../../src/solvers/costModel';
import { describeKernels } from '../support/kernelSets';

const units = costUnits(true);

describe('the units of the costs section', () => {
  it('measure every constant of src/solvers/costModel.ts, each once', () => {
    const gram = Object.keys(gramCosts()).map((name) => `Gram: ${name}`);
    expect(units.map(({ name }) => name).sort()).toEqual([...gram, ...Object.keys(kernelCosts())].sort());
  });

  it('run, also a second time', () => {
    for (const { parts } of units) {
      for (const { run, before } of [...parts, ...parts]) {
        before?.();
        run();
      }
    }
  });
});

describeKernels(() => {
  it('find the constants of the model in times that are as the model has them', () => {
    for (const { name, model, parts, cost } of units) {
      const times = parts.map(({ predicted }) => predicted());
      expect(cost(times) / model(), name).toBeCloseTo(1, 8);
      expect(cost(times.map((time) => 2 * time)) / model(), name).toBeCloseTo(2, 8);
    }
  });
});
