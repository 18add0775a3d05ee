import type { Clock } from '../clock/clock.ts';
import { tn } from '../lang/lang.ts';
import { visible } from '../text/sanitize.ts';

const MOST_CHARACTERS = 200;
const MOST_NOTICES = 5;
const PERIOD_MS = 60_000;

/** What somebody else makes us say: made harmless and at most five texts a minute; the others are counted. */
export interface NoticeQueue {
  add(text: string): void;
  /** The next text to tell; undefined when there is none. */
  take(): string | undefined;
}

export function createNoticeQueue(clock: Clock): NoticeQueue {
  const waiting: string[] = [];
  let periodStart = clock.monotonic();
  let told = 0;
  let dropped = 0;
  return {
    add(text) {
      const now = clock.monotonic();
      if (now - periodStart >= PERIOD_MS) {
        periodStart = now;
        told = 0;
      }
      if (told >= MOST_NOTICES || waiting.length >= MOST_NOTICES) {
        dropped += 1;
        return;
      }
      told += 1;
      const before = dropped > 0 ? `${tn(dropped, '({n} line before left out)', '({n} lines before left out)')} ` : '';
      dropped = 0;
      waiting.push(before + visible(text.slice(0, MOST_CHARACTERS)));
    },
    take: () => waiting.shift(),
  };
}
