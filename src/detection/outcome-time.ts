/** Shorter waits cannot be told from a slow answer. */
const MIN_DELAY_MS = 1000;
const MIN_TIMES = 20;

const DELAYS: readonly RegExp[] = [
  /\bsleep\s{0,3}\(?[\s'"(]{0,5}(\d{1,4}(?:\.\d{1,3})?)/i,
  /\bwaitfor\s{1,3}delay\s{0,3}['"]\d{1,2}:\d{1,2}:(\d{1,2})/i,
  /\b(?:receive_message|lock\.sleep|timeout(?:\s{1,3}\/t)?)\b[^\d]{0,12}(\d{1,4})/i,
];

/** The wait that a payload asks for, milliseconds; 0 when it asks for none. `decoded` is at most a few kilobytes. */
export function askedDelayMs(decoded: string): number {
  for (const pattern of DELAYS) {
    const seconds = Number(pattern.exec(decoded)?.[1] ?? 0);
    if (seconds > 0) return seconds * 1000;
  }
  return 0;
}

/** Says that an answer took as long as was asked for, where the path usually answers at once; `''` when it did not. */
export function waitNote(askedMs: number, durationMs: number, usualMs: readonly number[]): string {
  if (askedMs < MIN_DELAY_MS || durationMs < askedMs * 0.95 || usualMs.length < MIN_TIMES) return '';
  const slow = usualMs[Math.floor(usualMs.length * 0.9)] ?? 0;
  const median = usualMs[usualMs.length >> 1] ?? 0;
  return slow < askedMs / 2 ? `took ${inWords(durationMs)}, usually ${inWords(median)}` : '';
}

const inWords = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
