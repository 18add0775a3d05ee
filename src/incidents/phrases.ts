import { msg } from '../lang/lang.ts';
import type { Family } from '../model/detection.ts';

/** What each family is called in a sentence. */
const FAMILY_PHRASE: Readonly<Record<Family, string>> = {
  sqli: msg('SQL injection'),
  nosql: msg('NoSQL injection'),
  xss: msg('cross-site scripting'),
  lfi: msg('path traversal'),
  rfi: msg('remote file inclusion'),
  ssrf: msg('server-side request forgery'),
  rce: msg('command injection'),
  php: msg('PHP code injection'),
  java: msg('Java exploitation'),
  ssti: msg('template injection'),
  ldap: msg('LDAP injection'),
  xpath: msg('XPath injection'),
  crlf: msg('header injection'),
  redirect: msg('open redirect or proxy abuse'),
  session: msg('session fixation'),
  protocol: msg('malformed requests'),
  recon: msg('probes for admin pages'),
  'sensitive-files': msg('probes for secret files'),
  webshell: msg('a web shell'),
  scanner: msg('a scanner'),
  bot: msg('a bad bot'),
  auth: msg('login attempts'),
  flood: msg('a request flood'),
};

/** What a family is called as long as nothing of it worked, where that differs: looking for a web shell is not having one. */
const ATTEMPT_PHRASE: Readonly<Partial<Record<Family, string>>> = { webshell: msg('probes for web shells') };

/** A family in a sentence, in English: a text of the catalogue. */
export const familyPhrase = (family: Family, success: boolean): string =>
  (success ? undefined : ATTEMPT_PHRASE[family]) ?? FAMILY_PHRASE[family];

/** Families that only look around. */
export const RECON_FAMILIES: ReadonlySet<Family> = new Set<Family>(['recon', 'scanner', 'sensitive-files', 'bot', 'protocol']);

/** Families that mean control of the server when they succeed. */
export const CONTROL_FAMILIES: ReadonlySet<Family> = new Set<Family>(['webshell', 'rce', 'php', 'java', 'ssti']);
