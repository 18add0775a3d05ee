import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Channel } from '../../../src/alerts/channel.ts';
import { CHANNEL_TYPES, type ChannelType, createChannel } from '../../../src/alerts/channels/index.ts';
import { createChannels } from '../../../src/alerts/create-channels.ts';
import { renderHtml } from '../../../src/alerts/render-html.ts';
import { t } from '../../../src/lang/lang.ts';
import type { AlertMessage } from '../../../src/model/alert.ts';
import { severityLabel } from '../../../src/text/model-words.ts';
import { blockKitProblems } from '../block-kit.ts';
import { configsOf, GOOD_ANSWER, HTTP_TYPES, type HttpType, SECRETS } from '../channel-configs.ts';
import { type HttpServer, startHttpServer } from '../http-server.ts';
import { context, hostileMessage, message, printed } from '../samples.ts';
import { type Certificate, makeCertificate, type SmtpPeer, startSmtpPeer } from '../smtp-peer.ts';
import { type SyslogPeer, startStreamPeer } from '../syslog-peer.ts';

/** Text that does harm where it is taken literally. */
const HOSTILE = [
  '\u001b]0;owned\u0007\u001b[2J\u009b31m',
  '\r\nBcc: victim@example.net\r\n\r\n<html>',
  '<!here> <!channel> <@U024BE7LH> <https://evil.example|click> @channel @here @everyone',
  '*bold* _it_ ~no~ `code` ``` > quote',
  '<script>alert(1)</script><img src=x onerror=alert(1)>&lt;b&gt;"\'',
  'https://evil.example/login http://203.0.113.9/x www.evil.example mailto:a@evil.example',
  '\u202egnp.exe\u200b\ufeff\u2066hidden\u2069',
  '\ud800 lone \udc00 surrogates \u0000 and NUL',
  '{"json": "breaks", \\"',
  '"] [secmon@32473 id="forged"] \\]',
  '||spoiler|| <#123> <t:0:R> :skull: #tag $CASH ~town~ [click](https://evil.example) ![x](//evil.example/x.png)',
  '/delete /start@bot tg://user?id=1 <at>Everyone</at> \n# heading\n- item',
];

