import { describe, expect, it } from 'vitest';
import { type HttpAnswer, HttpGetError } from '../../../src/checks/http-get.ts';
import { createUptimeCheck } from '../../../src/checks/uptime/uptime.ts';
import { english } from '../../../src/text/said.ts';
import { runOf, START_MS } from '../support.ts';

const URL_1 = 'https://shop.test/';
const DAY_MS = 86_400_000;

const answer = (changes: Partial<HttpAnswer> = {}): HttpAnswer => ({
  status: 200,
  location: '',
  body: '<h1>Welcome</h1>',
  isCut: false,
  tookMs: 120,
  certificate: { validToMs: START_MS + 60 * DAY_MS, problem: '' },
  ...changes,
});
const check = (urls: readonly (string | object)[] = [URL_1]) =>
  createUptimeCheck({ every: '60s', timeout: '50s', urls: urls as never, failures: 3, slow: '10s', certificate_days: 14 });
const withAnswer = (given: HttpAnswer | Error) => ({
  clock: { now: () => START_MS, monotonic: () => 0, after: () => () => {} },
  get: async () => {
    if (given instanceof Error) throw given;
    return given;
  },
});

describe('uptime', () => {
  it('measures a good answer, and how long the certificate lasts', async () => {
    const heard = await runOf(check(), withAnswer(answer()));
    expect(heard.measures).toEqual([`good ${URL_1} answers 200 in 120 ms, certificate 60 d`]);
    expect(heard.findings).toEqual([]);
  });

  it('warns at a failure, is an incident at the third in a row, and over with the next good answer', async () => {
    const bad = withAnswer(answer({ status: 502 }));
    let memory: unknown;
    const seen: string[] = [];
    for (const given of [bad, bad, bad, bad, withAnswer(answer())]) {
      const heard = await runOf(check(), { ...given, memory, asked: true });
      memory = JSON.parse(JSON.stringify(heard.memory));
      seen.push(heard.findings.map(({ key, severity }) => `${key.split(' ')[0]} ${severity}`).join());
    }
    expect(seen).toEqual(['unsteady medium', 'unsteady medium', 'down high', 'down high', '']);
    expect(memory).toMatchObject({ [URL_1]: { values: [-1, -1, -1, -1, 120], failures: 0, askedMs: START_MS } });
  });

  it.each<[string, HttpAnswer | Error, RegExp]>([
    ['another status', answer({ status: 500 }), /^answers 500 instead of 200$/],
    ['a redirect', answer({ status: 301, location: 'https://www.shop.test/' }), /^answers 301 and sends to https:\/\/www\.shop\.test\/$/],
    [
      'a certificate that is not trusted',
      answer({ certificate: { validToMs: undefined, problem: 'self-signed certificate' } }),
      /not trusted: self-signed certificate/,
    ],
    ['too slow an answer', answer({ tookMs: 12_000 }), /answers after 12 s, which is too slow/],
    ['nobody there', new HttpGetError('ECONNREFUSED', 'x'), /refuses the connection/],
    ['no such name', new HttpGetError('ENOTFOUND', 'x'), /its name has no address/],
    ['no answer', new HttpGetError('ETIMEDOUT', 'x'), /does not answer within 10 s/],
    ['half an answer', new HttpGetError('ECONNRESET', 'x'), /hangs up in the middle/],
    ['nonsense', new HttpGetError('HPE_INVALID_CONSTANT', 'Parse Error'), /cannot be asked: Parse Error/],
  ])('says of %s what it is', async (_, given, sentence) => {
    const { findings } = await runOf(check(), withAnswer(given));
    expect(findings).toHaveLength(1);
    expect(findings.map(({ advice }) => english(advice))[0]).toMatch(sentence);
  });

  it('looks for a text in the body, and for another status where that is good', async () => {
    const wanted = (contains: string) => check([{ url: URL_1, status: 200, contains }]);
    expect((await runOf(wanted('Welcome'), withAnswer(answer()))).findings).toEqual([]);
    expect((await runOf(wanted('Goodbye'), withAnswer(answer()))).findings).toHaveLength(1);
    expect((await runOf(check([{ url: URL_1, status: 404 }]), withAnswer(answer({ status: 404 })))).findings).toEqual([]);
  });

  it.each([
    [20, []],
    [13, ['medium its certificate ends soon']],
    [2, ['high its certificate ends soon']],
    [-1, ['high its certificate has ended']],
  ])('with %i days left of the certificate', async (days, told) => {
    const { findings } = await runOf(
      check(),
      withAnswer(answer({ certificate: { validToMs: START_MS + days * DAY_MS + 1, problem: '' } })),
    );
    expect(findings.map(({ severity, title }) => `${severity} ${english(title)}`)).toEqual(told);
  });

  it('connects only to what is configured, and to nothing without it', async () => {
    const asked: string[] = [];
    const get = async (url: URL) => {
      asked.push(url.href);
      return answer({ status: 302, location: 'https://evil.test/' });
    };
    await runOf(check([URL_1, 'http://b.test/x']), { ...withAnswer(answer()), get });
    expect(asked).toEqual([URL_1, 'http://b.test/x']);
    expect(createUptimeCheck(undefined).missing?.text).toContain('checks.uptime.urls');
    expect(createUptimeCheck(undefined).every).toBe('');
  });

  it('asks each address at its own time, and says of the others what was known', async () => {
    const often = { url: 'http://a.test/', every: '30s', failures: 2, timeout: '3s', status: 204, certificate_days: 90 };
    const uptime = check([URL_1, often]);
    const asked: string[] = [];
    let memory: unknown;
    const runAt = async (nowMs: number, given: HttpAnswer) => {
      const get = async (url: URL, { timeoutMs }: { timeoutMs: number }) => {
        asked.push(`${(nowMs - START_MS) / 1_000} ${url.host} ${timeoutMs}`);
        return given;
      };
      const clock = { ...withAnswer(given).clock, now: () => nowMs };
      const heard = await runOf(uptime, { get, clock, memory });
      memory = JSON.parse(JSON.stringify(heard.memory));
      return heard;
    };
    expect(uptime.nextDue?.({ memory, nowMs: START_MS })).toBe(START_MS);
    const first = await runAt(START_MS, answer({ status: 204 }));
    expect(first.findings.map(({ key }) => key)).toEqual([`unsteady ${URL_1}`, 'certificate http://a.test/']);
    expect(uptime.nextDue?.({ memory, nowMs: START_MS })).toBe(START_MS + 30_000);
    const second = await runAt(START_MS + 30_000, answer());
    expect(second.unseen).toEqual([URL_1]);
    expect(second.notes).toEqual([]);
    expect(second.measures).toEqual([`bad ${URL_1} answers 204 instead of 200`, 'bad http://a.test/ answers 200 instead of 204']);
    const third = await runAt(START_MS + 60_000, answer());
    expect(third.findings.map(({ key }) => key)).toContain('down http://a.test/');
    expect(asked).toEqual(['0 shop.test 10000', '0 a.test 3000', '30 a.test 3000', '60 shop.test 10000', '60 a.test 3000']);
    const byHand = await runOf(uptime, { ...withAnswer(answer()), memory, asked: true });
    expect(byHand.unseen).toEqual([]);
  });

  it('gives its runs time for the slowest address', () => {
    expect(check([{ url: URL_1, timeout: '5m' }]).timeoutMs).toBe(305_000);
    expect(check().timeoutMs).toBe(50_000);
  });

  it('keeps 120 times, whatever memory it is given', async () => {
    const memory = { [URL_1]: { values: [...Array(500).fill(7), 'x', null], failures: 'many', askedMs: 'then', now: 7 } };
    const heard = await runOf(check(), { ...withAnswer(answer()), memory });
    const kept = heard.memory as Record<string, { values: number[]; failures: number }>;
    expect([kept[URL_1]?.values.length, kept[URL_1]?.failures]).toEqual([120, 0]);
  });
});
