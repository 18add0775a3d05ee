import { msg } from '../lang/lang.ts';
import { cannotDo } from './cannot.ts';

/** Fields of a JSON object; `{}` for anything else. */
export const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : {};

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A text or number as text; `''` for anything else. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '');

/** JSON that a tool or server gave. Throws a sentence for half an answer and for what is none. */
export function parseJson(text: string, { from, isCut = false }: { readonly from: string; readonly isCut?: boolean }): unknown {
  if (isCut) throw cannotDo(msg('{from} said more than 16 MiB: give it less to look at.'), { from });
  const whole = text.trim();
  try {
    return JSON.parse(whole);
  } catch (error) {
    if (whole === '') throw cannotDo(msg('{from} answered nothing: see whether it works by itself.'), { from });
    const isHalf = /^[[{]/.test(whole) && !/[\]}]$/.test(whole);
    if (isHalf) throw cannotDo(msg('{from} answered only half of its JSON: see whether it was ended early or the disk is full.'), { from });
    const cause = error instanceof Error ? error.message.slice(0, 60) : '';
    throw cannotDo(msg('{from} did not answer JSON ({cause}): see whether it is the right program, in the right version.'), {
      from,
      cause,
    });
  }
}
