import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chosen, SECTIONS } from '../../bench/registry';
import { TARGETS } from '../../bench/support/targets';

const names = SECTIONS.map((section) => section.name);
const namesOf = (asked: readonly string[], complete = true) =>
  chosen(asked, complete).map((section) => section.name);

describe('the sections of the bench', () => {
  it('have different names, and need sections that come before them', () => {
    expect(new Set(names).size).toBe(names.length);
    for (const [k, { needs = [] }] of SECTIONS.entries()) {
      expect(needs.filter((needed) => !names.slice(0, k).includes(needed))).toEqual([]);
    }
  });

  it('are all chosen by no name, and several by what their names begin with', () => {
    expect(namesOf([])).toEqual(names);
    expect(namesOf(['kernels'])).toEqual(['kernels']);
    expect(namesOf(['attention'])).toEqual(names.filter((name) => name.startsWith('attention-')));
    expect(() => chosen(['kernel'], true)).toThrow(/no section kernel; there are .*kernels/);
  });

  it('bring what they need, unless stored results are to serve', () => {
    const needed = SECTIONS.find((section) => section.name === 'targets')?.needs ?? [];
    expect(namesOf(['targets'])).toEqual(names.filter((name) => needed.includes(name) || name === 'targets'));
    expect(namesOf(['targets'], false)).toEqual(['targets']);
  });

  it('are named as README names them', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const asked = [...readme.matchAll(/npm run bench --((?: [a-z][a-z-]*)+)/g)].map((match) =>
      match[1].trim().split(' '),
    );
    expect(asked.length).toBeGreaterThan(0);
    for (const list of asked) expect(() => chosen(list, true)).not.toThrow();
  });
});

describe('the targets', () => {
  it('are measured by sections that there are', () => {
    expect(TARGETS.map(({ section }) => section).filter((section) => !names.includes(section))).toEqual([]);
  });

  it('have one bound each', () => {
    expect(
      TARGETS.filter(({ atLeast, atMost }) => (atLeast === undefined) === (atMost === undefined)),
    ).toEqual([]);
  });
});
