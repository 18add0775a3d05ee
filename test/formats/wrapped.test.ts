import { describe, expect, it } from 'vitest';
import { containerd, dockerJson, journald } from '../../src/formats/containers.ts';
import { createSourceParser } from '../../src/formats/source-parser.ts';
import { syslog } from '../../src/formats/syslog.ts';
import { context, samplesOf } from './samples.ts';

describe('syslog', () => {
  const parse = (line: string) => syslog.create(context).parse(line);

  it.each([
    ['Mar  2 02:13:41 web sshd[7]: Invalid user x from 203.0.113.7 port 22', { kind: 'sshd', program: 'sshd', address: '203.0.113.7' }],
    [
      '2026-03-02T02:13:41.5+00:00 web sshd-session[7]: Invalid user x from 203.0.113.7 port 22',
      { kind: 'sshd', program: 'sshd-session', timeMs: Date.UTC(2026, 2, 2, 2, 13, 41, 500) },
    ],
    [
      '<86>1 2026-03-02T02:13:41Z web sshd 7 - - Invalid user x from 203.0.113.7 port 22',
      { kind: 'sshd', level: 'info', address: '203.0.113.7' },
    ],
    [
      'Mar  2 02:13:41 web nginx: {"remote_addr":"203.0.113.7","request":"GET / HTTP/1.1","status":200}',
      { kind: 'http', program: 'nginx', address: '203.0.113.7', target: '/' },
    ],
    [
      'Mar  2 02:13:41 web nginx: 2026/03/02 02:13:41 [error] 1#1: *1 x, client: 203.0.113.7, server: _',
      { kind: 'web-error', address: '203.0.113.7' },
    ],
    [
      'Mar  2 02:13:41 web fail2ban.actions[5]: NOTICE [sshd] Ban 203.0.113.7',
      { kind: 'fail2ban', program: 'sshd', address: '203.0.113.7' },
    ],
    ['Mar  2 02:13:41 web app[5]: sshd: Invalid user x from 203.0.113.7 port 22', { kind: 'application', program: 'app' }],
    ['<13>Mar  2 02:13:41 myapp: hello', { kind: 'application', program: 'myapp', level: 'notice', message: 'hello' }],
    ['Mar  2 02:13:41 web no tag here', { kind: 'application', message: 'no tag here' }],
  ])('%s', (line, expected) => {
    expect(parse(line)).toMatchObject(expected);
  });

  it('leaves lines of applications that only look like it', () => {
    expect(parse('2026-03-02T02:13:41 INFO module: text')).toHaveProperty('reason');
    expect(parse('2026-03-02 02:13:41 web sshd[1]: text')).toHaveProperty('reason');
  });
});

describe('journald', () => {
  const parse = (index: number) => journald.create(context).parse(samplesOf('journald')[index] ?? '');

  it('joins the messages of an entry that has several, of bytes or texts', () => {
    const line = '{"MESSAGE":["one",[116,119,111,255]],"__REALTIME_TIMESTAMP":"1772417622000000","SYSLOG_IDENTIFIER":"app"}';
    expect(journald.create(context).parse(line)).toMatchObject({ program: 'app', message: 'one\ntwoÿ' });
  });

  it('carries sshd messages, and places them in the line in spite of escapes', () => {
    const entry = parse(0);
    if ('reason' in entry) throw new Error(entry.reason);
    expect(entry).toMatchObject({
      kind: 'sshd',
      program: 'sshd-session',
      address: '203.0.113.7',
      user: '"x"',
      level: 'info',
      timeMs: 1772417621123,
    });
    expect(entry.raw.slice(entry.spans.user?.start, entry.spans.user?.end)).toBe('\\"x\\"');
    expect(entry.raw.slice(entry.spans.address?.start, entry.spans.address?.end)).toBe('203.0.113.7');
  });

  it('carries requests, with both escapes undone', () => {
    expect(parse(1)).toMatchObject({ kind: 'http', target: '/"', status: 404, program: 'nginx' });
  });

  it('carries a message of bytes, and none', () => {
    expect(parse(2)).toMatchObject({ kind: 'sshd', address: '203.0.113.7', user: '\u00ff', spans: {} });
    expect(parse(3)).toMatchObject({ kind: 'application', program: 'app', message: '' });
  });
});

it('containers carry requests and text with their own time', () => {
  expect(dockerJson.create(context).parse(samplesOf('docker')[0] ?? '')).toMatchObject({
    kind: 'http',
    target: '/?q=<b>',
    address: '203.0.113.7',
  });
  expect(dockerJson.create(context).parse(samplesOf('docker')[1] ?? '')).toMatchObject({
    kind: 'application',
    message: 'hello \u001b[31mred',
  });
  expect(containerd.create(context).parse(samplesOf('containerd').at(-1) ?? '')).toMatchObject({
    kind: 'application',
    message: 'just text',
    timeMs: Date.UTC(2026, 2, 1, 17, 13, 41, 123),
  });
});

it('a message that imitates a request inside another program is no help to fake sshd', () => {
  const [parsed] = createSourceParser(context).push(
    'Mar  2 02:13:41 web sshd[7]: 9.9.9.9 - - [02/Mar/2026:02:13:41 +0000] "GET / HTTP/1.1" 200 5',
  );
  expect(parsed?.entry).toMatchObject({ kind: 'sshd', address: '' });
});
