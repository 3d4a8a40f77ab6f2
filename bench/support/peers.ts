/**
 * The libraries compared with that are not dependencies of this one. They are installed in bench/node_modules and
 * loaded by name at run time: where one is missing or does not load, its rows are left out.
 */
import { readFileSync } from 'node:fs';

export interface NumpyArray {
  readonly data: ArrayLike<number>;
  reshape(rows: number, columns: number): NumpyArray;
}

export interface NumpyTs {
  array(values: Float64Array): NumpyArray;
  matmul(A: NumpyArray, B: NumpyArray): NumpyArray;
  transpose(A: NumpyArray): NumpyArray;
  readonly linalg: {
    qr(A: NumpyArray): { readonly q: NumpyArray; readonly r: NumpyArray };
    solve(A: NumpyArray, b: NumpyArray): NumpyArray;
  };
}

export interface Numeric {
  dot(A: number[][], B: number[][]): number[][];
  dot(A: number[][], b: number[]): number[];
  transpose(A: number[][]): number[][];
  solve(A: number[][], b: number[]): number[];
}

export interface MathjsMatrix {
  toArray(): number[][];
}

export interface Mathjs {
  matrix(rows: number[][]): MathjsMatrix;
  multiply(A: MathjsMatrix, B: MathjsMatrix): MathjsMatrix;
  transpose(A: MathjsMatrix): MathjsMatrix;
  lusolve(A: MathjsMatrix, b: MathjsMatrix): MathjsMatrix;
}

export interface EigenMatrix {
  get(i: number, j: number): number;
  matMul(B: EigenMatrix): EigenMatrix;
  transpose(): EigenMatrix;
  inverse(): EigenMatrix;
}

export interface Eigen {
  readonly ready: Promise<void>;
  readonly Matrix: new (rows: number[][]) => EigenMatrix;
  readonly GC: {
    flush(): number;
    pushException(...kept: unknown[]): void;
    popException(...kept: unknown[]): void;
  };
}

export interface Peers {
  readonly numpyTs: NumpyTs | null;
  readonly numeric: Numeric | null;
  readonly mathjs: Mathjs | null;
  readonly eigen: Eigen | null;
  /** By package, of those that were loaded. */
  readonly versions: Readonly<Record<string, string>>;
  /** By package: why it is left out. */
  readonly missing: Readonly<Record<string, string>>;
}

export async function loadPeers(): Promise<Peers> {
  const versions: Record<string, string> = { 'ml-matrix': versionOf('ml-matrix') };
  const missing: Record<string, string> = {};
  const load = async <T>(name: string): Promise<T | null> => {
    try {
      const loaded = await import(name);
      const peer = loaded.default ?? loaded;
      await peer.ready; // of eigen, which compiles first; undefined for the others
      versions[name] = versionOf(name);
      return peer as T;
    } catch (error) {
      missing[name] = error instanceof Error ? error.message.split('\n')[0] : String(error);
      return null;
    }
  };
  return {
    numpyTs: await load<NumpyTs>('numpy-ts'),
    numeric: await load<Numeric>('numeric'),
    mathjs: await load<Mathjs>('mathjs'),
    eigen: await load<Eigen>('eigen'),
    versions,
    missing,
  };
}

/** Relative to bench/dist, where the bundle runs. */
function versionOf(name: string): string {
  for (const root of ['../', '../../']) {
    try {
      const url = new URL(`${root}node_modules/${name}/package.json`, import.meta.url);
      return JSON.parse(readFileSync(url, 'utf8')).version;
    } catch {} // not in this folder
  }
  return 'unknown';
}
