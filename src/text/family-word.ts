import { msg, t } from '../lang/lang.ts';
import type { Family } from '../model/detection.ts';

const FAMILY_WORDS: Readonly<Record<Family, string>> = {
  sqli: msg('sqli'),
  nosql: msg('nosql'),
  xss: msg('xss'),
  lfi: msg('lfi'),
  rfi: msg('rfi'),
  ssrf: msg('ssrf'),
  rce: msg('rce'),
  php: msg('php'),
  java: msg('java'),
  ssti: msg('ssti'),
  ldap: msg('ldap'),
  xpath: msg('xpath'),
  crlf: msg('crlf'),
  redirect: msg('redirect'),
  session: msg('session'),
  protocol: msg('protocol'),
  recon: msg('recon'),
  'sensitive-files': msg('files'),
  webshell: msg('webshell'),
  scanner: msg('scanner'),
  bot: msg('bot'),
  auth: msg('auth'),
  flood: msg('flood'),
};

const WORDS: ReadonlyMap<string, string> = new Map(Object.entries(FAMILY_WORDS));

/** A family of attacks in a word, in the language of the work: `sqli`, `files`; any other name as it is. */
export const familyWord = (family: string): string => t(WORDS.get(family) ?? family);
