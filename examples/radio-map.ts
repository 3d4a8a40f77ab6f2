/**
 * A radio map from scattered measurements (spectrum cartography; Tao & Tan, arXiv 2604.25138): 1000 sensors, the
 * attention kernel of their places, a picture of truth, samples, reconstruction and error.
 * Run with `npm run example:radio-map`; writes examples/results/radio-map.svg.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AttentionKernelResult, type Matrix, prepareAttentionKernel } from 'sketchsolve';
import { measure, type RadioScene, radioScene, type Samples } from './support/radioScene';
import {
  colourBar,
  colourScale,
  DIVERGING,
  dots,
  frame,
  heatMap,
  masts,
  page,
  SEQUENTIAL,
} from './support/svg';
import { printTable } from './support/table';

const SEED = 1;
const SENSORS = 1000;
const NOISE = 1.5;
const RIDGE = 0.05;
/** Places are stretched over [−8, 8]², so that the kernel has a range of 100/16 = 6.25 m. */
const STRETCH = 16;
/** The map has one value for each square metre. */
const GRID = 100;
/** The field peaks at a mast within less than the range of the kernel, m. */
const NEAR = 6.25;

interface RadioMap {
  readonly result: AttentionKernelResult;
  /** The same kernel for the measurements as they are. */
  readonly unweighted: AttentionKernelResult;
  readonly power: Float64Array;
  readonly solveTime: number;
  readonly mapTime: number;
}

function main(): void {
  const scene = radioScene(SEED);
  const samples = measure(scene, SENSORS, NOISE, SEED + 1);
  const middle = (p: number) => (((p % GRID) + 0.5) * scene.side) / GRID;
  const x = Float64Array.from({ length: GRID * GRID }, (_, p) => middle(p));
  const y = Float64Array.from({ length: GRID * GRID }, (_, p) => middle(Math.floor(p / GRID)));
  const truth = x.map((_, p) => scene.powerAt(x[p], y[p]));
  const map = reconstruct(scene, samples, x, y);
  const error = map.power.map((value, p) => value - truth[p]);
  const level = mean(truth);
  const deviation = rms(truth.map((value) => value - level));
  const fromMasts = error.filter((_, p) => nearestMast(scene, x[p], y[p]) > NEAR);
  print(map, deviation, rms(error), rms(fromMasts));
  const file = new URL('./results/radio-map.svg', import.meta.url);
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(file, picture(scene, samples, { truth, map: map.power, error }, deviation));
  console.log('\nwritten: examples/results/radio-map.svg');
}

/**
 * exp(⟨a, a'⟩) = e^(|a|²/2) · e^(−|a − a'|²/2) · e^(|a'|²/2) counts places far from the middle more: by e⁶⁴ in the
 * corners. Measurements times e^(|a|²/2), and the answer times e^(−|a|²/2), make all places equal.
 */
function reconstruct(scene: RadioScene, samples: Samples, x: Float64Array, y: Float64Array): RadioMap {
  const rows = placeRows(samples.x, samples.y, scene.side);
  const at = placeRows(x, y, scene.side);
  const level = mean(samples.power);
  const weights = halfSquares(rows);
  const b = samples.power.map((value, i) => (value - level) * Math.exp(weights[i]));

  const start = performance.now();
  const kernel = prepareAttentionKernel(rows, { ridge: RIDGE });
  const result = kernel.solve(b);
  const solved = performance.now();
  const sums = kernel.predict(at, result.x, result.stats.logScale);
  const mapTime = performance.now() - solved;

  const unweighted = kernel.solve(samples.power.map((value) => value - level));
  const power = halfSquares(at).map((weight, p) => level + sums[p] * Math.exp(-weight));
  return { result, unweighted, power, solveTime: solved - start, mapTime };
}

/** A = 16(p/100 − ½), one place p a row. */
function placeRows(x: Float64Array, y: Float64Array, side: number): Matrix {
  const data = new Float64Array(2 * x.length);
  for (let i = 0; i < x.length; i++) {
    data[2 * i] = STRETCH * (x[i] / side - 0.5);
    data[2 * i + 1] = STRETCH * (y[i] / side - 0.5);
  }
  return { rows: x.length, columns: 2, data };
}

function halfSquares({ rows, data }: Matrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => (data[2 * i] ** 2 + data[2 * i + 1] ** 2) / 2);
}

function nearestMast({ transmitters }: RadioScene, x: number, y: number): number {
  return Math.min(...transmitters.map((mast) => Math.hypot(x - mast.x, y - mast.y)));
}

function print(map: RadioMap, deviation: number, rmse: number, rmseFromMasts: number): void {
  const { result, unweighted, solveTime, mapTime } = map;
  const { stats, status } = result;
  console.log(`radio map from ${SENSORS} sensors with ${NOISE} dB of noise, relative ridge ${RIDGE}\n`);
  printTable(
    ['figure', 'value'],
    [
      ['standard deviation of the field, dB', deviation.toFixed(2)],
      ['RMSE of the map, dB', rmse.toFixed(2)],
      [`RMSE more than ${NEAR} m from a mast, dB`, rmseFromMasts.toFixed(2)],
      ['status', status],
      ['method', stats.method],
      ['iterations', stats.iterations],
      ['relative residual', stats.relativeResidual.toExponential(0)],
      ['condition of the rescaled kernel', stats.conditionEstimate.toExponential(0)],
      ['prepare and solve, ms', solveTime.toFixed(0)],
      [`map of ${GRID} × ${GRID} values, ms`, mapTime.toFixed(0)],
      ['status without the weights', unweighted.status],
      ['relative residual without the weights', unweighted.stats.relativeResidual.toExponential(0)],
    ],
  );
}

/** Four panels, two by two, and a colour bar below each column. */
function picture(
  scene: RadioScene,
  samples: Samples,
  maps: { readonly truth: Float64Array; readonly map: Float64Array; readonly error: Float64Array },
  deviation: number,
): string {
  const { side, transmitters } = scene;
  const size = 340;
  const box = (column: number, row: number) => ({ x: 44 + column * 380, y: 36 + row * 390, size });
  const boxes = [box(0, 0), box(1, 0), box(0, 1), box(1, 1)];
  const powers = colourScale(-40, 20, 2.5, SEQUENTIAL);
  const errors = colourScale(-4, 4, 0.5, DIVERGING);
  const { x, y, power: value } = samples;
  const titles = [
    `Truth: standard deviation ${deviation.toFixed(1)} dB`,
    `${SENSORS} samples: noise ${NOISE} dB`,
    'Reconstruction',
    `Error: RMSE ${rms(maps.error).toFixed(1)} dB`,
  ];
  return page(800, 860, 'Radio map: truth, samples, reconstruction and error', [
    heatMap(maps.truth, GRID, powers, boxes[0]) + masts(transmitters, side, boxes[0]),
    dots({ x, y, value }, side, powers, boxes[1]),
    heatMap(maps.map, GRID, powers, boxes[2]),
    heatMap(maps.error, GRID, errors, boxes[3]),
    ...titles.map((title, k) => frame(title, side, boxes[k], { left: k % 2 === 0, below: k > 1 })),
    colourBar(powers, 'received power, dBm (axes in m)', 8, { x: boxes[2].x, y: 820, width: size }),
    colourBar(errors, 'reconstruction − truth, dB', 4, { x: boxes[3].x, y: 820, width: size }),
  ]);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function rms(values: Float64Array): number {
  return Math.sqrt(mean(values.map((value) => value * value)));
}

main();
