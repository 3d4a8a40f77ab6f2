/**
 * The matrices that every method has to survive, with size dials. `build(n, d, seed)` needs n ≥ d ≥ 1 and may
 * return fewer rows or columns than asked where the note says so: read the sizes from the result. With
 * nullity 0 the rank is full to working precision: κ ≤ 1e14 after scaling the columns to equal norms (and
 * nothing else).
 */
import type { Matrix } from '../../src/core/matrix';
import { hadamardEntry, naiveMatmul } from './oracles';
import { randomMatrix, randomOrthonormal, testRandom } from './random';

export interface GalleryEntry {
  readonly name: string;
  /** n × d unless the note says otherwise. */
  readonly build: (n: number, d: number, seed: number) => Matrix;
  /** rank = columns − nullity. */
  readonly nullity: 0 | 1;
  readonly note: string;
}

type Entry = (i: number, j: number) => number;

function fromEntries(rows: number, columns: number, entry: Entry): Matrix {
  const data = new Float64Array(rows * columns);
  for (let i = 0, p = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) data[p++] = entry(i, j);
  }
  return { rows, columns, data };
}

/** A random matrix with its entries changed one by one. */
function changed(
  n: number,
  d: number,
  seed: number,
  change: (value: number, i: number, j: number) => number,
): Matrix {
  const A = randomMatrix(n, d, seed);
  return fromEntries(n, d, (i, j) => change(A.data[i * d + j], i, j));
}

function gradedColumns(n: number, d: number, seed: number): Matrix {
  return changed(n, d, seed, (value, _, j) => value * 10 ** (d === 1 ? 8 : 8 - (16 * j) / (d - 1)));
}

/** The last column is the sum of the others plus `distance` times noise. */
function dependentColumn(n: number, d: number, seed: number, distance: number): Matrix {
  const A = randomMatrix(n, d, seed);
  if (d === 1) return A;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < d - 1; j++) sum += A.data[i * d + j];
    A.data[i * d + d - 1] = sum + distance * A.data[i * d + d - 1];
  }
  return A;
}

function duplicateColumn(n: number, d: number, seed: number): Matrix {
  const columns = Math.max(2, d);
  const A = randomMatrix(Math.max(2, n), columns, seed);
  for (let i = 0; i < A.rows; i++) A.data[i * columns + columns - 1] = A.data[i * columns];
  return A;
}

function cauchyRows(n: number, d: number, seed: number): Matrix {
  const random = testRandom(seed + 1);
  const scale = Float64Array.from({ length: n }, () => random.normal() / random.normal());
  return changed(n, d, seed, (value, i) => value * scale[i]);
}

const KAHAN_ANGLE = 1.2;

function kahan(n: number, d: number, seed: number): Matrix {
  const columns = Math.min(d, 60);
  const sine = Math.sin(KAHAN_ANGLE);
  const K = fromEntries(columns, columns, (i, j) => {
    if (j < i) return 0;
    return sine ** i * (i === j ? 1 : -Math.cos(KAHAN_ANGLE));
  });
  return naiveMatmul(randomOrthonormal(n, columns, seed), K);
}

function vandermonde(n: number, d: number): Matrix {
  return fromEntries(n, Math.min(d, 15), (i, j) => ((i + 1) / n) ** j);
}

function hilbert(n: number, d: number): Matrix {
  return fromEntries(n, Math.min(d, 10), (i, j) => 1 / (i + j + 1));
}

function hadamardColumns(n: number, d: number): Matrix {
  const rows = 2 ** Math.floor(Math.log2(n));
  return fromEntries(rows, Math.min(d, rows), hadamardEntry);
}

function laeuchli(n: number, d: number): Matrix {
  return fromEntries(Math.max(n, d + 1), d, (i, j) => (i === 0 ? 1 : i === j + 1 ? 1e-8 : 0));
}

function onTop(top: Matrix, rows: number): Matrix {
  const data = new Float64Array(rows * top.columns);
  data.set(top.data);
  return { rows, columns: top.columns, data };
}

