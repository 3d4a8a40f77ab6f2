/** scipy and numpy in a process of their own, one thread, driven line by line so that runs interleave with ours. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Matrix } from 'sketchsolve';

export type ScipySolver = 'gelsd' | 'gelsy' | 'qr' | 'normal';

export class Scipy {
  readonly versions: Readonly<Record<string, string>>;
  private readonly ask: (command: object) => Promise<Record<string, unknown>>;
  private readonly child: ChildProcessWithoutNullStreams;

  private constructor(
    child: ChildProcessWithoutNullStreams,
    ask: (command: object) => Promise<Record<string, unknown>>,
    versions: Readonly<Record<string, string>>,
  ) {
    this.child = child;
    this.ask = ask;
    this.versions = versions;
  }

  /** A running process, or the reason why there is none. */
  static async start(): Promise<Scipy | string> {
    // relative to bench/dist, where the bundle runs
    const script = fileURLToPath(new URL('../scipy/serve.py', import.meta.url));
    const child = spawn('python3', [script], { env: oneThread() });
    let errors = '';
    child.stderr.on('data', (text) => {
      errors += text;
    });
    const failed = new Promise<never>((_, reject) => {
      child.once('error', reject);
      child.once('exit', (code) =>
        reject(new Error(errors.trim().split('\n').at(-1) || `python3 ended with ${code}`)),
      );
    });
    failed.catch(() => {}); // an end after `close` is expected
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async () => JSON.parse((await Promise.race([lines.next(), failed])).value);
    const ask = (command: object) => {
      child.stdin.write(`${JSON.stringify(command)}\n`);
      return next();
    };
    try {
      const { versions } = await next();
      return new Scipy(child, ask, versions);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  async load({ rows, columns, data }: Matrix, b: Float64Array): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'bench-'));
    try {
      const path = join(folder, 'problem');
      writeNumbers(path, [data, b]);
      await this.ask({ load: path, rows, columns });
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** Milliseconds of one solve, by the clock of that process. */
  async time(solver: ScipySolver): Promise<number> {
    return Number((await this.ask({ time: solver })).ms);
  }

  async solve(solver: ScipySolver): Promise<Float64Array> {
    return Float64Array.from((await this.ask({ solve: solver })).x as number[]);
  }

  close(): void {
    this.child.stdin.end();
  }
}

/** Without settings that make OpenBLAS take another kernel than the one for this processor. */
function oneThread(): NodeJS.ProcessEnv {
  const { OPENBLAS_CORETYPE, OPENBLAS_L2_SIZE, ...rest } = process.env;
  return { ...rest, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
}

function writeNumbers(path: string, parts: readonly Float64Array[]): void {
  const file = openSync(path, 'w');
  for (const part of parts) {
    const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
  }
  closeSync(file);
}
