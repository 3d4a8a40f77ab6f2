/** The data files of the examples have the sizes their README states, and the example support keeps its word. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { accuracy, nearestLabels, oneHot } from '../examples/support/classes';
import { loadExampleData, parseCsv } from '../examples/support/csv';
import { measure, radioScene } from '../examples/support/radioScene';
import { bandOf, colourBar, colourScale, dots, frame, heatMap, masts, page } from '../examples/support/svg';
import { normals, uniforms } from '../examples/support/synthetic';
import { formatTable } from '../examples/support/table';

describe('example data', () => {
  const notes = readFileSync(new URL('../examples/data/README.md', import.meta.url), 'utf8');
  const sizes = [...notes.matchAll(/^\| ([\w-]+\.csv) +\| ([\d,]+) × (\d+)/gm)];

  it('has a line with size and source for each file', () => {
    expect(sizes.map((size) => size[1])).toEqual(['digits.csv', 'breast-cancer.csv', 'diabetes.csv']);
  });

  it.each(sizes.map((size) => [size[1], size[2], size[3]]))('%s is %s × %s', (file, rows, columns) => {
    const { A, target } = loadExampleData(file);
    expect([A.rows, A.columns]).toEqual([Number(rows.replace(',', '')), Number(columns)]);
    expect(A.data.length).toBe(A.rows * A.columns);
    expect(target.length).toBe(A.rows);
  });

  it('digits.csv has digits for its target and counts 0 to 16 for its pixels', () => {
    const { A, target } = loadExampleData('digits.csv');
    expect([...new Set(target)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([Math.min(...A.data.subarray(0, 6400)), Math.max(...A.data.subarray(0, 6400))]).toEqual([0, 16]);
  });
});

describe('parseCsv', () => {
  it('splits features from the last column, row-major', () => {
    const { A, target } = parseCsv('t', '1,2,3\r\n4,5,6\r\n');
    expect(A).toEqual({ rows: 2, columns: 2, data: Float64Array.of(1, 2, 4, 5) });
    expect(target).toEqual(Float64Array.of(3, 6));
  });

  it.each([
    ['1,2\n3', 't: line 2 is not 2 numbers: 3'],
    ['1,2\n3,x', 't: line 2 is not 2 numbers: 3,x'],
    ['1,2\n,4', 't: line 2 is not 2 numbers: ,4'],
    ['7\n', 't: expected at least two columns in line 1'],
  ])('refuses %j', (text, message) => {
    expect(() => parseCsv('t', text)).toThrow(message);
  });
});

describe('formatTable', () => {
  it('puts numbers to the right and words to the left', () => {
    const rows = [
      ['direct', 12, '1.0e-16'],
      ['κ²', 3, '-'],
    ];
    expect(formatTable(['method', 'steps', 'error'], rows)).toBe(
      'method  steps  error\ndirect     12  1.0e-16\nκ²          3  -',
    );
  });

  it('refuses a ragged row', () => {
    expect(() => formatTable(['a', 'b'], [[1]])).toThrow('table: row 0 has 1 cells, expected 2');
  });
});

describe('synthetic numbers', () => {
  it('uniform numbers are in (0, 1) with mean ½ and variance 1/12, normal ones have mean 0 and variance 1', () => {
    const n = 20_000;
    const moments = (values: Float64Array) => {
      const mean = values.reduce((a, b) => a + b) / n;
      return [mean, values.reduce((a, b) => a + (b - mean) ** 2, 0) / n];
    };
    const flat = Float64Array.from({ length: n }, uniforms(3));
    expect(flat.every((value) => value > 0 && value < 1)).toBe(true);
    // five standard errors: of the means √(1/12n) and √(1/n), of the variances √(1/180n) and √(2/n)
    const [mean, variance] = moments(flat);
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 / Math.sqrt(12 * n));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 / Math.sqrt(180 * n));
    const [normalMean, normalVariance] = moments(Float64Array.from({ length: n }, normals(3)));
    expect(Math.abs(normalMean)).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(normalVariance - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
  });

  it('are the same on every run and others for another seed', () => {
    const take = (next: () => number) => [next(), next(), next()];
    expect(take(uniforms(7))).toEqual(take(uniforms(7)));
    expect(take(uniforms(7))).not.toEqual(take(uniforms(8)));
    expect(take(normals(7))).toEqual(take(normals(7)));
  });
});

describe('classes', () => {
  it('oneHot has one 1 a row', () => {
    expect(oneHot([2, 0], 3)).toEqual({ rows: 2, columns: 3, data: Float64Array.of(0, 0, 1, 1, 0, 0) });
  });

  it('accuracy counts the rows whose own score is strictly the largest', () => {
    const scores = [Float64Array.of(3, -1, 1, 0), Float64Array.of(1, -2, 1, Number.NaN)];
    expect(accuracy(scores, [0, 0, 0, 0])).toBe(0.5);
    expect(accuracy(scores, [1, 1, 1, 1])).toBe(0);
  });

  it('nearestLabels takes the label of the nearest row', () => {
    const rows = { rows: 3, columns: 2, data: Float64Array.of(0, 0, 4, 0, 0, 4) };
    const at = { rows: 2, columns: 2, data: Float64Array.of(3, 1, 1, 2.5) };
    expect(nearestLabels(at, rows, [7, 8, 9])).toEqual([8, 9]);
  });
});

describe('radioScene', () => {
  const scene = radioScene(5);

  /** Summed powers of the transmitters alone, in dBm, from the formula of path loss in dB. */
  function pathLoss(x: number, y: number): number {
    const milliwatts = scene.transmitters.map(({ x: u, y: v, power, exponent }) => {
      const decibels = power - 10 * exponent * Math.log10(Math.max(1, Math.hypot(x - u, y - v)));
      return 10 ** (decibels / 10);
    });
    return 10 * Math.log10(milliwatts.reduce((a, b) => a + b));
  }
  const shadowing = (x: number, y: number) => scene.powerAt(x, y) - pathLoss(x, y);

  it('has three transmitters of 25 to 40 dBm and exponent 2.5 to 4 in the square', () => {
    expect(scene.transmitters).toHaveLength(3);
    for (const { x, y, power, exponent } of scene.transmitters) {
      expect(Math.min(x, y)).toBeGreaterThan(0);
      expect(Math.max(x, y)).toBeLessThan(scene.side);
      expect(power).toBeGreaterThan(25);
      expect(power).toBeLessThan(40);
      expect(exponent).toBeGreaterThan(2.5);
      expect(exponent).toBeLessThan(4);
    }
  });

  it('shadowing has standard deviation 6 dB over a region of many wavelengths', () => {
    const next = uniforms(9);
    const values = Array.from({ length: 4000 }, () => shadowing(1e4 * next(), 1e4 * next()));
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
    // five standard errors of a deviation from 4000 nearly normal values: 5·6/√8000
    expect(Math.abs(deviation - 6)).toBeLessThan(0.34);
  });

  it('shadowing is a wave of length 25 m: Δs = −(2π/25)²s', () => {
    const h = 0.05;
    const [x, y] = [900, 700];
    const s = shadowing(x, y);
    const around = [shadowing(x + h, y), shadowing(x - h, y), shadowing(x, y + h), shadowing(x, y - h)];
    const laplacian = (around.reduce((a, b) => a + b) - 4 * s) / h ** 2;
    // differences leave h²k⁴·max|s|/12 ≈ 2e-5 and rounding 8·60u/h² ≈ 1e-10
    expect(Math.abs(laplacian + ((2 * Math.PI) / 25) ** 2 * s)).toBeLessThan(1e-4);
    expect(Math.abs(s)).toBeGreaterThan(1);
  });

  it('samples are the field at places all over the square, with noise of the deviation asked for', () => {
    const { x, y, power } = measure(scene, 2000, 1.5, 11);
    const noise = power.map((value, i) => value - scene.powerAt(x[i], y[i]));
    const deviation = Math.sqrt(noise.reduce((sum, value) => sum + value ** 2, 0) / 2000);
    expect(Math.abs(deviation - 1.5)).toBeLessThan((5 * 1.5) / Math.sqrt(4000));
    for (const places of [x, y]) {
      expect(Math.min(...places)).toBeLessThan(1);
      expect(Math.max(...places)).toBeGreaterThan(99);
      expect(Math.max(...places)).toBeLessThan(100);
    }
  });
});

