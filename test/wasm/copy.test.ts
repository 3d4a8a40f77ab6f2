import { expect, it } from 'vitest';
import { copyIn, copyOut, copyPanelIn, farAddress, PAGE_BYTES } from '../../src/wasm/copy';
import { engineFor } from '../../src/wasm/engine';

const engine = engineFor(0, 0);
if (engine === null) throw new Error('this machine has no WebAssembly');

it('a stretch of an array goes in and comes out unchanged, and nothing around it', () => {
  const address = engine.reserve(64);
  engine.f64.fill(-1, address / 8, address / 8 + 8);
  copyIn(engine, address + 8, Float64Array.of(1, 2, 3, 4, 5), 1, 4);
  expect(Array.from(engine.f64.subarray(address / 8, address / 8 + 5))).toEqual([-1, 2, 3, 4, -1]);
  const out = new Float64Array(5);
  copyOut(out, 2, engine, address + 16, 2);
  expect(Array.from(out)).toEqual([0, 0, 3, 4, 0]);
});

it('a whole array', () => {
  const address = engine.reserve(64);
  const v = Float64Array.of(5e-324, Number.POSITIVE_INFINITY, -0);
  copyIn(engine, address, v, 0, 3);
  const out = new Float64Array(3);
  copyOut(out, 0, engine, address, 3);
  expect(out).toEqual(v);
});

it('a far address is half a page from that of the entry, if its buffer begins 16 bytes into a page', () => {
  const v = new Float64Array(5000).subarray(3);
  for (const address of [64, 4096, 12352]) {
    for (const from of [0, 1, 2, 700, 4990]) {
      const far = farAddress(address, v, from);
      expect(far - address).toBeGreaterThanOrEqual(0);
      expect(far - address).toBeLessThan(4096);
      expect(far % 8).toBe(0);
      const apart = (far - (16 + v.byteOffset + 8 * from)) % 4096;
      expect(Math.min(Math.abs(apart), 4096 - Math.abs(apart))).toBeGreaterThan(2000);
    }
  }
});

it('a panel goes to its far address, in a page of space above the one asked for', () => {
  const address = engine.reserve(PAGE_BYTES + 64);
  const v = Float64Array.from({ length: 700 }, (_, k) => k);
  for (const from of [0, 1, 8, 693]) {
    const far = copyPanelIn(engine, address, v, from, from + 7);
    expect(far).toBe(farAddress(address, v, from));
    const out = new Float64Array(7);
    copyOut(out, 0, engine, far, 7);
    expect(out).toEqual(v.subarray(from, from + 7));
  }
});
