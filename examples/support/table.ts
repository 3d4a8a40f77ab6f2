/** Aligned text tables: columns of numbers to the right, columns of words to the left. */
type Cell = string | number;

/** Lines of the table, header first; a number is printed as JavaScript prints it, so round before. */
export function formatTable(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const ragged = rows.findIndex((row) => row.length !== header.length);
  if (ragged >= 0) {
    throw new Error(`table: row ${ragged} has ${rows[ragged].length} cells, expected ${header.length}`);
  }
  const text = [header.map(String), ...rows.map((row) => row.map(String))];
  const widths = header.map((_, j) => Math.max(...text.map((row) => [...row[j]].length)));
  const right = header.map((_, j) => rows.length > 0 && rows.every((row) => isNumeric(row[j])));
  return text
    .map((row) =>
      row
        .map((cell, j) => pad(cell, widths[j], right[j]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function printTable(header: readonly string[], rows: readonly (readonly Cell[])[]): void {
  console.log(formatTable(header, rows));
}

function isNumeric(cell: Cell): boolean {
  return typeof cell === 'number' || (cell.trim() !== '' && !Number.isNaN(Number(cell)));
}

/** Counts code points: 'κ' and '‖' take one place, but padStart would count a surrogate pair as two. */
function pad(cell: string, width: number, right: boolean): string {
  const space = ' '.repeat(width - [...cell].length);
  return right ? space + cell : cell + space;
}
