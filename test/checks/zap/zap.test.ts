import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { CheckContext } from '../../../src/checks/check.ts';
import { runCheck } from '../../../src/checks/run-check.ts';
import { LEAVING } from '../../../src/checks/run-process.ts';
import { createZapCheck } from '../../../src/checks/zap/zap.ts';
import { createSecret } from '../../../src/settings/secret.ts';
import { english } from '../../../src/text/said.ts';
import { contextWith, failureOf, hear, openFolder, quickClock, runOf } from '../support.ts';
import { startZap, type ZapServer, type ZapServerOptions, zapAlert } from '../zap-server.ts';

const TARGET = 'http://shop.test';
const servers: ZapServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const secret = (value: string) => createSecret(value);
const settings = (api: string | undefined, changes: object = {}) =>
  ({ timeout: '2h', api, key: secret('secret'), targets: [TARGET], ...changes }) as Parameters<typeof createZapCheck>[0];

async function zapWith(options: ZapServerOptions = {}) {
  const server = await startZap(options);
  servers.push(server);
  return server;
}

async function failure(options: ZapServerOptions, changes: object = {}, context: Partial<CheckContext> = {}): Promise<string> {
  const { api } = await zapWith(options);
  return (await failureOf(createZapCheck(settings(api, changes)), context)).replaceAll(api, 'API');
}

