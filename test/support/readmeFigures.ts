/**
 * Measured figures that a Markdown text quotes, held against the stored results of the bench. A table or paragraph with
 * figures follows a line `<!-- figures: NAME, NAME -->` that names the sections which print them.
 *
 * Checked in such a block, up to the next blank line: in a table every number of the body but those of the first
 * column, which names the row; elsewhere, and in the first column, every number with a unit. Not figures: sizes
 * (100000 × 100), settings (n = 2000), what stands in backticks, and numbers that are part of a word (30d).
 */

/** What of a stored result is looked at. */
export interface Printed {
  readonly name: string;
  readonly quick: boolean;
  readonly tables: readonly { readonly rows: readonly (readonly (string | number)[])[] }[];
  readonly figures: readonly { readonly value: number; readonly unit: string }[];
}

export interface FigureBlock {
  /** Line of the marker, from 1. */
  readonly line: number;
  readonly sections: readonly string[];
  readonly lines: readonly string[];
}

export interface Quoted {
  /** As written, with − as - and without commas. */
  readonly text: string;
  /** Empty where none is written. */
  readonly unit: string;
}

const MARKER = /^<!--\s*figures:\s*(.*?)\s*-->$/;
const UNIT = /^\s?(ms|µs|s|GF\/s|GB\/s|kB|MB|u|%|×|times)(?![\p{L}\d/])/u;
const NUMBER = /(?<![\p{L}\d.,_⁻])[-−]?\d+(?:,\d{3})*(?:\.\d+)*(?:e[-+−]?\d+)?(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?/gu;
/** Between the two numbers of a range, which share the unit of the second. */
const RANGE = /^\s*(?:to|and|or|…|–)\s*$/;
/** What may stand outside of marked blocks in no prose. */
const STRAY = /(?<![\p{L}\d.])\d[\d,.]*\s?(?:(?:ms|µs|GF\/s|GB\/s|kB)(?![\p{L}\d/])|times as fast)/u;
const STRAY_HEADER = /(?<![\p{L}/])(?:ms|µs|GF\/s|GB\/s|kB)(?![\p{L}/])/u;

/** What is wrong with the figures of a text, one line each. `load` gives a stored result where there is one. */
export function figureFaults(markdown: string, load: (section: string) => Printed | undefined): string[] {
  const { blocks, rest } = figureBlocks(markdown);
  return [...blocks.flatMap((block) => blockFaults(block, load)), ...rest.flatMap(strayFaults)];
}

interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** The marked blocks, and every other line outside of fences. */
export function figureBlocks(markdown: string): { blocks: FigureBlock[]; rest: Line[] } {
  const blocks: { line: number; sections: string[]; lines: string[] }[] = [];
  const rest: Line[] = [];
  let fence = '';
  let open = false;
  for (const [i, text] of markdown.split(/\r?\n/).entries()) {
    const mark = /^\s*(`{3,}|~{3,})/.exec(text)?.[1] ?? '';
    if (fence !== '' || mark !== '') {
      fence = fence === '' ? mark : text.trim() === fence ? '' : fence;
      open = false;
      continue;
    }
    const marker = MARKER.exec(text.trim());
    const block = blocks[blocks.length - 1];
    if (marker !== null) {
      blocks.push({ line: i + 1, sections: marker[1].split(/\s*,\s*/), lines: [] });
      open = true;
    } else if (open && text.trim() === '' && block.lines.length > 0) open = false;
    else if (open && text.trim() !== '') block.lines.push(text);
    else rest.push({ number: i + 1, text });
  }
  return { blocks, rest };
}

function blockFaults(block: FigureBlock, load: (section: string) => Printed | undefined): string[] {
  const at = `figures at line ${block.line}`;
  const results: Printed[] = [];
  for (const section of block.sections) {
    const result = load(section);
    if (result === undefined) return [`${at}: there is no stored result of '${section}'`];
    if (result.quick) return [`${at}: the stored result of '${section}' is of a quick run`];
    results.push(result);
  }
  const quoted = quotedFigures(block.lines);
  if (quoted.length === 0) return [`${at}: no figure in the block that follows`];
  return quoted
    .filter((figure) => !results.some((result) => isPrinted(figure, result)))
    .map(({ text, unit }) => `${at}: ${`${text} ${unit}`.trim()} is not in ${block.sections.join(', ')}`);
}

/** The figures of a block's lines. */
export function quotedFigures(lines: readonly string[]): Quoted[] {
  const isTable = lines.every((line) => line.trim().startsWith('|'));
  if (!isTable) return numbersIn(lines.join(' ')).filter(({ unit }) => unit !== '');
  return lines.slice(2).flatMap((line) => {
    const [first, ...others] = line
      .trim()
      .replace(/^\||\|$/g, '')
      .split('|');
    return [...numbersIn(first).filter(({ unit }) => unit !== ''), ...others.flatMap(numbersIn)];
  });
}

function numbersIn(text: string): Quoted[] {
  const plain = text
    .replace(/`[^`]*`|\]\([^)]*\)/g, ' ` ')
    .replace(/\d[\d,]*(?: × \d[\d,]*)+/g, ' ` ')
    .replace(/= [-−]?\d[\d,.]*(?:e[-+−]?\d+)?(?:·10)?[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]*/g, ' ` ');
  const found: (Quoted & { readonly end: number; readonly start: number })[] = [];
  for (const match of plain.matchAll(NUMBER)) {
    const end = match.index + match[0].length;
    const after = plain.slice(end);
    const unit = UNIT.exec(after)?.[1] ?? '';
    if (unit === '' && /^[\p{L}\d⁻⁰¹²³⁴⁵⁶⁷⁸⁹]/u.test(after)) continue; // 30d, 10⁶
    if (match[0].split('.').length > 2) continue; // a version
    found.push({ text: match[0].replace(/−/g, '-').replace(/,/g, ''), unit, start: match.index, end });
  }
  return found.map(({ text, unit, end }, k) => {
    const next = found[k + 1];
    const shared = unit === '' && next !== undefined && RANGE.test(plain.slice(end, next.start));
    return { text, unit: shared ? next.unit : unit };
  });
}

/** Printed so in a cell of a table, or a figure rounded to the digits quoted. */
export function isPrinted(quoted: Quoted, { tables, figures }: Printed): boolean {
  const wanted = canonical(quoted.text);
  const cells = tables.flatMap(({ rows }) => rows.flat()).map(String);
  if (cells.some((cell) => (cell.match(NUMBER) ?? []).some((token) => canonical(token) === wanted)))
    return true;
  return figures.some(({ value, unit }) => {
    const factor = factorOf(unit, quoted.unit);
    return factor !== null && roundsTo(factor * value, quoted.text);
  });
}

function canonical(text: string): string {
  return text
    .replace(/−/g, '-')
    .replace(/,(?=\d{3})/g, '')
    .replace('e+', 'e');
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, ms: 1e-3, µs: 1e-6 };
const RATIOS = ['×', 'times', ''];

/** From the unit of a figure to the one quoted; null where they measure different things. */
function factorOf(stored: string, quoted: string): number | null {
  if (quoted === '' || quoted === stored) return 1;
  if (stored in SECONDS && quoted in SECONDS) return SECONDS[stored] / SECONDS[quoted];
  if (quoted === '%' && RATIOS.includes(stored)) return 100;
  return RATIOS.includes(stored) && (RATIOS.includes(quoted) || quoted === 'u') ? 1 : null;
}

/** Whether the value, rounded to the digits of the text, is what the text says. */
export function roundsTo(value: number, text: string): boolean {
  const raised = /^(.*)·10(.+)$/.exec(text);
  const plain = raised === null ? text : `${raised[1]}e${fromSuperscript(raised[2])}`;
  const [mantissa, exponent = '0'] = plain.split('e');
  const decimals = mantissa.split('.')[1]?.length ?? 0;
  const unit = 10 ** (Number(exponent) - decimals);
  return Math.abs(value - Number(plain)) <= unit * (0.5 + 1e-6);
}

function fromSuperscript(text: string): string {
  return [...text].map((c) => (c === '⁻' ? '-' : '⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(c))).join('');
}

function strayFaults({ number, text }: Line, k: number, rest: readonly Line[]): string[] {
  const plain = text.replace(/`[^`]*`/g, ' ');
  const found = STRAY.exec(plain)?.[0];
  if (found !== undefined) return [`line ${number}: ${found} stands in no block of figures`];
  const isHeader = /^\s*\|[\s:|-]+\|\s*$/.test(rest[k + 1]?.text ?? '');
  const unit = isHeader ? STRAY_HEADER.exec(plain)?.[0] : undefined;
  return unit === undefined ? [] : [`line ${number}: a table in ${unit} is no block of figures`];
}
