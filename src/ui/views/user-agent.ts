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

/** A user agent in few cells: `Firefox/128.0` for a browser, its device for one without a name, the text itself for everything else. Harmless. */
export function shortUserAgent(userAgent: string): string {
  if (!userAgent.startsWith('Mozilla/')) return visible(userAgent);
  for (const product of TELLING) {
    const at = userAgent.indexOf(`${product}/`);
    if (at < 0) continue;
    const end = userAgent.indexOf(' ', at);
    return visible(userAgent.slice(at, end < 0 ? undefined : end).replace(/[;)]+$/, ''));
  }
  return visible(commentOf(userAgent) ?? userAgent);
}

/** `iPhone` of `Mozilla/5.0 (iPhone; CPU …)`, `Foo/1.0` of `Mozilla/5.0 (compatible; Foo/1.0; …)`. */
function commentOf(userAgent: string): string | undefined {
  const from = userAgent.indexOf('(');
  const to = userAgent.indexOf(')', from);
  if (from < 0 || to < 0) return undefined;
  return userAgent
    .slice(from + 1, to)
    .split(';', 2)
    .map((part) => part.trim())
    .find((part) => part !== '' && part !== 'compatible');
}
