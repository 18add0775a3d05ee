import { t } from '../lang/lang.ts';
import { duration } from '../text/units.ts';
import type { OutputEvent } from './sender.ts';

/** What happened to an output, one sentence for the screen. */
export function noticeOf(event: OutputEvent, destination: string): string {
  switch (event.type) {
    case 'failing':
      return t('{destination} takes nothing, what is found waits: {reason}', { destination, reason: event.reason });
    case 'recovered':
      return t('{destination} takes what is found again, after {time}', { destination, time: duration(event.afterMs) });
    case 'full':
      return t('the buffer for {destination} is full: what is found now is dropped for it', { destination });
    case 'refused':
      return t('{destination} has refused something for good: {reason}', { destination, reason: event.reason });
  }
}
