import { msg, t } from '../../lang/lang.ts';
import { visible } from '../../text/sanitize.ts';

/** Where a rule looked, for people, by the name of the field in Sigma. */
const FIELD_WORDS: ReadonlyMap<string, string> = new Map([
  ['cs-uri', msg('the address asked for')],
  ['cs-uri-stem', msg('the path')],
  ['cs-uri-query', msg('the query')],
  ['cs-user-agent', msg('the user agent')],
  ['cs-referer', msg('the referer')],
  ['cs-method', msg('the method')],
  ['sc-status', msg('the status')],
  ['message', msg('the message')],
  ['secmon.path', msg('the path')],
  ['secmon.query', msg('the query')],
  ['secmon.target', msg('the address asked for')],
  ['secmon.input', msg('what the client sent')],
  ['secmon.payload', msg('what the client sent')],
  ['secmon.value', msg('a value that the client sent')],
  ['secmon.param', msg('a parameter')],
  ['secmon.param-name', msg('the name of a parameter')],
  ['secmon.param-value', msg('the value of a parameter')],
  ['secmon.param-count', msg('the number of parameters')],
  ['secmon.sql', msg('a value, read as SQL')],
  ['secmon.html', msg('a value, read as HTML')],
  ['secmon.script', msg('a value, read as JavaScript')],
  ['secmon.shell', msg('a value, read as a shell command')],
  ['secmon.php', msg('a value, read as PHP')],
]);

/** `the path` of `secmon.path`; the name itself of a field that has no words. Harmless. */
export function fieldWords(field: string): string {
  const words = FIELD_WORDS.get(field);
  return words === undefined ? visible(field) : t(words);
}
