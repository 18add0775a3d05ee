import { visible } from '../text/sanitize.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '`': '&#96;' };

/** A piece of HTML that is safe as it stands; made by {@link html} alone. */
export interface Markup {
  readonly markup: string;
}

type Value = string | number | undefined | Markup | readonly (string | Markup | undefined)[];

/** Hostile text for HTML content and quoted attributes (HTML Living Standard, 13.1.2.3 and 13.1.4); what would be hidden is made visible. */
export const escapeText = (text: string): string => visible(text).replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '');

function write(value: Value): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return escapeText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '0';
  return 'markup' in value ? value.markup : value.map(write).join('');
}

/** HTML with holes: texts put into them are escaped, markup stays, lists are joined. Attributes must be quoted in the template. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return { markup: parts.reduce((text, part, i) => `${text}${write(values[i - 1])}${part}`) };
}

/** The first `max` UTF-16 units of a text, never half a surrogate pair, with `…` where something is missing. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const last = text.charCodeAt(max - 2);
  return `${text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 2 : max - 1)}…`;
}
