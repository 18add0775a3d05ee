import { draft, putVerbatim } from './draft.ts';
import type { Format } from './format.ts';

/** Any text line: shown, searchable, matched by keyword rules. The last resort, so every other format that fits at all scores higher. */
export const plain: Format = {
  id: 'plain',
  title: 'plain',
  score: () => 0.001,
  create: () => ({ parse: plainEntry }),
};

export function plainEntry(line: string): ReturnType<typeof draft> {
  const entry = draft('plain', line);
  putVerbatim(entry, 'message', 0, line.length);
  return entry;
}
