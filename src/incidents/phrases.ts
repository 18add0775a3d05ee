import type { Family } from '../model/detection.ts';

/** What each family is called in a sentence. */
const FAMILY_PHRASE: Readonly<Record<Family, string>> = {
  sqli: 'SQL injection',
  nosql: 'NoSQL injection',
  xss: 'cross-site scripting',
  lfi: 'path traversal',
  rfi: 'remote file inclusion',
  ssrf: 'server-side request forgery',
  rce: 'command injection',
  php: 'PHP code injection',
  java: 'Java exploitation',
  ssti: 'template injection',
  ldap: 'LDAP injection',
  xpath: 'XPath injection',
  crlf: 'header injection',
  redirect: 'open redirect or proxy abuse',
  session: 'session fixation',
  protocol: 'malformed requests',
  recon: 'probes for admin pages',
  'sensitive-files': 'probes for secret files',
  webshell: 'a web shell',
  scanner: 'a scanner',
  bot: 'a bad bot',
  auth: 'login attempts',
  flood: 'a request flood',
};

/** What a family is called as long as nothing of it worked, where that differs: looking for a web shell is not having one. */
const ATTEMPT_PHRASE: Readonly<Partial<Record<Family, string>>> = { webshell: 'probes for web shells' };

/** A family in a sentence. */
export const familyPhrase = (family: Family, success: boolean): string =>
  (success ? undefined : ATTEMPT_PHRASE[family]) ?? FAMILY_PHRASE[family];

/** Families that only look around. */
export const RECON_FAMILIES: ReadonlySet<Family> = new Set<Family>(['recon', 'scanner', 'sensitive-files', 'bot', 'protocol']);

/** Families that mean control of the server when they succeed. */
export const CONTROL_FAMILIES: ReadonlySet<Family> = new Set<Family>(['webshell', 'rce', 'php', 'java', 'ssti']);
