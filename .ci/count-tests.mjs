/**
 * Prints "passed failed skipped" from the summary of vitest in a log: count-tests.mjs LOG EXIT_CODE.
 * A run that fails without a failed test (a file that does not load, an unhandled error, no tests at all)
 * counts as one failure.
 */
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

const [log, exitCode] = process.argv.slice(2);
const text = stripVTControlCharacters(readFileSync(log, 'utf8'));
const summary = /^ +Tests +(.*)$/m.exec(text)?.[1] ?? '';
const count = (word) => Number(new RegExp(`(\\d+) ${word}`).exec(summary)?.[1] ?? 0);

const passed = count('passed');
const failed = count('failed');
const broken = exitCode !== '0' || passed === 0;
console.log(passed, failed === 0 && broken ? 1 : failed, count('skipped') + count('todo'));
