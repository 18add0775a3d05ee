import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GOOD_ANSWER, SECRETS } from '../alerts/channel-configs.ts';
import { type HttpServer, startHttpServer } from '../alerts/http-server.ts';
import { openPlace, type Place } from './program.ts';

let place: Place;
let peer: HttpServer;
let answer: { status: number; body: string; echoes?: boolean };
beforeEach(async () => {
  place = openPlace();
  answer = { status: 200, body: GOOD_ANSWER };
  peer = await startHttpServer((response, { path, headers, body }) => {
    const echo = answer.echoes ? ` ${path} ${headers.authorization} ${body}` : '';
    response.writeHead(answer.status).end(answer.body + echo);
  });
  place.write(
    'c.yml',
    `version: 1
alerts:
  channels:
    a-slack: { type: slack, url: "${peer.url}/services/\${env:TOKEN}" }
    a-hook: { type: webhook, url: "${peer.url}/hook", secret: "\${env:TOKEN}" }
    a-bot: { type: slack-bot, token: "\${env:TOKEN}", channel: C0123456789, url: "${peer.url}/api" }
    a-discord: { type: discord, url: "${peer.url}/webhooks/1/\${env:TOKEN}" }
    a-mattermost: { type: mattermost, url: "${peer.url}/hooks/\${env:TOKEN}" }
    a-teams: { type: teams, url: "${peer.url}/workflows?sig=\${env:TOKEN}" }
    a-telegram: { type: telegram, token: "\${env:BOT}", chat: "-1001234567890", url: "${peer.url}" }
    an-ntfy: { type: ntfy, topic: "\${env:TOKEN}", url: "${peer.url}" }
    a-pager: { type: pagerduty, routing_key: "\${env:TOKEN}", url: "${peer.url}" }
    a-genie: { type: opsgenie, key: "\${env:TOKEN}", url: "${peer.url}/v2/alerts" }
`,
  );
});
afterEach(async () => {
  place.remove();
  await peer.close();
});

const run = (...args: string[]) =>
  place.run(['alert', 'test', ...args, '--config', 'c.yml'], {
    env: { TOKEN: SECRETS.token, BOT: SECRETS.botToken, XDG_STATE_HOME: place.path('state') },
  });
const SERVICES = 10;
const BUILT_IN = 2;

describe('alert test', () => {
  test('--all tries every channel and shows what each server said', async () => {
    const { code, out, err } = await run('--all');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.match(/: accepted: 200 OK \{"ok":true/g)).toHaveLength(SERVICES);
    expect(out).toContain(`${SERVICES + BUILT_IN} of ${SERVICES + BUILT_IN} channels accepted the message`);
    expect(peer.requests).toHaveLength(SERVICES);
    for (const value of Object.values(SECRETS)) expect(out).not.toContain(value);
  });

  test('--all goes on after a failure and counts it', async () => {
    answer = { status: 403, body: 'no service for', echoes: true };
    const { code, out, err } = await run('--all');
    expect(code).toBe(2);
    expect(err.match(/403 Forbidden no service .*\(will not pass by itself\)/g)).toHaveLength(SERVICES);
    expect(out).toContain(`${BUILT_IN} of ${SERVICES + BUILT_IN} channels accepted`);
    for (const value of Object.values(SECRETS)) expect(out + err).not.toContain(value);
  });

  test('tells an error that Slack answers with status 200', async () => {
    answer = { status: 200, body: '{"ok":false,"error":"not_in_channel"}' };
    const { code, err } = await run('a-bot');
    expect(code).toBe(2);
    expect(err).toMatch(/a-bot: .*not_in_channel.*invite the app into the channel/);
  });

  test('--thread sends what ends it below the first message', async () => {
    expect((await run('a-bot', '--thread')).code).toBe(0);
    expect((await run('a-pager', '--thread')).code).toBe(0);
    const [first, reply, trigger, resolve] = peer.requests.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    expect(first).not.toHaveProperty('thread_ts');
    expect(reply).toMatchObject({ thread_ts: '1700000000.000100' });
    expect(trigger).toMatchObject({ event_action: 'trigger' });
    expect(resolve).toMatchObject({ event_action: 'resolve', dedup_key: trigger?.['dedup_key'] });
  });

  test('wants one channel or --all', async () => {
    expect(await run()).toMatchObject({ code: 2, err: expect.stringContaining('name one channel, or use --all; there are: a-slack') });
    expect(await run('a-bot', '--all')).toMatchObject({ code: 2 });
    expect(peer.requests).toEqual([]);
  });
});