describe('ZAP over its API', () => {
  it('runs the spider, waits for the passive rules and reads the alerts, without attacking', async () => {
    const { api, asked } = await zapWith();
    const heard = await runOf(createZapCheck(settings(api)));
    expect(asked).toEqual([
      'core/view/version',
      `spider/action/scan ${TARGET} subtreeOnly`,
      ...Array(3).fill('spider/view/status'),
      'spider/view/fullResults',
      ...Array(3).fill('pscan/view/recordsToScan'),
      'alert/view/alerts',
    ]);
    expect(heard.phases.slice(0, 4)).toEqual([
      `spider on ${TARGET}: 0 %`,
      `spider on ${TARGET}: 50 %`,
      `spider on ${TARGET}: 100 %`,
      'passive rules: 7 answers left',
    ]);
    expect(heard.percents).toEqual(heard.percents.toSorted((a, b) => a - b));
    expect(heard.findings).toHaveLength(1);
    expect(heard.findings[0]).toMatchObject({
      severity: 'high',
      subject: 'GET /item',
      parameter: 'id',
      paths: ['/item'],
      family: 'sqli',
      kind: 'weakness',
    });
    expect(Object.fromEntries(heard.findings[0]?.facts ?? [])).toMatchObject({
      parameter: 'id',
      weakness: 'CWE-89',
      risk: 'High (Medium)',
    });
    expect(heard.findings.map(({ advice }) => english(advice))).toEqual(['Do not trust client side input.']);
  });

  it('attacks only when a person has agreed, and only the configured targets', async () => {
    const { api, asked } = await zapWith();
    await runOf(createZapCheck(settings(api, { targets: [TARGET, 'http://other.test'] })), { mayAttack: true });
    expect(asked.filter((path) => path.includes('action/scan'))).toEqual([
      `spider/action/scan ${TARGET} subtreeOnly`,
      `ascan/action/scan ${TARGET}`,
      'spider/action/scan http://other.test subtreeOnly',
      'ascan/action/scan http://other.test',
    ]);
    const passive = asked.lastIndexOf('pscan/view/recordsToScan');
    expect(asked.indexOf(`ascan/action/scan ${TARGET}`)).toBeGreaterThan(asked.indexOf('pscan/view/recordsToScan'));
    expect(passive).toBeLessThan(asked.lastIndexOf('ascan/action/scan http://other.test'));
  });

  it('reads all pages of alerts, one finding for each rule, path and parameter, and leaves false positives out', async () => {
    const many = Array.from({ length: 1_200 }, (_, i) =>
      zapAlert({ id: String(i), url: `http://shop.test/${i < 500 ? 'item' : `page-${i}`}?id=${i}`, param: i % 2 === 0 ? 'id' : 'sort' }),
    );
    const { api } = await zapWith({ alerts: [...many, zapAlert({ id: 'x', url: 'http://shop.test/x', confidence: 'False Positive' })] });
    const { findings } = await runOf(createZapCheck(settings(api)));
    expect(findings.slice(0, 3).map(({ subject, parameter }) => `${subject} ${parameter}`)).toEqual([
      'GET /item id',
      'GET /item sort',
      'GET /page-500 id',
    ]);
    expect(findings).toHaveLength(702);
  });

  it('knows its four risks', async () => {
    const risks = ['High', 'Medium', 'Low', 'Informational'];
    const { api } = await zapWith({ alerts: risks.map((risk) => zapAlert({ id: risk, risk, url: `http://shop.test/${risk}` })) });
    const { findings } = await runOf(createZapCheck(settings(api)));
    expect(findings.map(({ severity, kind }) => `${severity} ${kind}`)).toEqual([
      'high weakness',
      'medium weakness',
      'low weakness',
      'low other',
    ]);
  });

  it('with a scan that never ends is given up after its time, and the scan is stopped in ZAP', async () => {
    const { api, asked } = await zapWith({ spider: [3] });
    const { run, get } = contextWith();
    const check = { ...createZapCheck(settings(api)), timeoutMs: 900_000 };
    const clock = quickClock();
    // Its time is over once it has asked a few times.
    const timed = { ...clock, after: (ms: number, work: () => void) => (ms === 900_000 ? watch(work) : clock.after(ms, work)) };
    const watch = (work: () => void) => {
      const timer = setInterval(() => asked.filter((path) => path === 'spider/view/status').length > 5 && work(), 5);
      return () => clearInterval(timer);
    };
    const result = await runCheck(check, {
      run,
      get,
      clock: timed,
      newId: () => 'r',
      stop: new AbortController().signal,
      before: [],
      memory: undefined,
      mayAttack: false,
      asked: false,
    });
    expect(result.run.state).toBe('failed');
    expect(result.run.problem && english(result.run.problem)).toMatch(/did not end within 15 min/);
    expect(asked.slice(-2)).toEqual(['spider/action/stop', 'alert/view/alerts']);
    expect(result.findings.map(({ finding, isNew }) => `${finding.subject} ${isNew}`)).toEqual(['GET /item true']);
    expect(result.run.notes.map(english)).toEqual([expect.stringMatching(/was ended early: what ZAP had found until then is listed/)]);
  });

  it.each([
    [undefined, ['spider/action/stop', 'alert/view/alerts']],
    [LEAVING, ['spider/view/status', 'spider/action/stop']],
  ])('stops the scan when the run is stopped (%s), and reads what was found where somebody waits for it', async (reason, last) => {
    const { api, asked } = await zapWith({ spider: [3] });
    const stop = new AbortController();
    const check = createZapCheck(settings(api));
    const clock = quickClock();
    const heard = await hear(
      (async function* () {
        try {
          for await (const event of check.run(contextWith({ signal: stop.signal, clock }))) {
            yield event;
            if (event.type === 'progress' && asked.filter((path) => path.endsWith('status')).length > 2) stop.abort(reason);
          }
        } catch (error) {
          expect(error).toMatchObject({ message: expect.stringMatching(/stopped/) });
        }
      })(),
    );
    expect(asked.slice(-2)).toEqual(last);
    expect(heard.findings).toHaveLength(reason === undefined ? 1 : 0);
  });

  it('does not take a target that ZAP cannot reach for one whose weaknesses are gone', async () => {
    const { api, asked } = await zapWith({ isTargetUp: false });
    const heard = await runOf(createZapCheck(settings(api)), { mayAttack: true });
    expect([heard.unseen, heard.notes]).toEqual([
      [TARGET],
      [expect.stringMatching(/^ZAP got no answer from http:\/\/shop\.test: see whether/)],
    ]);
    expect(asked.filter((path) => path.startsWith('ascan'))).toEqual([]);
  });

  it('looks at the other targets where one cannot be looked at, and says why', async () => {
    const { api } = await zapWith({ refuses: 'http://internal.test' });
    const { unseen, notes, findings } = await runOf(createZapCheck(settings(api, { targets: ['http://internal.test', TARGET] })));
    expect([unseen, notes, findings.length]).toEqual([
      ['http://internal.test'],
      [expect.stringMatching(/is in a mode that forbids this/)],
      1,
    ]);
  });

  it('warns of a key that goes over a network unencrypted', async () => {
    const get = async () => ({ status: 200, location: '', body: '{"version":"2.4.0"}', isCut: false, tookMs: 1, certificate: undefined });
    const answers = {
      ...contextWith(),
      get: async (url: URL) => ({
        ...(await get()),
        body: url.pathname.includes('version') ? '{"version":"2.15.0"}' : '{"code":"mode_violation"}',
      }),
    };
    const noted = async (api: string): Promise<string[]> => {
      const notes: string[] = [];
      const events = createZapCheck(settings(api)).run(answers);
      await hear(
        (async function* () {
          try {
            for await (const event of events) if (event.type === 'note') notes.push(english(event.note));
          } catch {
            yield* [];
          }
        })(),
      );
      return notes;
    };
    expect(await noted('http://zap.test:8080')).toEqual([
      expect.stringMatching(/^The API key goes to http:\/\/zap\.test:8080 unencrypted/),
    ]);
    for (const api of ['https://zap.test', 'http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080'])
      expect(await noted(api)).toEqual([]);
  });

  it('goes on when a person stopped the scan in ZAP, and says so; says when it is paused there', async () => {
    const ended = await runOf(createZapCheck(settings((await zapWith({ spider: [34], state: 'FINISHED' })).api)));
    expect(ended.notes).toEqual([`The scan of ${TARGET} was stopped in ZAP at 34 %.`]);
    expect(ended.findings).toHaveLength(1);
    const paused = await runOf(createZapCheck(settings((await zapWith({ spider: [...Array(25).fill(34), 100], state: 'PAUSED' })).api)));
    expect(paused.phases).toContain(`spider on ${TARGET}: paused in ZAP at 34 %`);
  });

  it('does not wait for ever for passive rules that somebody else keeps busy', async () => {
    const { notes, findings } = await runOf(createZapCheck(settings((await zapWith({ records: [9] })).api)));
    expect(notes).toEqual([expect.stringMatching(/still had 9 answers to look at/)]);
    expect(findings).toHaveLength(1);
  });

  it('stays below its target, and takes alerts of nothing else', async () => {
    const alerts = [
      zapAlert({ id: '1', url: 'https://shop.test/app/item?id=1' }),
      zapAlert({ id: '2', url: 'https://shop.test/application' }),
      zapAlert({ id: '3', url: 'https://shop.test.evil.example/app' }),
      zapAlert({ id: '4', url: 'https://shop.test/app' }),
    ];
    const { api, asked } = await zapWith({ alerts });
    const { findings } = await runOf(createZapCheck(settings(api, { targets: ['https://SHOP.test:443/app/'] })));
    expect(findings.map(({ subject }) => subject)).toEqual(['GET /app/item', 'GET /app']);
    expect(asked).toContain('spider/action/scan https://shop.test/app subtreeOnly');
  });
});

