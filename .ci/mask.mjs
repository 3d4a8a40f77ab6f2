/** Prints the end of a log without the machine in it: mask.mjs LOG ROOT TEMP. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';

const [log, root, temp] = process.argv.slice(2);
const lines = 400;

let text = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
// the temporary folder and the checkout may lie in the home folder, so that comes last
for (const [path, name] of [
  [temp, '<temp>'],
  [root, '.'],
  [homedir(), '~'],
]) {
  if (path.length > 1) text = text.replaceAll(path, name);
}
console.log(text.replace(/(https?:\/\/)[^/\s'"]+/g, '$1<host>').replace(/^/gm, '      '));
