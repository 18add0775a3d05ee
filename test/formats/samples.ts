import { readFileSync } from 'node:fs';

/** The sample lines of a format: `samples/<id>.log`, where `# ` lines name the origin of those below. */
export function samplesOf(id: string): readonly string[] {
  const text = readFileSync(new URL(`samples/${id}.log`, import.meta.url), 'utf8');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('# '));
}

/** UTC, no trusted proxies, now = 3 March 2026. */
export const context = { timeZone: 'UTC', nowMs: () => Date.UTC(2026, 2, 3), isTrustedProxy: () => false };