describe('what can go wrong with ZAP is one sentence with what to do:', () => {
  const view = 'core/view/version';
  it.each<[string, ZapServerOptions, RegExp]>([
    ['a wrong key', { key: 'other' }, /^ZAP at API refuses the API key: set checks\.zap\.key/],
    ['an old version', { version: '2.4.3' }, /has version 2\.4\.3: update it to 2\.9/],
    ['a page that is no ZAP', { instead: { [view]: { body: '<html>nginx</html>' } } }, /did not answer JSON.*right program/],
    ['half an answer', { instead: { [view]: { body: '{"version":"2.1' } } }, /only half of its JSON/],
    ['an empty answer', { instead: { [view]: { body: '' } } }, /answered nothing/],
    ['JSON of something else', { instead: { [view]: { body: '{"ok":true}' } } }, /left version out of its answer/],
    ['nobody at that path', { instead: { [view]: { status: 404, body: 'not found' } } }, /answers 404: nothing there speaks the API/],
    ['an address that it does not allow', { instead: { [view]: { status: 403, body: '' } } }, /lets nobody in from here \(403\)/],
    [
      'a target that nobody reached',
      {
        instead: {
          'spider/action/scan': { status: 400, body: '{"code":"url_not_found","message":"URL Not Found","detail":"http://shop.test"}' },
        },
      },
      /reached nothing/,
    ],
    [
      'a mode that forbids it',
      { instead: { 'spider/action/scan': { status: 400, body: '{"code":"mode_violation","message":"Mode Violation"}' } } },
      /mode that forbids this/,
    ],
    [
      'a scan that it forgot',
      {
        instead: { 'spider/view/status': { status: 400, body: '{"code":"does_not_exist","message":"Does Not Exist","detail":"scanId"}' } },
      },
      /run the check again/,
    ],
    [
      'an error that nobody knows',
      { instead: { 'alert/view/alerts': { status: 500, body: '{"code":"internal_error","message":"Internal Error"}' } } },
      /refused: Internal Error \(internal_error\)/,
    ],
    ['no number as status', { instead: { 'spider/view/status': { body: '{"status":"soon"}' } } }, /answered no number as status/],
  ])('%s', async (_, options, sentence) => {
    expect(await failure(options)).toMatch(sentence);
  });

  it('nobody listens', async () => {
    expect(await failureOf(createZapCheck(settings('http://127.0.0.1:1')))).toMatch(/^Nothing listens at .*: start ZAP there/);
  });

  it('nothing is configured, or no target', () => {
    expect(createZapCheck(undefined).missing).toBeDefined();
    expect(createZapCheck(settings('http://127.0.0.1:1', { targets: [] })).missing?.text).toContain('checks.zap.targets');
    expect(createZapCheck(settings('http://127.0.0.1:1', { targets: [] })).canAttack).toBe(false);
  });
});

