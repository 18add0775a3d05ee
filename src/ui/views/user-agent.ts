import { visible } from '../../text/sanitize.ts';

/** Products that say more than the `Mozilla/5.0` every browser begins with; the first that occurs is shown. */
const TELLING = [
  'Googlebot',
  'bingbot',
  'GPTBot',
  'ClaudeBot',
  'YandexBot',
  'Baiduspider',
  'Edg',
  'OPR',
  'Firefox',
  'Chrome',
  'Safari',
] as const;

/** A user agent in few cells: `Firefox/128.0` for a browser, the text itself for everything else. Harmless. */
export function shortUserAgent(userAgent: string): string {
  if (!userAgent.startsWith('Mozilla/')) return visible(userAgent);
  for (const product of TELLING) {
    const at = userAgent.indexOf(`${product}/`);
    if (at < 0) continue;
    const end = userAgent.indexOf(' ', at);
    return visible(userAgent.slice(at, end < 0 ? undefined : end).replace(/[;)]+$/, ''));
  }
  return visible(userAgent);
}
