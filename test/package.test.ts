/** What package.json promises to npm, and the files that must agree with it. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

function read(name: string): string {
  return readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
}

const manifest = JSON.parse(read('package.json'));

describe('package.json', () => {
  it('has the two runtime dependencies and no script that runs at the installing side', () => {
    expect(Object.keys(manifest.dependencies)).toEqual(['ml-matrix', 'seedrandom']);
    const hooks = ['preinstall', 'install', 'postinstall', 'prepare'];
    expect(Object.keys(manifest.scripts).filter((name) => hooks.includes(name))).toEqual([]);
  });

  it('pins every version, so that a fresh install is the one that was tested', () => {
    const { dependencies, devDependencies } = manifest;
    const loose = Object.entries<string>({ ...dependencies, ...devDependencies }).filter(
      ([, range]) => !/^\d+(\.\d+\.\d+)?$/.test(range),
    );
    expect(loose).toEqual([]);
  });

  it('agrees with the lock file, which names no host', () => {
    const lock = read('package-lock.json');
    expect(lock).not.toContain('"resolved"');
    const locked = JSON.parse(lock).packages[''];
    for (const field of ['name', 'version', 'license', 'dependencies', 'devDependencies', 'engines']) {
      expect(locked[field], field).toEqual(manifest[field]);
    }
  });

  it('of bench/ is private, pins every version and agrees with its lock file, which names no host', () => {
    const bench = JSON.parse(read('bench/package.json'));
    const lock = read('bench/package-lock.json');
    expect(bench.private).toBe(true);
    expect(
      Object.values<string>(bench.dependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(version)),
    ).toEqual([]);
    expect(lock).not.toContain('"resolved"');
    expect(JSON.parse(lock).packages[''].dependencies).toEqual(bench.dependencies);
  });

  it('names the licence of LICENSE and the newest version of CHANGELOG.md', () => {
    expect(manifest.license).toBe('MIT');
    expect(read('LICENSE')).toMatch(/^MIT License\n\nCopyright \(c\) 2026 sketchsolve contributors\n/);
    expect(/^## (\S+)/m.exec(read('CHANGELOG.md'))?.[1]).toBe(manifest.version);
  });

  it('runs only files that are there', () => {
    const named = Object.values<string>(manifest.scripts).flatMap(
      (script) => script.match(/\S+\.ts\b/g) ?? [],
    );
    expect(named.filter((file) => !existsSync(new URL(`../${file}`, import.meta.url)))).toEqual([]);
  });
});