let folder: string;
let certificate: Certificate;
let smtp: SmtpPeer;
let syslog: SyslogPeer;
let http: HttpServer;
const notified: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'secmon-channels-'));
  certificate = makeCertificate();
  smtp = await startSmtpPeer(certificate);
  syslog = await startStreamPeer({ certificate });
  http = await startHttpServer((response) => response.end(GOOD_ANSWER));
});
afterAll(async () => {
  await Promise.all([smtp.close(), syslog.close(), http.close()]);
  certificate.remove();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

const configs = () => configsOf(http.url, { smtp: smtp.port, syslog: syslog.port, ca: certificate.path });

/** What went over the wire (or to the disk, or the terminal) last. */
const lastBody = (): string => http.requests.at(-1)?.body ?? '';
const arrived = {
  ...(Object.fromEntries(HTTP_TYPES.map((type) => [type, lastBody])) as { [T in HttpType]: () => string }),
  email: () => smtp.mails.at(-1)?.text ?? '',
  syslog: () => syslog.lines.at(-1) ?? '',
  desktop: () => notified.at(-1) ?? '',
  file: () => readFileSync(join(folder, 'alerts.ndjson'), 'utf8').trimEnd().split('\n').at(-1) ?? '',
} satisfies { [T in ChannelType]: () => string };

const types = Object.keys(CHANNEL_TYPES) as ChannelType[];
const make = (type: ChannelType): Channel =>
  createChannel('ops', configs()[type], context({ stateDirectory: folder, notify: (text) => notified.push(text) }));
const send = (channel: Channel, what: AlertMessage) => channel.send(what, { signal: new AbortController().signal });

describe.each(types)('a channel of type %s', (type) => {
  it('says its name, type and destination', () => {
    expect(make(type)).toMatchObject({ name: 'ops', type });
    expect(make(type).destination).not.toBe('');
  });

  it('delivers', async () => {
    expect(await send(make(type), message())).toMatchObject({ ok: true });
    expect(arrived[type]()).toContain('SQL injection');
  });

  it.each(HOSTILE)('shows and sends %j without a control, bidi or zero-width character', async (text) => {
    const channel = make(type);
    const harmful = /[\p{Cs}\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069\ufeff]/u;
    expect(channel.render(hostileMessage(text))).not.toMatch(harmful);
    expect(await send(channel, hostileMessage(text))).toMatchObject({ ok: true });
    expect(arrived[type]().replaceAll('\r\n', '\n')).not.toMatch(harmful);
  });

  it('is deterministic and shows the very message', () => {
    expect(make(type).render(message())).toBe(make(type).render(message()));
    expect(make(type).render(message())).not.toBe(make(type).render(message({ title: 'Another' })));
  });

  it('never sends more than its limit, and cuts without harm', async () => {
    const channel = make(type);
    const facts = Array.from({ length: 500 }, () => ['\u0000'.repeat(5_000), '😀'.repeat(50_000)] as const);
    for (const text of ['😀'.repeat(60_000), '&'.repeat(60_000), '\u0001'.repeat(60_000), '`<'.repeat(40_000)]) {
      const huge: AlertMessage = { ...hostileMessage(text), facts, steps: Array(1_000).fill(text) };
      expect(await send(channel, huge)).toMatchObject({ ok: true });
      expect(Buffer.byteLength(arrived[type]())).toBeLessThanOrEqual(channel.maxBytes);
      expect(arrived[type]()).not.toContain('\ufffd');
    }
  });

  it('renders any text at all', () => {
    const channel = make(type);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => channel.render(hostileMessage(text)) !== ''),
      { numRuns: 50 },
    );
  });

  it('says that it was interrupted instead of rejecting', async () => {
    expect(await make(type).send(message(), { signal: AbortSignal.abort() })).toMatchObject({ ok: false, retryable: true });
  });

  it('prints no secret: not in itself, its destination, its text or its result', async () => {
    const channel = make(type);
    const said = printed(channel) + channel.destination + channel.render(message()) + JSON.stringify(await send(channel, message()));
    for (const value of Object.values(SECRETS)) expect(said).not.toContain(value);
  });
});

const CHATS: readonly ChannelType[] = ['slack', 'slack-bot', 'discord', 'mattermost', 'teams', 'telegram'];

