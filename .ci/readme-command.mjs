/** Prints the README's command for a fresh clone that ends in `npm SCRIPT`: readme-command.mjs SCRIPT. */
import { readFileSync } from 'node:fs';

const [script] = process.argv.slice(2);
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const command = new RegExp(`^npm install && npm ${script}(?=\\s*(#.*)?$)`, 'm').exec(readme)?.[0];
if (command === undefined) {
  console.error(`README.md has no line "npm install && npm ${script}"`);
  process.exit(1);
}
console.log(command);
