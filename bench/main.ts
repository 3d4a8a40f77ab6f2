/**
 * `npm run bench [-- NAME…] [--quick] [--stored] [--list]`: runs sections one after the other, each in a process of its
 * own, kept to one core where there is taskset. --stored takes what a section needs of others from bench/results.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setKernels } from 'sketchsolve';
import { formatTable } from '../examples/support/table';
import { CHILDREN, chosen, SECTIONS } from './registry';
import { machine, machineLine, pinning } from './support/machine';
import { loadPeers, type Peers } from './support/peers';
import { readStored, store } from './support/results';
import type { Section } from './support/section';
import { targetTable } from './support/targets';
import { FULL_ROUNDS, QUICK_ROUNDS } from './support/timing';

const FLAGS = ['--quick', '--stored', '--list'];

async function main(args: readonly string[]): Promise<void> {
  const [mode, name] = args;
  if (mode === '--child') CHILDREN[name](args.slice(2));
  else if (mode === '--section') await runSection(name, args.includes('--quick'));
  else runSections(args);
}

/** Starts a process for each section. */
function runSections(args: readonly string[]): void {
  const unknown = args.find((arg) => arg.startsWith('--') && !FLAGS.includes(arg));
  if (unknown !== undefined) throw new Error(`bench: ${unknown}, expected ${FLAGS.join(', ')} or a section`);
  const quick = args.includes('--quick');
  const names = args.filter((arg) => !arg.startsWith('--'));
  const sections = chosen(names, !args.includes('--stored'));
  const seconds = sections.reduce((sum, section) => sum + expected(section, quick), 0);
  console.log(
    `${sections.map((section) => outline(section, quick)).join('\n')}\nin all ${duration(seconds)}`,
  );
  if (args.includes('--list')) return;
  installPeers();
  const failed = sections.filter((section) => !started(section, quick));
  if (failed.length === 0) return;
  console.error(`failed: ${failed.map((section) => section.name).join(', ')}`);
  process.exitCode = 1;
}

function started({ name }: Section, quick: boolean): boolean {
  const command = [
    ...pinning(),
    process.execPath,
    process.argv[1],
    '--section',
    name,
    ...(quick ? ['--quick'] : []),
  ];
  const { status, signal } = spawnSync(command[0], command.slice(1), { stdio: 'inherit' });
  if (signal !== null) console.error(`   ${name}: ended by ${signal}`);
  return status === 0;
}

function installPeers(): void {
  const folder = fileURLToPath(new URL('../', import.meta.url));
  if (existsSync(`${folder}node_modules`)) return;
  console.error('installing what the benches compare with into bench/node_modules …');
  const command = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const install = ['ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status } = spawnSync(command, install, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) console.error('the installation failed: the benches go on without those libraries');
}

async function runSection(name: string, quick: boolean): Promise<void> {
  const section = SECTIONS.find((candidate) => candidate.name === name);
  if (section === undefined) throw new Error(`bench: no section ${name}`);
  console.log(`\n== ${outline(section, quick)}`);
  let loading: Promise<Peers> | undefined;
  const start = performance.now();
  const result = await section.run({
    quick,
    peers: () => {
      loading ??= loadPeers();
      return loading;
    },
    rounds: quick ? QUICK_ROUNDS : FULL_ROUNDS,
    progress: (text) => console.error(`   ${name}: ${text} …`),
    stored: (needed) => readStored(needed, quick),
  });
  const seconds = (performance.now() - start) / 1000;
  setKernels('auto');
  const peers = await loading;
  const where = machine({ ...peers?.versions, ...result.versions });
  console.log(machineLine(where));
  for (const [peer, reason] of Object.entries(peers?.missing ?? {}))
    console.log(`left out: ${peer} (${reason})`);
  const reached = targetTable(name, result.figures);
  for (const { title, header, rows } of reached === null ? result.tables : [...result.tables, reached])
    console.log(`\n${title}\n\n${formatTable(header, rows)}`);
  const files = await store({ name, quick, machine: where, seconds, ...result });
  console.error(`   ${name}: ${duration(seconds)}, written to ${files.join(' and ')}`);
}

function outline(section: Section, quick: boolean): string {
  return `${section.name}: ${section.shows} (${duration(expected(section, quick))})`;
}

function expected({ seconds }: Section, quick: boolean): number {
  return quick ? seconds.quick : seconds.full;
}

function duration(seconds: number): string {
  return seconds < 90 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(0)} min`;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  // not thrown: Node would print the source line, which is a whole minified library where a peer failed
  console.error(error instanceof Error ? error.stack?.split('\n').slice(0, 8).join('\n') : error);
  process.exit(1);
}
