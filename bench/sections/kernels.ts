/** Each kernel on both sets against what bounds it (a read, a copy) and against other libraries. */
import { agree } from '../support/agreement';
import { KERNEL_CASES, type KernelCase, type Reference } from '../support/kernelCases';
import { type KernelSet, kernelContender, kernelSets, onKernels } from '../support/kernelSets';
import type { Cell, Context, Figure, Section } from '../support/section';
import {
  type Contender,
  interleave,
  ratioFigure,
  ratioOf,
  ratioText,
  shortNumber,
  type Timing,
  timeText,
  warmed,
} from '../support/timing';

/** Of what the kernels are compared with. */
const QUICK_RUNS = 2;

export const kernels: Section = {
  name: 'kernels',
  shows: 'the kernels in WebAssembly and TypeScript against bounds of the machine and other libraries',
  seconds: { quick: 14, full: 200 },
  async run(context) {
    const [rows, figures]: [Cell[][], Figure[]] = [[], []];
    const peers = await context.peers();
    for (const make of KERNEL_CASES) {
      const kernel = make(context.quick, peers);
      context.progress(`${kernel.name}, ${kernel.shape}`);
      const timings = await measure(kernel, context);
      rows.push(...tableRows(kernel, timings));
      figures.push(...figuresOf(kernel, timings));
    }
    const header = ['kernel', 'size', 'by', 'ms, median [min … max]', 'rate', 'runs', 'time over WASM'];
    return { tables: [{ title: 'Kernels, both sets checked against each other', header, rows }], figures };
  },
};

async function measure(kernel: KernelCase, { quick, rounds }: Context): Promise<Timing[]> {
  const sets = kernelSets();
  const results = sets.map((set) => answer(kernel, set));
  results.forEach((result, k) => {
    agree(`${kernel.name}, ${sets[k]}`, result, results[0], kernel.tolerance);
  });
  for (const { name, result } of kernel.references)
    if (result !== undefined) agree(`${kernel.name}, ${name}`, result(), results[0], kernel.tolerance);
  return interleave(
    [
      ...sets.map((set) => kernelContender(set, kernel)),
      ...kernel.references.map((reference) =>
        quick ? { ...reference, runs: QUICK_RUNS } : settled(reference),
      ),
    ],
    rounds,
  );
}

function settled(reference: Reference): Contender {
  return reference.runs === undefined ? warmed(reference) : reference;
}

function answer(kernel: KernelCase, set: KernelSet): Float64Array {
  return onKernels(set, () => {
    kernel.before?.();
    kernel.run();
    return kernel.result().slice();
  });
}

function tableRows({ name, shape, amount, unit }: KernelCase, timings: readonly Timing[]): Cell[][] {
  return timings.map((timing) => [
    name,
    shape,
    timing.name,
    timeText(timing),
    `${shortNumber(rate(amount, timing))} ${unit}`,
    timing.runs,
    timing === timings[0] ? '1' : ratioText(ratioOf(timing, timings[0])),
  ]);
}

/** The rate of each set, and every other contender over each set: 'gemm 512: ml-matrix over WASM'. */
function figuresOf({ name, amount, unit }: KernelCase, timings: readonly Timing[]): Figure[] {
  const isOurs = ({ name }: Timing) => name === 'WASM' || name === 'TypeScript';
  const rates = timings.map((timing) => ({
    name: `${name}: ${timing.name}`,
    value: rate(amount, timing),
    unit,
  }));
  const ratios = timings
    .filter(isOurs)
    .flatMap((ours) =>
      timings
        .filter((other) => other !== ours)
        .flatMap((other) => [
          ratioFigure(`${name}: ${other.name} over ${ours.name}`, ratioOf(other, ours)),
          ...(isOurs(other)
            ? []
            : [ratioFigure(`${name}: ${ours.name} over ${other.name}`, ratioOf(ours, other))]),
        ]),
    );
  return [...rates, ...ratios];
}

function rate(amount: number, { medianMs }: Timing): number {
  return (1000 * amount) / medianMs;
}
