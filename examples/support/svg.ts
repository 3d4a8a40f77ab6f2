/**
 * Panels of a map figure as SVG text: values as bands of colour, points, colour bars. The page brings its own
 * background, which follows the reader's light or dark setting, so that its text can always be read.
 */

/** Colours for the bands low … low + step …, values outside taking the colour of the nearest band. */
export interface ColourScale {
  readonly low: number;
  readonly step: number;
  readonly colours: readonly string[];
}

/** A square on the page, y downwards. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** Dark to light, equal steps looking equal (viridis). */
export const SEQUENTIAL = ['#440154', '#3b528b', '#21918c', '#5ec962', '#fde725'];
/** Two colours about a neutral middle. */
export const DIVERGING = ['#2166ac', '#67a9cf', '#f2f2f2', '#ef8a62', '#b2182b'];

/** Bands of width `step` from `low` to `high`, coloured along the anchors. */
export function colourScale(
  low: number,
  high: number,
  step: number,
  anchors: readonly string[],
): ColourScale {
  const count = Math.round((high - low) / step);
  if (!(count >= 2))
    throw new Error(`colour scale: ${count} bands from ${low} to ${high}, expected at least 2`);
  return {
    low,
    step,
    colours: Array.from({ length: count }, (_, k) => colourAlong(anchors, k / (count - 1))),
  };
}

/** Number of the band that `value` falls into. */
export function bandOf({ low, step, colours }: ColourScale, value: number): number {
  return Math.min(colours.length - 1, Math.max(0, Math.floor((value - low) / step)));
}

/** Row-major values of a square grid, the row of smallest y first: runs of one band become one rectangle. */
export function heatMap(values: ArrayLike<number>, side: number, scale: ColourScale, box: Box): string {
  const paths = scale.colours.map(() => '');
  for (let row = 0; row < side; row++) {
    for (let start = 0, end: number; start < side; start = end) {
      const band = bandOf(scale, values[row * side + start]);
      for (end = start + 1; end < side && bandOf(scale, values[row * side + end]) === band; ) end++;
      paths[band] += `M${start} ${side - 1 - row}h${end - start}v1h${start - end}z`;
    }
  }
  const fill = (path: string, band: number) =>
    path === '' ? '' : `<path fill="${scale.colours[band]}" d="${path}"/>`;
  const move = `translate(${box.x} ${box.y}) scale(${box.size / side})`;
  return `<g shape-rendering="crispEdges" transform="${move}">${paths.map(fill).join('')}</g>`;
}

/** Points of the square [0, extent]² as dots in the colour of their value. */
export function dots(
  points: { readonly x: ArrayLike<number>; readonly y: ArrayLike<number>; readonly value: ArrayLike<number> },
  extent: number,
  scale: ColourScale,
  box: Box,
): string {
  const paths = scale.colours.map(() => '');
  for (let i = 0; i < points.value.length; i++) {
    const [u, v] = place(box, extent, points.x[i], points.y[i]);
    paths[bandOf(scale, points.value[i])] += `M${u} ${v}h0`;
  }
  const draw = (path: string, band: number) =>
    path === '' ? '' : `<path stroke="${scale.colours[band]}" d="${path}"/>`;
  const { x, y, size } = box;
  // an inner svg cuts off what the dots at the rim would paint outside
  return [
    `<svg x="${x}" y="${y}" width="${size}" height="${size}" viewBox="${x} ${y} ${size} ${size}" aria-hidden="true">`,
    `<rect class="ground" x="${x}" y="${y}" width="${size}" height="${size}"/>`,
    `<g fill="none" stroke-width="6" stroke-linecap="round">${paths.map(draw).join('')}</g></svg>`,
  ].join('');
}

/** Triangles with a light rim, which stand out on any colour. */
export function masts(
  at: readonly { readonly x: number; readonly y: number }[],
  extent: number,
  box: Box,
): string {
  return at
    .map((mast) => place(box, extent, mast.x, mast.y))
    .map(([x, y]) => `<path class="mast" d="M${round(x - 6)} ${round(y + 5)}h12l-6 -11z"/>`)
    .join('');
}

