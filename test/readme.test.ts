/**
 * The README tells the truth: its code blocks run, print what it shows and type-check; its commands exist.
 * Blocks are written to test/.readme and imported with `sketchsolve` standing for src.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { format } from 'node:util';
import ts from 'typescript';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type CodeBlock,
  codeBlocks,
  disagreement,
  matches,
  type Outcome,
  shellLines,
} from './support/readmeBlocks';

const root = fileURLToPath(new URL('../', import.meta.url));
const readme = readFileSync(`${root}README.md`, 'utf8');
const folder = `${root}test/.readme/`;

/** Writes a block to a file of its own; `export {}` makes it a module, so that it may await. */
function writeBlock(group: string, block: CodeBlock): string {
  const file = `${folder}${group}/line${block.line}.${block.language}`;
  mkdirSync(`${folder}${group}`, { recursive: true });
  writeFileSync(file, `${block.code}\nexport {};\n`);
  return file;
}

async function run(file: string): Promise<Outcome> {
  const printed: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((...args) => printed.push(format(...args)));
  try {
    await import(/* @vite-ignore */ pathToFileURL(file).href);
    return { printed, thrown: undefined };
  } catch (error) {
    return { printed, thrown: String(error) };
  } finally {
    log.mockRestore();
  }
}

/** The program of the check before: what it has parsed is not parsed again. */
let checked: ts.Program | undefined;

/** Compiler errors of the files, under the compiler options of the project but for unused names. */
function typeErrors(files: readonly string[]): string[] {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root);
  const allowing = { ...options, noUnusedLocals: false, noUnusedParameters: false };
  const program = ts.createProgram(files, allowing, undefined, checked);
  checked = program;
  const diagnostics = files.flatMap((file) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)));
  return diagnostics.map((d) => ts.flattenDiagnosticMessageText(d.messageText, '\n'));
}

async function disagreements(group: string, markdown: string): Promise<string[]> {
  const found: string[] = [];
  for (const block of codeBlocks(markdown)) {
    const wrong = disagreement(block, await run(writeBlock(group, block)));
    if (wrong !== undefined) found.push(wrong);
  }
  return found;
}

beforeAll(() => rmSync(folder, { recursive: true, force: true }));

describe('README.md', () => {
  it('prints what it shows, block by block', async () => {
    expect(await disagreements('readme', readme)).toEqual([]);
  });

  it('type-checks', () => {
    const blocks = codeBlocks(readme).filter((block) => block.language === 'ts' && !block.fails);
    expect(typeErrors(blocks.map((block) => writeBlock('readme', block)))).toEqual([]);
  });

  it('names the two commands of a fresh clone, and only scripts that exist', () => {
    const commands = shellLines(readme);
    expect(commands).toContain('npm install && npm start');
    expect(commands).toContain('npm install && npm test');
    const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
    const named = [...readme.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1]);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

/** A small README with one block and the text it shows. */
function sample(code: string, shown?: string, mark = 'ts'): string {
  const answer = shown === undefined ? '' : `\nwhich prints\n\n\`\`\`text\n${shown}\n\`\`\`\n`;
  return `# Sample\n\n\`\`\`${mark}\n${code}\n\`\`\`\n${answer}`;
}

const hello = "import { matrix } from 'sketchsolve';\nconsole.log(matrix(1, 2).data.length, 'entries');";
const wrongShape = "import { matrix } from 'sketchsolve';\nmatrix(2, 2, [1]);";
const shapeError = 'SketchSolveError: matrix: data has length 1, expected 4 (= rows·columns)';

describe('the checker of code blocks', () => {
  it('accepts a README that tells the truth', async () => {
    expect(await disagreements('true1', sample(hello, '2 entries'))).toEqual([]);
    expect(await disagreements('true2', sample(hello))).toEqual([]);
    expect(await disagreements('true3', sample(wrongShape, shapeError, 'ts fails'))).toEqual([]);
    expect(
      await disagreements('true4', sample('console.log({ a: 1 });\nconsole.log(2);', '{ a: 1 }\n2', 'js')),
    ).toEqual([]);
  });

  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ['other output', sample(hello, '3 entries'), /shows\n3 entries\nbut the code prints\n2 entries/],
    ['no output', sample('export const a = 1;', '1'), /shows\n1\nbut the code prints\n$/],
    ['output that is not shown', sample(`${hello}\nconsole.log(1);`, '2 entries'), /2 entries\n1$/],
    ['unexpected error', sample(wrongShape), /throws SketchSolveError: matrix/],
    ['missing error', sample(hello, '2 entries', 'ts fails'), /should fail but does not/],
    ['another error', sample(wrongShape, 'SketchSolveError: no', 'ts fails'), /but the code prints\nSketch/],
    ['an error that is not shown', sample(wrongShape, undefined, 'ts fails'), /shows no error/],
    [
      'a name that is not exported',
      sample("import { nothing } from 'sketchsolve';\nnothing();"),
      /throws Type/,
    ],
  ];
  it.each(wrong)('complains about: %s', async (name, markdown, complaint) => {
    const found = await disagreements(`wrong-${name.replace(/ /g, '-')}`, markdown);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(complaint);
  });

  it('complains about code that runs but does not type-check', () => {
    const [block] = codeBlocks(sample("import { matrix } from 'sketchsolve';\nmatrix(1, 1, undefined, 7);"));
    expect(typeErrors([writeBlock('wrong-types', block)])).toEqual(['Expected 2-3 arguments, but got 4.']);
  });

  it('complains about a fence that is never closed', () => {
    expect(() => codeBlocks('```ts\nconst a = 1;')).toThrow('the fence at line 1 is never closed');
  });

  it('sees a block inside a list', () => {
    const blocks = codeBlocks('- item\n\n  ```ts\n  f();\n  ```\n');
    expect(blocks.map((block) => block.code.trim())).toEqual(['f();']);
  });

  it('takes only the next block for the answer', () => {
    const text = '```ts\n1;\n```\n```sh\nls # list\n```\n```text\n1\n```\n';
    expect(codeBlocks(text)).toEqual([
      { line: 1, language: 'ts', code: '1;', fails: false, expected: undefined },
    ]);
    expect(shellLines(text)).toEqual(['ls']);
  });
});

describe('… in the shown text', () => {
  it('stands for the rest of a number, of a line, or for lines', () => {
    expect(matches('x = 0.33…', 'x = 0.3333333333')).toBe(true);
    expect(matches('x = 1.5…e-9 here', 'x = 1.5123e-9 here')).toBe(true);
    expect(matches('took …\nend', 'took 3 steps\nend')).toBe(true);
    expect(matches('a\n…\nz', 'a\nb\nc\nz')).toBe(true);
  });

  it('does not hide another number, exponent or line', () => {
    expect(matches('x = 0.33…', 'x = 0.34')).toBe(false);
    expect(matches('x = 0.33…', 'x = 0.33e20')).toBe(false);
    expect(matches('x = 1.5…e-9', 'x = 1.5123e-8')).toBe(false);
    expect(matches('took …', 'took 3\nend')).toBe(false);
    expect(matches('a\n…\nz', 'a\nb\ny')).toBe(false);
    expect(matches('0.5', '0x5')).toBe(false);
    expect(matches('0.3', '0.30000000000000004')).toBe(false);
  });
});
