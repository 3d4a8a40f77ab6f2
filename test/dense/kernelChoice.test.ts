/** setKernels and kernelInfo, with and without WebAssembly. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SketchSolveError } from '../../src/core/errors';
import { kernelInfo, setKernels } from '../../src/dense/kernelChoice';
import { matvecInto } from '../../src/dense/matvec';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
  setKernels('auto');
});

describe('setKernels', () => {
  it("'auto' takes WebAssembly where there is one, and small products stay in TypeScript", () => {
    setKernels('auto');
    expect(kernelInfo()).toMatchObject({ choice: 'auto', kernels: 'wasm', reason: null });
  });

  it('a choice holds until the next', () => {
    setKernels('typescript');
    expect(kernelInfo()).toEqual({
      choice: 'typescript',
      kernels: 'typescript',
      reason: null,
      memoryBytes: 0,
    });
    setKernels('wasm');
    expect(kernelInfo()).toMatchObject({ choice: 'wasm', kernels: 'wasm', reason: null });
    expect(kernelInfo().memoryBytes).toBeGreaterThan(0);
  });

  it.each(['WASM', '', null, undefined, 1])('refuses %o and changes nothing', (value) => {
    setKernels('typescript');
    expect(() => setKernels(value as never)).toThrow(SketchSolveError);
    expect(() => setKernels(value as never)).toThrow(
      /^setKernels: kernels is .*expected one of 'auto', 'wasm'/,
    );
    expect(kernelInfo().choice).toBe('typescript');
  });
});

describe('without WebAssembly', () => {
  it("falls back silently, says why, and refuses 'wasm'", async () => {
    vi.stubGlobal('WebAssembly', undefined);
    const fresh = await import('../../src/dense/kernelChoice');
    const { matvecInto: product } = await import('../../src/dense/matvec');
    expect(fresh.kernelInfo()).toEqual({
      choice: 'auto',
      kernels: 'typescript',
      reason: 'there is no WebAssembly here',
      memoryBytes: 0,
    });
    expect(() => fresh.setKernels('wasm')).toThrow(
      /^setKernels: kernels is 'wasm', but there is no WebAssembly here/,
    );
    expect(fresh.kernelInfo().choice).toBe('auto');
    const y = new Float64Array(100);
    product(y, new Float64Array(10_000).fill(1), 100, 100, new Float64Array(100).fill(2));
    expect(y).toEqual(new Float64Array(100).fill(200));
  });

  it('both sets give A x, from the same call', () => {
    for (const kernels of ['wasm', 'typescript'] as const) {
      setKernels(kernels);
      const y = new Float64Array(2);
      matvecInto(y, Float64Array.of(1, 2, 3, 4), 2, 2, Float64Array.of(5, 6));
      expect(y).toEqual(Float64Array.of(17, 39));
    }
  });
});
