import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A text that the program says through the catalogue. */
export interface MarkedText {
  /** `ui/views/now.ts`, below `src`. */
  readonly file: string;
  readonly text: string;
  /** The form for many, where the text is about a number. */
  readonly many: string | undefined;
}

const CALL = /(?<![\w.])(?:t|tn|msg)\(/g;

/** Every literal that is given to `t`, `tn` or `msg` in the sources. */
export async function markedTexts(root: URL): Promise<{ texts: MarkedText[]; unreadable: string[] }> {
  const names = (await readdir(root, { recursive: true })).filter((name) => /\.tsx?$/.test(name) && !name.startsWith('lang/'));
  const texts: MarkedText[] = [];
  const unreadable: string[] = [];
  for (const name of names.sort()) {
    const source = await readFile(join(root.pathname, name), 'utf8');
    if (!source.includes('lang/lang.ts')) continue;
    const code = withoutComments(source);
    for (const call of code.matchAll(CALL)) {
      const isPlural = call[0] === 'tn(';
      const args = literalArguments(code.slice(call.index + call[0].length));
      const [text, many] = isPlural ? args.slice(1) : args;
      if (text !== undefined && (!isPlural || many !== undefined)) texts.push({ file: name, text, many: isPlural ? many : undefined });
      else if (args.length > 0 && (isPlural || args[0] !== undefined))
        unreadable.push(`${name}: ${code.slice(call.index, call.index + 60)}`);
      else if (isPlural || call[0] === 'msg(') unreadable.push(`${name}: ${code.slice(call.index, call.index + 60)}`);
    }
  }
  return { texts, unreadable };
}

/** Comment lines are no calls: texts are named in them, too. */
const withoutComments = (source: string): string => source.replace(/^\s*(?:\/\/|\/?\*).*$/gm, '');

/** The arguments of a call, as strings where they are plain literals, else undefined; `rest` begins after the parenthesis. */
function literalArguments(rest: string): (string | undefined)[] {
  const args: (string | undefined)[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < rest.length; at++) {
    const char = rest[at] ?? '';
    if (char === "'" || char === '"' || char === '`') {
      at = endOfString(rest, at);
      continue;
    }
    if ('([{'.includes(char)) depth++;
    if (')]}'.includes(char)) depth--;
    if ((char === ',' && depth === 0) || depth < 0) {
      const argument = rest.slice(start, at).trim();
      if (argument !== '') args.push(literal(argument));
      if (depth < 0) break;
      start = at + 1;
    }
  }
  return args;
}

function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== text[from]) at += text[at] === '\\' ? 2 : 1;
  return at;
}

function literal(argument: string): string | undefined {
  const quote = argument[0];
  if ((quote !== "'" && quote !== '"') || endOfString(argument, 0) !== argument.length - 1) return undefined;
  return argument.slice(1, -1).replace(/\\u\{?([0-9a-fA-F]{1,6})\}?|\\(.)/g, (_, hex: string | undefined, char: string) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return char === 'n' ? '\n' : char === 't' ? '\t' : char;
  });
}
