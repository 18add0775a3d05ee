import { visible } from './sanitize.ts';

/** What a spreadsheet would take for a formula, also behind blanks and quotes that it drops (OWASP: CSV injection). */
const FORMULA = /^['"\s]*[=+\-@|%＝＋－＠]/;

/** One cell by RFC 4180, harmless in a spreadsheet: formulas get an apostrophe, controls are made visible. Numbers stay numbers. */
export function cell(value: string | number | boolean | undefined): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const shown = visible(value);
  const inert = FORMULA.test(shown) ? `'${shown}` : shown;
  return /[",;\n\r']/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

export const row = (values: readonly (string | number | boolean | undefined)[]): string => values.map(cell).join(',');
