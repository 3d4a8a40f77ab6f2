/** A section of the bench: what each one declares, is given and hands back. */
import type { Chart } from './chart';
import type { Peers } from './peers';
import type { Rounds } from './timing';

export interface Section {
  readonly name: string;
  /** What it shows, in one line. */
  readonly shows: string;
  /** Expected time, printed first. */
  readonly seconds: { readonly quick: number; readonly full: number };
  /** Sections whose results it reads; they are run before it. */
  readonly needs?: readonly string[];
  run(context: Context): Promise<SectionResult> | SectionResult;
}

export interface Context {
  /** Small sizes and few rounds: shows that the section works, not what it measures. */
  readonly quick: boolean;
  readonly rounds: Rounds;
  /** Loaded when first asked for. */
  peers(): Promise<Peers>;
  /** On stderr, so that the tables on stdout stay whole. */
  progress(text: string): void;
  /** What a section in `needs` has stored. */
  stored(name: string): StoredResult;
}

export interface SectionResult {
  readonly tables: readonly Table[];
  readonly figures: readonly Figure[];
  readonly series?: readonly Series[];
  /** Drawn from the series to a file beside the stored result. */
  readonly chart?: Chart;
  /** Versions of other programs it measured, for the line about the machine. */
  readonly versions?: Readonly<Record<string, string>>;
}

export type Cell = string | number;

export interface Table {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** One number, under a name that is unique in its section; what README and targets quote. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Quartiles over the rounds, of a ratio; least and largest, of a time. */
  readonly spread?: readonly [number, number];
}

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** How a chart draws it; 'reference' is a dashed line. Default 'other'. */
  readonly role?: 'ours' | 'other' | 'reference';
}

/** As written to bench/results. */
export interface StoredResult extends SectionResult {
  readonly name: string;
  readonly quick: boolean;
  readonly machine: Readonly<Record<string, string>>;
  readonly seconds: number;
}
