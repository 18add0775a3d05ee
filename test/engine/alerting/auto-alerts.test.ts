import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { AlertMessage } from '../../../src/model/alert.ts';
import { createSecret } from '../../../src/settings/secret.ts';
import { startHttpServer } from '../../alerts/http-server.ts';
import { makeCertificate, PASSWORD, startSmtpPeer, USER } from '../../alerts/smtp-peer.ts';
import { jumpingClock, LOG_START_MS, runLive, until, withPolicy } from '../live-log.ts';
import { combined, folderWith } from '../run-engine.ts';

/** A hundred thousand lines from ten thousand addresses; a million with FLOOD=1. */
const WHOLE = process.env.FLOOD === '1';
const ADDRESSES = 10_000;
const LINES = WHOLE ? 1_000_000 : 100_000;
const FLOOD_SECONDS = 300;
const TRIES = [
  '/?id=1%20union%20select%201,2,3',
  '/../../../../etc/passwd',
  '/?q=%3Cscript%3Ealert(1)%3C/script%3E',
  '/?c=;cat%20/etc/passwd',
  '/.env',
];

const floodAddress = (i: number): string => `45.${(i >> 8) & 255}.${i & 255}.7`;

/** Visitors teach what the pages usually answer. */
const visitors = (second: number): string[] =>
  ['/item?id=1', '/shop?id=2', '/news?id=3'].map((target, i) => combined(second, { address: `192.0.2.${(second + i) % 200}`, target }));

const INTRUSIONS = [
  { second: 100, address: '203.0.113.5', target: '/item?id=1%27%20union%20select%20user,password%20from%20users--' },
  { second: 200, address: '203.0.113.6', target: '/shop?id=2%27%20union%20select%20user,password%20from%20users--' },
  { second: 330, address: '203.0.113.7', target: '/news?id=3%27%20union%20select%20user,password%20from%20users--' },
] as const;

/** A flood of `lines` hostile lines in five minutes with three intrusions in it, then visitors for an hour and a half. */
function* flood(lines: number): Generator<readonly [number, readonly string[]]> {
  let sent = 0;
  for (let second = 0; second < 60; second++) yield [second, visitors(second)];
  for (let second = 60; second < 60 + FLOOD_SECONDS; second++) {
    const due = Math.floor((lines * (second - 59)) / FLOOD_SECONDS);
    const hostile: string[] = [];
    for (; sent < due; sent++)
      hostile.push(
        combined(second, {
          address: floodAddress(sent % ADDRESSES),
          target: TRIES[(sent + Math.floor(sent / ADDRESSES)) % TRIES.length] ?? '/',
          status: 403,
          bytes: 150,
        }),
      );
    for (const one of INTRUSIONS) if (one.second === second) hostile.push(combined(second, { ...one, status: 200, bytes: 48_000 }));
    yield [second, [...visitors(second), ...hostile]];
  }
  for (let second = 60 + FLOOD_SECONDS; second < 60 + FLOOD_SECONDS + 5_400; second += 60) yield [second, visitors(second)];
}

const numberIn = ({ facts }: AlertMessage, label: string): number => Number(facts.find(([name]) => name === label)?.[1]);

describe('a flood', () => {
  it('of hostile lines from thousands of addresses is at most 12 messages, in which three intrusions are named within a minute and the counts are right', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const heapMb: number[] = [];
    const watched = function* () {
      for (const item of flood(LINES)) {
        if (item[0] === 160 || item[0] === 355) {
          collect();
          heapMb.push(process.memoryUsage().heapUsed / 1e6);
        }
        yield item;
      }
    };
    const engine = await runLive({ seconds: watched(), options: { config: withPolicy([{}]) } });
    const messages = engine.alerting
      .list()
      .map(({ message }) => message)
      .sort((a, b) => a.createdMs - b.createdMs);
    const [early = 0, late = 0] = heapMb;
    expect(late).toBeLessThan(early * 1.3 + 50);
    expect(messages.length).toBeLessThanOrEqual(12);
    for (const { second, address } of INTRUSIONS) {
      const first = messages.find(({ who, verdict }) => who.startsWith(address) && verdict === 'worked');
      expect(first?.createdMs).toBeLessThanOrEqual(LOG_START_MS + (second + 60) * 1000);
    }
    const numbers = messages
      .filter(({ createdMs }) => createdMs === messages.at(-1)?.createdMs)
      .map((message) => [numberIn(message, 'Addresses'), numberIn(message, 'Detections')]);
    expect(numbers).toContainEqual([ADDRESSES, LINES]);
    await engine.client.close();
  }, 1_800_000);

  it('that stood in the log before secmon came sends nothing, and neither do lines that are read ten minutes late', async () => {
    const lines = [...flood(500)].flatMap(([, lines]) => lines);
    const old = await runLive({
      seconds: [[10_000, []]],
      history: lines,
      options: { config: withPolicy([{ when: { severity: 'low' } }]) },
    });
    expect(old.statistics.detections).toBeGreaterThan(500);
    expect(old.alerting.list()).toEqual([]);
    await old.client.close();
    const late = await runLive({
      seconds: [
        [10_000, lines],
        [10_040, []],
        [10_080, []],
      ],
      options: { config: withPolicy([{ when: { severity: 'low' } }]) },
    });
    expect(late.alerting.list()).toEqual([]);
    await late.client.close();
  }, 60_000);
});

