/**
 * The attention kernel solver: against ml-matrix, against a learnt preconditioner, against its own forced choices.
 * `npm run bench:attention -- [memory] [times] [clusters] [choice] [ridges] [learned]`; without a name all sections run,
 * in about half an hour.
 */
import { choiceSection, clustersSection } from './support/attentionChoice';
import { learnedSection } from './support/attentionLearned';
import { memoryChild, memorySection } from './support/attentionMemory';
import { ridgesSection } from './support/attentionRidges';
import { timesSection } from './support/attentionTimes';
import { machine } from './support/machine';

const MEMORY_CHILD = 'memory-child';

const SECTIONS: Readonly<Record<string, () => void>> = {
  // first: the peak of a child process counts what its parent held when it was started
  memory: () => memorySection(MEMORY_CHILD),
  times: timesSection,
  clusters: clustersSection,
  choice: choiceSection,
  ridges: ridgesSection,
  learned: learnedSection,
};

function main(asked: readonly string[]): void {
  if (asked[0] === MEMORY_CHILD) {
    memoryChild();
    return;
  }
  const known = Object.keys(SECTIONS);
  const unknown = asked.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Error(`attention: section ${unknown}, expected one of ${known.join(', ')}`);
  console.log(`${machine()}\nseeds fixed, contenders interleaved`);
  for (const name of known.filter((name) => asked.length === 0 || asked.includes(name))) {
    console.log(`\n== ${name} ==`);
    SECTIONS[name]();
  }
}

main(process.argv.slice(2));
