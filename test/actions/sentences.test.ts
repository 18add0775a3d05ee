import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knownLimits } from '../../src/actions/banner.ts';
import { fail2banSentence } from '../../src/actions/fail2ban-errors.ts';
import { refusalsOf } from '../../src/actions/guard.ts';
import { actionText } from '../../src/actions/sentences.ts';
import { banSubject } from '../../src/actions/subject.ts';
import { inLanguage, setLanguage } from '../../src/lang/lang.ts';
import { speakKorean } from '../lang/korean.ts';

beforeAll(async () => {
  await speakKorean();
  setLanguage('en');
});
afterAll(() => setLanguage('en'));

const inKorean = (english: string): string => inLanguage('ko', () => actionText(english));
const HANGUL = /\p{Script=Hangul}/u;

describe('what bans say', () => {
  it('is English where English is spoken, whatever it is', () => {
    for (const text of ['nftables refused: no', 'anything at all', '']) expect(actionText(text)).toBe(text);
  });

  it.each([
    ['fail2ban banned 203.0.113.9 in jail secmon for 1 h 05', 'fail2ban 차단: 203.0.113.9, jail secmon, 1시간 05분'],
    ['nftables drops packets from 2001:db8:1:2::/64 for 10 min', 'nftables 차단: 2001:db8:1:2::/64, 10분'],
    ['fail2ban 1.0.2, jail secmon, by the helper', 'fail2ban 1.0.2, jail secmon, 도우미 경유'],
    [
      'the helper refuses: 10.0.0.1 is private: it is somebody near, or your own proxy; to ban it in spite of that, type anyway',
      '도우미가 거부: 10.0.0.1: 사설 주소입니다. 내부 사용자이거나 자체 프록시입니다. 그래도 차단하려면 anyway 입력',
    ],
    ['refused: 203.0.113.9 is an address of this machine', '거부: 203.0.113.9: 이 시스템의 주소입니다'],
    ['a sentence of a newer helper', 'a sentence of a newer helper'],
  ])('%s', (english, korean) => {
    expect(inKorean(english)).toBe(korean);
  });

  it('has every refusal, known limit and complaint of fail2ban in Korean', () => {
    const range = { name: 'office', cidr: banSubject('203.0.0.0/8').cidr };
    const facts = {
      sshPeers: ['203.0.113.9'],
      ownAddresses: ['203.0.113.10'],
      allowed: [range],
      shared: [range],
      isPrivate: () => true,
    };
    const complaints = ['Permission denied', 'Failed to access socket', 'Connection refused', 'UnknownJail', 'not a valid', 'else'].map(
      (stderr) => fail2banSentence({ code: 1, stdout: '', stderr }, { socket: '/run/f2b.sock', jail: 'sshd' }),
    );
    const all = [...refusalsOf(banSubject('203.0.0.0/8'), facts), ...knownLimits(['fail2ban sshd']), ...complaints];
    expect(all.length).toBeGreaterThanOrEqual(14);
    expect(all.filter((text) => !HANGUL.test(inKorean(text)))).toEqual([]);
  });

  it('is listed: no sentence of a ban or its failure stands in the sources that is not', () => {
    const folder = new URL('../../src/actions/', import.meta.url);
    const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && name !== 'settings.ts' && name !== 'sentences.ts');
    const sentences = files.flatMap((name) => {
      const source = readFileSync(new URL(name, folder), 'utf8');
      return (
        [...source.matchAll(/(?:BanError\(\s*|return |\? |: |notes: \[|push\()(?:'([^'\n]+)'|`((?:[^`\\]|\\.)+)`)/g)]
          .map(([, plain, template]) => plain ?? (template ?? '').replace(/\$\{[^}]*(?:\{[^}]*\}[^}]*)*\}/g, '7'))
          .filter((text) => /[a-z] [a-z7/"]+[ ,:]/.test(text) && text.split(' ').length > 3)
          // A name and its version, no sentence.
          .filter((text) => text !== 'fail2ban 7, jail 7')
          .map((text) => ({ name, text }))
      );
    });
    expect(sentences.length).toBeGreaterThan(30);
    expect(sentences.filter(({ text }) => !HANGUL.test(inKorean(text)))).toEqual([]);
  });

  it('takes no time over a long hostile text', () => {
    const bait = `${'x is connected to sshd, jail refused: ended with '.repeat(20_000)}`;
    expect(inKorean(bait)).toBe(bait);
  });
});
