import { afterAll, beforeAll, expect, it } from 'vitest';
import { setLanguage } from '../../src/lang/lang.ts';
import { speakKorean } from '../lang/korean.ts';
import { failure } from './in-folder.ts';

beforeAll(speakKorean);
afterAll(() => setLanguage('en'));

it.each([
  ['an unknown setting', 'version: 1\ntheem: dark\n', '2: theem: 알 수 없는 설정입니다; 혹시 theme입니까?'],
  ['another kind of value', 'version: 1\ntheme: 3\n', '2: theme: 텍스트이(가) 필요합니다. 현재 값: 숫자'],
  ['a wrong word', 'version: 1\nwindow: 7m\n', '2: window: 다음 중 하나여야 합니다: 1m, 5m, 15m, 60m, all. 현재 값: "7m"; 혹시 1m입니까?'],
  ['a wrong time zone', 'version: 1\ntimezone: Mars\n', '2: timezone: Europe/Berlin, UTC 같은 시간대여야 합니다. 현재 값: "Mars"'],
  ['what is no YAML', 'version: 1\n\ttheme: dark\n', '2: : 들여쓰기는 탭이 아니라 공백이어야 합니다'],
])('in Korean the configuration says %s in Korean', async (_, text, sentence) => {
  expect((await failure(text)).split('\n')[0]).toContain(sentence);
});
