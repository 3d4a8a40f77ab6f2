/**
 * Checks of scalar arguments and option objects, with one message shape: caller, argument, value got,
 * value needed.
 */

import { describe } from './describe';
import { SketchSolveError } from './errors';

function fail(caller: string, name: string, value: unknown, needed: string): never {
  throw new SketchSolveError(
    'INVALID_ARGUMENT',
    `${caller}: ${name} is ${describe(value)}, expected ${needed}`,
    {
      argument: name,
      got: value,
    },
  );
}

/** Throws unless `value` is an integer from min to max. */
export function checkInteger(caller: string, name: string, value: unknown, min: number, max: number): void {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    fail(caller, name, value, `an integer from ${min} to ${max}`);
  }
}

/** Throws unless `value` is a number with min ≤ value ≤ max. */
export function checkNumber(caller: string, name: string, value: unknown, min: number, max: number): void {
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    fail(caller, name, value, `a number from ${min} to ${max}`);
  }
}

/** Throws unless `value` is one of the allowed literals. */
export function checkOneOf(caller: string, name: string, value: unknown, allowed: readonly string[]): void {
  if (typeof value !== 'string' || !allowed.includes(value)) {
    fail(caller, name, value, `one of ${allowed.map((a) => `'${a}'`).join(', ')}`);
  }
}

export function checkBoolean(caller: string, name: string, value: unknown): void {
  if (typeof value !== 'boolean') fail(caller, name, value, 'true or false');
}

export function checkFunction(caller: string, name: string, value: unknown): void {
  if (typeof value !== 'function') fail(caller, name, value, 'a function');
}

/** Throws unless `options` is a plain object all of whose keys are known: a misspelt option is never ignored. */
export function checkKeys(caller: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    fail(caller, 'options', options, 'an object');
  }
  // inherited keys count: they would take effect, so they must be known
  for (const key in options) {
    if (!known.includes(key)) {
      throw new SketchSolveError(
        'INVALID_ARGUMENT',
        `${caller}: unknown option '${key}', expected one of ${known.join(', ')}`,
        { argument: key, known },
      );
    }
  }
}

/** The options over their defaults: what is undefined, or not given, takes its default. */
export function withDefaults<T extends object>(options: object, defaults: T): T {
  const settings = { ...defaults };
  for (const key of Object.keys(defaults) as (keyof T)[]) {
    const value = (options as Partial<T>)[key];
    if (value !== undefined) settings[key] = value;
  }
  return settings;
}
