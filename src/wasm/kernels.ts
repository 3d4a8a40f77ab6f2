/**
 * The functions of the WebAssembly module, as assembly/exports.ts exports them. Addresses are in bytes; nothing is
 * checked.
 */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  /** First address that the module does not use itself. */
  heapBase(): number;
  rowProducts(y: number, a: number, m: number, n: number, x: number): void;
  residualGradient(r: number, g: number, a: number, m: number, n: number, x: number, b: number): void;
  productGradient(y: number, g: number, a: number, m: number, n: number, x: number): void;
  addTransposedProduct(g: number, a: number, m: number, n: number, y: number): void;
  /** Bytes of the work space of the products. */
  productWorkBytes(): number;
  addProduct(
    c: number,
    ldc: number,
    a: number,
    ai: number,
    al: number,
    b: number,
    bj: number,
    bl: number,
    m: number,
    n: number,
    k: number,
    alpha: number,
    work: number,
  ): void;
  addUpperProduct(
    c: number,
    ldc: number,
    a: number,
    ai: number,
    al: number,
    b: number,
    bj: number,
    bl: number,
    n: number,
    k: number,
    alpha: number,
    work: number,
  ): void;
  exponentials(k: number, h: number, g: number, n: number, work: number): void;
  hadamard(a: number, rows: number, columns: number): void;
  addSampledBlock(
    out: number,
    ldOut: number,
    a: number,
    lda: number,
    columns: number,
    sources: number,
    blockRows: number,
    samples: number,
    sketchRows: number,
    buffer: number,
  ): void;
  scatterRows(
    out: number,
    ldOut: number,
    a: number,
    lda: number,
    rows: number,
    columns: number,
    targets: number,
    perRow: number,
  ): void;
  gramPanel(
    g: number,
    ldg: number,
    a: number,
    lda: number,
    rows: number,
    n: number,
    one: number,
    work: number,
  ): void;
  packedUpperDoubles(n: number): number;
  packUpper(to: number, x: number, ldx: number, n: number): void;
  projectedGramPanel(
    g: number,
    ldg: number,
    a: number,
    rows: number,
    n: number,
    x: number,
    one: number,
    work: number,
  ): void;
  multiplyUpperPanel(
    w: number,
    ldw: number,
    a: number,
    rows: number,
    n: number,
    x: number,
    one: number,
  ): void;
  multiplyUpperUpper(t: number, ldt: number, l: number, ldl: number, x: number, n: number, one: number): void;
  cholesky(g: number, ldg: number, rows: number, n: number, work: number): number;
  invertUpper(x: number, ldx: number, r: number, ldr: number, n: number, work: number): void;
  solveRight(x: number, ldx: number, r: number, ldr: number, m: number, n: number, work: number): void;
  fillSlabs(
    a: number,
    rows: number,
    i: number,
    count: number,
    columns: number,
    src: number,
    squares: number,
  ): void;
  clearRows(a: number, rows: number, i: number, slabs: number): void;
  scaleColumns(a: number, rows: number, columns: number, squares: number, exponents: number): void;
  restoreUpper(
    a: number,
    rows: number,
    columns: number,
    reflectors: number,
    blocks: number,
    exponents: number,
  ): void;
  emptySlabs(to: number, a: number, rows: number, i: number, count: number, columns: number): void;
  householderWorkBytes(slabs: number): number;
  factorPanel(
    a: number,
    rows: number,
    columns: number,
    slab: number,
    width: number,
    tau: number,
    blocks: number,
    work: number,
  ): void;
  formBlocks(a: number, rows: number, reflectors: number, tau: number, blocks: number): void;
  applyPanel(
    a: number,
    rows: number,
    slab: number,
    width: number,
    blocks: number,
    c: number,
    slabs: number,
    transposed: number,
    work: number,
  ): void;
  packPoints(to: number, all: number, first: number, a: number, count: number, d: number): void;
  pointsWorkBytes(): number;
  pointProducts(
    c: number,
    ldc: number,
    a: number,
    rows: number,
    right: number,
    all: number,
    first: number,
    columns: number,
    d: number,
    alpha: number,
    below: number,
    work: number,
  ): void;
  gaussianTile(
    c: number,
    ldc: number,
    a: number,
    h: number,
    rows: number,
    right: number,
    all: number,
    first: number,
    g: number,
    columns: number,
    d: number,
    below: number,
    work: number,
  ): void;
  exponentialSums(out: number, s: number, n: number, x: number, work: number): void;
  exponentialSumsWorkBytes(): number;
  closeRows(c: number, ldc: number, rows: number, columns: number): void;
  addUpperRows(y: number, p: number, n: number, first: number, rows: number, x: number): void;
  addTilePair(
    row: number,
    column: number,
    c: number,
    ldc: number,
    rows: number,
    columns: number,
    xRow: number,
    xColumn: number,
  ): void;
}