describe("a report of ZAP's", () => {
  /** In the form that ZAP's documentation describes ("Traditional JSON Report"). */
  const report = {
    '@version': '2.14.0',
    site: [
      {
        '@name': 'https://shop.test',
        alerts: [
          {
            pluginid: '40012',
            alertRef: '40012-1',
            alert: 'Cross Site Scripting (Reflected)',
            riskcode: '3',
            confidence: '2',
            desc: '<p>XSS.</p>',
            instances: [
              { uri: 'https://shop.test/search?q=1', method: 'GET', param: 'q', attack: '<script>', evidence: '' },
              { uri: 'https://shop.test/search?q=2', method: 'GET', param: 'q', attack: '<script>', evidence: '' },
            ],
            solution: '<p>Escape &lt;output&gt;.</p>',
            cweid: '79',
          },
          { pluginid: '1', alert: 'Nothing', riskcode: '3', confidence: '0', instances: [{ uri: 'https://shop.test/' }] },
        ],
      },
    ],
  };

  it('is read as its API is', async () => {
    const path = join(openFolder({ 'zap.json': JSON.stringify(report) }), 'zap.json');
    const { findings } = await runOf(createZapCheck(settings(undefined, { report: path, targets: [] })));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      severity: 'high',
      subject: 'GET /search',
      parameter: 'q',
      family: 'xss',
      advice: { text: 'Escape <output>.' },
    });
  });

  it.each([
    ['missing', '/nowhere/zap.json', /There is no report/],
    ['a folder', '/', /is no file/],
    ['of something else', JSON.stringify({ results: [] }), /is no report of ZAP/],
    ['cut off', JSON.stringify(report).slice(0, 300), /only half of its JSON/],
  ])('that is %s is one sentence', async (_, content, sentence) => {
    const path = content.startsWith('/') ? content : join(openFolder({ 'zap.json': content }), 'zap.json');
    expect(await failureOf(createZapCheck(settings(undefined, { report: path, targets: [] })))).toMatch(sentence);
  });
});
