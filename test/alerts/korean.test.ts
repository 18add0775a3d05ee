import { beforeAll, describe, expect, it } from 'vitest';
import type { AlertFacts } from '../../src/alerts/alert-facts.ts';
import { createChannel } from '../../src/alerts/channels/index.ts';
import { buildMessage } from '../../src/alerts/message.ts';
import { renderHtml } from '../../src/alerts/render-html.ts';
import { renderHeadline, renderText } from '../../src/alerts/render-text.ts';
import type { AlertMessage } from '../../src/model/alert.ts';
import { FAMILIES, type Outcome } from '../../src/model/detection.ts';
import { speakKorean } from '../lang/korean.ts';
import { blockKitProblems } from './block-kit.ts';
import { configsOf, GOOD_ANSWER, HTTP_TYPES, httpConfigs } from './channel-configs.ts';
import { startHttpServer } from './http-server.ts';
import { context, facts, message, START_MS } from './samples.ts';
import { makeCertificate, startSmtpPeer } from './smtp-peer.ts';

beforeAll(speakKorean);

const OUTCOMES: readonly Outcome[] = ['blocked', 'refused', 'redirected', 'abandoned', 'error', 'answered', 'none'];
const options = { id: 'm', createdMs: START_MS, dateTime: (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ') };
const korean = (changes: Partial<AlertFacts> = {}): AlertMessage =>
  buildMessage(facts({ title: 'SQL 인젝션 (/item)', rules: ['SQL injection: UNION SELECT'], payload: '', ...changes }), options);

/** Two English words beside each other: a sentence that nobody translated. Names and commands of programs are no sentences. */
const ENGLISH = /\b(?!UNION|SELECT|access|web)[A-Za-z]{2,} [a-z]{2,}\b/;

describe('a message in Korean', () => {
  it('has no English sentence, whatever happened', () => {
    for (const family of FAMILIES)
      for (const outcome of OUTCOMES)
        for (const success of [false, true]) {
          const text = renderText(korean({ families: [family], outcome, success, successNote: '' }));
          expect(text).not.toMatch(ENGLISH);
        }
  });

  it('reads as an operator writes it', () => {
    expect(
      renderText({ ...korean({ success: true, successNote: '크기 41×' }), thread: { key: 'i', sequence: 1, kind: 'succeeded' } }),
    ).toBe(`[높음] 공격 성공: SQL 인젝션 (/item)

공격이 성공한 것으로 보입니다 (200): 크기 41×.

행위자     203.0.113.7
최초 탐지  2026-03-02 00:00:00
최근 탐지  2026-03-02 00:03:00
지속 시간  3분
요청       1,284
탐지       41
공격 유형  SQLi
룰         SQL 인젝션: UNION SELECT
경로       /item

다음 조치
1. /item 응답 내용을 확인하십시오: 공격이 성공한 것으로 보입니다.
2. 해당 시각의 SQL 구문을 데이터베이스 로그에서 확인하십시오. 그 쿼리로 읽을 수 있는 데이터는 유출된 것으로 간주하십시오.
3. 203.0.113.7 주소를 방화벽에서 차단하십시오.

secmon에서 보기
    secmon 실행 후 / 를 누르고 ip:203.0.113.7 입력

탐지 위치 web1: access.log
알림 m
`);
  });

  it('says in HTML which language it is in', () => {
    const html = renderHtml(korean());
    expect(html).toContain('<html lang="ko">');
    expect(html).toContain('<meta charset="utf-8">');
    expect(html).toContain('행위자 203.0.113.7');
  });
});

describe('what a service gets of a message in Korean', () => {
  const long = (text: string): AlertMessage => ({
    ...korean(),
    title: text,
    who: text,
    outcome: text,
    payload: text,
    note: text,
    facts: Array.from({ length: 24 }, (_, i) => [`항목 ${i}`, text] as const),
    steps: Array.from({ length: 12 }, () => text),
  });
  const LONG = ['한글'.repeat(30_000), '공격 '.repeat(20_000), '각'.repeat(30_000), '한&<'.repeat(20_000)];

  it.each(HTTP_TYPES)('%s: keeps its limits, and cuts no character in half', async (type) => {
    const peer = await startHttpServer((response) => response.end(GOOD_ANSWER));
    const channel = createChannel('c', httpConfigs(peer.url)[type], context());
    for (const text of LONG) {
      expect(await channel.send(long(text), { signal: new AbortController().signal })).toMatchObject({ ok: true });
      const body = peer.requests.at(-1)?.body ?? '';
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(channel.maxBytes);
      expect(body).not.toMatch(/\ufffd|\\ufffd/);
      const json = JSON.parse(body) as Record<string, never>;
      if (type.startsWith('slack')) expect(blockKitProblems(json)).toEqual([]);
      // UTF-16 units (Bot API, Discord, Opsgenie) or bytes (ntfy).
      if (type === 'telegram') expect(String(json['text']).length).toBeLessThanOrEqual(4_096);
      if (type === 'discord') expect(String(json['embeds']?.[0]?.['description']).length).toBeLessThanOrEqual(4_096);
      if (type === 'opsgenie') expect(String(json['message']).length).toBeLessThanOrEqual(130);
      if (type === 'ntfy') expect(Buffer.byteLength(String(json['title']))).toBeLessThanOrEqual(250);
      if (type === 'ntfy') expect(Buffer.byteLength(String(json['message']))).toBeLessThanOrEqual(4_096);
    }
    await peer.close();
  });

  it.each(['syslog', 'desktop'] as const)('%s: one line within its bytes', (type) => {
    const channel = createChannel('c', configsOf('', { smtp: 1, syslog: 1, ca: '' })[type], context());
    for (const text of LONG) {
      const line = channel.render(long(text));
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(channel.maxBytes);
      expect(line).not.toContain('\n');
      expect(line).toContain(type === 'desktop' ? '높음' : 'severity="high"');
    }
  });

  it.each(['discord', 'mattermost', 'telegram'] as const)('%s: its sentences stay sentences', async (type) => {
    const channel = createChannel('c', httpConfigs('http://127.0.0.1:1')[type], context());
    const shown = channel.render({
      ...korean({ success: true }),
      title: '서버 측 요청 위조(SSRF), 이어서 관리자·로그인 페이지 탐색',
      facts: [['탐지', '탐지 1,284건 (성공 2건)']],
    });
    for (const whole of [
      '서버 측 요청 위조(SSRF), 이어서 관리자·로그인 페이지 탐색',
      '탐지: 탐지 1,284건 (성공 2건)',
      '응답 내용을 확인하십시오: 공격이 성공한 것으로 보입니다.',
    ])
      expect(shown).toContain(whole);
  });
});

it('a mail has its subject encoded in words of at most 75 characters, and its text whole', async () => {
  const certificate = makeCertificate();
  const smtp = await startSmtpPeer(certificate);
  const config = configsOf('', { smtp: smtp.port, syslog: 1, ca: certificate.path }).email;
  const channel = createChannel('mail', { ...config, from: '보안관제 <secmon@example.org>' } as typeof config, context());
  const sent = { ...korean(), title: '크로스 사이트 스크립팅(XSS), 이어서 원격 파일 삽입(RFI)으로 게시판 서버를 장악' };
  expect(await channel.send(sent, { signal: new AbortController().signal })).toMatchObject({ ok: true });
  await smtp.close();
  certificate.remove();
  const mail = smtp.mails[0]?.text ?? '';
  const head = mail.slice(0, mail.indexOf('\r\n\r\n'));
  expect(head).toMatch(/^[\t\r\n\x20-\x7e]*$/);
  for (const line of mail.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(998);
  const subject = /^Subject: ((?:.*(?:\r\n[ \t].*)*))/m.exec(head)?.[1] ?? '';
  const words = [...subject.matchAll(/=\?UTF-8\?([BQ])\?([^?]*)\?=/gi)];
  for (const [word] of words) expect(word.length).toBeLessThanOrEqual(75);
  const plain = subject.replace(/\r\n[ \t]+/g, ' ').replace(/\?= (?==\?)/g, '?=');
  const decoded = plain.replace(/=\?UTF-8\?([BQ])\?([^?]*)\?=/gi, (_, kind: string, text: string) => {
    if (kind.toUpperCase() === 'B') return Buffer.from(text, 'base64').toString();
    return Buffer.from(
      text.replaceAll('_', ' ').replace(/=([0-9A-F]{2})/gi, (__, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
      'latin1',
    ).toString();
  });
  expect(decoded).toBe(renderHeadline(sent));
  const parts = mail.split(/\r\n--[^\r]+\r\n/).slice(1);
  const bodies = parts.map((part) => {
    const [own = '', ...rest] = part.split('\r\n\r\n');
    const body = rest.join('\r\n\r\n');
    return /base64/i.test(own)
      ? Buffer.from(body, 'base64').toString()
      : Buffer.from(
          body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
          'latin1',
        ).toString();
  });
  expect(bodies.some((body) => body.includes('다음 조치') && body.includes('203.0.113.7 주소를 방화벽에서 차단하십시오.'))).toBe(true);
  expect(mail).toMatch(/charset=utf-8/i);
});

it('what went wrong is told in Korean, with what the server said', async () => {
  const peer = await startHttpServer((response) => response.writeHead(404).end('no such hook'));
  const channel = createChannel('c', httpConfigs(peer.url).webhook, context());
  const delivery = await channel.send(message(), { signal: new AbortController().signal });
  await peer.close();
  expect(delivery).toMatchObject({ ok: false, reason: expect.stringMatching(/^127\.0\.0\.1:\d+ 응답: 404 Not Found no such hook$/) });
});
