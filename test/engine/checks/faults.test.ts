import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createBanditCheck } from '../../../src/checks/bandit/bandit.ts';
import type { Check } from '../../../src/checks/check.ts';
import { createFail2banCheck } from '../../../src/checks/fail2ban.ts';
import { createHttpGet } from '../../../src/checks/http-get.ts';
import { createOsqueryCheck } from '../../../src/checks/osquery/osquery.ts';
import { runCheck } from '../../../src/checks/run-check.ts';
import { createRunProcess } from '../../../src/checks/run-process.ts';
import { createUptimeCheck } from '../../../src/checks/uptime/uptime.ts';
import { createZapCheck } from '../../../src/checks/zap/zap.ts';
import { systemClock } from '../../../src/clock/clock.ts';
import { createFail2banProbe } from '../../../src/engine/checks/checks-fail2ban.ts';
import { createSecret } from '../../../src/settings/secret.ts';
import { english } from '../../../src/text/said.ts';
import { openFolder, script } from '../../checks/support.ts';
import { startZap } from '../../checks/zap-server.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** What a tool that is a program does, as a script of a shell. */
const PROGRAMS = {
  missing: undefined,
  'wrong version': {
    bandit: "echo 'usage: bandit' >&2; echo 'bandit: error: unrecognized arguments: -f' >&2; exit 2",
    osquery: "echo 'osqueryi version 3.4.0'",
    fail2ban: 'echo 0.9.7',
  },
  'no rights': {
    bandit: "echo 'PermissionError: [Errno 13] Permission denied' >&2; exit 2",
    osquery: `[ "$1" = --version ] && { echo 'osqueryi version 5.10.2'; exit; }; echo 'Permission denied' >&2; exit 1`,
    fail2ban: "echo 'Permission denied to socket: /run/x, (you must be root)' >&2; exit 255",
  },
  'time-out': { bandit: 'sleep 1000', osquery: 'sleep 1000', fail2ban: 'sleep 1000' },
  'half an answer': {
    bandit: `echo '{"results": [{"test_id": "B6'`,
    osquery: `[ "$1" = --version ] && { echo 'osqueryi version 5.10.2'; exit; }; echo '[{"uid":'`,
    fail2ban: `case "$3" in version) echo 1.0.2 ;; *) echo 'Status' ;; esac`,
  },
  nonsense: { bandit: 'echo hello', osquery: 'echo hello', fail2ban: 'echo hello' },
} as const;
type Fault = keyof typeof PROGRAMS;
const FAULTS = Object.keys(PROGRAMS) as Fault[];

function programOf(name: 'bandit' | 'osquery' | 'fail2ban', fault: Fault): string {
  const text = PROGRAMS[fault]?.[name];
  return text === undefined ? `/nowhere/${name}` : script(openFolder(), name, text);
}

/** Stops what still runs after the test. */
function untilTheEnd(): AbortSignal {
  const end = new AbortController();
  closers.push(() => end.abort());
  return end.signal;
}

