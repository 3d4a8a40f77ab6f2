/** The layer table and size limits of the project, enforced on src, and the enforcer itself on wrong examples. */
import { readdirSync, readFileSync } from 'node:fs';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { complaints, type Exceptions, type SourceText, unmirrored } from './support/architecture';

/** Main loops that read like their paper's listing (41 to 70 lines): 'dense/file.ts function' → the reason. */
const exceptions: Exceptions = {
  'dense/fwht.ts passRadix8': 'a radix-8 butterfly: one straight line of additions',
  'wasm/assembly/fwht.ts pass8': 'the same butterfly on vectors',
  'wasm/assembly/sampledHadamard.ts placeRows': 'a radix-4 butterfly from four rows to four others',
  'wasm/assembly/product.ts accumulate': 'the loops over blocks of Goto & van de Geijn',
  'wasm/assembly/tiles.ts addTile': 'one step of the micro-kernel, unrolled',
  'wasm/assembly/tiles.ts addSquareTile': 'one step of the micro-kernel, unrolled',
  'wasm/assembly/rightSolve.ts solveTwoRows': 'a triangle of eight, unrolled',
  'wasm/product.ts wasmProduct': 'the loops over blocks, for 17 operands',
};

function listTypeScript(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => path.endsWith('.ts'))
    .sort();
}

const src = fileURLToPath(new URL('../src/', import.meta.url));
const sources = listTypeScript(src).map((path) => ({ path, text: readFileSync(src + path, 'utf8') }));
const testPaths = listTypeScript(fileURLToPath(new URL('./', import.meta.url))).filter((path) =>
  path.endsWith('.test.ts'),
);

describe('src', () => {
  it('has files to check', () => {
    expect(sources.map((source) => source.path)).toContain('index.ts');
  });

  it('keeps to the layer table, the packages allowed, and the limits of length', () => {
    expect(complaints(sources, exceptions)).toEqual([]);
  });

  it('is mirrored by test file by file', () => {
    expect(unmirrored(sources, testPaths)).toEqual([]);
  });
});

const core: SourceText = {
  path: 'core/matrix.ts',
  text: 'export interface Matrix { readonly rows: number }\n',
};

function complaintsAbout(path: string, text: string, exceptionsOfTest: Exceptions = {}): string[] {
  return complaints([core, { path, text }], exceptionsOfTest);
}

/** A function of `lines` lines behind a doc comment, which does not count. */
function functionOf(lines: number): string {
  const body = Array.from({ length: lines - 2 }, (_, i) => `  use(${i});`).join('\n');
  return `/** Doc. */\nexport function loop(use: (i: number) => void): void {\n${body}\n}\n`;
}

