/** Inputs of the attention kernel benches, from fixed seeds. */
import { readFileSync } from 'node:fs';
import { type AttentionKernelOptions, householderQr, type Matrix, matmul } from 'sketchsolve';
import { type LabelledTable, parseCsv } from '../../examples/support/csv';
import { measure, radioScene } from '../../examples/support/radioScene';
import { normals, uniforms } from '../../examples/support/synthetic';
import { normalRows, normalVector } from './randomData';

export interface AttentionCase {
  readonly name: string;
  readonly A: Matrix;
  readonly b: Float64Array;
  readonly options: AttentionKernelOptions;
}

/** A with every row divided by its length. */
export function unitRows({ rows, columns, data }: Matrix): Matrix {
  const out = data.slice();
  for (let i = 0; i < rows; i++) {
    const length = Math.hypot(...data.subarray(i * columns, (i + 1) * columns));
    for (let j = 0; j < columns; j++) out[i * columns + j] /= length;
  }
  return { rows, columns, data: out };
}

/** Unit rows around five random unit vectors, 0.1 of normal noise in each of 100 coordinates. */
export function clusterRows(n: number, seed: number): Matrix {
  const d = 100;
  const centres = unitRows(normalRows(5, d, seed));
  const noise = normalRows(n, d, seed + 1);
  const data = noise.data.map(
    (entry, p) => centres.data[(Math.floor(p / d) % 5) * d + (p % d)] + 0.1 * entry,
  );
  return unitRows({ rows: n, columns: d, data });
}

/** A rolled-up sheet of thickness 0.01 in a random three-dimensional subspace of R¹⁰; its radius is 1.5 to 4.5. */
export function swissRoll(n: number, seed: number): Matrix {
  const uniform = uniforms(seed);
  const sheet = new Float64Array(3 * n);
  for (let i = 0; i < n; i++) {
    const angle = 1.5 * Math.PI * (1 + 2 * uniform());
    sheet[3 * i] = (angle / Math.PI) * Math.cos(angle);
    sheet[3 * i + 1] = 6 * uniform();
    sheet[3 * i + 2] = (angle / Math.PI) * Math.sin(angle);
  }
  const { q } = householderQr(normalRows(10, 3, seed + 1));
  const directions = Float64Array.from({ length: 30 }, (_, p) => q.data[(p % 10) * 3 + Math.floor(p / 10)]);
  const flat = matmul({ rows: n, columns: 3, data: sheet }, { rows: 3, columns: 10, data: directions });
  const noise = normals(seed + 2);
  return { rows: n, columns: 10, data: flat.data.map((entry) => entry + 0.01 * noise()) };
}

/** The digits, pixels in [0, 1]. */
export function digits(): Matrix {
  const { A } = example('digits.csv');
  return { ...A, data: A.data.map((entry) => entry / 16) };
}

/** Breast cancer data, columns with mean 0 and variance 1. */
export function breastCancer(): Matrix {
  const { A } = example('breast-cancer.csv');
  const { rows: n, columns: d } = A;
  const data = A.data.slice();
  for (let j = 0; j < d; j++) {
    const column = Array.from({ length: n }, (_, i) => A.data[i * d + j]);
    const mean = column.reduce((sum, entry) => sum + entry, 0) / n;
    const deviation = Math.sqrt(column.reduce((sum, entry) => sum + (entry - mean) ** 2, 0) / n);
    for (let i = 0; i < n; i++) data[i * d + j] = (column[i] - mean) / deviation;
  }
  return { rows: n, columns: d, data };
}

/** Places in [−8, 8]² and weighted measurements, as in examples/radio-map.ts. */
export function radioMap(n: number): { readonly A: Matrix; readonly b: Float64Array } {
  const scene = radioScene(1);
  const { x, y, power } = measure(scene, n, 1.5, 2);
  const A = placeMatrix(x, y, (place) => 16 * (place / scene.side - 0.5));
  const level = power.reduce((sum, value) => sum + value, 0) / n;
  const b = power.map(
    (value, i) => (value - level) * Math.exp((A.data[2 * i] ** 2 + A.data[2 * i + 1] ** 2) / 2),
  );
  return { A, b };
}

/**
 * The scene of Tao & Tan: 100 m × 100 m, transmitters, shadowing, 1.5 dB of noise, each place embedded in R¹⁰.
 * The embedding is not specified there. This one, constant, linear and quadratic terms and half waves of the place, is
 * that of the open implementation github.com/sachncs/laker.
 */
