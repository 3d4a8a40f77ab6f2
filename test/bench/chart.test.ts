import { describe, expect, it } from 'vitest';
import { type Axis, type Chart, COLOURS, chartOption, INK, tickValues } from '../../bench/support/chart';
import type { Series } from '../../bench/support/section';

const log: Axis = { name: 'n', unit: '', scale: 'log' };
const linear: Axis = { name: 'time', unit: 'ms', scale: 'linear' };

/** Relative luminance of WCAG 2. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((k) => {
    const value = Number.parseInt(hex.slice(k, k + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe('the colours of charts', () => {
  it.each([INK, ...COLOURS])('%s has a contrast above 4 on a white and on a dark page', (colour) => {
    expect(contrast(colour, '#ffffff')).toBeGreaterThan(4);
    expect(contrast(colour, '#0d1117')).toBeGreaterThan(4);
  });
});

describe('tickValues', () => {
  it('are round and hold the data on a linear axis, from 0', () => {
    expect(tickValues(linear, 3, 97)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(tickValues(linear, -0.4, 0.9).map((tick) => Number(tick.toFixed(9)))).toEqual([-0.5, 0, 0.5, 1]);
  });

  it('are powers of ten on a long logarithmic axis, with 2 and 5 on a short one', () => {
    expect(tickValues(log, 10, 1e5)).toEqual([10, 100, 1000, 10_000, 100_000]);
    expect(tickValues(log, 1000, 10_000)).toEqual([1000, 2000, 5000, 10_000]);
    expect(tickValues(log, 1e-16, 1).length).toBeLessThanOrEqual(9);
  });
});

interface DrawnAxis {
  readonly name: string;
  readonly axisLine: { readonly onZero: boolean };
}

interface Option {
  readonly series: readonly {
    readonly data: readonly (readonly number[])[];
    readonly color?: string;
    readonly lineStyle?: { readonly type: string };
    readonly endLabel?: { readonly formatter: string };
  }[];
  readonly xAxis: DrawnAxis & { readonly min: number; readonly max: number };
  readonly yAxis: DrawnAxis;
}

const chart: Chart = { title: 'Time', x: log, y: linear, limits: [{ name: 'limit', y: 7 }] };
const lines: Series[] = [
  {
    name: 'ours',
    role: 'ours',
    points: [
      [10, 1],
      [1000, 5],
    ],
  },
  {
    name: 'slope 1',
    role: 'reference',
    points: [
      [10, 2],
      [1000, 4],
    ],
  },
];

describe('chartOption', () => {
  const option = chartOption(chart, lines) as Option;

  it('names the axes with their units and every line at its end', () => {
    expect([option.xAxis.name, option.yAxis.name]).toEqual(['n', 'time, ms']);
    expect(option.series.slice(0, 3).map(({ endLabel }) => endLabel?.formatter)).toEqual([
      'ours',
      'slope 1',
      'limit',
    ]);
  });

  it('draws references and limits dashed, in the colour of the text', () => {
    expect(option.series.slice(0, 3).map(({ lineStyle }) => lineStyle?.type)).toEqual([
      'solid',
      'dashed',
      'dashed',
    ]);
    expect(option.series.slice(0, 3).map(({ color }) => color)).toEqual([COLOURS[0], INK, INK]);
  });

  it('places points of a logarithmic axis at their logarithms, from the least to the largest', () => {
    expect(option.series[0].data).toEqual([
      [1, 1],
      [3, 5],
    ]);
    expect(option.series[2].data).toEqual([
      [1, 7],
      [3, 7],
    ]);
    expect([option.xAxis.min, option.xAxis.max]).toEqual([1, 3]);
  });

  it('draws the axes at the edges, not through 1 of a logarithmic one', () => {
    expect([option.xAxis.axisLine.onZero, option.yAxis.axisLine.onZero]).toEqual([false, false]);
  });

  it('refuses what has no place on a logarithmic axis', () => {
    expect(() => chartOption(chart, [{ name: 'zero', points: [[0, 1]] }])).toThrow(
      'chart: n = 0 has no place on a log axis',
    );
    expect(() => chartOption(chart, [{ name: 'no number', points: [[1, Number.NaN]] }])).toThrow(
      'time = NaN',
    );
  });
});

describe('the font of charts', () => {
  it('has no quotation marks, which would end the attribute it stands in', () => {
    expect(JSON.stringify(chartOption(chart, lines))).not.toContain('\\"');
  });
});
