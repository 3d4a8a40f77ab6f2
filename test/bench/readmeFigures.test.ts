/** What README quotes of the bench is what the committed results say. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SECTIONS } from '../../bench/registry';
import { figureBlocks, figureFaults, type Printed } from '../support/readmeFigures';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = readFileSync(`${root}README.md`, 'utf8');

function stored(name: string): Printed | undefined {
  const file = `${root}bench/results/${name}.json`;
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

describe('README', () => {
  it('quotes sections that there are', () => {
    const quoted = figureBlocks(readme).blocks.flatMap(({ sections }) => sections);
    expect(quoted.length).toBeGreaterThan(0);
    expect(quoted.filter((name) => !SECTIONS.some((section) => section.name === name))).toEqual([]);
  });

  it('has no figure that the results in bench/results do not have, and none outside of a marked block', () => {
    expect(figureFaults(readme, stored)).toEqual([]);
  });
});
