import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { familyPhrase } from '../../src/incidents/phrases.ts';
import { inLanguage, setLanguage } from '../../src/lang/lang.ts';
import { FAMILIES } from '../../src/model/detection.ts';
import type { Incident, IncidentTarget } from '../../src/model/incident.ts';
import { incidentSubject, keptSubject, subjectText } from '../../src/text/incident-subject.ts';
import { incidentTitle } from '../../src/text/incident-title.ts';
import { spanWords } from '../../src/text/span-words.ts';
import { successNote } from '../../src/text/success-note.ts';
import { duration } from '../../src/text/units.ts';
import { speakKorean } from '../lang/korean.ts';

const KINDS: readonly IncidentTarget['kind'][] = ['path', 'account', 'host', 'source', 'site', 'check'];
const inKorean = <T>(work: () => T): T => inLanguage('ko', work);

beforeAll(async () => {
  await speakKorean();
  setLanguage('en');
});
afterEach(() => setLanguage('en'));

describe('the title of an incident', () => {
  it('is what is kept in English, and phrase by phrase in another language', () => {
    const kept = 'SQL injection, then a web shell';
    expect(incidentTitle(kept)).toBe(kept);
    expect(inKorean(() => incidentTitle(kept))).toBe('SQL 인젝션, 이어서 웹셸');
  });

  it('finds the title of a rule, which begins small inside a sentence', () => {
    expect(inKorean(() => incidentTitle('login brute force, then SSH brute force'))).toBe('로그인 무차별 대입, 이어서 SSH 무차별 대입');
  });

  it('leaves what a person has named as it is', () => {
    expect(inKorean(() => incidentTitle('our own rule {n}, then SQL injection'))).toBe('our own rule {n}, 이어서 SQL 인젝션');
  });

  it('may be translated again', () => {
    for (const family of FAMILIES)
      for (const success of [false, true]) {
        const once = inKorean(() => incidentTitle(familyPhrase(family, success)));
        expect(once).toMatch(/\p{Script=Hangul}/u);
        expect(inKorean(() => incidentTitle(once))).toBe(once);
      }
  });
});

describe('the subject of an incident', () => {
  const of = (kind: IncidentTarget['kind']): Pick<Incident, 'actor' | 'target'> => ({
    actor: '',
    target: { kind, value: 'account x {value}' },
  });

  it.each(KINDS)('that is a %s is kept in English, and read back in another language', (kind) => {
    expect(inKorean(() => keptSubject(of(kind)))).toBe(incidentSubject(of(kind)));
    expect(subjectText(keptSubject(of(kind)))).toBe(incidentSubject(of(kind)));
    if (kind !== 'path') expect(inKorean(() => subjectText(keptSubject(of(kind))))).toBe(inKorean(() => incidentSubject(of(kind))));
  });

  it('is an address as it is', () => {
    expect(inKorean(() => subjectText('203.0.113.7'))).toBe('203.0.113.7');
  });
});

describe('why a success is claimed', () => {
  it.each([
    ['41× size', '크기 41×'],
    ['512 B, usually none', '512 B, 평소 없음'],
    ['took 5.0 s, usually 12 ms', '소요 5.0 s, 평소 12 ms'],
    ['after sqli', 'sqli 이후'],
    ['not there before', '이전에는 없던 응답'],
    ['shell.php created 0.3 s later, and 2 more', 'shell.php 0.3초 후 생성 외 2개'],
    ['a created b.php changed 1.0 s before', 'a created b.php 1.0초 전 변경'],
    ['+54 B', '+54 B'],
    ['', ''],
  ])('%s', (kept, korean) => {
    expect(successNote(kept)).toBe(kept);
    expect(inKorean(() => successNote(kept))).toBe(korean);
  });
});

describe('a span of time in a sentence', () => {
  const SPANS = [-1, 0, 999, 14_000, 59_999, 60_000, 3_599_999, 3_600_000, 7_500_000, 86_400_000, 9e9, Number.NaN];
  it('is in English what it is in a column', () => {
    expect(SPANS.map((ms) => spanWords(ms))).toEqual(SPANS.map((ms) => duration(ms)));
  });
  it('has its own words in Korean', () => {
    expect(inKorean(() => [14_000, 180_000, 7_500_000, 3 * 86_400_000].map((ms) => spanWords(ms)))).toEqual([
      '14초',
      '3분',
      '2시간 05분',
      '3일',
    ]);
  });
});
