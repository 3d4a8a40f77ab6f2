import { afterAll, describe, expect, it } from 'vitest';
import { FAMILIES } from '../../bench/support/crossoverCases';
import { kernelContender, kernelSets, onKernels } from '../../bench/support/kernelSets';
import { interleave } from '../../bench/support/timing';
import * as crossovers from '../../src/dense/crossover';
import { kernelInfo, setKernels } from '../../src/index';
import { engineFor } from '../../src/wasm/engine';

afterAll(() => setKernels('auto'));

describe('a contender on a set of kernels', () => {
  it('is timed with the memory that an untimed run has opened', async () => {
    const seen: unknown[] = [];
    const run = () => seen.push(engineFor(1, 0));
    const contenders = kernelSets().map((set) => kernelContender(set, { run }));
    await interleave(contenders, { discarded: 0, kept: 1 });
    expect(seen).toHaveLength(4);
    expect(seen[0]).not.toBeNull();
    expect(seen[1]).toBe(seen[0]);
    expect(seen.slice(2)).toEqual([null, null]);
  });

  it('leaves the choice automatic after a run outside of rounds', () => {
    expect(onKernels('TypeScript', () => kernelInfo().choice)).toBe('typescript');
    expect(kernelInfo().choice).toBe('auto');
  });
});

describe('the families of the crossover section', () => {
  it('measure every constant of src/dense/crossover.ts', () => {
    const measured = new Set(FAMILIES.map(({ constant }) => constant));
    expect(Object.keys(crossovers).filter((name) => !measured.has(name))).toEqual([]);
  });

  it('run at their least and largest sizes, growing', () => {
    for (const { sizes, at } of FAMILIES) {
      const [least, largest] = [at(sizes[0]), at(sizes[sizes.length - 1])];
      least.run();
      largest.run();
      expect(largest.measure).toBeGreaterThan(least.measure);
    }
  });
});
