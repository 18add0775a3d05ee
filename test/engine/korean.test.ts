import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { setLanguage } from '../../src/lang/lang.ts';
import { speakKorean } from '../lang/korean.ts';
import { runLive, until, withPolicy } from './live-log.ts';
import { combined, folderWith } from './run-engine.ts';

beforeAll(speakKorean);
afterAll(() => setLanguage('en'));

const HANGUL = /\p{Script=Hangul}/u;
const ATTACK = '/item?id=1%27%20union%20select%20user,password%20from%20users--';
const attack = (second: number, status = 403): string => combined(second, { address: '203.0.113.5', target: ATTACK, status });

it('an engine that speaks Korean tells in Korean what it keeps in English', async () => {
  const stateDirectory = folderWith({});
  const engine = await runLive({
    seconds: [
      [0, [attack(0), attack(0), attack(0)]],
      [1, []],
      [31, []],
      [33, []],
    ],
    options: { config: withPolicy([{}]), persist: true, stateDirectory, language: 'ko' },
  });
  const [kept] = engine.incidents();
  expect(kept?.title).toMatch(/SQL injection/i);
  expect(kept?.title).not.toMatch(HANGUL);

  const [shown] = await engine.client.request('incidents', {});
  expect(shown?.title).toMatch(/SQL 인젝션/);
  const actor = await engine.client.request('actor', { address: '203.0.113.5' });
  expect(actor.incident?.title).toBe(shown?.title);
  expect(actor.story.map(({ text }) => text).join('\n')).toMatch(/SQL 인젝션 \(\/item\), 3회: 차단 3/);
  const [told] = engine.alerting.list();
  expect(told?.message).toMatchObject({
    title: shown?.title,
    outcome: '서버가 차단했습니다 (403).',
    steps: ['203.0.113.5 주소를 방화벽에서 차단하십시오.'],
  });
  const ticket = await engine.client.request('ticket', { target: { kind: 'address', address: '203.0.113.5' } });
  expect(ticket?.markdown).toContain('## 다음 조치');
  expect(ticket?.title).toBe(shown?.title);
  await engine.client.close();

  const audit = readFileSync(join(stateDirectory, 'audit.ndjson'), 'utf8');
  expect(audit).toContain('put into the outbox');
}, 60_000);

it('what a channel cannot deliver is told on the screen, once, with what to do', async () => {
  const stateDirectory = folderWith({});
  const channels = { nowhere: { type: 'file', path: '/nowhere/at/all' } } as Parameters<typeof withPolicy>[1];
  const engine = await runLive({
    seconds: [
      [0, [attack(0)]],
      [1, []],
      [31, []],
      [33, []],
      [40, []],
    ],
    options: { config: withPolicy([{ to: ['nowhere'] }], channels, { fallback: 'file' }), persist: true, stateDirectory, language: 'ko' },
  });
  await until(() => engine.alerting.list().length === 2 && engine.alerting.counts().waiting === 0);
  const view = { id: 1, rows: 5, bottom: 'tail', filter: '', window: '5m', sort: 'hits', reverse: false, addressRows: 5 } as const;
  const { notices } = await engine.client.request('view', view);
  expect(notices.map(({ text }) => text).filter((text) => text.includes('nowhere'))).toEqual([
    'nowhere 채널 알림 전송 실패: /nowhere/at/all 쓰기 실패: ENOENT. 수정 후 확인: secmon alert test nowhere',
  ]);
  expect(
    engine.alerting
      .list()
      .map(({ channel, state }) => [channel, state])
      .sort(),
  ).toEqual([
    ['file', 'sent'],
    ['nowhere', 'failed'],
  ]);
  await engine.client.close();
  expect(readFileSync(join(stateDirectory, 'audit.ndjson'), 'utf8')).toContain('alerts.fallback: nowhere failed');
}, 60_000);
