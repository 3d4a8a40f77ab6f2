/** Size of the library as an application ships it, minified and compressed, without dependencies: all of it, and one function. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { BINARY } from '../../src/wasm/binary';
import type { Figure, Section } from '../support/section';

const KILO = 1000;
/** Exported names of a bundle. */
const ALONE = ['solveLeastSquares', 'solvePsdPower', 'solveAttentionKernel', 'solveExpRegression'];
/** Relative to bench/dist, where the bench runs. */
const FOLDER = fileURLToPath(new URL('../results/tmp/size/', import.meta.url));

export const size: Section = {
  name: 'size',
  shows: 'the ESM bundle without dependencies, minified and compressed: whole, and of one function alone',
  seconds: { quick: 6, full: 6 },
  async run() {
    const rows: (readonly [name: string, sizes: Sizes])[] = [['everything', await bundled('*')]];
    for (const name of ALONE) rows.push([name, await bundled(`{ ${name} }`)]);
    rows.push(['the kernels in it, in hexadecimal', sizesOf(Buffer.from(BINARY))]);
    const inKilo = (bytes: number) => (bytes / KILO).toFixed(1);
    return {
      tables: [
        {
          title: 'kB (1000 bytes)',
          header: ['bundle', 'minified', 'gzip', 'brotli'],
          rows: rows.map(([name, { minified, gzip, brotli }]) => [
            name,
            ...[minified, gzip, brotli].map((bytes) => inKilo(bytes)),
          ]),
        },
      ],
      figures: rows.flatMap(([name, sizes], k) =>
        Object.entries(sizes).map(([form, bytes]): Figure => {
          return { name: k === 0 ? form : `${name}, ${form}`, value: bytes / KILO, unit: 'kB' };
        }),
      ),
    };
  },
};

interface Sizes {
  readonly minified: number;
  readonly gzip: number;
  readonly brotli: number;
}

/** Of `export WHAT from` the library. */
async function bundled(what: string): Promise<Sizes> {
  const { build } = await import('tsup');
  mkdirSync(FOLDER, { recursive: true });
  const entry = `${FOLDER}entry.ts`;
  writeFileSync(entry, `export ${what} from '../../../../src/index';\n`);
  await build({
    entry: [entry],
    outDir: `${FOLDER}out`,
    config: false,
    format: ['esm'],
    target: 'es2022',
    platform: 'neutral',
    treeshake: true,
    minify: true,
    external: ['ml-matrix', 'seedrandom'],
    silent: true,
  });
  return sizesOf(readFileSync(`${FOLDER}out/entry.js`));
}

function sizesOf(data: Uint8Array): Sizes {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
  return {
    minified: data.length,
    gzip: gzipSync(data, { level: 9 }).length,
    brotli: brotliCompressSync(data, { params }).length,
  };
}
