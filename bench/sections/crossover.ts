/** From which size on each WebAssembly kernel takes less time than the one in TypeScript: the source of src/dense/crossover.ts. */
import { setKernels } from 'sketchsolve';
import * as crossovers from '../../src/dense/crossover';
import { FAMILIES, type Family } from '../support/crossoverCases';
import { kernelSets, withKernels } from '../support/kernelSets';
import type { Cell, Context, Figure, Section, Series } from '../support/section';
import {
  interleave,
  type Ratio,
  ratioOf,
  ratioText,
  repeatsFor,
  shortNumber,
  type Timing,
} from '../support/timing';

/** Of one sample. */
const SAMPLE_MS = 0.3;
const WARM_MS = 30;
const QUICK_SIZES = 2;

interface Point {
  readonly size: number;
  readonly measure: number;
  readonly wasm: Timing;
  readonly typescript: Timing;
  /** Time of WebAssembly over that of TypeScript. */
  readonly ratio: Ratio;
}

export const crossover: Section = {
  name: 'crossover',
  shows: 'from which size on each WebAssembly kernel beats the one in TypeScript',
  seconds: { quick: 6, full: 60 },
  async run(context) {
    if (!kernelSets().includes('WASM')) return { tables: [], figures: [] };
    const constants = new Map<string, unknown>(Object.entries(crossovers));
    const measured: { family: Family; points: Point[] }[] = [];
    for (const family of FAMILIES.filter(({ constant }) => constants.has(constant))) {
      context.progress(`${family.constant}: ${family.kernel}`);
      measured.push({ family, points: await measureFamily(family, context) });
    }
    setKernels('auto');
    return {
      tables: [
        {
          title:
            'Least size from which WebAssembly takes less time at every larger one, and the constant in use',
          header: ['constant', 'kernel', 'from', 'in use'],
          rows: measured.map(({ family, points }) => [
            ...[family.constant, family.kernel, `${leastFaster(points) ?? 'never'}`],
            `${constants.get(family.constant)}`,
          ]),
        },
        {
          title: 'µs a call, medians; ratio of WebAssembly to TypeScript, median [quartiles]',
          header: ['kernel', 'n', 'size', 'WASM', 'TypeScript', 'ratio'],
          rows: measured.flatMap(({ family, points }) => points.map((point) => pointRow(family, point))),
        },
      ],
      figures: measured.flatMap(({ family, points }): Figure[] => {
        const least = leastFaster(points);
        const name = `${family.constant}: ${family.kernel}`;
        return least === undefined ? [] : [{ name, value: least, unit: '' }];
      }),
      series: measured.map(
        ({ family, points }): Series => ({
          name: `${family.constant}: ${family.kernel}`,
          points: points.map(({ measure, ratio }) => [measure, ratio.median]),
        }),
      ),
    };
  },
};

async function measureFamily({ sizes, at }: Family, { quick, rounds }: Context): Promise<Point[]> {
  const points: Point[] = [];
  for (const size of quick ? sizes.slice(-QUICK_SIZES) : sizes) {
    const { measure, run } = at(size);
    const contenders = (['wasm', 'typescript'] as const).map((name) => {
      setKernels(name);
      return withKernels(name, { name, run, repeats: repeatsFor(run, SAMPLE_MS, WARM_MS) });
    });
    const [wasm, typescript] = await interleave(contenders, rounds);
    points.push({ size, measure, wasm, typescript, ratio: ratioOf(wasm, typescript) });
  }
  return points;
}

/** undefined: TypeScript is as fast at the largest size. */
function leastFaster(points: readonly Point[]): number | undefined {
  const last = points.findLastIndex(({ ratio }) => ratio.median >= 1);
  return points[last + 1]?.measure;
}

function pointRow({ kernel }: Family, { size, measure, wasm, typescript, ratio }: Point): Cell[] {
  const micro = ({ medianMs }: Timing) => shortNumber(1000 * medianMs);
  return [kernel, size, measure, micro(wasm), micro(typescript), ratioText(ratio)];
}