describe('svg', () => {
  const scale = colourScale(-2, 2, 1, ['#000000', '#808080', '#ffffff']);
  const box = { x: 10, y: 20, size: 30 };

  it('a scale goes through its anchors and gives values outside the outermost colours', () => {
    expect(scale.colours).toEqual(['#000000', '#555555', '#aaaaaa', '#ffffff']);
    expect([-9, -2, -1.01, -1, 0.5, 1, 2, 9].map((value) => bandOf(scale, value))).toEqual([
      0, 0, 0, 1, 2, 3, 3, 3,
    ]);
    expect(() => colourScale(0, 1, 1, ['#000000', '#ffffff'])).toThrow('colour scale: 1 bands from 0 to 1');
  });

  it('a heat map puts the row of smallest y at the bottom and joins equal neighbours', () => {
    const map = heatMap([-2, -2, 0, 1, 1, 1, 0, -2, -2], 3, scale, box);
    expect(map).toContain('transform="translate(10 20) scale(10)"');
    const paths = [...map.matchAll(/fill="(#\w+)" d="([^"]+)"/g)].map((match) => [match[1], match[2]]);
    expect(paths).toEqual([
      ['#000000', 'M0 2h2v1h-2zM1 0h2v1h-2z'],
      ['#aaaaaa', 'M2 2h1v1h-1zM0 0h1v1h-1z'],
      ['#ffffff', 'M0 1h3v1h-3z'],
    ]);
  });

  it('dots and masts are where their places are, y upwards', () => {
    const picture = dots({ x: [0, 100], y: [0, 50], value: [-2, 2] }, 100, scale, box);
    expect(picture).toContain('<path stroke="#000000" d="M10 50h0"/><path stroke="#ffffff" d="M40 35h0"/>');
    expect(masts([{ x: 50, y: 100 }], 100, box)).toContain('d="M19 25h12l-6 -11z"');
  });

  it('a colour bar labels its bands, the outermost as open', () => {
    const bar = colourBar(scale, 'dB', 2, { x: 0, y: 0, width: 40 });
    const labels = [...bar.matchAll(/<text x="(\d+)"[^>]*>([^<]+)</g)].map((match) => [match[1], match[2]]);
    expect(labels).toEqual([
      ['0', '≤ −2'],
      ['20', '0'],
      ['40', '≥ 2'],
      ['0', 'dB'],
    ]);
  });

  it('words are escaped, and the page follows dark settings with a background of its own', () => {
    const whole = page(100, 50, 'a < b', [frame('R & D', 10, box, { left: true, below: false })]);
    expect(whole).toContain('<title>a &lt; b</title>');
    expect(whole).toContain('>R &amp; D</text>');
    expect(whole).toContain('<rect class="page" width="100" height="50"/>');
    expect(whole).toMatch(/@media\(prefers-color-scheme:dark\)\{[^}]*\}.*\.page\{/);
    expect(whole.match(/text-anchor="end"/g)).toHaveLength(3);
    expect(whole.match(/text-anchor="middle"/g)).toBeNull();
  });
});
