/** How many patterns braces may make of one; beyond it they are taken literally. */
const MOST_ALTERNATIVES = 256;

const MAGIC = /[*?[{]/;
export const hasWildcards = (pattern: string): boolean => MAGIC.test(pattern);

type Token = { readonly type: 'any' } | { readonly type: 'star' } | { readonly type: 'set'; readonly has: (character: string) => boolean };

/** `[abc]`, `[a-z]`, `[!x]`: what stands between the brackets, as a test. */
function parseSet(inside: string): (character: string) => boolean {
  const negated = inside.startsWith('!') || inside.startsWith('^');
  const characters = [...(negated ? inside.slice(1) : inside)];
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < characters.length; at += 1) {
    const low = characters[at] ?? '';
    const high = characters[at + 2];
    if (characters[at + 1] === '-' && high !== undefined) {
      ranges.push([low, high]);
      at += 2;
    } else ranges.push([low, low]);
  }
  return (character) => ranges.some(([low, high]) => character >= low && character <= high) !== negated;
}

function parse(pattern: string): Token[] {
  const characters = [...pattern];
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    const close = character === '[' ? characters.indexOf(']', at + 2) : -1;
    if (close > 0) {
      tokens.push({ type: 'set', has: parseSet(characters.slice(at + 1, close).join('')) });
      at = close;
    } else if (character === '*') tokens.push({ type: 'star' });
    else if (character === '?') tokens.push({ type: 'any' });
    else tokens.push({ type: 'set', has: (other) => other === character });
  }
  return tokens;
}

/** Whether a name (no slashes) fits; in time proportional to pattern × name at worst. A leading dot must stand in the pattern. */
export function compileWildcard(pattern: string): (name: string) => boolean {
  const tokens = parse(pattern);
  return (name) => (!name.startsWith('.') || pattern.startsWith('.')) && fits(tokens, [...name]);
}

function fits(tokens: readonly Token[], name: readonly string[]): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let index = 0;
  while (index < name.length) {
    const token = tokens[at];
    if (token?.type === 'star') {
      star = at;
      resume = index;
      at += 1;
    } else if (token !== undefined && (token.type === 'any' || token.has(name[index] ?? ''))) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      // The last star takes one character more.
      at = star + 1;
      resume += 1;
      index = resume;
    } else return false;
  }
  return tokens.slice(at).every((token) => token.type === 'star');
}

/** `a{b,c{d,e}}` → `ab`, `acd`, `ace`, as a shell does it; braces without a comma stay as they are. */
export function expandBraces(pattern: string): string[] {
  const done: string[] = [];
  const open = [pattern];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const braces = findBraces(next);
    if (braces === undefined) done.push(next);
    else if (done.length + open.length + braces.alternatives.length > MOST_ALTERNATIVES) return [pattern];
    else open.unshift(...braces.alternatives.map((alternative) => braces.before + alternative + braces.after));
  }
  return done;
}

interface Braces {
  readonly before: string;
  readonly alternatives: readonly string[];
  readonly after: string;
}

function findBraces(pattern: string): Braces | undefined {
  for (let start = pattern.indexOf('{'); start >= 0; start = pattern.indexOf('{', start + 1)) {
    const alternatives: string[] = [];
    let depth = 0;
    let from = start + 1;
    for (let at = start; at < pattern.length; at += 1) {
      const character = pattern[at];
      if (character === '{') depth += 1;
      if (character === '}') depth -= 1;
      if ((character === ',' && depth === 1) || depth === 0) {
        alternatives.push(pattern.slice(from, at));
        from = at + 1;
      }
      if (depth > 0) continue;
      if (alternatives.length > 1) return { before: pattern.slice(0, start), alternatives, after: pattern.slice(at + 1) };
      break;
    }
  }
  return undefined;
}
