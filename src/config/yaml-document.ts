import type { Document, Node } from 'yaml';
import { msg, t } from '../lang/lang.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';

type Path = readonly PropertyKey[];

/** A parsed file: its plain value, and where each setting stands. */
export interface YamlDocument {
  readonly value: unknown;
  /** Line of a setting's key (or list item), else that of the nearest one around it; from 1. */
  lineOf(path: Path): number | undefined;
  /** True when the file itself has this setting. */
  has(path: Path): boolean;
}

/** yaml's own messages quote the file, which may hold a password; these say the same without. */
const SYNTAX: Readonly<Record<string, string>> = {
  BAD_INDENT: msg('expected the indentation of the lines around it'),
  TAB_AS_INDENT: msg('expected spaces for indentation, got a tab'),
  DUPLICATE_KEY: msg('this setting stands here twice; keep one of them'),
  MISSING_CHAR: msg('a character is missing: a closing quote or bracket, or the colon after a name'),
  BAD_ALIAS: msg('expected an alias (*name) of an anchor (&name) above it; put a text that begins with * in quotes'),
  BAD_SCALAR_START: msg('a text that begins with @, ` or % has to stand in quotes'),
  BAD_DQ_ESCAPE: msg('unknown escape after a backslash; use single quotes where backslashes are meant literally'),
  MULTIPLE_DOCS: msg('expected one document; remove the --- line'),
  MULTILINE_IMPLICIT_KEY: msg('expected "name: value" on one line'),
  BLOCK_AS_IMPLICIT_KEY: msg('expected "name: value"; put a text with ": " in it in quotes'),
};
const OTHER_SYNTAX = msg('expected YAML; see the indentation, quotes and colons near this line');
const MAX_ALIASES = 100;

/** Reads YAML 1.2. Throws {@link ConfigError} with the line of every syntax error. */
export async function parseYaml(text: string, path: string): Promise<YamlDocument> {
  const { parseDocument, LineCounter, isMap, isPair, isSeq, isScalar, visit } = await import('./yaml-library.ts');
  const lines = new LineCounter();
  const document: Document = parseDocument(text, { lineCounter: lines, prettyErrors: false, maxAliasCount: MAX_ALIASES } as object);
  if (document.errors.length > 0) {
    const problems = document.errors.map(
      ({ code, pos }): ConfigProblem => ({ line: lines.linePos(pos[0]).line, setting: '', message: t(SYNTAX[code] ?? OTHER_SYNTAX) }),
    );
    throw new ConfigError(path, problems);
  }
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      throw new ConfigError(path, [
        { line: lines.linePos(alias.range?.[0] ?? 0).line, setting: '', message: t(SYNTAX.BAD_ALIAS ?? OTHER_SYNTAX) },
      ]);
    },
  });
  const lineOfNode = (node: unknown): number | undefined => {
    const range = (node as Node | null | undefined)?.range;
    return range ? lines.linePos(range[0]).line : undefined;
  };
  /** The nodes of keys and items along a path, as far as the file has them. */
  const along = (path: Path): unknown[] => {
    const found: unknown[] = [];
    let node: unknown = document.contents;
    for (const key of path) {
      if (isMap(node)) {
        const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key));
        if (pair === undefined) break;
        found.push(pair.key);
        node = pair.value;
      } else if (isSeq(node) && typeof key === 'number' && node.items[key] !== undefined) {
        node = node.items[key];
        found.push(node);
      } else break;
    }
    return found;
  };
  return {
    value: plainValue(document, path),
    lineOf: (place) => lineOfNode(along(place).at(-1)) ?? (document.contents === null ? undefined : lineOfNode(document.contents)),
    has: (place) => along(place).length === place.length,
  };
}

function plainValue(document: Document, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    // Without its cause: what yaml says may quote the file.
    throw new ConfigError(path, [{ line: undefined, setting: '', message: t('too many aliases (*name); write the settings out') }]);
  }
}
