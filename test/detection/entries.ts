import { readdirSync, readFileSync } from 'node:fs';
import { verdictKey } from '../../src/detection/regex.ts';
import { type LoadResult, loadRules } from '../../src/detection/sigma/load.ts';
import type { CompiledRule } from '../../src/detection/sigma/rule.ts';
import { isRejection } from '../../src/formats/format.ts';
import { osquery } from '../../src/formats/osquery.ts';
import { EMPTY_ENTRY, type Entry } from '../../src/model/entry.ts';

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:124.0) Gecko/20100101 Firefox/124.0';

/** An HTTP entry as a format would give it. */
export function request(fields: Partial<Entry>): Entry {
  return {
    ...EMPTY_ENTRY,
    kind: 'http',
    address: '198.51.100.7',
    method: 'GET',
    target: '/',
    protocol: 'HTTP/1.1',
    status: 200,
    bytes: 512,
    userAgent: BROWSER,
    ...fields,
  };
}

/** `word: rest` of a case stands for an entry of that kind; anything else is a request target. */
export function entryOf(text: string): Entry {
  const [, word = '', rest = ''] = /^(ua|referer|forwarded|raw|raw401|sshd|plain|error|fail2ban|osquery): ([\s\S]*)$/.exec(text) ?? [];
  switch (word) {
    case 'ua':
      return request({ userAgent: rest });
    case 'referer':
      return request({ referer: rest });
    case 'forwarded':
      return request({ forwardedFor: rest });
    case 'raw401':
      return request({ target: rest, status: 401, user: 'jane' });
    case 'raw': {
      const line = /^([A-Z]+) (\S+) (HTTP\/\S+)$/.exec(rest);
      return request({ method: line?.[1] ?? '', target: line?.[2] ?? rest, protocol: line?.[3] ?? '' });
    }
    case 'sshd':
      return { ...EMPTY_ENTRY, kind: 'sshd', program: 'sshd', message: rest };
    case 'plain':
      return { ...EMPTY_ENTRY, kind: 'plain', message: rest };
    case 'error':
      return { ...EMPTY_ENTRY, kind: 'web-error', message: rest };
    case 'osquery': {
      const parsed = osquery.create({ timeZone: 'UTC', nowMs: () => 0, isTrustedProxy: () => false }).parse(rest);
      return isRejection(parsed) ? EMPTY_ENTRY : parsed;
    }
    case 'fail2ban':
      return { ...EMPTY_ENTRY, kind: 'fail2ban', message: rest };
    default:
      return request({ target: text });
  }
}

export const RULES_DIR = new URL('../../src/detection/rules/', import.meta.url);
const VERDICTS: { readonly linear: readonly string[]; readonly other: readonly string[] } = JSON.parse(
  readFileSync(new URL('../../src/detection/regex-verdicts.generated.json', import.meta.url), 'utf8'),
);
export const verdicts = { linear: new Set(VERDICTS.linear), other: new Set(VERDICTS.other) };

/** Paths of the built-in rules, relative to {@link RULES_DIR}. */
export const rulePaths = (): readonly string[] =>
  readdirSync(RULES_DIR, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yml'))
    .sort();

export function loadBuiltIn(
  path: string,
  isLinear = (source: string, flags: string): boolean => verdicts.linear.has(verdictKey(source, flags)),
): LoadResult {
  return loadRules(readFileSync(new URL(path, RULES_DIR), 'utf8'), { file: path, isLinear });
}

/** All built-in rules, compiled. */
export const builtInRules = (): readonly CompiledRule[] => rulePaths().flatMap((path) => loadBuiltIn(path).rules);

/** A rule from the lines of its detection. */
export function ruleOf(detection: string, logsource = 'category: webserver'): CompiledRule {
  const text = `title: Test\nlogsource:\n  ${logsource}\ndetection:\n${detection.replace(/^/gm, '  ')}\n`;
  const { rules, refused } = loadRules(text, { file: 'test.yml', isLinear: () => false });
  const [rule] = rules;
  if (rule === undefined) throw new Error(refused.map((each) => `${each.line}: ${each.reason}`).join('\n'));
  return rule;
}
