/** The WebAssembly instance: memory that grows without harm and is given back, and what happens without one. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  Engine,
  engineFor,
  releaseLargeMemory,
  useWasm,
  wasmMemoryBytes,
  wasmModule,
} from '../../src/wasm/engine';

const MIB = 2 ** 20;

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
  useWasm('where it pays');
});

function open(): Engine {
  const engine = engineFor(0, 0);
  if (engine === null) throw new Error('this machine has no WebAssembly');
  return engine;
}

describe('memory', () => {
  it('reserve gives the same aligned space each time, and views of all of it', () => {
    const engine = open();
    const address = engine.reserve(1000);
    expect(address % 64).toBe(0);
    expect(engine.reserve(3 * MIB)).toBe(address);
    expect(engine.f64.length * 8).toBeGreaterThanOrEqual(address + 3 * MIB);
    expect(engine.f64.buffer).toBe(engine.kernels.memory.buffer);
    expect(engine.i32.buffer).toBe(engine.kernels.memory.buffer);
    expect(engine.f64.length).toBeGreaterThan(0);
  });

  it('what cannot be had is 0, and the engine still works', () => {
    const engine = open();
    expect(engine.reserve(2 ** 33)).toBe(0);
    expect(engine.reserve(1000)).toBeGreaterThan(0);
  });

  it('a large memory is given back, a small one kept', () => {
    const engine = open();
    engine.reserve(MIB);
    releaseLargeMemory(engine);
    expect(open()).toBe(engine);
    engine.reserve(20 * MIB);
    expect(wasmMemoryBytes()).toBeGreaterThan(20 * MIB);
    releaseLargeMemory(engine);
    expect(wasmMemoryBytes()).toBe(0);
    expect(open()).not.toBe(engine);
    expect(wasmMemoryBytes()).toBeLessThan(4 * MIB);
  });

  it('instances share the code and nothing else', () => {
    const module = wasmModule();
    if (typeof module === 'string') throw new Error(module);
    const [one, other] = [new Engine(module), new Engine(module)];
    const at = one.reserve(8) >>> 3;
    one.f64[at] = 1;
    other.f64[at] = 2;
    expect(one.f64[at]).toBe(1);
  });
});

describe('which sizes', () => {
  it('where it pays: from the least size on', () => {
    expect(engineFor(9, 10)).toBeNull();
    expect(engineFor(10, 10)).toBeInstanceOf(Engine);
    expect(engineFor(Number.NaN, 10)).toBeInstanceOf(Engine);
  });

  it('always, never', () => {
    useWasm('always');
    expect(engineFor(0, 10)).toBeInstanceOf(Engine);
    useWasm('never');
    expect(engineFor(1e9, 10)).toBeNull();
    expect(wasmMemoryBytes()).toBe(0);
  });
});

describe('without WebAssembly', () => {
  const refuse = (reason: string) => ({
    Module: class {
      constructor() {
        throw new Error(reason);
      }
    },
  });

  it.each([
    ['no global', undefined, /no WebAssembly here/],
    [
      'no SIMD, or a policy against compilation',
      refuse('wasm code generation disallowed'),
      /refused: wasm code/,
    ],
  ])('%s: null, with the reason', async (_, global, reason) => {
    vi.stubGlobal('WebAssembly', global);
    const fresh = await import('../../src/wasm/engine');
    expect(fresh.engineFor(1e9, 0)).toBeNull();
    expect(fresh.wasmModule()).toMatch(reason);
    fresh.useWasm('always');
    expect(fresh.engineFor(1e9, 0)).toBeNull();
  });
});
