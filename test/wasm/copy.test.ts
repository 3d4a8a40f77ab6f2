import { expect, it } from 'vitest';
import { copyIn, copyOut } from '../../src/wasm/copy';
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
