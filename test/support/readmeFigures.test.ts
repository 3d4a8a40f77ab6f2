import { describe, expect, it } from 'vitest';
import {
  figureBlocks,
  figureFaults,
  isPrinted,
  type Printed,
  quotedFigures,
  roundsTo,
} from './readmeFigures';

const kernels: Printed = {
  name: 'kernels',
  quick: false,
  tables: [{ rows: [['gemm 512', '17.4 [17.1 … 18.0]', '1,234', 12, '1e+8', '−0.02']] }],
  figures: [
    { value: 1489.9, unit: 'ms' },
    { value: 23.456, unit: '×' },
    { value: 8.91, unit: 'GB/s' },
    { value: 3.4e-13, unit: '' },
  ],
};
const load = (name: string) =>
  name === 'kernels' ? kernels : name === 'hasty' ? { ...kernels, name, quick: true } : undefined;

const table = (cells: string) => `<!-- figures: kernels -->

| work | ms | ratio |
| ---- | -- | ----- |
| ${cells} |

Prose.
`;
const faults = (markdown: string) => figureFaults(markdown, load);

describe('figureBlocks', () => {
  it('takes what follows a marker up to the blank line, and leaves out fences', () => {
    const { blocks, rest } = figureBlocks(
      'a\n<!-- figures: x, y-z -->\nb 1 ms\nc\n\nd\n```sh\n<!-- figures: no -->\n3 ms\n```\ne',
    );
    expect(blocks).toEqual([{ line: 2, sections: ['x', 'y-z'], lines: ['b 1 ms', 'c'] }]);
    expect(rest.map(({ text }) => text)).toEqual(['a', 'd', 'e']);
  });

  it('lets blank lines stand between the marker and its block', () => {
    expect(figureBlocks('<!-- figures: x -->\n\n| a |\n| - |\n| 1 |\n\nafter').blocks[0].lines).toHaveLength(
      3,
    );
  });
});

describe('quotedFigures', () => {
  const texts = (...lines: string[]) => quotedFigures(lines).map(({ text, unit }) => `${text}${unit}`);

  it('of a paragraph are the numbers with a unit, both of a range', () => {
    expect(
      texts('It took 3.5 ms at n = 2000, 1.5 to 1.8 times as long, 8.9 GB/s, 40%,', '2 s, 0.9u and 7.'),
    ).toEqual(['3.5ms', '1.5times', '1.8times', '8.9GB/s', '40%', '2s', '0.9u']);
  });

  it('of a table are all numbers of the body, but for the names of the rows', () => {
    expect(texts('| work 1 | ms 2 |', '| --- | --- |', '| gemm 512, 3 ms | 17.4 (16 steps) |')).toEqual([
      '3ms',
      '17.4',
      '16',
    ]);
  });

  it('are not sizes, settings, code, versions or parts of words', () => {
    const cell =
      '100000 × 100, n = 2000, γ = ρ = 1e-2, κ(A) = 10⁶, `0.8`, 30d, Node 20.20.2, R¹⁰, 2⁻⁵⁰, [x](a/3)';
    expect(texts('| a | b |', '| - | - |', `| x | ${cell} |`)).toEqual([]);
  });

  it('may have signs, thousands and powers of ten', () => {
    expect(texts('| a | b |', '| - | - |', '| x | −0.02, 1,234, 3.4·10⁻¹³, 2e-8, 1e+8 |')).toEqual([
      ...['-0.02', '1234', '3.4·10⁻¹³', '2e-8', '1e+8'],
    ]);
  });
});

describe('roundsTo', () => {
  it('keeps the digits quoted, and no others', () => {
    expect(['23', '23.5', '23.46', '23.456'].map((text) => roundsTo(23.456, text))).toEqual(
      Array(4).fill(true),
    );
    expect(['24', '23.4', '23.45', '23.457'].map((text) => roundsTo(23.456, text))).toEqual(
      Array(4).fill(false),
    );
    expect(['3e-13', '3.4e-13', '3.4·10⁻¹³'].map((text) => roundsTo(3.4e-13, text))).toEqual(
      Array(3).fill(true),
    );
    expect(['4e-13', '3e-12', '3.4·10⁻¹²'].map((text) => roundsTo(3.4e-13, text))).toEqual(
      Array(3).fill(false),
    );
  });
});

describe('isPrinted', () => {
  const printed = (text: string, unit = '') => isPrinted({ text, unit }, kernels);

  it('finds numbers of cells as a whole', () => {
    expect(['17.4', '18.0', '1234', '12', '1e8', '-0.02'].map((text) => printed(text))).toEqual(
      Array(6).fill(true),
    );
    expect(['17', '7.4', '18', '234', '0.02', '1e9'].map((text) => printed(text))).toEqual(
      Array(6).fill(false),
    );
  });

  it('converts times and percent, and does not take one kind of figure for another', () => {
    expect([printed('1.49', 's'), printed('1490', 'ms'), printed('1489.9', 'ms')]).toEqual(
      Array(3).fill(true),
    );
    expect([printed('23.5', '×'), printed('2346', '%'), printed('8.9', 'GB/s')]).toEqual(Array(3).fill(true));
    expect([printed('1.49', 'ms'), printed('23.5', 'ms'), printed('8.9', '×')]).toEqual(Array(3).fill(false));
  });
});

describe('figureFaults', () => {
  it('finds none where everything is as printed', () => {
    expect(faults(table('gemm 512 × 512 | 17.4 | 23.5'))).toEqual([]);
    expect(faults('<!-- figures: kernels -->\nIt takes 1.49 s, 23.5 times as fast, n = 3.')).toEqual([]);
  });

  it('finds a changed digit', () => {
    expect(faults(table('gemm 512 × 512 | 17.5 | 23.5'))).toEqual([
      'figures at line 1: 17.5 is not in kernels',
    ]);
    expect(faults(table('gemm 512 × 512 | 17.4 | 23.4'))).toHaveLength(1);
    expect(faults('<!-- figures: kernels -->\nIt takes 1.48 s.')).toHaveLength(1);
  });

  it('finds blocks without a result, of a quick run, or without a figure', () => {
    expect(faults('<!-- figures: nothing -->\n3 ms')).toEqual([
      "figures at line 1: there is no stored result of 'nothing'",
    ]);
    expect(faults('<!-- figures: kernels, hasty -->\n17.4 ms')).toEqual([
      "figures at line 1: the stored result of 'hasty' is of a quick run",
    ]);
    expect(faults('<!-- figures: kernels -->\n\n')).toEqual([
      'figures at line 1: no figure in the block that follows',
    ]);
  });

  it('finds figures outside of blocks, in prose and in tables, not in code', () => {
    for (const figure of ['3 ms', '40 µs', '16 GF/s', '8.9 GB/s', '58 kB', '3.5 times as fast'])
      expect(faults(`It has ${figure}.`)).toEqual([`line 1: ${figure} stands in no block of figures`]);
    expect(faults('| work | time, ms |\n| --- | --- |\n| x | 3 |')).toEqual([
      'line 1: a table in ms is no block of figures',
    ]);
    expect(faults('```text\n3 ms\n```\nIn `3 ms`, 64 MB, 2 s, 3 items, 5 msec.')).toEqual([]);
    expect(faults(`${table('gemm | 17.4 | 23.5')}\nand 3 ms`)).toHaveLength(1);
  });
});
