/**
 * The rules of the house as functions from source texts to complaints, so that they can be run on small wrong
 * examples as well as on src. Paths are relative to src with forward slashes: 'dense/gemm.ts'.
 */
import ts from 'typescript';

export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** 'path function' → why this main loop is longer than 40 lines, or 'path' → why the file is longer than 300. */
export type Exceptions = Readonly<Record<string, string>>;

/** Folders each folder may import, besides itself. */
const layers: Readonly<Record<string, readonly string[]>> = {
  core: [],
  wasm: ['core'],
  dense: ['core', 'wasm'],
  sparse: ['core', 'dense'],
  random: ['core'],
  sketch: ['core', 'dense', 'sparse', 'random'],
  precondition: ['core', 'dense', 'sparse', 'sketch'],
  iterative: ['core', 'dense', 'sparse'],
  solvers: ['core', 'dense', 'sparse', 'random', 'sketch', 'precondition', 'iterative'],
};

/** The only places that may import a package; src runs in browsers, so there is no 'node:' anywhere. */
const packages: Readonly<Record<string, RegExp>> = {
  // types only: its decompositions may not terminate
  'ml-matrix': /^core\/matrix\.ts$/,
  seedrandom: /^random\//,
};

/** AssemblyScript, which only its compiled form can be tested in, and that form: wasm/*.ts call it. */
const testedThroughCallers = /^wasm\/(assembly\/.*|binary)\.ts$/;

/** Output, clocks and Node: results are deep-equal between runs and engines, and src never prints. */
const forbiddenGlobals = ['console', 'performance', 'Date', 'process', 'Buffer', 'require', '__dirname'];

const longFunction = 40;
const longestFunction = 70;
const longFile = 300;
const longestFile = 400;

/** All complaints about `files`, none when the house is in order. */
export function complaints(files: readonly SourceText[], exceptions: Exceptions = {}): string[] {
  const parsed = files.map((file) => parse(file));
  const used = new Set<string>();
  return [
    ...parsed.flatMap((source) => [
      ...misplacedFile(source.fileName),
      ...importComplaints(source, new Set(files.map((file) => file.path))),
      ...exportComplaints(source),
      ...globalComplaints(source),
      ...lengthComplaints(source, exceptions, used),
    ]),
    ...cycles(parsed),
    ...Object.keys(exceptions)
      .filter((key) => !used.has(key))
      .map((key) => `exception '${key}' is not needed any more`),
  ];
}

/** Whether a file leaves any JavaScript behind: files of types only need no test. */
export function hasRuntimeCode(file: SourceText): boolean {
  return parse(file).statements.some((statement) => {
    if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return false;
    return !ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement);
  });
}

/** Sources without a test of the same name and layer tests without a source. Paths relative to src and test. */
export function unmirrored(sources: readonly SourceText[], testPaths: readonly string[]): string[] {
  const present = new Set(testPaths);
  const known = new Set(sources.map((source) => source.path));
  return [
    ...sources
      .filter((source) => !testedThroughCallers.test(source.path))
      .filter((source) => hasRuntimeCode(source) && !present.has(testPath(source.path)))
      .map((source) => `src/${source.path} has no test/${testPath(source.path)}`),
    ...testPaths
      .filter((path) => folderOf(path) in layers && !known.has(testedPath(path)))
      .map((path) => `test/${path} tests no file: there is no src/${testedPath(path)}`),
  ];
}

function testPath(sourcePath: string): string {
  return sourcePath.replace(/\.ts$/, '.test.ts');
}

/** dense/gemm.stat.test.ts → dense/gemm.ts */
function testedPath(path: string): string {
  return path.replace(/(\.(stat|long))?\.test\.ts$/, '.ts');
}

function parse(file: SourceText): ts.SourceFile {
  return ts.createSourceFile(file.path, file.text, ts.ScriptTarget.ES2022, true);
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : '';
}

function misplacedFile(path: string): string[] {
  const found: string[] = [];
  if (path !== 'index.ts' && !(folderOf(path) in layers)) found.push(`${path}: is in no layer`);
  if (path !== 'index.ts' && /(^|\/)index\.ts$/.test(path)) found.push(`${path}: only src has an index.ts`);
  if (/(^|\/)(utils?|helpers?|misc)(\.ts|\/)/i.test(path)) found.push(`${path}: name files after a concept`);
  return found;
}

/** Module names in import, export … from, import(), import type and import = require. */
function importedModules(source: ts.SourceFile): string[] {
  const found: string[] = [];
  visit(source, (node) => {
    let module: ts.Node | undefined;
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) module = node.moduleSpecifier;
    else if (ts.isExternalModuleReference(node)) module = node.expression;
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) module = node.argument.literal;
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      module = node.arguments[0];
    }
    if (module !== undefined) found.push(ts.isStringLiteralLike(module) ? module.text : module.getText());
  });
  return found;
}

