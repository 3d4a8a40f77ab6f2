/** Results as files: bench/results/NAME.json and NAME.svg, those of quick runs in bench/results/tmp. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { drawChart } from './chart';
import type { StoredResult } from './section';

/** Digits that a stored number keeps; what lies below them is noise of the clock. */
const DIGITS = 6;

/** Relative to bench/dist, where the bundle runs. */
function folder(quick: boolean): string {
  return fileURLToPath(new URL(quick ? '../results/tmp/' : '../results/', import.meta.url));
}

/** Returns the names of the files, relative to the project. */
export async function store(result: StoredResult): Promise<string[]> {
  const { name, quick, chart, series = [] } = result;
  mkdirSync(folder(quick), { recursive: true });
  const shown = quick ? 'bench/results/tmp/' : 'bench/results/';
  writeFileSync(`${folder(quick)}${name}.json`, `${JSON.stringify(result, rounded, 1)}\n`);
  if (chart === undefined) return [`${shown}${name}.json`];
  const svg = await drawChart(chart, series);
  if (svg === null) return [`${shown}${name}.json`];
  writeFileSync(`${folder(quick)}${name}.svg`, svg);
  return [`${shown}${name}.json`, `${shown}${name}.svg`];
}

export function readStored(name: string, quick: boolean): StoredResult {
  const file = `${folder(quick)}${name}.json`;
  if (!existsSync(file)) throw new Error(`there is no stored result of ${name}: npm run bench -- ${name}`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(DIGITS)) : value;
}
