import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CrawlerClaim } from '../../src/enrichment/crawler-verdicts.ts';
import { createEnrichment, type EnrichmentOptions } from '../../src/enrichment/enrichment.ts';
import type { EnrichmentSettings } from '../../src/enrichment/settings.ts';
import { createManualClock } from '../sources/manual-clock.ts';
import { writeMmdb } from './mmdb-writer.ts';

const countriesFile = new URL('../../src/enrichment/countries.bin', import.meta.url);
const PLAIN: EnrichmentSettings = { networks: {}, allow: [], enrichment: { databases: [], dns: false } };
const OFFICE: EnrichmentSettings = {
  ...PLAIN,
  networks: { office: ['198.51.100.0/24', '2001:db8:1::/48'], guests: ['198.51.100.64/26'], monitoring: ['203.0.113.7'] },
  allow: ['office', '192.0.2.1', '2001:db8:ff::/48'],
};
const EMPTY = { country: '', network: '', tag: '', allowed: false, isPrivate: false, crawler: undefined };
const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';

function create(settings = PLAIN, more: Partial<EnrichmentOptions> = {}) {
  const notices: string[] = [];
  const enricher = createEnrichment({ settings, countriesFile, notice: (text) => notices.push(text), ...more });
  return { enricher, notices };
}

describe('what is known about an address', () => {
  const { enricher } = create(OFFICE);

  it.each([
    ['8.8.8.8', { country: 'US' }],
    ['168.126.63.1', { country: 'KR' }],
    ['2001:2d8::1', { country: 'KR' }],
    ['[2001:2d8::1]:443', { country: 'KR' }],
    ['2001:2d8:0:1::/64', { country: 'KR' }],
    ['::ffff:168.126.63.1', { country: 'KR' }],
    ['198.51.100.7', { tag: 'office', allowed: true }],
    ['2001:db8:1:2::/64', { tag: 'office', allowed: true }],
    ['198.51.100.65', { tag: 'guests' }],
    ['203.0.113.7', { tag: 'monitoring' }],
    ['192.0.2.1', { allowed: true }],
    ['2001:db8:ff::9', { allowed: true }],
    ['10.1.2.3', { isPrivate: true }],
    ['100.64.0.9', { isPrivate: true }],
    ['fd00::1', { isPrivate: true }],
    ['::1', { isPrivate: true }],
    ['unix:', { isPrivate: true }],
    ['localhost', { isPrivate: true }],
    ['203.0.113.9', {}],
    ['client.example.org', {}],
    ['-', {}],
    ['', {}],
  ])('%s', (address, expected) => {
    expect(enricher.about(address)).toEqual({ ...EMPTY, ...expected });
    expect(enricher.about(address)).toEqual({ ...EMPTY, ...expected });
  });

  it('holds the crawler that a user agent claims, if one is given', () => {
    expect(enricher.about('66.249.66.1', GOOGLEBOT)).toEqual({
      ...EMPTY,
      country: 'US',
      crawler: { name: 'Googlebot', state: 'verified' },
    });
    expect(enricher.about('203.0.113.9', GOOGLEBOT).crawler).toEqual({ name: 'Googlebot', state: 'pretended' });
    expect(enricher.about('203.0.113.9').crawler).toBeUndefined();
    expect(enricher.crawlerOf('host.example', GOOGLEBOT)).toEqual({ name: 'Googlebot', state: 'unverified' });
  });

  it('is the same whether or not it is remembered, for any text', () => {
    const tiny = create(OFFICE, { capacity: 2 }).enricher;
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.ipV4(),
      fc.ipV6(),
      fc.ipV6().map((text) => `${text}/64`),
    );
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 8 }), fc.string(), (list, userAgent) => {
        for (const text of [...list, ...list]) {
          expect(tiny.about(text, userAgent)).toEqual(enricher.about(text, userAgent));
          enricher.isBot(text);
        }
      }),
    );
  });
});

