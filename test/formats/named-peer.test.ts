import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { peerInText } from '../../src/formats/named-peer.ts';

const named = (text: string): readonly [string | undefined, string | undefined] => {
  const { address, user } = peerInText(text, 0);
  return [address && text.slice(address.start, address.end), user && text.slice(user.start, user.end)];
};

/** Messages after the programs' own documentation and sources of text. */
describe('the peer of a daemon', () => {
  it.each([
    ['warning: unknown[203.0.113.9]: SASL LOGIN authentication failed: UGFzc3dvcmQ6', '203.0.113.9', undefined],
    ['warning: x[2001:db8::9]: SASL PLAIN authentication failed: , sasl_username=jane@example.com', '2001:db8::9', 'jane@example.com'],
    ['imap-login: Disconnected (auth failed, 1 attempts): user=<jane>, method=PLAIN, rip=203.0.113.9, lip=10.0.0.2', '203.0.113.9', 'jane'],
    ['auth-worker(12): pam(jane,203.0.113.9): pam_authenticate() failed: Authentication failure', '203.0.113.9', 'jane'],
    ['dovecot_login authenticator failed for (ADMIN) [203.0.113.9]:4711 I=[10.0.0.2]:25: 535 (set_id=jane)', '203.0.113.9', 'jane'],
    ['[jane] FAIL LOGIN: Client "::ffff:203.0.113.9"', '203.0.113.9', undefined],
    ["Access denied for user 'jane'@'203.0.113.9' (using password: YES)", '203.0.113.9', 'jane'],
    ['no pg_hba.conf entry for host "203.0.113.9", user "jane", database "shop", no encryption', '203.0.113.9', 'jane'],
    ["client @0x7f2c 203.0.113.9#4711 (isc.org): query (cache) 'isc.org/ANY/IN' denied", '203.0.113.9', undefined],
    ['[UFW BLOCK] IN=eth0 OUT= MAC=aa SRC=203.0.113.9 DST=10.0.0.2 PROTO=TCP SPT=4711 DPT=22', '203.0.113.9', undefined],
    ["Request 'REGISTER' from '<sip:100@10.0.0.2>' failed for '203.0.113.9:5060' - No matching endpoint found", '203.0.113.9', undefined],
    ['type="LOGIN_ERROR", realmId="m", ipAddress="203.0.113.9", error="user_not_found", username="jane"', '203.0.113.9', 'jane'],
    ['Failed authentication attempt for jane from 203.0.113.9:4711: user does not exist', '203.0.113.9', 'jane'],
    ['Username or password is incorrect. Try again. IP: 203.0.113.9. Username: jane@example.com.', '203.0.113.9', 'jane@example.com'],
    ['NOTICE: USER jane: no such user found from 203-0-113-9.example [203.0.113.9] to ::ffff:10.0.0.2:21', '203.0.113.9', 'jane'],
    ["'203.0.113.9' 12 failed login attempts. Account 'admin'", '203.0.113.9', undefined],
    ['Failed login attempt. 203.0.113.9', '203.0.113.9', undefined],
    ['Deny tcp src outside:203.0.113.9/4711 dst inside:10.0.0.2/22 by access-group "out"', '203.0.113.9', undefined],
    ['[203.0.113.9:4711-H3:5E8-0#APVH_host] user [jane] failed to authenticate.', '203.0.113.9', 'jane'],
    ['login failure [cause|wrong password][method|FORM][IP|203.0.113.9|][login|jane]', '203.0.113.9', undefined],
    ['TLS Error: incoming packet authentication failed from [AF_INET]203.0.113.9:4711', '203.0.113.9', undefined],
    ['Failed login for user jane from /203.0.113.9:4711: wrong', '203.0.113.9', undefined],
    ['Authentication failed from [::ffff:203.0.113.9]:4711', '203.0.113.9', undefined],
    ['     1 203.0.113.9 TCP_DENIED/407 4021 CONNECT a.example:443 jane HIER_NONE/- text/html', '203.0.113.9', undefined],
    ['connection <0.7.0> (203.0.113.9:4711 -> 10.0.0.2:5672, state: starting):', '203.0.113.9', undefined],
    ['Authentication failed: Bad credentials, username=jane, remoteAddress=203.0.113.9', '203.0.113.9', undefined],
  ])('%s', (text, address, user) => {
    expect(named(text)).toEqual([address, user]);
  });

  it.each([
    [
      'a user name',
      'imap-login: Aborted login (auth failed): user=<x>, rip=9.9.9.9, lip=1>, method=PLAIN, rip=203.0.113.9, lip=10.0.0.2',
      '203.0.113.9',
    ],
    ['a user name of MySQL', "Access denied for user 'x'@'9.9.9.9'@'203.0.113.9' (using password: YES)", '203.0.113.9'],
    ['a host name', '(vmail) [203.0.113.9] authenticator failed for ([9.9.9.9]) [203.0.113.9]', '203.0.113.9'],
    ['a name in a greeting', 'authenticator failed for ([9.9.9.9]) [203.0.113.9]:4711', '203.0.113.9'],
    ['a caller id', "Registration from '\"x' failed for '9.9.9.9:5060' -\"' failed for '203.0.113.9:5060' - Wrong password", '203.0.113.9'],
    ['a client id of Keycloak', 'type="LOGIN_ERROR", clientId="x", ipAddress="9.9.9.9", ipAddress="203.0.113.9"', undefined],
    ['a user name alone', 'Failed login for user 9.9.9.9', undefined],
    ['a user name that comes first', '9.9.9.9 failed to log in from 203.0.113.9', '203.0.113.9'],
    ['a user name of Nextcloud', 'Login failed: 9.9.9.9 (Remote IP: 203.0.113.9)', '203.0.113.9'],
    ['a user name of RabbitMQ', "PLAIN login refused: user 'connection <0.1.0> (9.9.9.9:1 -> ' - invalid credentials", undefined],
    ['a user name of Artifactory', '[DENIED LOGIN] for client : x / 9.9.9.9 / 203.0.113.9 [token]', '203.0.113.9'],
    ['a user behind two words', 'login failed for x from 9.9.9.9 from 203.0.113.9', undefined],
  ])('is not taken from %s that imitates one', (_, text, address) => {
    expect(named(text)[0]).toBe(address);
  });

  it('is a part of the text, whatever the text', () => {
    const bits = fc.constantFrom(
      ' rip=',
      '[',
      ']',
      '(',
      '1.2.3.4',
      '::1',
      "'@'",
      ' user=<',
      'client @0x1 ',
      '#1',
      ' from ',
      '{TCP} ',
      ' -> ',
      ',tcp,1,',
      '|',
      ' SRC=',
      'FATAL:  ',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(bits, fc.string({ maxLength: 6 })), { maxLength: 20 }), fc.nat(40), (parts, from) => {
        const text = parts.join('');
        for (const span of Object.values(peerInText(text, Math.min(from, text.length)))) {
          expect(span.start).toBeGreaterThanOrEqual(Math.min(from, text.length));
          expect(span.end).toBeLessThanOrEqual(text.length);
          expect(span.end).toBeGreaterThan(span.start);
        }
      }),
    );
  });
});