const FULL_RANK: readonly Omit<GalleryEntry, 'nullity'>[] = [
  { name: 'random', note: 'standard normals', build: randomMatrix },
  { name: 'graded columns', note: 'column norms from 1e8 down to 1e-8', build: gradedColumns },
  {
    name: 'nearly dependent columns',
    note: 'the last column is the sum of the others up to 1e-9',
    build: (n, d, seed) => dependentColumn(n, d, seed, 1e-9),
  },
  {
    name: 'one heavy row',
    note: 'row ⌊n/2⌋ times 1e8: κ about 1e8',
    build: (n, d, seed) => changed(n, d, seed, (value, i) => (i === n >> 1 ? 1e8 * value : value)),
  },
  {
    name: 'one row of leverage 1',
    note: 'the last column is zero but for a 1 in the last row: a sampling sketch that misses it is singular',
    build: (n, d, seed) => changed(n, d, seed, (value, i, j) => (j < d - 1 ? value : i === n - 1 ? 1 : 0)),
  },
  {
    name: 'identity on top',
    note: 'identity in the first d rows, zero below: every column is one row',
    build: (n, d) => fromEntries(n, d, (i, j) => (i === j ? 1 : 0)),
  },
  {
    name: 'orthogonal on top',
    note: 'random orthogonal in the first d rows, zero below: leverage 1 without sparsity',
    build: (n, d, seed) => onTop(randomOrthonormal(d, d, seed), n),
  },
  {
    name: 'cauchy rows',
    note: 'normal rows times Cauchy variates: heavy-tailed leverage',
    build: cauchyRows,
  },
  {
    name: 'läuchli',
    note: 'a row of ones over 1e-8·I: AᵀA is singular in double, κ = 1e8·√d. At least d + 1 rows',
    build: laeuchli,
  },
  {
    name: 'kahan',
    note: 'random orthonormal times the Kahan triangle: pivoting sees no small diagonal. At most 60 columns',
    build: kahan,
  },
  { name: 'hilbert', note: '1/(i + j + 1). At most 10 columns', build: hilbert },
  { name: 'vandermonde', note: 'powers of (i + 1)/n. At most 15 columns', build: vandermonde },
  {
    name: 'hadamard columns',
    note: 'leading columns of H: each transforms to one row. Largest power of two ≤ n rows',
    build: hadamardColumns,
  },
  {
    name: 'entries 1e150',
    note: 'squares overflow',
    build: (n, d, seed) => changed(n, d, seed, (value) => 1e150 * value),
  },
  {
    name: 'entries 1e-150',
    note: 'squares underflow',
    build: (n, d, seed) => changed(n, d, seed, (value) => 1e-150 * value),
  },
  { name: 'square', note: 'n = d: d × d normals', build: (_, d, seed) => randomMatrix(d, d, seed) },
  { name: 'one column', note: 'd = 1: n × 1 normals', build: (n, _, seed) => randomMatrix(n, 1, seed) },
  { name: 'one entry', note: 'n = d = 1', build: (_n, _d, seed) => randomMatrix(1, 1, seed) },
];

const DEFICIENT: readonly Omit<GalleryEntry, 'nullity'>[] = [
  {
    name: 'duplicate column',
    note: 'the last column repeats the first exactly. At least 2 rows and columns',
    build: duplicateColumn,
  },
  {
    name: 'zero column',
    note: 'column ⌊d/2⌋ is zero',
    build: (n, d, seed) => changed(n, d, seed, (value, _, j) => (j === d >> 1 ? 0 : value)),
  },
];

export const GALLERY: readonly GalleryEntry[] = [
  ...FULL_RANK.map((entry) => ({ ...entry, nullity: 0 as const })),
  ...DEFICIENT.map((entry) => ({ ...entry, nullity: 1 as const })),
];

/** The entries of full column rank. */
export const FULL_RANK_GALLERY = GALLERY.filter((entry) => entry.nullity === 0);

/** The entry of that name; throws for a name that is not in the gallery. */
export function galleryEntry(name: string): GalleryEntry {
  const entry = GALLERY.find((candidate) => candidate.name === name);
  if (entry === undefined) throw new RangeError(`gallery: no entry named '${name}'`);
  return entry;
}
