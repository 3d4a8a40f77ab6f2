import { describe, expect, it } from 'vitest';
import { drawGaussian } from '../../src/sketch/gaussian';
import { drawSparseSign } from '../../src/sketch/sparseSign';
import {
  DISTORTION_COLUMNS as d,
  distortionLine,
  KNOWN_DISTORTIONS,
  medianDistortions,
  DISTORTION_ROWS as n,
} from '../support/distortionTable';
import { randomOrthonormal } from '../support/random';
import { distortions, identityRows, type SketchFamily } from '../support/sketchLaws';

describe('median κ(S·Q) over 21 seeds, d = 48, n = 4096, within 12% of the known values', () => {
  it.each<[string, SketchFamily, ReturnType<typeof randomOrthonormal>]>([
    ['gaussian, random Q', drawGaussian, randomOrthonormal(n, d, 1)],
    ['sparse-sign, random Q', drawSparseSign, randomOrthonormal(n, d, 1)],
    ['sparse-sign, identity in the first rows', drawSparseSign, identityRows(n, d, 1)],
    ['sparse-sign, identity in every 64th row', drawSparseSign, identityRows(n, d, 64)],
  ])('%s', (name, family, Q) => {
    const medians = medianDistortions(family, Q, 21);
    console.log(distortionLine(name, medians));
    KNOWN_DISTORTIONS.forEach(([, known], k) => {
      expect(Math.abs(medians[k] / known - 1)).toBeLessThanOrEqual(0.12);
    });
  });
});

it('sparse sign at m = 4d over 300 seeds: κ ≤ 4.3', () => {
  for (const Q of [randomOrthonormal(n, d, 2), identityRows(n, d, 1)]) {
    const worst = Math.max(...distortions(drawSparseSign, 4 * d, Q, 300));
    console.log(`largest κ(S·Q) of 300 sparse sign sketches at m = 4d: ${worst.toFixed(3)}`);
    expect(worst).toBeLessThanOrEqual(4.3);
  }
});
