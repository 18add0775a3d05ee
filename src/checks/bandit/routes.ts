import { readFile, stat } from 'node:fs/promises';

const MAX_BYTES = 1024 * 1024;
const MAX_FILES = 500;
const MAX_LINES_UP = 2_000;
const DEFINITION = /^(\s{0,200})(?:async\s+)?def\s+\w{1,200}\s*\(/;
const DECORATOR = /^(\s{0,200})@[\w.]{1,200}\.(?:route|get|post|put|patch|delete|api_route|websocket)\(/;
/** First text in the brackets. */
const FIRST_TEXT = /\(\s{0,50}(?:(?:path|rule)\s{0,5}=\s{0,5})?[rbu]{0,2}(?:'([^'\\]{1,500})'|"([^"\\]{1,500})")/;

/** Which paths of a web application a line of Python code answers. */
export interface Routes {
  at(file: string, line: number): Promise<readonly string[]>;
}

/**
 * Paths from what a person named for a file, and from decorators as Flask, FastAPI and their like have them (`@app.route('/search')`)
 * above the function that holds the line. What a blueprint or router puts in front is not known.
 */
export function createRoutes(named: Readonly<Record<string, string>>): Routes {
  const files = new Map<string, Promise<readonly string[]>>();
  const linesOf = (file: string): Promise<readonly string[]> => {
    const known = files.get(file);
    if (known !== undefined) return known;
    if (files.size >= MAX_FILES) return Promise.resolve([]);
    const read = readLines(file);
    files.set(file, read);
    return read;
  };
  return {
    async at(file, line) {
      const own = Object.entries(named).filter(([, name]) => file === name || file.endsWith(`/${name.replace(/^\.?\//, '')}`));
      return [...new Set([...own.map(([path]) => path), ...routesAbove(await linesOf(file), line)])];
    },
  };
}

async function readLines(file: string): Promise<readonly string[]> {
  try {
    const { size } = await stat(file);
    return size > MAX_BYTES ? [] : (await readFile(file, 'utf8')).split('\n');
  } catch {
    return [];
  }
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

/** Texts of the decorators of the function around a line, counted from 1. */
export function routesAbove(lines: readonly string[], line: number): string[] {
  const start = definitionAround(lines, line - 1);
  const routes: string[] = [];
  for (let at = start - 1; at >= 0 && start - at < 30; at--) {
    const text = lines[at] ?? '';
    if (DEFINITION.test(text) || /^\s{0,200}class\s/.test(text) || (text.trim() === '' && at < start - 1)) break;
    if (!DECORATOR.test(text)) continue;
    const found = FIRST_TEXT.exec(`${text}${lines[at + 1] ?? ''}`.slice(0, 2_000));
    const path = found?.[1] ?? found?.[2];
    if (path?.startsWith('/')) routes.push(path);
  }
  return routes;
}

/** The nearest `def` above that is indented less, itself if the line is one; -1 outside of functions. */
function definitionAround(lines: readonly string[], at: number): number {
  if (DEFINITION.test(lines[at] ?? '')) return at;
  let indent = indentOf(lines[at] ?? '');
  if (indent === 0) return -1;
  for (let above = at - 1; above >= 0 && at - above < MAX_LINES_UP; above--) {
    const text = lines[above] ?? '';
    if (text.trim() === '' || indentOf(text) >= indent) continue;
    if (DEFINITION.test(text)) return above;
    indent = indentOf(text);
    if (indent === 0) return -1;
  }
  return -1;
}
