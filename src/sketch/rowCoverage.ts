/** Which rows 0 … total − 1 have been added so far: disjoint half-open intervals in ascending order. */

export interface RowInterval {
  readonly first: number;
  readonly end: number;
}

export class RowCoverage {
  readonly total: number;
  #intervals: RowInterval[] = [];

  constructor(total: number) {
    this.total = total;
  }

  get intervals(): readonly RowInterval[] {
    return this.#intervals;
  }

  /** The first stretch of rows in [first, end) that is covered already, or undefined. */
  overlap(first: number, end: number): RowInterval | undefined {
    const hit = this.#intervals[this.#position(first)];
    if (hit === undefined || hit.first >= end) return undefined;
    return { first: Math.max(first, hit.first), end: Math.min(end, hit.end) };
  }

  /** Adds [first, end), which must not overlap what is covered; joins it with its neighbours. */
  add(first: number, end: number): void {
    const at = this.#position(first);
    const before = this.#intervals[at - 1];
    const after = this.#intervals[at];
    const joinsBefore = before?.end === first;
    const joinsAfter = after?.first === end;
    this.#intervals.splice(joinsBefore ? at - 1 : at, Number(joinsBefore) + Number(joinsAfter), {
      first: joinsBefore ? before.first : first,
      end: joinsAfter ? after.end : end,
    });
  }

  /** The rows not covered yet. */
  missing(): RowInterval[] {
    const gaps: RowInterval[] = [];
    let next = 0;
    for (const { first, end } of this.#intervals) {
      if (first > next) gaps.push({ first: next, end: first });
      next = end;
    }
    if (next < this.total) gaps.push({ first: next, end: this.total });
    return gaps;
  }

  /** Index of the first interval that ends after `row`. */
  #position(row: number): number {
    let low = 0;
    let high = this.#intervals.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#intervals[middle].end > row) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** 'row 7' or 'rows 7 to 9', for messages. */
export function describeRows({ first, end }: RowInterval): string {
  return end - first === 1 ? `row ${first}` : `rows ${first} to ${end - 1}`;
}