describe('negative controls of the layer rules', () => {
  it('accepts a file that keeps the rules', () => {
    const text =
      "import type { Matrix } from '../core/matrix';\nexport const rows = (A: Matrix) => A.rows;\n";
    expect(complaintsAbout('dense/size.ts', text)).toEqual([]);
  });

  const wrong: readonly (readonly [string, string, string, RegExp])[] = [
    ['missing file', 'sketch/a.ts', "import { x } from '../dense/b';", /is no source file/],
    ['package anywhere', 'dense/qr.ts', "import { SVD } from 'ml-matrix';", /must not import 'ml-matrix'/],
    [
      'seedrandom outside random',
      'sketch/a.ts',
      "import s from 'seedrandom';",
      /must not import 'seedrandom'/,
    ],
    ['Node module', 'dense/a.ts', "import { log } from 'node:console';", /must not import 'node:console'/],
    ['dynamic import', 'dense/a.ts', "export const f = () => import('ml-matrix');", /'ml-matrix'/],
    ['computed import', 'dense/a.ts', 'export const f = (m: string) => import(m);', /must not import 'm'/],
    ['import type of a package', 'dense/a.ts', "export type T = import('ml-matrix').Matrix;", /'ml-matrix'/],
    ['import = require', 'dense/a.ts', "import m = require('ml-matrix');", /'ml-matrix'/],
    ['path out of src', 'dense/a.ts', "import { x } from '../../test/x';", /must not import/],
    ['file extension', 'dense/a.ts', "import { x } from '../core/matrix.js';", /is no source file/],
    ['console', 'dense/a.ts', 'export const f = () => console.log(1);', /uses console/],
    ['clock', 'solvers/a.ts', 'export const f = () => performance.now();', /uses performance/],
    ['unseeded randomness', 'random/a.ts', 'export const f = () => Math.random();', /uses Math\.random/],
    ['default export', 'dense/a.ts', 'export default 1;', /default export/],
    ['default function', 'dense/a.ts', 'export default function f() {}', /default export/],
    ['default by name', 'dense/a.ts', 'const f = 1;\nexport { f as default };', /default export/],
    ['utils file', 'dense/utils.ts', 'export const a = 1;', /name files after a concept/],
    ['unknown folder', 'extras/a.ts', 'export const a = 1;', /is in no layer/],
    ['file in no folder', 'a.ts', 'export const a = 1;', /is in no layer/],
    ['second index', 'dense/index.ts', 'export const a = 1;', /only src has an index/],
    ['barrel', 'dense/all.ts', "export type { Matrix } from '../core/matrix';", /barrel/],
    ['logic in index', 'index.ts', 'export const a = 1;', /holds more than/],
    [
      'import in index',
      'index.ts',
      "import { Matrix } from './core/matrix';\nexport { Matrix };",
      /holds more/,
    ],
    ['file over 300 lines', 'dense/a.ts', 'export {};\n'.repeat(301), /301 lines, at most 300/],
    ['function over 40 lines', 'dense/a.ts', functionOf(41), /a\.ts loop: 41 lines, at most 40/],
    [
      'method over 40 lines',
      'dense/a.ts',
      `class A {${functionOf(45).replace(/.*function/s, '')}}`,
      /loop: 45/,
    ],
  ];
  it.each(wrong)('complains about: %s', (_, path, text, complaint) => {
    const found = complaintsAbout(path, text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(complaint);
  });

  it('complains about each import that its row of the table does not list, and accepts the listed ones', () => {
    const folders = ['core', 'dense', 'sparse', 'random', 'sketch', 'precondition', 'iterative', 'solvers'];
    const files = folders.flatMap((folder) =>
      folders
        .filter((other) => other !== folder)
        .map((other) => ({ path: `${folder}/${other}.ts`, text: `import { x } from '../${other}/leaf';\n` })),
    );
    const leaves = folders.map((folder) => ({ path: `${folder}/leaf.ts`, text: 'export const x = 1;\n' }));
    const refused = complaints([...leaves, ...files]).map((line) => line.split(':')[0]);
    const accepted = files.map((file) => file.path).filter((path) => !refused.includes(path));
    expect(accepted).toEqual([
      'dense/core.ts',
      ...['core', 'dense'].map((folder) => `sparse/${folder}.ts`),
      'random/core.ts',
      ...['core', 'dense', 'sparse', 'random'].map((folder) => `sketch/${folder}.ts`),
      ...['core', 'dense', 'sparse', 'sketch'].map((folder) => `precondition/${folder}.ts`),
      ...['core', 'dense', 'sparse'].map((folder) => `iterative/${folder}.ts`),
      ...['core', 'dense', 'sparse', 'random', 'sketch', 'precondition', 'iterative'].map(
        (f) => `solvers/${f}.ts`,
      ),
    ]);
  });

  it('complains about a cycle, once', () => {
    const link = (from: string, to: string) => ({
      path: `dense/${from}.ts`,
      text: `import { x } from './${to}';\n`,
    });
    expect(complaints([link('a', 'b'), link('b', 'c'), link('c', 'b')])).toEqual([
      'cycle: dense/b.ts → dense/c.ts → dense/b.ts',
    ]);
  });

  it('keeps the words of comments, strings and property names out of it', () => {
    const text =
      "// console.log(import('x')), Math.random()\nexport const a = { console: 'Date' };\nexport const b = a.console;\n";
    expect(complaintsAbout('dense/a.ts', text)).toEqual([]);
  });
});

describe('exceptions to the limits of length', () => {
  it('let a main loop have 41 to 70 lines, and no more', () => {
    const allowed = { 'dense/a.ts loop': 'reads like the listing' };
    expect(complaintsAbout('dense/a.ts', functionOf(40))).toEqual([]);
    expect(complaintsAbout('dense/a.ts', functionOf(70), allowed)).toEqual([]);
    expect(complaintsAbout('dense/a.ts', functionOf(71), allowed)).toContain(
      'dense/a.ts loop: 71 lines, at most 70 in any case',
    );
  });

  it('let a file have 301 to 400 lines, and no more', () => {
    const allowed = { 'dense/a.ts': 'one table' };
    expect(complaintsAbout('dense/a.ts', 'export {};\n'.repeat(400), allowed)).toEqual([]);
    expect(complaintsAbout('dense/a.ts', 'export {};\n'.repeat(401), allowed)).toContain(
      'dense/a.ts: 401 lines, at most 400 in any case',
    );
  });

  it('are complained about when nothing needs them', () => {
    expect(complaintsAbout('dense/a.ts', functionOf(10), { 'dense/a.ts loop': 'was long once' })).toEqual([
      "exception 'dense/a.ts loop' is not needed any more",
    ]);
  });
});

describe('negative controls of the mirror', () => {
  const code: SourceText = { path: 'dense/gemm.ts', text: 'export const a = 1;\n' };

  it('complains about a source without a test, unless it holds types only', () => {
    expect(unmirrored([code, core], [])).toEqual(['src/dense/gemm.ts has no test/dense/gemm.test.ts']);
    expect(unmirrored([code, core], ['dense/gemm.test.ts', 'dense/gemm.stat.test.ts'])).toEqual([]);
  });

  it('complains about a layer test without a source, and leaves the tests of the project alone', () => {
    expect(unmirrored([core], ['dense/gem.test.ts', 'readme.test.ts'])).toEqual([
      'test/dense/gem.test.ts tests no file: there is no src/dense/gem.ts',
    ]);
  });

  it('does not take a statistical test for the test of a file', () => {
    expect(unmirrored([code], ['dense/gemm.stat.test.ts'])).toHaveLength(1);
  });
});
