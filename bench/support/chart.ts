/**
 * One SVG picture from the description of a chart. The background is transparent and every colour has a contrast
 * above 4 to white and to a dark page (#0d1117) alike, since a picture does not know the page it is shown on. Names stand
 * at the ends of their lines. Drawn by echarts without a browser.
 */
import type { Series } from './section';

export interface Axis {
  readonly name: string;
  /** Empty for pure numbers. */
  readonly unit: string;
  readonly scale: 'linear' | 'log';
}

export interface Chart {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /** Horizontal lines, such as a limit. */
  readonly limits?: readonly { readonly name: string; readonly y: number }[];
}

export const INK = '#717985';
export const COLOURS: readonly string[] = [
  '#1376e8',
  '#be5e0a',
  '#22894d',
  '#a056d5',
  '#e23250',
  '#19858f',
  '#997226',
];

const WIDTH = 860;
const HEIGHT = 480;
/** Without quotation marks: echarts puts the names into an attribute as they are. */
const FONT = 'system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif';
const TEXT = { color: INK, fontFamily: FONT, fontSize: 14 };
/** Of a logarithmic axis of values below the data, for the names that move down from where lines end. */
const LABEL_SHARE = 0.06;
/** Width of a bold character of the labels, on average. */
const CHARACTER = 8.4;

interface Echarts {
  init(
    element: null,
    theme: null,
    options: object,
  ): { setOption(option: object): void; renderToSVGString(): string; dispose(): void };
}

/** The SVG, or null where echarts is not installed. */
export async function drawChart(chart: Chart, series: readonly Series[]): Promise<string | null> {
  const name = 'echarts';
  let echarts: Echarts;
  try {
    echarts = await import(name);
  } catch {
    console.error('no chart is drawn: echarts is not installed in bench/node_modules');
    return null;
  }
  const picture = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  picture.setOption(chartOption(chart, series));
  const svg = picture.renderToSVGString();
  picture.dispose(); // its timers keep the process alive
  return `${svg}\n`;
}

/** What echarts is told. Logarithmic axes are linear ones of the logarithm: they then begin and end at the data. */
export function chartOption(chart: Chart, series: readonly Series[]): object {
  const lines = [...series, ...limitLines(chart, series)];
  const [xs, ys] = [0, 1].map((k) => lines.flatMap(({ points }) => points.map((point) => point[k])));
  const longest = Math.max(...lines.map(({ name }) => name.length));
  return {
    animation: false,
    backgroundColor: 'transparent',
    title: { text: chart.title, left: 8, top: 6, textStyle: { ...TEXT, fontSize: 17, fontWeight: 600 } },
    grid: { left: 76, right: Math.min(300, 24 + CHARACTER * longest), top: 70, bottom: 62 },
    xAxis: { ...axisOption(chart.x, xs), nameLocation: 'middle', nameGap: 38 },
    yAxis: {
      ...axisOption(chart.y, ys, LABEL_SHARE),
      nameLocation: 'end',
      nameGap: 14,
      nameTextStyle: { ...TEXT, align: 'left', padding: [0, 0, 0, -60] },
    },
    series: [...lines.map((line, k) => lineOption(chart, line, k)), gridOption(chart.y, ys)],
  };
}

function limitLines({ limits = [] }: Chart, series: readonly Series[]): Series[] {
  const xs = series.flatMap(({ points }) => points.map(([x]) => x));
  const ends = [Math.min(...xs), Math.max(...xs)];
  return limits.map(({ name, y }) => ({ name, role: 'reference', points: ends.map((x) => [x, y] as const) }));
}

