/** Fails unless an installed package holds exactly what it should: check-contents.mjs FOLDER. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const expected = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'dist/index.cjs',
  'dist/index.cjs.map',
  'dist/index.d.cts',
  'dist/index.d.ts',
  'dist/index.js',
  'dist/index.js.map',
  'package.json',
];

const [folder] = process.argv.slice(2);
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => statSync(join(folder, path)).isFile())
  .map((path) => path.split(sep).join('/'))
  .sort();
assert.deepEqual(files, expected);

const source = join(fileURLToPath(new URL('..', import.meta.url)), 'src');
for (const path of files) {
  const text = readFileSync(join(folder, path), 'utf8');
  assert.ok(!text.includes(source), `${path} names the folder that it was built in`);
}
