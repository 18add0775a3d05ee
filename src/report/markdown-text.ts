import { defang } from '../text/defang.ts';
import { visible } from '../text/sanitize.ts';
import { cut } from './markup.ts';

/** Looks like a backtick and ends no code span in any dialect (CommonMark's longer fences are not known to all). */
const BACKTICK = 'ˋ';
/** What means something inside a line of CommonMark and GFM: markup, tables, HTML, entities, mathematics. Our lines begin with words of ours. */
const ACTIVE = /[\\`*_{}[\]<>|~&$]/g;
const MOST = 2_000;

/** Hostile text on one line, nothing hidden, no links (`hxxp`, `[.]`). */
const inert = (text: string, max: number): string => defang(visible(cut(text, max)));

/** Hostile text as a code span, which it cannot leave: one line, no backtick, no link. `''` gives `-`. */
export function code(text: string, max = MOST): string {
  const shown = inert(text, max).replaceAll('`', BACKTICK).trim();
  return shown === '' ? '-' : `\`${shown}\``;
}

/** Hostile text in running words: every active character escaped (CommonMark 0.31, 2.4), links, mentions and references to issues taken apart. */
export function words(text: string, max = MOST): string {
  return inert(text, max).replaceAll('@', '(at)').replaceAll('#', '＃').replace(ACTIVE, '\\$&').replaceAll('\\[.\\]', '[.]');
}

/** A sentence of ours with hostile parts in it: those stand in code spans, the rest in words. */
export function sentence(text: string, parts: readonly string[]): string {
  const part = parts.find((one) => one.length > 1 && text.includes(one));
  if (part === undefined) return words(text);
  const at = text.indexOf(part);
  const rest = parts.filter((one) => one !== part);
  return `${at === 0 ? '' : sentence(text.slice(0, at), rest)}${code(part)}${sentence(text.slice(at + part.length), parts)}`;
}

/** Hostile lines as a fenced block, which they cannot leave: each stays on its line, and holds no backtick. */
export function fenced(lines: readonly string[], max = MOST): string[] {
  return ['```text', ...lines.map((line) => inert(line, max).replaceAll('`', BACKTICK)), '```'];
}