/** A title above, a frame, and ticks at 0, half and the whole of the extent where asked. */
export function frame(
  title: string,
  extent: number,
  box: Box,
  ticks: { left: boolean; below: boolean },
): string {
  const marks = [0, extent / 2, extent].map((value) => {
    const [x, y] = place(box, extent, value, value);
    const left = ticks.left ? text(box.x - 7, y + 4, String(value), 'end') : '';
    return left + (ticks.below ? text(x, box.y + box.size + 17, String(value), 'middle') : '');
  });
  const rim = `<rect class="rim" x="${box.x}" y="${box.y}" width="${box.size}" height="${box.size}"/>`;
  return rim + text(box.x, box.y - 9, title, 'start', 'title') + marks.join('');
}

/** A horizontal bar of the bands, what they measure, and a label every `every` bands; the outermost are open. */
export function colourBar(
  scale: ColourScale,
  caption: string,
  every: number,
  bar: { readonly x: number; readonly y: number; readonly width: number },
): string {
  const { low, step, colours } = scale;
  const width = bar.width / colours.length;
  const edge = (k: number) => round(bar.x + k * width);
  const cells = colours.map(
    (colour, k) =>
      `<rect fill="${colour}" x="${edge(k)}" y="${bar.y}" width="${round(edge(k + 1) - edge(k))}" height="14"/>`,
  );
  const labels = Array.from({ length: Math.floor(colours.length / every) + 1 }, (_, k) => {
    const [open, anchor] =
      k === 0 ? ['≤ ', 'start'] : k * every === colours.length ? ['≥ ', 'end'] : ['', 'middle'];
    const value = String(round(low + k * every * step)).replace('-', '−');
    return text(edge(k * every), bar.y + 31, open + value, anchor);
  });
  const rim = `<rect class="rim" x="${bar.x}" y="${bar.y}" width="${bar.width}" height="14"/>`;
  const bands = `<g shape-rendering="crispEdges">${cells.join('')}</g>`;
  return bands + rim + labels.join('') + text(bar.x, bar.y - 7, caption, 'start');
}

/** The whole file. `name` is read out where the picture cannot be seen. */
export function page(width: number, height: number, name: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(name)}</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

const STYLE = [
  'text{font:13px system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;fill:#3d444d}',
  '.title{font-weight:600;font-size:14px;fill:#1f2328}',
  '.page{fill:#fff}.ground{fill:#d4d8dd}.rim{fill:none;stroke:#8b949e}',
  '.mast{fill:#fff;stroke:#000;stroke-width:1.5;stroke-linejoin:round}',
  '@media(prefers-color-scheme:dark){text{fill:#b7bfc8}.title{fill:#f0f3f6}',
  '.page{fill:#0d1117}.rim{stroke:#6e7681}}',
].join('');

function text(x: number, y: number, words: string, anchor: string, style = ''): string {
  const look = style === '' ? '' : ` class="${style}"`;
  return `<text${look} x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escaped(words)}</text>`;
}

function place(box: Box, extent: number, x: number, y: number): [number, number] {
  return [round(box.x + (box.size * x) / extent), round(box.y + box.size * (1 - y / extent))];
}

function colourAlong(anchors: readonly string[], share: number): string {
  const position = share * (anchors.length - 1);
  const k = Math.min(anchors.length - 2, Math.floor(position));
  const channel = (colour: string, c: number) => Number.parseInt(colour.slice(1 + 2 * c, 3 + 2 * c), 16);
  const mixed = [0, 1, 2].map((c) => {
    const from = channel(anchors[k], c);
    return Math.round(from + (position - k) * (channel(anchors[k + 1], c) - from));
  });
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** Two decimals are finer than a pixel and keep the file small. */
function round(value: number): number {
  return Math.round(100 * value) / 100;
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