/** A server that says one thing and no more. */
async function saying(text: string | undefined): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    if (text !== undefined) socket.once('data', () => socket.end(text));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function answering(status: number): Promise<string> {
  const server = createHttpServer((_, response) => response.writeHead(status).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const HALF = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"version":';
const nobody = async (): Promise<string> => 'http://127.0.0.1:1';

async function zapApi(fault: Fault): Promise<string> {
  const options = {
    missing: nobody,
    'wrong version': async () => (await startZap({ version: '2.4.3' })).api,
    'no rights': async () => (await startZap({ key: 'another' })).api,
    'time-out': () => saying(undefined),
    'half an answer': () => saying(HALF),
    nonsense: async () => (await startZap({ instead: { 'core/view/version': { body: 'hello' } } })).api,
  };
  return options[fault]();
}

const uptimeUrl = (fault: Fault): Promise<string> =>
  ({
    missing: nobody,
    'wrong version': () => answering(426),
    'no rights': () => answering(403),
    'time-out': () => saying(undefined),
    'half an answer': () => saying(HALF),
    nonsense: () => saying('SSH-2.0-OpenSSH_9.2\r\n\r\n'),
  })[fault]();

const CHECKS: Readonly<Record<string, (fault: Fault) => Promise<Check>>> = {
  zap: async (fault) =>
    createZapCheck({ timeout: '2h', api: await zapApi(fault), key: createSecret('secret'), targets: ['http://shop.test'] }),
  bandit: async (fault) =>
    createBanditCheck({
      timeout: '10m',
      program: programOf('bandit', fault),
      paths: [openFolder({ 'a.py': '' })],
      exclude: [],
      routes: {},
    }),
  osquery: async (fault) => createOsqueryCheck({ timeout: '5m', program: programOf('osquery', fault), web_roots: [] }),
  fail2ban: async (fault) =>
    createFail2banCheck(
      undefined,
      createFail2banProbe({ fail2ban: { client: programOf('fail2ban', fault), socket: join(openFolder(), 's') } }, systemClock, {
        signal: untilTheEnd(),
      }),
    ),
  uptime: async (fault) =>
    createUptimeCheck({
      every: '60s',
      timeout: '50s',
      urls: [{ url: await uptimeUrl(fault), timeout: fault === 'time-out' ? '1s' : '50s' }],
      failures: 1,
      slow: '10s',
      certificate_days: 14,
    }),
};

/** What the screen says; every sentence names what to do, but those of uptime, whose finding is the failure itself. */
const SENTENCES: Readonly<Record<string, Readonly<Record<Fault, RegExp>>>> = {
  zap: {
    missing: /^Nothing listens at .*: start ZAP there/,
    'wrong version': /has version 2\.4\.3: update it to 2\.9 or later\.$/,
    'no rights': /refuses the API key: set checks\.zap\.key/,
    'time-out': /^It did not end within .*: raise timeout for this check/,
    'half an answer': /hung up: it does so for addresses that its API does not allow/,
    nonsense: /did not answer JSON .*: see whether it is the right program/,
  },
  bandit: {
    missing: /^There is no program \/nowhere\/bandit on this machine: install it/,
    'wrong version': /does not work as bandit 1\.5 or later does .*: install another version\.$/,
    'no rights': /^This user may not read what bandit is to look at .*: give it the right to/,
    'time-out': /^It did not end within .*: raise timeout for this check/,
    'half an answer': /answered only half of its JSON: see whether it was ended early/,
    nonsense: /did not answer JSON .*: see whether it is the right program/,
  },
  osquery: {
    missing: /^There is no program \/nowhere\/osquery on this machine: install it/,
    'wrong version': /has version 3\.4: update osquery to 4\.0 or later\.$/,
    'no rights': /^This user may not ask osquery for \w+: run secmon as root for it\.$/,
    'time-out': /^It did not end within .*: raise timeout for this check/,
    'half an answer': /answered only half of its JSON: see whether it was ended early/,
    nonsense: /--version does not answer as osqueryi does: see whether it is osquery\.$/,
  },
  fail2ban: {
    missing: /^There is no program \/nowhere\/fail2ban on this machine: install it/,
    'wrong version': /does not answer as fail2ban 0\.10 or later does \(0\.9\.7\): see whether it is fail2ban, or update it\.$/,
    'no rights': /may not talk to fail2ban at .*: run secmon as root/,
    'time-out': /^It did not end within .*: raise timeout for this check/,
    'half an answer': /does not answer as fail2ban 0\.10 or later does \(Status\): see whether/,
    nonsense: /does not answer as fail2ban 0\.10 or later does \(hello\): see whether/,
  },
  uptime: {
    missing: /^refuses the connection: nothing listens there$/,
    'wrong version': /^answers 426 instead of 200$/,
    'no rights': /^answers 403 instead of 200$/,
    'time-out': /^does not answer within 1 s$/,
    'half an answer': /^hangs up in the middle$/,
    nonsense: /^cannot be asked: Parse Error/,
  },
};

async function said(name: string, fault: Fault): Promise<string> {
  const check = await CHECKS[name]?.(fault);
  if (check === undefined) throw new Error(`no check ${name}`);
  const hangs = fault === 'time-out' && name !== 'uptime';
  const { run, findings } = await runCheck(hangs ? { ...check, timeoutMs: 300 } : check, {
    run: createRunProcess({ clock: systemClock }),
    get: createHttpGet({ clock: systemClock }),
    clock: systemClock,
    newId: () => 'run',
    stop: new AbortController().signal,
    before: [],
    memory: undefined,
    mayAttack: false,
    asked: true,
  });
  if (name === 'uptime') return findings.map(({ finding }) => english(finding.advice)).join();
  expect([run.state, findings]).toEqual(['failed', []]);
  return run.problem === undefined ? '' : english(run.problem);
}

describe.each(Object.keys(CHECKS))('%s', (name) => {
  it.each(FAULTS)('says in one sentence what is wrong, and what to do: %s', async (fault) => {
    const sentence = await said(name, fault);
    expect(sentence).toMatch(SENTENCES[name]?.[fault] ?? /^$/);
    expect(sentence).not.toMatch(/\n|\bat \w+ \(|undefined|\[object/);
  });
});
