/**
 * Tests that tell, in one linear pass, that no decoding step changes a text (or any piece of it that is matched on its own), so that
 * the views need not be made. Each may say "not clean" needlessly, never "clean" wrongly: a property test holds that.
 */
const TEXT = /[^\x20-\x7e]|[%\\&'"^$`{]|\/\*|\*\/| {2}/;
const PATH = /[^\x20-\x7e]|[%\\&'"^$`{;]|\/\*|\*\/| {2}|\/\/|\/\.[/\\]|\/\.$/;
/** `&` and `=` only separate in a query; a long run of letters and digits may be base64 or hexadecimal. */
const QUERY = /[^\x20-\x7e]|[%+\\'"^$`{;]|\/\*|\*\/| {2}|\/\/|\/\.[/\\]|[a-z0-9/_-]{12}/i;

/** True when nothing in free text (user agent, user, host, message) decodes to something else. */
export const isCleanText = (text: string): boolean => !TEXT.test(text);

/** True when nothing in a request target (path, query, names and values of parameters) decodes to something else. */
export function isCleanTarget(target: string): boolean {
  const query = target.indexOf('?');
  if (query < 0) return !PATH.test(target) && !target.includes('+');
  return !PATH.test(target.slice(0, query)) && !QUERY.test(target.slice(query)) && !target.slice(0, query).includes('+');
}

/** True when nothing in a referer decodes to something else. */
export const isCleanReferer = (referer: string): boolean =>
  isCleanText(referer) && (!referer.includes('?') || !QUERY.test(referer.slice(referer.indexOf('?'))));