const attack = (second: number, address = '203.0.113.5'): string =>
  combined(second, { address, target: '/item?id=1%27%20union%20select%20user,password%20from%20users--', status: 403 });

describe('an incident', () => {
  it('is told over SMTP and HTTP by real servers, once each, and what follows as a reply', async () => {
    const certificate = makeCertificate();
    const smtp = await startSmtpPeer(certificate);
    const hook = await startHttpServer((response) => response.end());
    const config = withPolicy([{ to: ['mail', 'hook'] }], {
      hook: { type: 'webhook', url: createSecret(`${hook.url}/x`) },
      mail: {
        type: 'email',
        host: 'localhost',
        port: smtp.port,
        security: 'starttls',
        user: USER,
        password: createSecret(PASSWORD),
        from: 'secmon@example.org',
        to: 'ops@example.org',
        tls: { ca: certificate.path, insecure: false },
      },
    } as Parameters<typeof withPolicy>[1]);
    const story = async function* (): AsyncGenerator<readonly [number, readonly string[]]> {
      for (let second = 0; second < 60; second++) yield [second, visitors(second)];
      yield [60, [attack(60), attack(60)]];
      yield [61, []];
      yield [80, [attack(80)]];
      yield [92, []];
      await until(() => smtp.mails.length === 1 && hook.requests.length === 1);
      yield [
        100,
        [
          combined(100, {
            address: '203.0.113.5',
            target: '/item?id=1%27%20union%20select%20user,password%20from%20users--',
            bytes: 48_000,
          }),
        ],
      ];
      yield [101, []];
      yield [107, []];
      await until(() => smtp.mails.length === 2 && hook.requests.length === 2);
    };
    try {
      const engine = await runLive({ seconds: story(), options: { config } });
      await engine.client.close();
      expect(hook.requests.map(({ headers }) => String(headers['idempotency-key']).replace(/^[0-9a-f-]{36}/, 'ID'))).toEqual([
        'ID-opened-0',
        'ID-succeeded-1',
      ]);
      const [first, reply] = smtp.mails.map(({ text }) => text);
      expect(/^Subject: .*$/m.exec(first ?? '')?.[0]).toMatch(/SQL_injection/);
      const id = /^Message-ID: (.*?)\r?$/m.exec(first ?? '')?.[1];
      expect(/^In-Reply-To: (.*?)\r?$/m.exec(reply ?? '')?.[1]).toBe(id);
    } finally {
      await Promise.all([smtp.close(), hook.close()]);
      certificate.remove();
    }
  }, 60_000);

  it('has no second first message after the engine was killed and started again', async () => {
    const stateDirectory = folderWith({});
    const options = { config: withPolicy([{}]), persist: true, resume: true, stateDirectory };
    const clock = jumpingClock();
    const seconds = [
      [0, [attack(0)]],
      [1, []],
      [31, []],
      [33, []],
    ] as const;
    const first = await runLive({ seconds, options, clock });
    expect(first.memoryOnly).toBe('');
    // Never closed: as a killed process leaves it, with its lock of a process that is gone.
    const [told] = first.alerting.list();
    expect(told?.id).toMatch(/-opened-0\/file$/);
    const database = readFileSync(join(stateDirectory, 'secmon.db'));
    const wal = readFileSync(join(stateDirectory, 'secmon.db-wal'));
    const after = folderWith({});
    writeFileSync(join(after, 'secmon.db'), database);
    writeFileSync(join(after, 'secmon.db-wal'), wal);
    const second = await runLive({
      seconds: [
        [40, [attack(40)]],
        [41, []],
        [80, []],
        [85, []],
      ],
      options: { ...options, stateDirectory: after },
      clock: jumpingClock(LOG_START_MS + 40_000),
    });
    expect(second.memoryOnly).toBe('');
    expect(second.alerting.list().map(({ id }) => id)).toEqual([told?.id]);
    await Promise.all([first.client.close(), second.client.close()]);
  }, 60_000);

  it('is told by one secmon only, when two follow the same log', async () => {
    const options = { config: withPolicy([{}]), persist: true, stateDirectory: folderWith({}) };
    const seconds = [
      [0, [attack(0)]],
      [1, []],
      [32, []],
    ] as const;
    const first = await runLive({ seconds, options });
    const second = await runLive({ seconds, options });
    expect([first, second].map((engine) => engine.alerting.list().length)).toEqual([1, 0]);
    await Promise.all([first.client.close(), second.client.close()]);
  }, 60_000);
});
