/**
 * Compiles the AssemblyScript of assembly/ and writes it, inlined, to binary.ts, which is not under version
 * control. Does nothing where binary.ts was made from the same sources by the same compiler. The configurations
 * of tsup and vitest import it; `node src/wasm/compile.mjs` runs it alone.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = new URL('./', import.meta.url);
const target = new URL('binary.ts', here);
const FLAGS = [
  '--optimizeLevel=3',
  '--shrinkLevel=0',
  '--converge',
  '--noAssert',
  '--runtime=stub',
  '--enable=simd',
  '--initialMemory=16',
];

/** Changes with the sources, this file and the compiler. */
function fingerprint() {
  const hash = createHash('sha256').update(readFileSync(fileURLToPath(import.meta.url)));
  const folder = new URL('assembly/', here);
  for (const name of readdirSync(folder).sort()) {
    hash.update(name).update(readFileSync(new URL(name, folder)));
  }
  const manifest = readFileSync(new URL('../../package.json', here), 'utf8');
  return hash.update(JSON.parse(manifest).devDependencies.assemblyscript).digest('hex');
}

/** The module as bytes. Throws with the compiler's words where the sources are wrong. */
async function compiled() {
  const asc = await import('assemblyscript/asc');
  let bytes;
  const writeFile = (name, contents) => {
    if (name.endsWith('.wasm')) bytes = contents;
  };
  const files = ['assembly/exports.ts', '--baseDir', fileURLToPath(here), '--outFile', 'kernels.wasm'];
  const { error, stderr } = await asc.main([...files, ...FLAGS], { writeFile });
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
  return bytes;
}

export async function compileKernels() {
  const mark = fingerprint();
  if (existsSync(target) && readFileSync(target, 'utf8').includes(mark)) return;
  // a byte is two whole characters, so what repeats in the module repeats in the text: gzip takes 13% less than of base64
  const digits = Buffer.from(await compiled()).toString('hex');
  const text = `// Made by compile.mjs from assembly/, ${mark}\n/** The WebAssembly module of the kernels, in hexadecimal. */\nexport const BINARY =\n  '${digits}';\n`;
  // in one step: two runs at once must not read half a file
  const temporary = new URL(`binary.${process.pid}.tmp`, here);
  writeFileSync(temporary, text);
  renameSync(temporary, target);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await compileKernels();
