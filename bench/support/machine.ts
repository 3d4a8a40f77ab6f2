/** Where a bench ran: for the line it prints first and for what it stores. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { kernelInfo } from 'sketchsolve';

export type Machine = Readonly<Record<string, string>>;

export function machine(versions: Readonly<Record<string, string>>): Machine {
  const { kernels, reason } = kernelInfo();
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: `${cpus().length}, ${allowedCores().length} used`,
    node: process.versions.node,
    v8: process.versions.v8,
    kernels: reason === null ? kernels : `${kernels} (${reason})`,
    ...versions,
  };
}

export function machineLine(machine: Machine): string {
  return Object.entries(machine)
    .map(([name, value]) => `${name} ${value}`)
    .join(' · ');
}

/** `taskset` and the core to keep to, or nothing where there is no taskset. */
export function pinning(): string[] {
  if (spawnSync('taskset', ['--version']).status !== 0) return [];
  const core = allowedCores().at(-1);
  return core === undefined ? [] : ['taskset', '-c', `${core}`];
}

/** Cores that this process may run on, as Linux lists them ('0-1,4'); elsewhere all. */
function allowedCores(): number[] {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '';
    return list.split(',').flatMap((range) => {
      const [first, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, k) => first + k);
    });
  } catch {
    return cpus().map((_, k) => k);
  }
}
