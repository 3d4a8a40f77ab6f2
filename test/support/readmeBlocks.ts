/**
 * Code blocks of a Markdown text and the output that the text promises for them: a ```ts or ```js block is
 * answered by the next fenced block when that is ```text. A block marked `fails` (```ts fails) must be answered,
 * by what it prints before it throws and then `name: message` of the error.
 */

export interface CodeBlock {
  /** Line of the opening fence, from 1. */
  readonly line: number;
  readonly language: 'ts' | 'js';
  readonly code: string;
  readonly fails: boolean;
  /** Text of the ```text block that follows, without its last line break. */
  readonly expected: string | undefined;
}

export interface Outcome {
  /** What the block printed, one entry per call. */
  readonly printed: readonly string[];
  /** What it threw, as `name: message`. */
  readonly thrown: string | undefined;
}

interface Fence {
  readonly line: number;
  readonly info: readonly string[];
  readonly body: string;
}

/** @throws Error for a fence that is never closed. */
export function codeBlocks(markdown: string): CodeBlock[] {
  const all = fences(markdown);
  return all.flatMap((fence, i) => {
    const language = fence.info[0];
    if (language !== 'ts' && language !== 'js') return [];
    const next = all[i + 1];
    return {
      line: fence.line,
      language,
      code: fence.body,
      fails: fence.info.includes('fails'),
      expected: next?.info[0] === 'text' ? next.body : undefined,
    };
  });
}

/** Lines of the ```sh blocks, without comments. */
export function shellLines(markdown: string): string[] {
  return fences(markdown)
    .filter((fence) => fence.info[0] === 'sh')
    .flatMap((fence) => fence.body.split('\n'))
    .map((line) => line.replace(/(^|\s)#.*/, '').trim())
    .filter((line) => line !== '');
}

/** What is wrong with a block's outcome, undefined when it is what the text says. */
export function disagreement(block: CodeBlock, outcome: Outcome): string | undefined {
  const { printed, thrown } = outcome;
  const at = `block at line ${block.line}`;
  if (!block.fails && thrown !== undefined) return `${at} throws ${thrown}`;
  if (block.fails && thrown === undefined) return `${at} should fail but does not`;
  if (block.expected === undefined) {
    return block.fails ? `${at} fails but shows no error in a text block` : undefined;
  }
  const actual = [...printed, ...(thrown === undefined ? [] : [thrown])].join('\n');
  if (matches(block.expected, actual)) return undefined;
  return `${at}: the text shows\n${block.expected}\nbut the code prints\n${actual}`;
}

/**
 * Equal, except that … stands for the rest of a number after a digit or point, for any lines on a line of its
 * own, and for the rest of its line elsewhere. Trailing spaces of a line do not count.
 */
export function matches(expected: string, actual: string): boolean {
  const pattern = trimLines(expected)
    .split('\n')
    .map((line) => (line === '…' ? '(?:.*\\n)*.*' : linePattern(line)))
    .join('\\n');
  return new RegExp(`^${pattern}$`).test(trimLines(actual));
}

function linePattern(line: string): string {
  return line
    .split('…')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .reduce((before, part) => before + (/\d\\?\.?$/.test(before) ? '\\d*' : '.*') + part);
}

function trimLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function fences(markdown: string): Fence[] {
  const found: Fence[] = [];
  let open: { line: number; marker: string; info: string[]; body: string[] } | undefined;
  for (const [i, line] of markdown.split(/\r?\n/).entries()) {
    // a block inside a list is indented, and counts like any other
    const trimmed = line.trim();
    const marker = /^(`{3,}|~{3,})/.exec(trimmed)?.[1];
    if (open === undefined) {
      if (marker === undefined) continue;
      const info = trimmed.slice(marker.length).trim().split(/\s+/);
      open = { line: i + 1, marker, info, body: [] };
    } else if (trimmed === open.marker) {
      found.push({ line: open.line, info: open.info, body: open.body.join('\n') });
      open = undefined;
    } else {
      open.body.push(line);
    }
  }
  if (open !== undefined) throw new Error(`the fence at line ${open.line} is never closed`);
  return found;
}