describe('an enricher', () => {
  it('follows another configuration at once', () => {
    const { enricher } = create(OFFICE);
    expect(enricher.about('198.51.100.7').tag).toBe('office');
    enricher.reload({ ...PLAIN, networks: { lab: ['198.51.100.0/25'] } });
    expect(enricher.about('198.51.100.7')).toEqual({ ...EMPTY, tag: 'lab' });
    enricher.close();
  });

  it('keeps its databases over another configuration that has the same', async () => {
    const reads: string[] = [];
    const files = {
      stat: async () => ({ size: 1, mtimeMs: 1, ino: 1 }),
      readFile: async (path: string) => {
        reads.push(path);
        return writeMmdb({ '198.51.100.0/24': { asn: 64_500, as_name: 'Example Net' } }, { builtMs: Date.now() });
      },
    };
    const withFile = (path: string): EnrichmentSettings => ({ ...OFFICE, enrichment: { databases: [path], dns: false } });
    const { enricher } = create(withFile('/a.mmdb'), { files });
    await enricher.ready;
    enricher.reload(withFile('/a.mmdb'));
    expect(enricher.about('198.51.100.7').network).toBe('AS64500 Example Net');
    enricher.reload(withFile('/b.mmdb'));
    expect(enricher.about('198.51.100.7').network).toBe('');
    await enricher.ready;
    expect(enricher.about('198.51.100.7').network).toBe('AS64500 Example Net');
    expect(reads).toEqual(['/a.mmdb', '/b.mmdb']);
    enricher.close();
  });

  it("takes network and country from a person's database before its own", async () => {
    const folder = mkdtempSync(join(tmpdir(), 'secmon-mmdb-'));
    try {
      const path = join(folder, 'own.mmdb');
      const record = { autonomous_system_number: 64_500, autonomous_system_organization: 'Example Net', country: { iso_code: 'KR' } };
      writeFileSync(path, writeMmdb({ '8.8.8.0/24': record }, { builtMs: Date.now() }));
      let changes = 0;
      const changed = (): void => {
        changes += 1;
      };
      const { enricher, notices } = create({ ...PLAIN, enrichment: { databases: [path], dns: false } }, { changed });
      expect(enricher.about('8.8.8.8').country).toBe('US');
      await enricher.ready;
      expect([changes, notices]).toEqual([1, []]);
      expect(enricher.about('8.8.8.8')).toEqual({ ...EMPTY, country: 'KR', network: 'AS64500 Example Net' });
      expect(enricher.about('8.8.9.8')).toEqual({ ...EMPTY, country: 'US' });
      enricher.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says once that its countries cannot be read, and goes on without', () => {
    const { enricher, notices } = create(OFFICE, { countriesFile: '/nowhere/countries.bin' });
    expect(enricher.about('8.8.8.8').country).toBe('');
    expect(enricher.about('198.51.100.7').tag).toBe('office');
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(/^countries are not shown: /);
  });
});

describe('DNS', () => {
  const yandex = 'Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)';
  const zone: Readonly<Record<string, string>> = { '5.255.253.1': 'spider-5-255-253-1.yandex.com', '198.51.100.9': 'spider.yandex.com' };

  function withDns(dns: boolean) {
    const clock = createManualClock();
    const asked: string[] = [];
    const told: [address: string, claim: CrawlerClaim][] = [];
    let tell = (): void => {};
    const { enricher } = create(
      { ...PLAIN, enrichment: { databases: [], dns } },
      {
        clock,
        judged(address, claim) {
          told.push([address, claim]);
          tell();
        },
        resolver: () => ({
          async reverse(address) {
            asked.push(address);
            return [zone[address] ?? 'host.example'];
          },
          forward: async (name) => (name === zone['5.255.253.1'] ? ['5.255.253.1'] : []),
          cancel() {},
        }),
      },
    );
    const answered = (): Promise<void> => {
      const answer = new Promise<void>((resolve) => {
        tell = resolve;
      });
      clock.advance(100);
      return answer;
    };
    return { enricher, asked, answered, told };
  }

  it('is never asked unless the configuration allows it', () => {
    const { enricher, asked } = withDns(false);
    expect(enricher.crawlerOf('5.255.253.1', yandex)).toEqual({ name: 'YandexBot', state: 'unverified' });
    expect(asked).toEqual([]);
  });

  it.each([
    ['5.255.253.1', 'verified'],
    ['198.51.100.9', 'pretended'],
    ['203.0.113.4', 'pretended'],
  ])('turns an unverified claim from %s into a %s one, later', async (address, state) => {
    const { enricher, answered, told } = withDns(true);
    expect(enricher.crawlerOf(address, yandex)?.state).toBe('unverified');
    await answered();
    expect(told).toEqual([[address, { name: 'YandexBot', state }]]);
    expect(enricher.crawlerOf(address, yandex)).toEqual({ name: 'YandexBot', state });
    enricher.close();
  });

  it('is not asked about browsers, verified crawlers, private addresses and content networks', async () => {
    const { enricher, asked, answered } = withDns(true);
    enricher.crawlerOf('203.0.113.4', 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0');
    enricher.crawlerOf('66.249.66.1', GOOGLEBOT);
    enricher.crawlerOf('10.0.0.1', yandex);
    enricher.crawlerOf('172.71.1.1', yandex);
    enricher.crawlerOf('203.0.113.4', 'facebookexternalhit/1.1');
    enricher.crawlerOf('203.0.113.5', yandex);
    await answered();
    expect(asked).toEqual(['203.0.113.5']);
    enricher.close();
  });
});
