import type { Family } from '../model/detection.ts';

/** Attack families by weakness (CWE-1000 view): who attacks with the family uses the weakness. */
const FAMILIES: Readonly<Record<number, Family>> = {
  22: 'lfi',
  23: 'lfi',
  36: 'lfi',
  73: 'lfi',
  77: 'rce',
  78: 'rce',
  79: 'xss',
  89: 'sqli',
  90: 'ldap',
  91: 'xpath',
  94: 'rce',
  95: 'rce',
  96: 'php',
  97: 'rce',
  98: 'rfi',
  113: 'crlf',
  119: 'protocol',
  200: 'sensitive-files',
  287: 'auth',
  384: 'session',
  444: 'protocol',
  501: 'session',
  502: 'java',
  530: 'sensitive-files',
  538: 'sensitive-files',
  540: 'sensitive-files',
  548: 'sensitive-files',
  601: 'redirect',
  611: 'xpath',
  643: 'xpath',
  827: 'rfi',
  917: 'java',
  918: 'ssrf',
  943: 'nosql',
  1336: 'ssti',
};

/** The attack family that uses a weakness, by the number of its CWE; undefined when none does. */
export const familyOfCwe = (cwe: number): Family | undefined => FAMILIES[cwe];

/** `CWE-89`; `''` for none. */
export const cweText = (cwe: number): string => (Number.isSafeInteger(cwe) && cwe > 0 ? `CWE-${cwe}` : '');
