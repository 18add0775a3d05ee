import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCrawlerClaims } from '../../src/enrichment/crawler-claims.ts';
import { CRAWLERS } from '../../src/enrichment/crawlers.ts';
import { parseAddress } from '../../src/net/address.ts';
import { parseCidr } from '../../src/net/cidr.ts';

const claims = createCrawlerClaims();

function stateOf(address: string, userAgent: string): string {
  const crawler = claims.claimOf(userAgent);
  const parsed = parseAddress(address);
  return crawler === undefined || parsed === undefined ? 'no claim' : `${crawler.name} ${claims.stateOf(crawler, parsed)}`;
}

const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const BINGBOT =
  'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36';
const APPLEBOT =
  'Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)';
const GPTBOT = 'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)';
const YANDEX = 'Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)';
const YETI = 'Mozilla/5.0 (compatible; Yeti/1.1; +https://naver.me/spd)';
const DAUM = 'Mozilla/5.0 (compatible; Daum/4.1; +http://cs.daum.net/faq/15/4118.html?faqId=28966)';
const MESSAGES =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

describe('a claim in a user agent', () => {
  it.each([
    ['66.249.66.1', GOOGLEBOT, 'Googlebot verified'],
    ['2001:4860:4801:10::1', GOOGLEBOT, 'Googlebot verified'],
    ['192.178.6.1', 'Googlebot-Image/1.0', 'Googlebot verified'],
    ['198.51.100.7', GOOGLEBOT, 'Googlebot pretended'],
    ['2001:db8::7', GOOGLEBOT, 'Googlebot pretended'],
    ['66.249.90.77', 'AdsBot-Google (+http://www.google.com/adsbot.html)', 'Google AdsBot verified'],
    ['198.51.100.7', 'Mediapartners-Google', 'Google AdsBot pretended'],
    ['40.77.167.12', BINGBOT, 'Bingbot verified'],
    ['157.55.39.255', BINGBOT, 'Bingbot verified'],
    ['203.0.113.5', BINGBOT, 'Bingbot pretended'],
    ['17.58.97.1', APPLEBOT, 'Applebot verified'],
    ['203.0.113.5', APPLEBOT, 'Applebot pretended'],
    ['20.171.207.3', GPTBOT, 'GPTBot verified'],
    ['203.0.113.5', GPTBOT, 'GPTBot pretended'],
    ['216.73.216.9', 'Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)', 'ClaudeBot verified'],
  ])('from %s as %s is %3$s', (address, userAgent, expected) => expect(stateOf(address, userAgent)).toBe(expected));

  it.each([
    ['a network of the operator beside the published ones', '66.249.83.1', GOOGLEBOT, 'Googlebot unverified'],
    ['a cloud of the operator', '20.40.1.1', BINGBOT, 'Bingbot unverified'],
    ['an own proxy', '10.0.0.4', GOOGLEBOT, 'Googlebot unverified'],
    ['a content network', '172.71.1.1', GOOGLEBOT, 'Googlebot unverified'],
    ['a crawler that publishes no ranges', '203.0.113.5', YANDEX, 'YandexBot unverified'],
    ['Naver', '203.0.113.5', YETI, 'Yeti (Naver) unverified'],
    ['Daum', '203.0.113.5', DAUM, 'Daum unverified'],
    ['a person whose Messages shows a link', '203.0.113.5', MESSAGES, 'facebookexternalhit unverified'],
  ])('is not called pretended when it may be true: %s', (_, address, userAgent, expected) =>
    expect(stateOf(address, userAgent)).toBe(expected),
  );

  it.each([FIREFOX, '', '-', 'curl/8.5.0', 'SomeTool/1.0 (like Googlebot)', 'x'.repeat(300) + GOOGLEBOT])(
    'is not seen in %s',
    (userAgent) => expect(stateOf('203.0.113.5', userAgent)).toBe('no claim'),
  );

  it('is read from any text, however long, the second time as the first', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => {
        const first = claims.claimOf(text);
        expect(claims.claimOf(text)).toBe(first);
      }),
    );
  });
});

describe('the table of crawlers', () => {
  it('holds networks only, claims in lower case, a source for each, and a day for each list', () => {
    for (const { name, ranges, near, claims: words, source, listed, isListComplete } of CRAWLERS) {
      for (const network of [...ranges, ...near]) expect(parseCidr(network), `${name} ${network}`).toBeDefined();
      for (const word of words) expect(word).toBe(word.toLowerCase());
      expect(source).toMatch(/^https?:\/\//);
      expect(listed).toMatch(ranges.length > 0 ? /^20\d\d-\d\d-\d\d$/ : /^(20\d\d-\d\d-\d\d)?$/);
      if (isListComplete) expect(ranges.length).toBeGreaterThan(0);
    }
  });

  it('finds each crawler by each of its claims', () => {
    for (const crawler of CRAWLERS) for (const word of crawler.claims) expect(claims.claimOf(`X/1 (${word.toUpperCase()})`)).toBe(crawler);
  });
});