describe('what every channel for people gets', () => {
  const forPeople = types.filter((type) => type !== 'webhook' && type !== 'file');

  it.each(forPeople.flatMap((type) => HOSTILE.map((text) => [type, text] as const)))(
    '%s has no link for %j, and calls nobody',
    async (type, text) => {
      await send(make(type), hostileMessage(text));
      const body = arrived[type]().replace('http://adaptivecards.io/schemas/adaptive-card.json', '').replace(/=\r\n/g, '');
      expect(body).not.toMatch(/https?:\/\/[a-z0-9]/i);
      expect(body).not.toMatch(/(?:www\.|@|\/\/)evil\.example/i);
      if (CHATS.includes(type)) expect(body).not.toMatch(/@(?:channel|here|everyone|all)\b/i);
      if (type.startsWith('slack')) expect(body).not.toMatch(/<[!@#]/);
    },
  );
});

describe.each(['slack', 'slack-bot'] as const)('what Slack gets from %s', (type) => {
  it.each(HOSTILE)("keeps Block Kit's rules and has no markup of log text %j", async (text) => {
    await send(make(type), hostileMessage(text));
    const payload = JSON.parse(arrived[type]()) as {
      blocks: { text?: { type: string; text: string }; fields?: { type: string; text: string }[] }[];
    };
    expect(blockKitProblems(payload)).toEqual([]);
    const markdown = payload.blocks
      .flatMap(({ text: one, fields = [] }) => [...(one === undefined ? [] : [one]), ...fields])
      .filter(({ type: kind }) => kind === 'mrkdwn');
    expect(markdown.length).toBeGreaterThan(0);
    for (const { text: shown } of markdown) expect(shown).toMatch(/^(?:[^`*_~]*\n`[^`]+`|```[^`]+```)$/);
  });

  it.each([
    ['large', { ...hostileMessage('<&'.repeat(5_000)), facts: Array(60).fill(['a'.repeat(99), '&'.repeat(9_999)]) }],
    ['empty', { ...hostileMessage(''), facts: [], steps: [] }],
    ['full of blanks', { ...hostileMessage(' '), facts: [['', '']], steps: ['', ''] }],
  ])("keeps Block Kit's rules for a message that is %s", async (_what, one) => {
    await send(make(type), one as AlertMessage);
    expect(blockKitProblems(JSON.parse(arrived[type]()))).toEqual([]);
  });
});

const OUR_STRONG_WORDS = new RegExp(
  `\\*\\*(?:${[severityLabel('high'), t('What to do next'), t('Open it in secmon'), t('Note')].join('|')})\\*\\*`,
  'g',
);
/** What stands outside code, and outside the words that are ours. */
const outsideCode = (text: string): string =>
  text
    .replace(/```\n[^`]*\n```/g, '')
    .replace(/`[^`\n]+`/g, '')
    // Inside a word a hyphen marks nothing up.
    .replace(/(?<=[\p{L}\p{N}])-+(?=[\p{L}\p{N}])/gu, '')
    .replace(OUR_STRONG_WORDS, '');
const ONLY_WORDS = /^[\p{L}\p{M}\p{N}\s()."'“”‘’,;:!?%·–—…]*$/u;

describe.each(['discord', 'mattermost'] as const)('what %s gets', (type) => {
  it.each(HOSTILE)('shows log text %j as words and code only', async (text) => {
    await send(make(type), hostileMessage(text));
    const body = JSON.parse(arrived[type]()) as { embeds?: { description: string }[]; attachments?: { text: string; fallback: string }[] };
    const shown = body.embeds?.[0]?.description ?? body.attachments?.[0]?.text ?? '';
    expect(shown).toContain(severityLabel('high'));
    expect(outsideCode(shown)).toMatch(ONLY_WORDS);
    expect(body.attachments?.[0]?.fallback ?? '').toMatch(ONLY_WORDS);
  });

  it('shows any text as words and code only', () => {
    const channel = make(type);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a1 `*_~|<>@#[](){}:/\\-.!?\'"&$\n'), maxLength: 60 }), (text) =>
        ONLY_WORDS.test(outsideCode(channel.render(hostileMessage(text)))),
      ),
    );
  });
});

describe('what Discord gets', () => {
  it('mentions nobody, and keeps its limits', async () => {
    await send(make('discord'), {
      ...hostileMessage('@everyone <@1> '.repeat(900)),
      facts: Array(60).fill(['a'.repeat(99), '`'.repeat(999)]),
    });
    const body = JSON.parse(arrived.discord()) as { embeds: { description: string }[] };
    expect(body).toMatchObject({ allowed_mentions: { parse: [] } });
    expect(body.embeds).toHaveLength(1);
    expect(body.embeds[0]?.description.length).toBeLessThanOrEqual(4_096);
    expect(http.requests.at(-1)?.path).toMatch(/\?wait=true$/);
  });
});

describe('what Telegram gets', () => {
  const untagged = (html: string): string => html.replace(/<(b|code|pre)>[^<>]*<\/\1>/g, '');

  it.each(HOSTILE)('has only our tags around log text %j, and no name, command or link outside code', async (text) => {
    await send(make('telegram'), hostileMessage(text));
    const body = JSON.parse(arrived.telegram()) as { text: string };
    expect(body).toMatchObject({ parse_mode: 'HTML', link_preview_options: { is_disabled: true }, chat_id: '-1001234567890' });
    expect(untagged(body.text).replace(/&(?:quot|#39|amp);/g, '')).toMatch(ONLY_WORDS);
  });

  it('keeps its limit', async () => {
    for (const text of ['<&'.repeat(9_000), 'a b. '.repeat(9_000), '/x '.repeat(9_000)]) {
      await send(make('telegram'), { ...hostileMessage(text), facts: Array(60).fill([text, text]) });
      expect((JSON.parse(arrived.telegram()) as { text: string }).text.length).toBeLessThanOrEqual(4_096);
    }
  });
});

describe('what Teams gets', () => {
  it.each([...HOSTILE, '&'.repeat(60_000)])('is an Adaptive Card of text runs only for %s', async (text) => {
    await send(make('teams'), hostileMessage(text));
    const body = JSON.parse(arrived.teams()) as { type: string; attachments: { contentType: string; content: Record<string, unknown> }[] };
    expect(body.type).toBe('message');
    expect(body.attachments.map(({ contentType }) => contentType)).toEqual(['application/vnd.microsoft.card.adaptive']);
    const { body: blocks, ...card } = body.attachments[0]?.content ?? {};
    const schema = 'http://adaptivecards.io/schemas/adaptive-card.json';
    expect(card).toEqual({ $schema: schema, type: 'AdaptiveCard', version: '1.4', msteams: { width: 'Full' } });
    for (const { type, inlines } of blocks as { type: string; inlines: Record<string, unknown>[] }[]) {
      expect(type).toBe('RichTextBlock');
      for (const run of inlines) {
        expect(run['type']).toBe('TextRun');
        for (const key of Object.keys(run)) expect(['type', 'text', 'weight', 'size', 'isSubtle', 'fontType', 'color']).toContain(key);
      }
    }
  });
});

describe('what an ntfy server gets', () => {
  it('keeps the limits of message and title, is plain text, and has a priority', async () => {
    for (const text of ['😀'.repeat(9_000), 'a b '.repeat(9_000)]) {
      await send(make('ntfy'), { ...hostileMessage(text), facts: Array(60).fill([text, text]) });
      const body = JSON.parse(arrived.ntfy()) as { message: string; title: string };
      expect(Buffer.byteLength(body.message)).toBeLessThanOrEqual(4_096);
      expect(Buffer.byteLength(body.title)).toBeLessThanOrEqual(250);
      expect(body).toMatchObject({ topic: SECRETS.token, priority: 4, tags: ['warning', 'secmon'], markdown: false });
    }
  });
});

describe('what an Opsgenie gets', () => {
  it('keeps the limits of its fields', async () => {
    await send(make('opsgenie'), { ...hostileMessage('é '.repeat(90_000)), facts: Array(60).fill(['x'.repeat(900), 'y'.repeat(900)]) });
    const body = JSON.parse(arrived.opsgenie()) as Record<string, string>;
    const limits = { message: 130, alias: 512, description: 15_000, entity: 512, source: 100 };
    for (const [name, max] of Object.entries(limits)) expect(body[name]?.length, name).toBeLessThanOrEqual(max);
  });
});

describe('what a PagerDuty gets', () => {
  it('keeps the limits of its fields', async () => {
    await send(make('pagerduty'), hostileMessage('é '.repeat(90_000)));
    const body = JSON.parse(arrived.pagerduty()) as { dedup_key: string; payload: { summary: string } };
    expect(body.payload.summary.length).toBeLessThanOrEqual(1_024);
    expect(body.dedup_key.length).toBeLessThanOrEqual(255);
  });
});

describe('what a mailbox gets', () => {
  it('is never so long that a reader sees it cut off', () => {
    const huge = { ...hostileMessage('&"<'.repeat(20_000)), facts: Array(60).fill(['&'.repeat(99), '"'.repeat(9_999)]) };
    expect(Buffer.byteLength(renderHtml(huge))).toBeLessThanOrEqual(100_000);
    expect(renderHtml(huge)).toMatch(/<\/html>\n$/);
  });

  it.each(HOSTILE)('has no header, link or HTML of log text %j', async (text) => {
    await send(make('email'), hostileMessage(text));
    const mail = arrived.email();
    const head = mail.slice(0, mail.indexOf('\r\n\r\n'));
    expect(head).not.toMatch(/^bcc:/im);
    const readable = mail.replace(/=\r\n/g, '').replace(/=3D/g, '=');
    expect(readable).not.toMatch(/https?:\/\/|www\.evil\.example|@evil\.example/i);
    expect(readable.slice(readable.indexOf('<!doctype html>'))).not.toMatch(
      /<(?:script|img|a|b|link|iframe|object)\b|url\(|@import|<[^>]*\ssrc=/i,
    );
  });
});

describe('a digest with many lines', () => {
  const lines = Array.from({ length: 24 }, (_, index) => [`203.0.113.${index}`, `SQL injection number ${index + 1}`] as const);

  it.each(types.filter((type) => type !== 'desktop' && type !== 'syslog'))('loses none of them in %s', async (type) => {
    await send(make(type), message({ facts: lines, thread: { key: 'd', sequence: 0, kind: 'digest' } }));
    const body = arrived[type]().replace(/=\r\n/g, '');
    for (const number of [1, 10, 11, 12, 20, 21, 24]) expect(body).toMatch(new RegExp(`injection number ${number}\\b`));
  });
});

describe('the file', () => {
  it('can only be read by its owner, and has one JSON object a line', () => {
    const path = join(folder, 'alerts.ndjson');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    for (const line of readFileSync(path, 'utf8').trimEnd().split('\n')) expect(JSON.parse(line)).toMatchObject({ version: 1 });
  });

  it('makes the state directory where nothing is configured', async () => {
    const stateDirectory = join(folder, 'not', 'there');
    const channel = createChannels({}, { notify: () => undefined, stateDirectory }).find(({ name }) => name === 'file');
    expect(channel && (await send(channel, message()))).toMatchObject({ ok: true });
    expect(statSync(stateDirectory).mode & 0o777).toBe(0o700);
  });

  it('ends with a reason where no folder can be made', async () => {
    const channel = createChannels({}, { notify: () => undefined, stateDirectory: '/proc/secmon/state' }).find(
      ({ name }) => name === 'file',
    );
    expect(channel && (await send(channel, message()))).toMatchObject({ ok: false, retryable: false });
  });

  it('that cannot be written is a lasting failure with its reason', async () => {
    const [channel] = createChannels({ x: { type: 'file', path: '/nowhere/at/all' } }, { notify: () => undefined, stateDirectory: folder });
    expect(channel && (await send(channel, message()))).toEqual({
      ok: false,
      retryable: false,
      reason: t('cannot write {path}: {code}', { path: '/nowhere/at/all', code: 'ENOENT' }),
    });
  });

  it('keeps the log text exactly', async () => {
    const text = HOSTILE.slice(0, 7).join(' ');
    await send(make('file'), hostileMessage(text));
    expect(JSON.parse(arrived.file())).toMatchObject({ payload: text });
  });
});

describe('the channels of a configuration', () => {
  it('are those of the file, then desktop and file, which need none', () => {
    const surroundings = { notify: () => undefined, stateDirectory: folder };
    expect(createChannels({}, surroundings).map(({ name }) => name)).toEqual(['desktop', 'file']);
    const configured = createChannels({ ops: configs().slack, file: { type: 'file', path: 'own.ndjson' } }, surroundings);
    expect(configured.map(({ name }) => name)).toEqual(['ops', 'file', 'desktop']);
    expect(configured[1]?.destination).toBe(join(folder, 'own.ndjson'));
  });
});
