/** One line on where a bench ran. */
import { cpus } from 'node:os';

export function machine(): string {
  return `Node ${process.versions.node}, ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores`;
}
