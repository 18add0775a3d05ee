import { describe, expect, it } from 'vitest';
import { createReverseDns, type DnsResolver, type DnsVerdict } from '../../src/enrichment/reverse-dns.ts';
import { createManualClock } from '../sources/manual-clock.ts';

const noRecord = (): Error => Object.assign(new Error('no record'), { code: 'ENOTFOUND' });

interface Zone {
  /** Names by address; an error is thrown, `never` does not answer. */
  readonly names: Readonly<Record<string, readonly string[] | Error | 'never'>>;
  readonly addresses: Readonly<Record<string, readonly string[]>>;
}

function start({ names, addresses }: Zone) {
  const clock = createManualClock();
  const verdicts: [address: string, verdict: DnsVerdict][] = [];
  let asked = 0;
  const resolver: DnsResolver = {
    async reverse(address) {
      asked += 1;
      const answer = names[address] ?? noRecord();
      if (answer === 'never') return new Promise(() => {});
      if (answer instanceof Error) throw answer;
      return answer;
    },
    async forward(name) {
      const answer = addresses[name];
      if (answer === undefined) throw noRecord();
      return answer;
    },
    cancel() {},
  };
  const dns = createReverseDns({ resolver, clock, onVerdict: ({ address }, verdict) => verdicts.push([address, verdict]) });
  const hosts = ['googlebot.com'];
  return {
    dns,
    clock,
    verdicts,
    asked: () => asked,
    ask: (address: string) => dns.ask({ address, crawler: 'Googlebot', hosts }),
    /** Lets `ms` pass in steps, and all that follows from each happen. */
    async pass(ms: number) {
      for (let gone = 0; gone < ms; gone += 100) {
        clock.advance(100);
        for (let i = 0; i < 3; i += 1) await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

const crawl = 'crawl-66-249-66-1.googlebot.com';

describe('reverse DNS', () => {
  it.each<[string, Zone, DnsVerdict]>([
    ['a name that leads back', { names: { '66.249.66.1': [crawl] }, addresses: { [crawl]: ['66.249.66.1'] } }, 'confirmed'],
    [
      'a name in capitals with a final dot',
      { names: { '66.249.66.1': [`${crawl.toUpperCase()}.`] }, addresses: { [crawl]: ['66.249.66.1'] } },
      'confirmed',
    ],
    ['the second of two names', { names: { '66.249.66.1': [`x.${crawl}`, crawl] }, addresses: { [crawl]: ['66.249.66.1'] } }, 'confirmed'],
    ['a name that leads elsewhere', { names: { '66.249.66.1': [crawl] }, addresses: { [crawl]: ['66.249.66.2'] } }, 'denied'],
    ['a name that leads nowhere', { names: { '66.249.66.1': [crawl] }, addresses: {} }, 'denied'],
    ['another name', { names: { '66.249.66.1': ['vps.example.net'] }, addresses: { 'vps.example.net': ['66.249.66.1'] } }, 'denied'],
    [
      'a name that only ends alike',
      { names: { '66.249.66.1': ['notgooglebot.com'] }, addresses: { 'notgooglebot.com': ['66.249.66.1'] } },
      'denied',
    ],
    ['no name', { names: {}, addresses: {} }, 'denied'],
    ['a server that fails', { names: { '66.249.66.1': Object.assign(new Error(), { code: 'ESERVFAIL' }) }, addresses: {} }, 'unknown'],
    ['a server that is silent', { names: { '66.249.66.1': 'never' }, addresses: {} }, 'unknown'],
  ])('of %s', async (_, zone, expected) => {
    const { ask, verdicts, pass } = start(zone);
    expect(ask('66.249.66.1')).toBeUndefined();
    await pass(5_500);
    expect(verdicts).toEqual([['66.249.66.1', expected]]);
    expect(ask('66.249.66.1')).toBe(expected);
  });

  it('is asked once, however often it is wanted, and again when the answer is old', async () => {
    const { ask, asked, pass, clock } = start({ names: {}, addresses: {} });
    for (let i = 0; i < 100; i += 1) ask('198.51.100.7');
    await pass(1_000);
    for (let i = 0; i < 100; i += 1) ask('198.51.100.7');
    expect(asked()).toBe(1);
    clock.advance(3_600_000);
    expect(ask('198.51.100.7')).toBe('denied');
    await pass(1_000);
    expect(asked()).toBe(2);
  });

  it('begins at most ten questions a second and lets at most 500 wait', async () => {
    const { ask, dns, asked, pass } = start({ names: {}, addresses: {} });
    for (let i = 0; i < 1_000; i += 1) ask(`198.51.${i >> 8}.${i & 255}`);
    expect(dns.dropped).toBe(500);
    await pass(1_000);
    expect(asked()).toBe(10);
    await pass(60_000);
    expect(asked()).toBe(500);
  });

  it('has at most four questions under way, and goes on when they are given up', async () => {
    const names = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`198.51.100.${i}`, 'never' as const]));
    const { ask, asked, pass } = start({ names, addresses: {} });
    for (const address of Object.keys(names)) ask(address);
    await pass(3_000);
    expect(asked()).toBe(4);
    await pass(20_000);
    expect(asked()).toBe(10);
  });

  it('is silent after closing', async () => {
    const { ask, dns, verdicts, asked, pass } = start({ names: {}, addresses: {} });
    ask('198.51.100.7');
    dns.close();
    ask('198.51.100.8');
    await pass(1_000);
    expect([asked(), verdicts.length]).toEqual([0, 0]);
  });
});
