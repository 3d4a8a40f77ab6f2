/** Size of the library as an application ships it: the whole ESM bundle, minified and compressed, without dependencies. */
import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { BINARY } from '../../src/wasm/binary';
import type { Section } from '../support/section';

const KILO = 1000;

export const size: Section = {
  name: 'size',
  shows: 'the whole ESM bundle without dependencies, minified and compressed',
  seconds: { quick: 4, full: 2 },
  async run() {
    // relative to bench/dist, where the bundle runs
    const [entry, outDir] = ['../../src/index.ts', '../results/tmp/size'].map((path) =>
      fileURLToPath(new URL(path, import.meta.url)),
    );
    const { build } = await import('tsup');
    mkdirSync(outDir, { recursive: true });
    await build({
      entry: [entry],
      outDir,
      config: false,
      format: ['esm'],
      target: 'es2022',
      platform: 'neutral',
      treeshake: true,
      minify: true,
      external: ['ml-matrix', 'seedrandom'],
      silent: true,
    });
    const bundle = readFileSync(`${outDir}/index.js`);
    const sizes = { minified: bundle.length, gzip: gzipped(bundle), brotli: brotli(bundle) };
    const kernels = Buffer.from(BINARY);
    const parts = { minified: kernels.length, gzip: gzipped(kernels), brotli: brotli(kernels) };
    return {
      tables: [
        {
          title: 'kB (1000 bytes)',
          header: ['form', 'bundle', 'of it WebAssembly, in hexadecimal'],
          rows: Object.entries(sizes).map(([form, bytes]) => [
            form,
            (bytes / KILO).toFixed(1),
            (parts[form as keyof typeof parts] / KILO).toFixed(1),
          ]),
        },
      ],
      figures: Object.entries(sizes).map(([name, bytes]) => ({ name, value: bytes / KILO, unit: 'kB' })),
    };
  },
};

function gzipped(data: Uint8Array): number {
  return gzipSync(data, { level: 9 }).length;
}

function brotli(data: Uint8Array): number {
  return brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
}
