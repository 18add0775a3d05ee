import { describe, expect, it } from 'vitest';
import { application, timed } from '../../src/formats/application.ts';
import { fail2ban } from '../../src/formats/fail2ban.ts';
import { context } from './samples.ts';

describe('fail2ban.log', () => {
  it.each([
    ['fail2ban.actions        [1234]: NOTICE  [sshd] Ban 203.0.113.7', '203.0.113.7', 'sshd', 'NOTICE'],
    ['fail2ban.actions        [1234]: NOTICE  [sshd] Unban 2001:db8::7', '2001:db8::7', 'sshd', 'NOTICE'],
    [
      'fail2ban.filter         [1234]: INFO    [nginx-http-auth] Found 203.0.113.7 - 2026-03-02 02:13:41',
      '203.0.113.7',
      'nginx-http-auth',
      'INFO',
    ],
    ['fail2ban.actions        [1234]: NOTICE  [sshd] Restore Ban 203.0.113.7', '203.0.113.7', 'sshd', 'NOTICE'],
    ['fail2ban.actions        [1234]: NOTICE  [recidive] Ban 203.0.113.0/24', '203.0.113.0', 'recidive', 'NOTICE'],
    ['fail2ban.actions        [1234]: WARNING [sshd] 203.0.113.7 already banned', '203.0.113.7', 'sshd', 'WARNING'],
    ['fail2ban.server         [1234]: INFO    Starting Fail2ban v1.1.0', '', 'fail2ban', 'INFO'],
    ['fail2ban.jail           [1234]: INFO    Jail [sshd] started', '', 'fail2ban', 'INFO'],
  ])('%s', (rest, address, program, level) => {
    expect(fail2ban.create(context).parse(`2026-03-02 02:13:41,123 ${rest}`)).toMatchObject({
      kind: 'fail2ban',
      address,
      program,
      level,
      timeMs: Date.UTC(2026, 2, 2, 2, 13, 41, 123),
    });
  });
});

describe('Python logging and its like', () => {
  it.each([
    [
      '2026-03-02 02:13:41,123 - WARNING - login failed for root from 203.0.113.7',
      'WARNING',
      '',
      'login failed for root from 203.0.113.7',
      '203.0.113.7',
    ],
    ['2026-03-02 02:13:41,123 - my.app - ERROR - broke', 'ERROR', 'my.app', 'broke', ''],
    ['2026-03-02 02:13:41,123 ERROR my.app: broke', 'ERROR', 'my.app', 'broke', ''],
    ['2026-03-02 02:13:41,123 [WARNING] auth: client=203.0.113.7 refused', 'WARNING', 'auth', 'client=203.0.113.7 refused', '203.0.113.7'],
    ['[2026-03-02 02:13:41,123] ERROR in app: Exception on / [GET]', 'ERROR', 'app', 'Exception on / [GET]', ''],
    ['2026-03-02 02:13:41.123 | INFO     | app.main:run:12 - started', 'INFO', '', 'app.main:run:12 - started', ''],
    ['2026-03-02T02:13:41.123Z INFO [main] com.example.App - ready', 'INFO', '', 'main] com.example.App - ready', ''],
    ['ERROR:my.app:broke', 'ERROR', 'my.app', 'broke', ''],
    ['WARNING: disk is full', 'WARNING', '', 'disk is full', ''],
    ['ERROR 2026-03-02 02:13:41,123 views 12 140 broke', 'ERROR', '', 'views 12 140 broke', ''],
    ['2026-03-02 02:13:41,123 - INFO - 보안 위협 from [2001:db8::7]:443', 'INFO', '', '보안 위협 from [2001:db8::7]:443', '2001:db8::7'],
  ])('%s', (line, level, program, message, address) => {
    expect(application.create(context).parse(line)).toMatchObject({ kind: 'application', level, program, message, address });
  });

  it('takes no address when a message names two, or names one by itself', () => {
    const parser = application.create(context);
    expect(parser.parse('ERROR:auth:failed for "x from 9.9.9.9" from 203.0.113.7')).toMatchObject({ address: '' });
    expect(parser.parse('ERROR:net:listening on 203.0.113.7')).toMatchObject({ address: '' });
    expect(parser.parse('ERROR:net:from 203.0.113.7, again from 203.0.113.7:80')).toMatchObject({ address: '203.0.113.7' });
  });

  it("reads uvicorn's requests", () => {
    expect(application.create(context).parse('INFO:     203.0.113.5:54321 - "GET /?q=1 HTTP/1.1" 200 OK')).toMatchObject({
      kind: 'http',
      address: '203.0.113.5',
      method: 'GET',
      target: '/?q=1',
      status: 200,
    });
  });

  it.each(['Error in the text', 'INFORMATION about', 'just text', '203.0.113.7 - - ['])('does not take "%s"', (line) => {
    expect(application.create(context).parse(line)).toHaveProperty('reason');
  });

  it('takes a line with nothing but a time as a timed one', () => {
    const line = '2026-03-02 02:13:41 backup finished';
    expect(application.create(context).parse(line)).toHaveProperty('reason');
    expect(timed.create(context).parse(line)).toMatchObject({ message: 'backup finished', timeMs: Date.UTC(2026, 2, 2, 2, 13, 41) });
  });
});
