import { parseFilter } from '../filter/filter.ts';
import { visible } from '../text/sanitize.ts';

/** Why a filter cannot be used, in one sentence; `''` when it can. Harmless. */
export function filterProblem(text: string): string {
  const parsed = parseFilter(text);
  return parsed.ok ? '' : visible(parsed.message);
}
