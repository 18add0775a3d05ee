import { describe, expect, it } from 'vitest';
import { createSourceParser } from '../../src/formats/source-parser.ts';
import { context } from './samples.ts';

/** Address and account of each entry. */
const read = (lines: readonly string[]): readonly (readonly [string, string])[] => {
  const parser = createSourceParser(context);
  return [...lines.flatMap((line) => parser.push(line)), ...parser.end()].map(({ entry }) => [entry.address, entry.user]);
};

/** Messages after the programs' own documentation and sources of text. */
describe('the peer that another line of the same connection named', () => {
  it.each([
    [
      'PostgreSQL',
      [
        '2026-03-02 02:13:41.250 UTC [3113] [unknown]@[unknown] LOG:  connection received: host=203.0.113.9 port=4711',
        '2026-03-02 02:13:41.260 UTC [3114] [unknown]@[unknown] LOG:  connection received: host=192.0.2.8 port=4712',
        '2026-03-02 02:13:41.300 UTC [3113] jane@shop FATAL:  password authentication failed for user "jane"',
      ],
    ],
    [
      'RabbitMQ',
      [
        '2026-03-02 02:13:41.250+00:00 [info] <0.711.0> accepting AMQP connection <0.711.0> (203.0.113.9:4711 -> 10.0.0.2:5672)',
        "2026-03-02 02:13:41.300+00:00 [error] <0.711.0> PLAIN login refused: user 'jane' - invalid credentials",
      ],
    ],
    [
      'strongSwan',
      [
        'Mar  2 02:13:41 vpn charon: 07[NET] received packet: from 203.0.113.9[4500] to 10.0.0.2[4500] (380 bytes)',
        'Mar  2 02:13:41 vpn charon: 07[IKE] EAP method EAP_MSCHAPV2 failed for peer jane',
      ],
    ],
  ])('is told apart by its number: %s', (_, lines) => {
    expect(read(lines).at(-1)).toEqual(['203.0.113.9', 'jane']);
  });

  it('is nobody where the number is another, stands in the words of the client, or was forgotten', () => {
    const opens = (n: number): string => `Mar  2 02:13:41 ldap slapd[8]: conn=${n} fd=14 ACCEPT from IP=203.0.113.9:4711 (IP=0.0.0.0:389)`;
    const failed = (n: number): string => `Mar  2 02:13:41 ldap slapd[8]: conn=${n} op=0 RESULT tag=97 err=49 text=`;
    expect(read([opens(1), failed(1), failed(2), 'Mar  2 02:13:41 ldap slapd[8]: login failed, name conn=1'])).toEqual([
      ['203.0.113.9', ''],
      ['203.0.113.9', ''],
      ['', ''],
      ['', ''],
    ]);
    const bind = 'Mar  2 02:13:41 ldap slapd[8]: conn=1 op=0 BIND dn="conn=1 fd=1 ACCEPT from IP=9.9.9.9:1 " method=128';
    expect(read([opens(1), bind, failed(1)]).at(-1)?.[0]).toBe('203.0.113.9');
    const many = Array.from({ length: 1025 }, (_, n) => opens(n));
    expect(read([...many, failed(0), failed(1024)]).slice(-2)).toEqual([
      ['', ''],
      ['203.0.113.9', ''],
    ]);
  });

  it('stands in the second line of what Samba writes, and never in a traceback', () => {
    const samba = '[2026/03/02 02:13:41.250000,  2] ../../auth/auth_log.c:647(log_authentication_event_human_readable)';
    const who =
      '  Auth: [SMB2,(null)] user [W]\\[jane] status [NT_STATUS_WRONG_PASSWORD] remote host [ipv4:203.0.113.9:4711] mapped to [W]\\[jane].';
    expect(read([samba, who])[0]?.[0]).toBe('203.0.113.9');
    const trace = ['Traceback (most recent call last):', '  raise ValueError(" SRC=9.9.9.9")', 'ValueError:  SRC=9.9.9.9'];
    expect(read(trace)[0]?.[0]).toBe('');
  });
});