function lineOption(chart: Chart, { name, points, role = 'other' }: Series, k: number): object {
  const colour = role === 'reference' ? INK : COLOURS[k % COLOURS.length];
  const width = role === 'ours' ? 3 : role === 'reference' ? 1.5 : 2;
  return {
    type: 'line',
    name,
    data: points.map(([x, y]) => [position(chart.x, x), position(chart.y, y)]),
    showSymbol: role !== 'reference',
    symbol: 'circle',
    symbolSize: role === 'ours' ? 8 : 6,
    color: colour,
    lineStyle: { width, type: role === 'reference' ? 'dashed' : 'solid' },
    endLabel: {
      ...TEXT,
      show: true,
      formatter: name,
      color: colour,
      fontWeight: role === 'ours' ? 700 : 400,
      distance: 8,
    },
    labelLayout: { moveOverlap: 'shiftY' },
  };
}

/** Faint horizontal lines at the ticks. */
function gridOption(axis: Axis, values: readonly number[]): object {
  const ticks = tickValues(axis, Math.min(...values), Math.max(...values));
  return {
    type: 'line',
    data: [],
    silent: true,
    markLine: {
      silent: true,
      symbol: 'none',
      label: { show: false },
      lineStyle: { color: INK, type: 'solid', width: 1, opacity: 0.25 },
      data: ticks.map((tick) => ({ yAxis: position(axis, tick) })),
    },
  };
}

/** @param margin - share of a logarithmic axis that is left free below the data. */
function axisOption(axis: Axis, values: readonly number[], margin = 0): object {
  const ticks = tickValues(axis, Math.min(...values), Math.max(...values));
  const places = ticks.map((tick) => position(axis, tick));
  const inner = values.map((value) => position(axis, value));
  const [least, most] = [Math.min(...places, ...inner), Math.max(...places, ...inner)];
  const line = { lineStyle: { color: INK } };
  return {
    type: 'value',
    name: axis.unit === '' ? axis.name : `${axis.name}, ${axis.unit}`,
    nameTextStyle: TEXT,
    min: axis.scale === 'log' ? least - margin * (most - least) : least,
    max: most,
    axisLine: { show: true, onZero: false, ...line }, // the zero of a logarithmic axis is 1
    axisTick: { show: true, customValues: places, ...line },
    axisLabel: { ...TEXT, customValues: places, formatter: (place: number) => tickText(axis, place) },
    splitLine: { show: false },
  };
}

function position({ name, scale }: Axis, value: number): number {
  if (!Number.isFinite(value) || (scale === 'log' && value <= 0))
    throw new Error(`chart: ${name} = ${value} has no place on a ${scale} axis`);
  return scale === 'log' ? Math.log10(value) : value;
}

/** Round numbers from least to largest, about five of them; on a long logarithmic axis powers of ten. */
export function tickValues({ scale }: Axis, least: number, largest: number): number[] {
  if (scale === 'linear') {
    const rough = (largest - Math.min(0, least)) / 5;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
    const first = Math.floor(Math.min(0, least) / step);
    const count = Math.ceil(largest / step - 1e-9) - first;
    return Array.from({ length: count + 1 }, (_, k) => (first + k) * step);
  }
  const [low, high] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(largest))];
  const decades = Math.log10(largest / least);
  const digits = decades > 2.5 ? [1] : decades > 1.2 ? [1, 3] : [1, 2, 5];
  const every = Math.max(1, Math.ceil(decades / 8));
  const ticks: number[] = [];
  for (let power = low; power <= high; power += every)
    for (const digit of digits) ticks.push(digit * 10 ** power);
  const slack = 1 + 1e-9;
  return ticks.filter((tick) => tick * slack >= least / 1.6 && tick <= largest * 1.6 * slack);
}

function tickText({ scale }: Axis, place: number): string {
  if (scale === 'linear') return `${Number(place.toPrecision(6))}`;
  const value = Number((10 ** place).toPrecision(6));
  if (value >= 1e-3 && value < 1e5) return `${value}`;
  const power = Math.floor(place + 1e-9);
  const digit = Math.round(value / 10 ** power);
  const raised = [...`${power}`].map((c) => (c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)])).join('');
  return digit === 1 ? `10${raised}` : `${digit}·10${raised}`;
}
