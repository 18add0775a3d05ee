import { describe, expect, it } from 'vitest';
import { createDetector } from '../../../src/detection/detect.ts';
import { loadRules } from '../../../src/detection/sigma/load.ts';
import type { Entry } from '../../../src/model/entry.ts';
import { EMPTY_ENTRY } from '../../../src/model/entry.ts';
import { request, ruleOf } from '../entries.ts';

const selection = (item: string): string => `selection:\n  ${item}\ncondition: selection`;
const matches = (item: string, entry: Entry, logsource?: string): boolean =>
  createDetector({ rules: [ruleOf(selection(item), logsource)] }).detect(entry) !== undefined;

/** Field names of the taxonomy appendix for webserver and proxy, in an entry that has them all. */
const ENTRY = request({
  target: '/shop/Setup.EXE?id=%2e%2e%2f',
  host: 'shop.example',
  referer: 'https://example.org/a',
  user: 'jane',
  durationMs: 1500,
  timeMs: Date.UTC(2026, 2, 2, 10, 30),
});

describe('a field of the taxonomy is matched', () => {
  it.each([
    ['c-ip: 198.51.100.7'],
    ['src_ip: 198.51.100.7'],
    ['cs-method: get'],
    ['c-method: GET'],
    ['cs-uri: "/shop/Setup.EXE?id=%2e%2e%2f"'],
    ['c-uri|contains: "setup.exe?id=../"'],
    ['cs-uri-query|contains: "%2e%2e%2f"'],
    ['cs-uri-query|contains: "../"'],
    ['cs-uri-query|endswith: "/setup.exe"'],
    ['cs-uri-query|startswith: "id="'],
    ['c-uri-query|contains: "id="'],
    ['cs-uri-stem: /shop/setup.exe'],
    ['c-uri-stem|endswith: .exe'],
    ['c-uri-path|contains: /shop/'],
    ['c-uri-extension: exe'],
    ['c-uri-extension: [dll, exe]'],
    ['cs-host: shop.example'],
    ['r-dns|endswith: .example'],
    ['cs-version: HTTP/1.1'],
    ['cs-user-agent|contains: firefox'],
    ['c-useragent|startswith: Mozilla'],
    ['cs-referer|contains: example.org'],
    ['cs-referrer|contains: example.org'],
    ['cs-username: jane'],
    ['sc-status: 200'],
    ['sc-bytes|lte: 512'],
    ['time-taken|gt: 1000'],
    ['time|hour: 10'],
    ['date|month: 3'],
  ])('%s', (item) => {
    expect(matches(item, ENTRY)).toBe(true);
    expect(matches(item, ENTRY, 'category: proxy')).toBe(true);
  });

  it('whole values of an extension only', () => {
    expect(matches('c-uri-extension: xe', ENTRY)).toBe(false);
    expect(() => ruleOf(selection('c-uri-extension|contains: xe'))).toThrow('takes whole values only');
  });
});

describe('a field that no access log holds is refused with the reason', () => {
  it.each([
    ['cs-cookie', 'access logs hold no cookies'],
    ['cs-body', 'access logs hold no bodies'],
    ['cs-bytes', 'access logs hold no request sizes'],
    ['s-port', 'access logs hold no server port'],
    ['s-ip', 'access logs hold no server address'],
    ['s-computername', 'access logs hold no server name'],
    ['sc-substatus', 'only IIS has it'],
    ['sc-win32-status', 'only IIS has it'],
    ['dst_ip', 'access logs hold no server address'],
    ['TargetFilename', 'is not known'],
  ])('%s: %s', (field, reason) => {
    expect(() => ruleOf(selection(`${field}: x`))).toThrow(reason);
  });
});

describe('a log source', () => {
  const entry = (kind: Entry['kind']): Entry => ({ ...EMPTY_ENTRY, kind, message: 'needle', target: '/needle' });
  it.each([
    ['category: webserver', ['http', 'web-error']],
    ['category: proxy', ['http', 'web-error']],
    ['category: webserver\n  product: apache', ['http', 'web-error']],
    ['product: nginx', ['http', 'web-error']],
    ['product: apache\n  service: error', ['web-error']],
    ['product: linux\n  service: sshd', ['sshd']],
    ['product: linux\n  service: auth', ['sshd']],
    ['category: application\n  product: python', ['web-error', 'application', 'plain']],
  ])('%s reads %j', (logsource, kinds) => {
    const detector = createDetector({ rules: [ruleOf('keywords:\n  - needle\ncondition: keywords', logsource)] });
    const read = (['http', 'web-error', 'sshd', 'fail2ban', 'application', 'plain'] as const).filter((kind) =>
      detector.detect(entry(kind)),
    );
    expect(read).toEqual(kinds);
  });

  it.each([
    ['product: windows\n  service: security'],
    ['category: process_creation\n  product: windows'],
    ['product: linux\n  service: auditd'],
    ['category: firewall'],
  ])('%s is refused', (logsource) => {
    const text = `title: T\nlogsource:\n  ${logsource}\ndetection:\n  a:\n    x: 1\n  condition: a\n`;
    expect(loadRules(text, { file: 'a.yml', isLinear: () => false }).refused[0]?.reason).toMatch(/^no log read here is /);
  });
});
