import { writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type HttpServer, startHttpServer } from '../alerts/http-server.ts';
import { type Certificate, makeCertificate, PASSWORD, type SmtpPeer, startSmtpPeer, USER } from '../alerts/smtp-peer.ts';
import { freePort } from '../net/free-port.ts';
import { createLog, type TestLog } from './lines.ts';
import { eventually, expectShell, hasTmux, notRun, openTerminal, type Terminal } from './tmux.ts';

let certificate: Certificate;
let mail: SmtpPeer;
let http: HttpServer;
let gate: Gate;
let terminal: Terminal;
let log: TestLog;

beforeAll(() => {
  if (hasTmux) certificate = makeCertificate();
});
afterAll(() => certificate?.remove());
beforeEach(async () => {
  if (!hasTmux) return;
  terminal = openTerminal();
  log = createLog(terminal.folder);
  mail = await startSmtpPeer(certificate);
  http = await startHttpServer((response) => response.end('ok'));
  gate = await createGate();
});
afterEach(async () => {
  terminal?.close();
  await gate?.close();
  await mail?.close();
  await http?.close();
});

/** A port that refuses connections until it is opened; then it leads to another port. */
interface Gate {
  readonly port: number;
  open(target: number): Promise<void>;
  close(): Promise<void>;
}

async function createGate(): Promise<Gate> {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  const listen = (target: number, port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const opened = createServer((inner) => {
        const outer = connect(target, '127.0.0.1');
        for (const socket of [inner, outer]) {
          sockets.add(socket);
          socket.on('error', () => {});
        }
        inner.pipe(outer).pipe(inner);
      });
      opened.once('error', reject);
      opened.listen(port, '127.0.0.1', () => {
        server = opened;
        resolve();
      });
    });
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    const closing = server;
    server = undefined;
    if (closing) await new Promise((resolve) => closing.close(resolve));
  };
  const port = await freePort();
  return { port, open: (target) => listen(target, port), close };
}

function configure(port: number): void {
  writeFileSync(
    join(terminal.folder, 'secmon.yml'),
    `version: 1
alerts:
  channels:
    ops-mail:
      type: email
      host: localhost
      port: ${port}
      user: ${USER}
      password: "\${env:MAIL_PASSWORD}"
      from: "secmon <secmon@example.org>"
      to: [ops@example.org]
      tls: { ca: ${certificate.path} }
    ops-slack:
      type: slack
      url: "${http.url}/services/T0/B0/very-secret-path"
    ops-hook:
      type: webhook
      url: "${http.url}/hook"
      secret: "${'k'.repeat(32)}"
`,
  );
}

const ATTACK = { address: '203.0.113.66', target: '/item?id=1%27%20UNION%20SELECT%20user,pass%20FROM%20users--', status: 403 };

/** The monitor with one attack on its screen. */
async function start({ port }: { port: number }): Promise<void> {
  configure(port);
  log.add({ target: '/' }, ATTACK);
  await monitor();
}

async function monitor(): Promise<void> {
  await terminal.secmon('--config secmon.yml access.log', { before: `MAIL_PASSWORD='${PASSWORD}'` });
  await terminal.until('the attack', (s) => s.includes('UNION') && s.includes('sqli'));
}

/** Opens the dialog, leaves only the named channel chosen, in whatever order they stand. */
async function openDialog(channel: string): Promise<string> {
  terminal.keys('a');
  await terminal.until('the dialog', (s) => s.includes('─ Alert about') && /\[.\] ops-mail/.test(s) && /\[.\] file/.test(s));
  const names = terminal
    .screen()
    .split('\n')
    .flatMap((line) => /\[(.)\] (\S+)/.exec(line)?.slice(1, 3) ?? []);
  for (let i = 0; i < names.length; i += 2) {
    const [mark, name] = [names[i], names[i + 1] ?? ''];
    if ((mark !== ' ') !== (name === channel)) {
      terminal.keys('Space');
      await terminal.until(
        `${name} is ${mark === ' ' ? '' : 'not '}chosen`,
        (s) =>
          (s
            .split('\n')
            .find((line) => line.includes(`] ${name} `))
            ?.includes('[ ]') ?? false) ===
          (mark !== ' '),
      );
    }
    terminal.keys('j');
  }
  return terminal.until('the message', (s) => s.includes(`exactly as ${channel} will get it`) && s.includes('203.0.113.66'));
}

