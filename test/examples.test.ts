/** The data files of the examples have the sizes their README states, and the example support keeps its word. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadExampleData, parseCsv } from '../examples/support/csv';
import { formatTable } from '../examples/support/table';

describe('example data', () => {
  const notes = readFileSync(new URL('../examples/data/README.md', import.meta.url), 'utf8');
  const sizes = [...notes.matchAll(/^\| ([\w-]+\.csv) +\| ([\d,]+) × (\d+)/gm)];

  it('has a line with size and source for each file', () => {
    expect(sizes.map((size) => size[1])).toEqual(['digits.csv', 'breast-cancer.csv', 'diabetes.csv']);
  });

  it.each(sizes.map((size) => [size[1], size[2], size[3]]))('%s is %s × %s', (file, rows, columns) => {
    const { A, target } = loadExampleData(file);
    expect([A.rows, A.columns]).toEqual([Number(rows.replace(',', '')), Number(columns)]);
    expect(A.data.length).toBe(A.rows * A.columns);
    expect(target.length).toBe(A.rows);
  });

  it('digits.csv has digits for its target and counts 0 to 16 for its pixels', () => {
    const { A, target } = loadExampleData('digits.csv');
    expect([...new Set(target)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([Math.min(...A.data.subarray(0, 6400)), Math.max(...A.data.subarray(0, 6400))]).toEqual([0, 16]);
  });
});

describe('parseCsv', () => {
  it('splits features from the last column, row-major', () => {
    const { A, target } = parseCsv('t', '1,2,3\r\n4,5,6\r\n');
    expect(A).toEqual({ rows: 2, columns: 2, data: Float64Array.of(1, 2, 4, 5) });
    expect(target).toEqual(Float64Array.of(3, 6));
  });

  it.each([
    ['1,2\n3', 't: line 2 is not 2 numbers: 3'],
    ['1,2\n3,x', 't: line 2 is not 2 numbers: 3,x'],
    ['1,2\n,4', 't: line 2 is not 2 numbers: ,4'],
    ['7\n', 't: expected at least two columns in line 1'],
  ])('refuses %j', (text, message) => {
    expect(() => parseCsv('t', text)).toThrow(message);
  });
});

describe('formatTable', () => {
  it('puts numbers to the right and words to the left', () => {
    const rows = [
      ['direct', 12, '1.0e-16'],
      ['κ²', 3, '-'],
    ];
    expect(formatTable(['method', 'steps', 'error'], rows)).toBe(
      'method  steps  error\ndirect     12  1.0e-16\nκ²          3  -',
    );
  });

  it('refuses a ragged row', () => {
    expect(() => formatTable(['a', 'b'], [[1]])).toThrow('table: row 0 has 1 cells, expected 2');
  });
});
