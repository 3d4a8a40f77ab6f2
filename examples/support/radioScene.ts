/**
 * A radio field on a square: transmitters with path loss, their powers summed in milliwatts, and shadowing in dB from
 * random plane waves of one wavelength. The scene of Tao & Tan, arXiv 2604.25138, with another shadowing.
 */
import { normals, uniforms } from './synthetic';

export interface Transmitter {
  readonly x: number;
  readonly y: number;
  /** Power at 1 m, dBm. */
  readonly power: number;
  /** Path-loss exponent. */
  readonly exponent: number;
}

export interface RadioScene {
  /** Side of the square, m. */
  readonly side: number;
  readonly transmitters: readonly Transmitter[];
  /** Received power in dBm. */
  powerAt(x: number, y: number): number;
}

export interface Samples {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Measured power, dBm. */
  readonly power: Float64Array;
}

const SIDE = 100;
const TRANSMITTERS = 3;
const WAVES = 512;
const WAVELENGTH = 25;
const SHADOWING = 6;

export function radioScene(seed: number): RadioScene {
  const uniform = uniforms(seed);
  const transmitters = Array.from({ length: TRANSMITTERS }, () => ({
    x: SIDE * uniform(),
    y: SIDE * uniform(),
    power: 25 + 15 * uniform(),
    exponent: 2.5 + 1.5 * uniform(),
  }));
  const shadowing = planeWaves(uniform);
  return {
    side: SIDE,
    transmitters,
    powerAt: (x, y) => receivedPower(transmitters, x, y) + shadowing(x, y),
  };
}

/** `count` sensors at uniform places, with normal noise of the given standard deviation in dB. */
export function measure(scene: RadioScene, count: number, noise: number, seed: number): Samples {
  const uniform = uniforms(seed);
  const normal = normals(seed + 1);
  const x = Float64Array.from({ length: count }, () => scene.side * uniform());
  const y = Float64Array.from({ length: count }, () => scene.side * uniform());
  return { x, y, power: x.map((_, i) => scene.powerAt(x[i], y[i]) + noise * normal()) };
}

function receivedPower(transmitters: readonly Transmitter[], x: number, y: number): number {
  let milliwatts = 0;
  for (const { x: u, y: v, power, exponent } of transmitters) {
    // the law of path loss holds from 1 m on; at the mast itself it has a pole
    const distance = Math.max(1, Math.hypot(x - u, y - v));
    milliwatts += 10 ** (power / 10) / distance ** exponent;
  }
  return 10 * Math.log10(milliwatts);
}

/** A sum of cosines in all directions; its standard deviation is SHADOWING. */
function planeWaves(uniform: () => number): (x: number, y: number) => number {
  const [u, v, phase] = Array.from({ length: 3 }, () => new Float64Array(WAVES));
  for (let k = 0; k < WAVES; k++) {
    const direction = 2 * Math.PI * uniform();
    u[k] = ((2 * Math.PI) / WAVELENGTH) * Math.cos(direction);
    v[k] = ((2 * Math.PI) / WAVELENGTH) * Math.sin(direction);
    phase[k] = 2 * Math.PI * uniform();
  }
  const amplitude = SHADOWING * Math.sqrt(2 / WAVES);
  return (x, y) => {
    let sum = 0;
    for (let k = 0; k < WAVES; k++) sum += Math.cos(u[k] * x + v[k] * y + phase[k]);
    return amplitude * sum;
  };
}
