import { describe, expect, it } from 'vitest';
import { drawSrht } from '../../src/sketch/srht';
import {
  DISTORTION_COLUMNS as d,
  distortionLine,
  KNOWN_DISTORTIONS,
  medianDistortions,
  DISTORTION_ROWS as n,
} from '../support/distortionTable';
import { randomOrthonormal } from '../support/random';
import { identityRows, type SketchFamily } from '../support/sketchLaws';

describe('median κ(S·Q) over 21 seeds, d = 48, n = 4096, within 12% of the known values', () => {
  it.each<[string, SketchFamily, ReturnType<typeof randomOrthonormal>]>([
    ['srht, random Q', drawSrht, randomOrthonormal(n, d, 1)],
    ['srht, identity in the first rows', drawSrht, identityRows(n, d, 1)],
    ['srht, identity in every 64th row', drawSrht, identityRows(n, d, 64)],
    ['srht, identity in every 85th row', drawSrht, identityRows(n, d, 85)],
    ['srht in separate blocks (n = 4100)', drawSrht, randomOrthonormal(4100, d, 1)],
  ])('%s', (name, family, Q) => {
    const medians = medianDistortions(family, Q, 21);
    console.log(distortionLine(name, medians));
    KNOWN_DISTORTIONS.forEach(([, known], k) => {
      expect(Math.abs(medians[k] / known - 1)).toBeLessThanOrEqual(0.12);
    });
  });
});

it('srht in separate blocks, identity in the first rows: not above the known values by more than 12%', () => {
  // one block of B rows sees all of Q; m of its rows without replacement distort less than m of many
  const medians = medianDistortions(drawSrht, identityRows(4100, d, 1), 21);
  console.log(distortionLine('srht in separate blocks, identity rows', medians));
  KNOWN_DISTORTIONS.forEach(([, known], k) => {
    expect(medians[k]).toBeLessThanOrEqual(1.12 * known);
  });
});
