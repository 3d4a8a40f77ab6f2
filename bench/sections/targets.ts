/** Every target with what the other sections measured against it. */
import type { Section, StoredResult } from '../support/section';
import { TARGETS, targetRow } from '../support/targets';

const NEEDS = [...new Set(TARGETS.map(({ section }) => section))];

export const targets: Section = {
  name: 'targets',
  shows: `every target, reached or not, from the sections ${NEEDS.join(', ')}`,
  seconds: { quick: 1, full: 1 },
  needs: NEEDS,
  run({ stored }) {
    const results = new Map<string, StoredResult>(NEEDS.map((name) => [name, stored(name)]));
    const found = TARGETS.map((target) => {
      const figures = results.get(target.section)?.figures ?? [];
      return { row: targetRow(target, figures), figure: figures.find(({ name }) => name === target.figure) };
    });
    const counted = (verdict: string) => found.filter(({ row }) => row.at(-1) === verdict).length;
    return {
      tables: [
        {
          title: `${counted('reached')} reached, ${counted('NOT reached')} not reached, ${counted('not measured')} not measured`,
          header: ['work', 'target', 'measured', 'verdict'],
          rows: found.map(({ row }) => row),
        },
      ],
      figures: found.flatMap(({ figure }, k) =>
        figure === undefined ? [] : [{ ...figure, name: `${TARGETS[k].section}: ${figure.name}` }],
      ),
    };
  },
};
