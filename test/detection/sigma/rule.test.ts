import { describe, expect, it } from 'vitest';
import { createDetector } from '../../../src/detection/detect.ts';
import { loadRules } from '../../../src/detection/sigma/load.ts';
import type { Entry } from '../../../src/model/entry.ts';
import { entryOf, request, ruleOf } from '../entries.ts';

const matches = (detection: string, entry: Entry): boolean => createDetector({ rules: [ruleOf(detection)] }).detect(entry) !== undefined;
const selection = (item: string): string => `selection:\n  ${item}\ncondition: selection`;
const refusal = (text: string): string =>
  loadRules(text, { file: 'a.yml', isLinear: () => false })
    .refused.map((each) => `${each.file}:${each.line}: ${each.reason}`)
    .join('\n');

describe('modifiers', () => {
  it.each([
    ['cs-uri-query|contains: "ADMIN"', '/admin/x', true],
    ['cs-uri-query|contains|cased: "ADMIN"', '/admin/x', false],
    ['cs-uri-query|startswith: /adm', '/admin', true],
    ['cs-uri-query|startswith: dmin', '/admin', false],
    ['cs-uri-query|endswith: .php', '/a.php', true],
    ['cs-uri-query|endswith: .php', '/a.php.txt', false],
    ['cs-uri-query|contains|all: [a=1, b=2]', '/?b=2&a=1', true],
    ['cs-uri-query|contains|all: [a=1, b=2]', '/?a=1', false],
    ['cs-uri-query: "/a*z"', '/abcz', true],
    ['cs-uri-query: "/a?z"', '/abz', true],
    ['cs-uri-query: "/a?z"', '/abbz', false],
    ['cs-uri-query: "/a\\\\*z"', '/abz', false],
    ['cs-uri-query|re: "^/a[0-9]+$"', '/a12', true],
    ['cs-uri-query|re: "/A"', '/a', false],
    ['cs-uri-query|re|i: "/A"', '/a', true],
    ['cs-uri-query|re: "(?i)/A"', '/a', true],
    ['cs-uri-query|contains: "a b"', '/?q=a%20b', true],
    ['cs-uri-query|contains: "%20"', '/?q=a%20b', true],
    ['cs-uri-query|base64offset|contains: "select"', `/?q=x${Buffer.from('a select').toString('base64')}`, true],
    ['cs-uri-query|base64|contains: "select"', `/?q=${Buffer.from('select').toString('base64')}`, true],
    ['sc-status: 200', '/', true],
    ['sc-status: [404, 500]', '/', false],
    ['sc-status|gte: 200', '/', true],
    ['sc-status|lt: 200', '/', false],
    ['sc-status|startswith: 2', '/', true],
    ['c-ip|cidr: 198.51.100.0/24', '/', true],
    ['c-ip|cidr: 10.0.0.0/8', '/', false],
    ['cs-referer: null', '/', true],
    ['cs-referer|exists: false', '/', true],
    ['cs-user-agent|exists: true', '/', true],
    ['cs-method|neq: POST', '/', true],
    ['cs-method|neq: GET', '/', false],
  ])('%s on %s: %s', (item, target, expected) => {
    expect(matches(selection(item), request({ target }))).toBe(expected);
  });

  it('compares with another field', () => {
    const detection = selection('cs-referer|fieldref|contains: cs-host');
    expect(matches(detection, request({ referer: 'https://example.org/x', host: 'example.org' }))).toBe(true);
    expect(matches(detection, request({ referer: 'https://example.net/x', host: 'example.org' }))).toBe(false);
  });

  it('takes parts of the time', () => {
    const timeMs = Date.UTC(2026, 0, 1, 3, 30);
    expect(matches(selection('timestamp|hour|lt: 6'), request({ timeMs }))).toBe(true);
    expect(matches(selection('timestamp|week: 1'), request({ timeMs }))).toBe(true);
    expect(matches(selection('timestamp|year: 2025'), request({ timeMs }))).toBe(false);
  });
});

describe('selections', () => {
  it('takes a list of maps as any of them, and a map as all of its fields', () => {
    const detection = 'selection:\n  - cs-method: POST\n    cs-uri-query|contains: /a\n  - cs-uri-query|contains: /b\ncondition: selection';
    expect(matches(detection, request({ target: '/a' }))).toBe(false);
    expect(matches(detection, request({ target: '/b' }))).toBe(true);
  });

  it('looks for keywords anywhere in a line', () => {
    const rule = ruleOf("keywords:\n  - '보안 위협'\ncondition: keywords", 'category: application');
    expect(createDetector({ rules: [rule] }).detect(entryOf('plain: 알림: 보안 위협 감지'))?.hits[0]?.matches[0]?.text).toBe('보안 위협');
  });

  it('takes a list of conditions as any of them', () => {
    const detection = 'a:\n  cs-uri-query|contains: /a\nb:\n  cs-uri-query|contains: /b\ncondition:\n  - a\n  - b';
    expect(matches(detection, request({ target: '/b' }))).toBe(true);
  });
});

describe('a rule that cannot be honoured', () => {
  const head = 'title: T\nlogsource:\n  category: webserver\ndetection:\n  selection:\n    ';
  const tail = '\n  condition: selection\n';
  it.each([
    ['cs-cookie: x', 'a.yml:6: the field "cs-cookie" is not available: access logs hold no cookies'],
    ['nonsense: x', 'a.yml:6: the field "nonsense" is not known'],
    ['cs-uri|wide: x', 'a.yml:6: the modifier "wide" is not supported'],
    ['cs-uri|re: "(?=x)y"', 'a.yml:6: the pattern "(?=x)y" cannot run in linear time'],
    ['c-ip|cidr: 10.0.0.0', 'a.yml:6: expected a network such as 10.0.0.0/8, found "10.0.0.0"'],
    ['sc-status|gt: many', 'a.yml:6: expected a number, found "many"'],
    ['cs-uri|gt: 5', 'a.yml:6: "gt" needs a field that holds a number'],
  ])('%s is refused by file, line and reason', (item, reason) => {
    expect(refusal(head + item + tail)).toContain(reason);
  });

  it('is refused for a log source that nothing is read from', () => {
    expect(refusal('title: T\nlogsource:\n  product: windows\ndetection:\n  a:\n    x: 1\n  condition: a\n')).toContain(
      'a.yml:2: no log read here is product "windows"',
    );
  });

  it('is refused for broken YAML, without keeping the other documents back', () => {
    const good = 'title: T\nlogsource:\n  category: proxy\ndetection:\n  a:\n    c-uri: x\n  condition: a\n';
    const loaded = loadRules(`${good}---\ntitle: [\n---\n${good}`, { file: 'a.yml', isLinear: () => false });
    expect(loaded.refused.length).toBeGreaterThan(0);
    expect(loaded.rules.length).toBeGreaterThan(0);
  });
});