export function paperScene(n: number): { readonly A: Matrix; readonly b: Float64Array } {
  const { x, y, power } = measure(radioScene(1), n, 1.5, 2);
  const data = new Float64Array(10 * n);
  for (let i = 0; i < n; i++) {
    const [u, v] = [x[i] / 100, y[i] / 100];
    const waves = [u, v].flatMap((t) => [Math.sin(Math.PI * t), Math.cos(Math.PI * t)]);
    data.set([1, u, v, u * v, u * u, v * v, ...waves], 10 * i);
  }
  return { A: { rows: n, columns: 10, data }, b: power };
}

/**
 * The same scene, each place embedded in R¹⁰ by 20 cosines of random direction and phase, about 10 m long, and a random
 * network of one hidden layer of 10: the default embedding of the same implementation, with other random numbers.
 */
export function positionScene(n: number): { readonly A: Matrix; readonly b: Float64Array } {
  const { x, y, power } = measure(radioScene(1), n, 1.5, 2);
  const places = placeMatrix(x, y, (place) => (2 * Math.PI * place) / 10);
  const uniform = uniforms(3);
  const phases = Float64Array.from({ length: 20 }, () => 2 * Math.PI * uniform());
  const angles = matmul(places, normalRows(2, 20, 4));
  const waves = { ...angles, data: angles.data.map((angle, p) => Math.cos(angle + phases[p % 20])) };
  const hidden = layer(waves, 10, 5);
  return { A: layer({ ...hidden, data: hidden.data.map(Math.tanh) }, 10, 6), b: power };
}

/** Weights and biases uniform in ±1/√inputs. */
function layer(input: Matrix, outputs: number, seed: number): Matrix {
  const uniform = uniforms(seed);
  const weight = () => (2 * uniform() - 1) / Math.sqrt(input.columns);
  const weights = Float64Array.from({ length: input.columns * outputs }, weight);
  const biases = Float64Array.from({ length: outputs }, weight);
  const out = matmul(input, { rows: input.columns, columns: outputs, data: weights });
  return { ...out, data: out.data.map((entry, p) => entry + biases[p % outputs]) };
}

function placeMatrix(x: Float64Array, y: Float64Array, scaled: (place: number) => number): Matrix {
  const data = Float64Array.from({ length: 2 * x.length }, (_, p) => scaled((p % 2 ? y : x)[p >> 1]));
  return { rows: x.length, columns: 2, data };
}

/** Relative to the bundle in bench/dist, as well as to this file. */
function example(fileName: string): LabelledTable {
  const text = readFileSync(new URL(`../../examples/data/${fileName}`, import.meta.url), 'utf8');
  return parseCsv(fileName, text);
}

/** The cases that the choice of preconditioner is judged by; n is the size of those with made rows. */
export function choiceCases(n: number): AttentionCase[] {
  const [pixels, cells, radio] = [digits(), breastCancer(), radioMap(n)];
  const digitCase = (ridge: number) =>
    withNormalSide(`digits/16, ridge ${ridge}`, pixels, { temperature: 8, ridge });
  return [
    ...[0, 1e-2, 1].map(digitCase),
    withNormalSide('breast cancer, ridge 0', cells, { temperature: Math.sqrt(30) }),
    withNormalSide('cloud d = 3, ridge 1e-4', normalRows(n, 3, 11), { ridge: 1e-4 }),
    withNormalSide('cloud d = 8, ridge 0', normalRows(n, 8, 12), {}),
    withNormalSide('cloud d = 8, ridge 1e-2', normalRows(n, 8, 12), { ridge: 1e-2 }),
    withNormalSide('cloud d = 64, τ = 8, ridge 0', normalRows(n, 64, 13), { temperature: 8 }),
    withNormalSide('clusters, λ = 1e-2', clusterRows(n, 14), { ridge: 1e-2, ridgeKind: 'absolute' }),
    { name: 'radio map, ridge 0.05', ...radio, options: { ridge: 0.05 } },
    withNormalSide('swiss roll d = 10, ridge 1e-3', swissRoll(n, 15), { ridge: 1e-3 }),
    withNormalSide('unit rows d = 64, ridge 1e-3', unitRows(normalRows(n, 64, 16)), { ridge: 1e-3 }),
  ];
}

function withNormalSide(name: string, A: Matrix, options: AttentionKernelOptions): AttentionCase {
  return { name, A, b: normalVector(A.rows, 17), options };
}