/** 'dense/svd.ts' + '../core/matrix' → 'core/matrix.ts'; undefined for packages and paths out of src. */
function resolve(from: string, module: string): string | undefined {
  if (!module.startsWith('.')) return undefined;
  const parts = from.split('/').slice(0, -1);
  for (const part of module.split('/')) {
    if (part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return `${parts.join('/')}.ts`;
}

function importComplaints(source: ts.SourceFile, paths: ReadonlySet<string>): string[] {
  const path = source.fileName;
  const mayImport = layers[folderOf(path)] ?? Object.keys(layers);
  return importedModules(source).flatMap((module) => {
    const target = resolve(path, module);
    if (target === undefined) {
      return packages[module]?.test(path) ? [] : [`${path}: must not import '${module}'`];
    }
    if (!paths.has(target)) return [`${path}: '${module}' is no source file (no file extensions)`];
    const folder = folderOf(target);
    if (folder === folderOf(path) || mayImport.includes(folder)) return [];
    return [`${path}: ${folderOf(path)} must not import ${target}`];
  });
}

function exportComplaints(source: ts.SourceFile): string[] {
  const path = source.fileName;
  const found: string[] = [];
  visit(source, (node) => {
    const isDefault =
      node.kind === ts.SyntaxKind.DefaultKeyword || // the modifier; a switch has its default inside a clause
      ts.isExportAssignment(node) ||
      (ts.isExportSpecifier(node) && node.name.text === 'default');
    if (isDefault) found.push(`${path}: default export`);
  });
  const reExports = source.statements.filter((s) => ts.isExportDeclaration(s) && s.moduleSpecifier);
  if (path === 'index.ts' && reExports.length < source.statements.length) {
    found.push(`${path}: holds more than export … from`);
  }
  if (path !== 'index.ts' && reExports.length > 0 && reExports.length === source.statements.length) {
    found.push(`${path}: barrel`);
  }
  return found;
}

function globalComplaints(source: ts.SourceFile): string[] {
  const found: string[] = [];
  visit(source, (node) => {
    if (!ts.isIdentifier(node)) return;
    const { parent } = node;
    if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
      if (parent.getText() === 'Math.random') found.push(`${source.fileName}: uses Math.random`);
      return;
    }
    const isKey = ts.isPropertyAssignment(parent) && parent.name === node;
    if (!isKey && !ts.isTypeElement(parent) && forbiddenGlobals.includes(node.text)) {
      found.push(`${source.fileName}: uses ${node.text}`);
    }
  });
  return found;
}

function lengthComplaints(source: ts.SourceFile, exceptions: Exceptions, used: Set<string>): string[] {
  const path = source.fileName;
  const lines = source.text.replace(/\n$/, '').split('\n').length;
  const found = tooLong(path, lines, longFile, longestFile, exceptions, used);
  visit(source, (node) => {
    if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return;
    const first = source.getLineAndCharacterOfPosition(node.getStart()).line;
    const last = source.getLineAndCharacterOfPosition(node.getEnd()).line;
    const name = `${path} ${functionName(node)}`;
    found.push(...tooLong(name, last - first + 1, longFunction, longestFunction, exceptions, used));
  });
  return found;
}

function tooLong(
  name: string,
  lines: number,
  limit: number,
  hardStop: number,
  exceptions: Exceptions,
  used: Set<string>,
): string[] {
  if (lines <= limit) return [];
  if (lines > hardStop) return [`${name}: ${lines} lines, at most ${hardStop} in any case`];
  if (!(name in exceptions)) return [`${name}: ${lines} lines, at most ${limit} without a stated reason`];
  used.add(name);
  return [];
}

function functionName(node: ts.SignatureDeclaration): string {
  if (node.name !== undefined) return node.name.getText();
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  const { parent } = node;
  const named = ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent);
  return named ? parent.name.getText() : '(anonymous)';
}

/** Each cycle of imports once, from the file where the search met it first. Imports of types count too. */
function cycles(sources: readonly ts.SourceFile[]): string[] {
  const edges = new Map<string, string[]>();
  for (const source of sources) {
    const targets = importedModules(source).map((module) => resolve(source.fileName, module));
    edges.set(
      source.fileName,
      targets.filter((target) => target !== undefined),
    );
  }
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) found.push(`cycle: ${[...trail.slice(at), path].join(' → ')}`);
    if (at >= 0 || done.has(path)) return;
    for (const next of edges.get(path) ?? []) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) walk(path, []);
  return found;
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}
