/** Every section of the bench, in the order in which `npm run bench` runs them. */
import { accumulation } from './sections/accumulation';
import { attentionChoice } from './sections/attentionChoice';
import { attentionClusters } from './sections/attentionClusters';
import { attentionHeads } from './sections/attentionHeads';
import { attentionLearned } from './sections/attentionLearned';
import { attentionMemory, attentionMemoryChild } from './sections/attentionMemory';
import { attentionPreconditioners } from './sections/attentionPreconditioners';
import { attentionRidges } from './sections/attentionRidges';
import { attentionTimes } from './sections/attentionTimes';
import { convergence } from './sections/convergence';
import { costs } from './sections/costs';
import { crossover } from './sections/crossover';
import { firstSteps } from './sections/firstSteps';
import { growth } from './sections/growth';
import { kernels } from './sections/kernels';
import { leastSquares } from './sections/leastSquares';
import { regression } from './sections/regression';
import { scaling } from './sections/scaling';
import { size } from './sections/size';
import { small } from './sections/small';
import { stability } from './sections/stability';
import { targets } from './sections/targets';
import { tensor } from './sections/tensor';
import type { Section } from './support/section';

export const SECTIONS: readonly Section[] = [
  size,
  small,
  crossover,
  kernels,
  leastSquares,
  growth,
  costs,
  attentionMemory,
  attentionTimes,
  attentionClusters,
  attentionChoice,
  attentionPreconditioners,
  attentionRidges,
  attentionHeads,
  attentionLearned,
  regression,
  scaling,
  firstSteps,
  convergence,
  stability,
  accumulation,
  tensor,
  targets,
];

/** What a section runs in a process of its own. */
export const CHILDREN: Readonly<Record<string, (args: readonly string[]) => void>> = {
  'attention-memory': attentionMemoryChild,
};

/**
 * A name stands for its section and for all whose name it begins, up to a hyphen; no name stands for all.
 *
 * @param complete - also the sections that the chosen ones need.
 */
export function chosen(names: readonly string[], complete: boolean): Section[] {
  const named = (name: string) => (section: Section) =>
    section.name === name || section.name.startsWith(`${name}-`);
  for (const name of names) {
    if (!SECTIONS.some(named(name)))
      throw new Error(
        `bench: no section ${name}; there are ${SECTIONS.map((section) => section.name).join(', ')}`,
      );
  }
  const asked = SECTIONS.filter(
    (section) => names.length === 0 || names.some((name) => named(name)(section)),
  );
  const needed = complete ? asked.flatMap(({ needs = [] }) => needs) : [];
  return SECTIONS.filter((section) => asked.includes(section) || needed.includes(section.name));
}