/** The text of a mail, its transfer encoding undone (RFC 2045, 6.7). */
const plainPart = (mime: string): string => {
  const part = /Content-Type: text\/plain[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--/.exec(mime)?.[1] ?? mime.slice(mime.indexOf('\r\n\r\n') + 4);
  const bytes = part.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8').replaceAll('\r\n', '\n');
};

/** The lines inside the dialog's frame. */
const dialogLines = (screen: string): string[] =>
  screen
    .split('\n')
    .flatMap((line) => /│(.*?)│/.exec(line)?.[1]?.trim() ?? [])
    .filter((line) => line !== '');

describe.skipIf(!hasTmux)(`an alert by key${notRun}`, () => {
  test('shows the exact mail, sends it on Enter through STARTTLS and AUTH, shows the server’s reply, and keeps it in the Alerts screen', async () => {
    await start({ port: mail.port });
    const dialog = await openDialog('ops-mail');
    expect(dialog).toContain('ops@example.org');
    expect(dialog).not.toContain(PASSWORD);
    terminal.keys('Tab');
    terminal.type('한국어 note');
    await terminal.until('the note', (s) => s.includes('한국어 note'));
    terminal.keys('Tab');
    const shown = dialogLines(await terminal.until('the message', (s) => s.includes('exactly as ops-mail will get it')));
    terminal.keys('Enter');
    await terminal.until('accepted, with the reply', (s) => s.includes('ops-mail  accepted') && s.includes('queued as 42'));
    expect(mail.mails).toHaveLength(1);
    const [received] = mail.mails;
    expect(received).toMatchObject({ from: 'secmon@example.org', to: ['ops@example.org'], secure: true });
    const text = plainPart(received?.text ?? '');
    expect(text).toContain('203.0.113.66');
    expect(text).toContain('UNION SELECT');
    expect(text).toContain('한국어 note');
    const below = shown
      .slice(shown.findIndex((line) => line.includes('exactly as')) + 1)
      .filter((line) => !/more rows/.test(line) && line.length > 8);
    const flat = (s: string): string => s.replace(/\s+/g, ' ');
    expect(below.length).toBeGreaterThan(5);
    for (const line of below.filter((line) => !/^Alert |^Subject|^(From|To|Date):/.test(line)))
      expect(flat(text + (received?.text ?? ''))).toContain(flat(line));
    terminal.keys('Enter');
    await terminal.until('the live screen', (s) => !s.includes('─ Alert about'));
    terminal.keys('3');
    const alerts = await terminal.until('the Alerts screen', (s) => s.includes('1 sent'));
    expect(alerts).toMatch(/ops-mail +✔ sent/);
    expect(alerts).toContain('queued as 42');
    expect(alerts).toMatch(/tries +1/);
  });

  test('to a server that is down waits, the monitor goes on, and is delivered once the server is up', async () => {
    await start({ port: gate.port });
    await openDialog('ops-mail');
    terminal.keys('Enter');
    const result = await terminal.until('it waits', (s) => s.includes('waits and is tried again'));
    expect(result).toMatch(/refused/i);
    terminal.keys('Enter');
    log.add({ target: '/meanwhile' });
    await terminal.until('lines go on, and the header tells', (s) => s.includes('/meanwhile') && s.includes('1 alert waiting'));
    terminal.keys('3');
    await terminal.until('waiting in the Alerts screen', (s) => s.includes('1 waiting') && /ops-mail +waiting/.test(s));
    await gate.open(mail.port);
    await terminal.until('sent by itself', (s) => s.includes('1 sent') && /✔ sent/.test(s), 45_000);
    expect(mail.mails).toHaveLength(1);
  });

  test('that waits outlives the program: the next run delivers it, once', async () => {
    await start({ port: gate.port });
    await openDialog('ops-mail');
    terminal.keys('Enter');
    await terminal.until('it waits', (s) => s.includes('waits and is tried again'));
    terminal.keys('C-c');
    await expectShell(terminal, 130);
    await gate.open(mail.port);
    await monitor();
    await eventually('the mail', () => mail.mails.length > 0, 45_000);
    terminal.keys('3');
    await terminal.until('sent', (s) => s.includes('1 sent') && s.includes('0 waiting'));
    expect(mail.mails).toHaveLength(1);
    expect(mail.mails[0]?.text).toContain('203.0.113.66');
  });

  test('goes to Slack as blocks and to a webhook as signed JSON; the secret address is never shown', async () => {
    await start({ port: mail.port });
    await openDialog('ops-slack');
    expect(terminal.screen()).not.toContain('very-secret-path');
    terminal.keys('Enter');
    await terminal.until('accepted', (s) => s.includes('ops-slack  accepted'));
    expect(http.requests[0]?.path).toBe('/services/T0/B0/very-secret-path');
    expect(JSON.parse(http.requests[0]?.body ?? '')).toMatchObject({ blocks: expect.any(Array) });
    expect(http.requests[0]?.body).toContain('203.0.113.66');
    terminal.keys('Enter');
    await terminal.until('the live screen', (s) => !s.includes('─ Alert about'));
    await openDialog('ops-hook');
    terminal.keys('Enter');
    await terminal.until('accepted', (s) => s.includes('ops-hook  accepted'));
    expect(http.requests[1]).toMatchObject({
      method: 'POST',
      path: '/hook',
      headers: { 'content-type': expect.stringContaining('application/json'), 'x-secmon-signature': expect.stringMatching(/[0-9a-f]{64}/) },
    });
    expect(JSON.parse(http.requests[1]?.body ?? '')).toBeTypeOf('object');
  });

  test('about an address and about an incident names its actor; Esc sends nothing', async () => {
    await start({ port: mail.port });
    terminal.keys('i');
    await terminal.until('the actor', (s) => s.includes('Story'));
    terminal.keys('a');
    await terminal.until('its dialog', (s) => /─ Alert about .*203\.0\.113\.66/.test(s));
    terminal.keys('Escape');
    await terminal.until('the actor', (s) => !s.includes('─ Alert about'));
    terminal.keys('2');
    await terminal.until('incidents', (s) => s.includes('─ Incidents '));
    terminal.keys('a');
    await terminal.until('its dialog', (s) => /─ Alert about .*203\.0\.113\.66/.test(s));
    terminal.keys('Escape');
    await terminal.until('incidents', (s) => !s.includes('─ Alert about'));
    expect(mail.mails).toHaveLength(0);
    expect(http.requests).toHaveLength(0);
  });
});
