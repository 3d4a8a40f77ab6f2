/** The targets, each with the figure that is held against it: one thread, ratios within one run. */
import type { Figure, Table } from './section';
import { shortNumber } from './timing';

export interface Target {
  readonly work: string;
  readonly text: string;
  /** Section and name of the figure. */
  readonly section: string;
  readonly figure: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

const SHAPES = ['20000 × 100', '100000 × 100', '50000 × 300', '20000 × 500'];

const leastSquares: Target[] = SHAPES.flatMap((shape) => {
  const share = shape === '100000 × 100' ? 0.25 : 0.5;
  const common = { work: `least squares ${shape}`, section: 'least-squares' };
  return [
    { ...common, text: `≤ ${share} of gelsd`, figure: `${shape}: over gelsd`, atMost: share },
    { ...common, text: 'backward error ≤ 20u', figure: `${shape}: backward error`, atMost: 20 },
    { ...common, text: '≥ 50 × ml-matrix QR', figure: `${shape}: ml-matrix QR over ours`, atLeast: 50 },
  ];
});

export const TARGETS: readonly Target[] = [
  ...[
    { text: 'WASM ≥ 20 × ml-matrix', figure: 'gemm 512: ml-matrix over WASM', atLeast: 20 },
    { text: 'WASM ≥ 1.8 × numpy-ts', figure: 'gemm 512: numpy-ts over WASM', atLeast: 1.8 },
    { text: 'TypeScript ≥ 8 × ml-matrix', figure: 'gemm 512: ml-matrix over TypeScript', atLeast: 8 },
  ].map((target) => ({ work: 'gemm 512', section: 'kernels', ...target })),
  ...[
    { text: 'WASM ≥ 0.6 of the read bandwidth', figure: 'fused pass: read over WASM', atLeast: 0.6 },
    { text: 'TypeScript ≥ 7 GB/s', figure: 'fused pass: TypeScript', atLeast: 7 },
  ].map((target) => ({ work: 'fused pass 100000 × 100', section: 'kernels', ...target })),
  ...[
    { work: 'FWHT 2^17 × 100 in place', text: '≤ 2.5 × a copy', figure: 'FWHT: WASM over copy', atMost: 2.5 },
    {
      work: 'sampled SRHT 2^17 × 100',
      text: '≤ 1.6 × a copy',
      figure: 'sampled SRHT: WASM over copy',
      atMost: 1.6,
    },
  ].map((target) => ({ section: 'kernels', ...target })),
  ...leastSquares,
  {
    work: '(AᵀA)ʲ, j = 64',
    text: '≤ 1.05 × j = 1',
    section: 'growth',
    figure: 'j = 64 over j = 1',
    atMost: 1.05,
  },
  ...[
    { work: 'attention, n = 1000 direct', text: '≤ 0.3 s', figure: 'n = 1000 direct', atMost: 300 },
    { work: 'attention, n = 2000 to 1e-10', text: '≤ 1 s', figure: 'n = 2000', atMost: 1000 },
    { work: 'attention, n = 8000', text: '≤ 15 s', figure: 'n = 8000', atMost: 15_000 },
  ].map((target) => ({ section: 'attention-times', ...target })),
  {
    work: 'attention, kernel not stored',
    text: 'memory O(nk): n doubled, ≤ 2.2 ×',
    section: 'attention-memory',
    figure: 'memory at n = 16000 over n = 8000',
    atMost: 2.2,
  },
  ...['least squares', '(AᵀA)ʲx = b', 'A(AᵀA)ʲx ≈ b'].map((work) => ({
    work: `growth with n, ${work}`,
    text: 'slope ≤ 1.1',
    section: 'growth',
    figure: `${work}: slope`,
    atMost: 1.1,
  })),
  { work: 'small problem 100 × 5', text: '≤ 50 µs', section: 'small', figure: '100 × 5', atMost: 0.05 },
  {
    work: 'small problems',
    text: 'never slower than ml-matrix',
    section: 'small',
    figure: 'largest time over the faster ml-matrix solve',
    atMost: 1,
  },
  { work: 'package', text: '≤ 60 kB minified and gzipped', section: 'size', figure: 'gzip', atMost: 60 },
];

/** The targets among the figures of a section, those that are there, or null where there are none. */
export function targetTable(section: string, figures: readonly Figure[]): Table | null {
  const rows = TARGETS.filter((target) => target.section === section)
    .filter((target) => figures.some(({ name }) => name === target.figure))
    .map((target) => targetRow(target, figures));
  if (rows.length === 0) return null;
  return { title: 'Targets', header: ['work', 'target', 'measured', 'verdict'], rows };
}

export function targetRow(target: Target, figures: readonly Figure[]): string[] {
  const { work, text, atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = target;
  const figure = figures.find(({ name }) => name === target.figure);
  if (figure === undefined) return [work, text, '', 'not measured'];
  const { value, unit, spread } = figure;
  const range = spread === undefined ? '' : ` [${shortNumber(spread[0])} … ${shortNumber(spread[1])}]`;
  const verdict = value >= atLeast && value <= atMost ? 'reached' : 'NOT reached';
  return [work, text, `${shortNumber(value)}${range} ${unit}`.trim(), verdict];
}
