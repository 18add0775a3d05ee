import { isbot } from 'isbot';
import { createRecentCache } from '../collections/recent-cache.ts';
import { copyText } from '../text/copy-text.ts';
import { LONGEST_USER_AGENT } from './crawler-claims.ts';

const REMEMBERED = 4_000;

/**
 * Whether a user agent is that of a program instead of a browser, as the list of the package isbot says; an empty one is. Only the first
 * {@link LONGEST_USER_AGENT} characters are looked at, which bounds the time that its expression takes; answers are remembered.
 */
export function createBotCheck(): (userAgent: string) => boolean {
  const known = createRecentCache<boolean>(REMEMBERED);
  return (userAgent) => {
    const text = userAgent.length > LONGEST_USER_AGENT ? userAgent.slice(0, LONGEST_USER_AGENT) : userAgent;
    if (text === '' || text === '-') return true;
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    const isBot = isbot(text);
    known.set(copyText(text), isBot);
    return isBot;
  };
}
