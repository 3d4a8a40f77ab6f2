/** The mean of a sketched inner product over many draws, with one draw a node of the tree and with one a level. */
import { type Matrix, tensorSrht } from 'sketchsolve';
import { normalVector } from './randomData';
import type { Figure, Table } from './section';
import { mean, range } from './statistics';

const RANDOMNESS = ['independent', 'shared'] as const;
const DEGREE = 4;
const COLUMNS = 64;
const RHOS = [1, 0.5, 0.25];
/** m */
const SIZES = [64, 256, 1024];

export interface Bias {
  readonly rho: number;
  readonly m: number;
  readonly randomness: (typeof RANDOMNESS)[number];
  /** Mean of ⟨Sx^⊗4, Sy^⊗4⟩ over ⟨x, y⟩⁴, and its standard error. */
  readonly ratio: number;
  readonly standardError: number;
  readonly theory: number;
}

export function biases(draws: number): Bias[] {
  return RHOS.flatMap((rho) => {
    const pair = unitPair(rho);
    return SIZES.flatMap((m) =>
      RANDOMNESS.map((randomness) => {
        const ratios = range(draws).map((seed) => {
          const S = tensorSrht({ rows: m, columns: COLUMNS, degree: DEGREE, seed, randomness });
          return productOfRows(S.apply(pair)) / rho ** DEGREE;
        });
        const ratio = mean(ratios);
        const variance = mean(ratios.map((value) => (value - ratio) ** 2));
        const theory = randomness === 'shared' ? 1 + ((2 + rho ** -2) ** 2 - 1) / m : 1;
        return { rho, m, randomness, ratio, standardError: Math.sqrt(variance / draws), theory };
      }),
    );
  });
}

function productOfRows({ columns, data }: Matrix): number {
  let sum = 0;
  for (let t = 0; t < columns; t++) sum += data[t] * data[columns + t];
  return sum;
}

function unitPair(rho: number): Matrix {
  const x = unit(normalVector(COLUMNS, 1));
  const y = normalVector(COLUMNS, 2);
  const overlap = x.reduce((sum, value, k) => sum + value * y[k], 0);
  const side = unit(y.map((value, k) => value - overlap * x[k]));
  const tilted = x.map((value, k) => rho * value + Math.sqrt(1 - rho * rho) * side[k]);
  return { rows: 2, columns: COLUMNS, data: Float64Array.from([...x, ...tilted]) };
}

function unit(v: Float64Array): Float64Array {
  const norm = Math.hypot(...v);
  return v.map((entry) => entry / norm);
}

export function biasTable(draws: number, means: readonly Bias[]): Table {
  return {
    title: `Mean of ⟨Sx^⊗4, Sy^⊗4⟩ over ⟨x, y⟩⁴, ± standard error, ${draws} draws of TensorSRHT; theory to first order in 1/m`,
    header: ['⟨x, y⟩', 'randomness', ...SIZES.flatMap((m) => [`m = ${m}`, 'theory'])],
    rows: RHOS.flatMap((rho) =>
      RANDOMNESS.map((randomness) => [
        ...[rho, randomness],
        ...means
          .filter((entry) => entry.rho === rho && entry.randomness === randomness)
          .flatMap(({ ratio, standardError, theory }) => [
            `${ratio.toFixed(2)} ± ${standardError.toFixed(2)}`,
            theory.toFixed(2),
          ]),
      ]),
    ),
  };
}

export function biasFigure({ rho, m, randomness, ratio, standardError }: Bias): Figure {
  const spread = [ratio - standardError, ratio + standardError] as const;
  return { name: `${randomness}, ρ = ${rho}, m = ${m}: mean over true`, value: ratio, unit: '×', spread };
}
