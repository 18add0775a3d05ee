import { t } from '../../lang/lang.ts';
import { visible } from '../../text/sanitize.ts';

/** A source's name in few cells: the last part of a path; `-` and `stdin` are standard input. */
export function sourceLabel(name: string): string {
  if (name === '-' || name === 'stdin') return t('standard input');
  const text = visible(name);
  return text.startsWith('/') || text.startsWith('./') ? (text.split('/').at(-1) ?? text) : text;
}
