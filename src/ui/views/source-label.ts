import { t } from '../../lang/lang.ts';
import { visible } from '../../text/sanitize.ts';
import { cutEnd, textWidth } from '../../text/width.ts';

/** A source's name in few cells: the last part of a path; `-` and `stdin` are standard input. */
export function sourceLabel(name: string): string {
  if (name === '-' || name === 'stdin') return t('standard input');
  const text = visible(name);
  return text.startsWith('/') || text.startsWith('./') ? (text.split('/').at(-1) ?? text) : text;
}

/** Names in a column of so many cells, in the order given: without `.log` where that makes them fit, and by their folder where that alone tells them apart. */
export function sourceTags(names: readonly string[], cells: number): string[] {
  const short = names.map((name) => {
    const label = sourceLabel(name);
    const base = label.split('/').at(-1) || label;
    return textWidth(base) <= cells ? base : cutEnd(base.replace(/\.log$/, ''), cells);
  });
  return short.map((tag, i) => {
    const same = short.filter((other) => other === tag).length > 1;
    const folder = same
      ? visible(names[i] ?? '')
          .split('/')
          .at(-2)
      : undefined;
    return folder ? cutEnd(folder, cells) : tag;
  });
}
