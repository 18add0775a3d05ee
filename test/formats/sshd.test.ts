import { describe, expect, it } from 'vitest';
import { parseSshd } from '../../src/formats/sshd.ts';

/** Messages as OpenSSH's source prints them; the hostile ones have the client's text in the place of a user name, key id or reason. */
const FAKE = 'x from 9.9.9.9 port 1';
const FINGERPRINT = 'SHA256:AbCdEfGhIjKlMnOpQrStUvWxYz0123456789+/abcde';
describe('the peer of sshd messages', () => {
  it.each([
    ['Failed password for root from 1.2.3.4 port 22 ssh2', '1.2.3.4', 'root'],
    ['Failed password for invalid user admin from 2001:db8::1 port 22 ssh2', '2001:db8::1', 'admin'],
    ['Failed none for invalid user  from 1.2.3.4 port 22 ssh2', '1.2.3.4', ''],
    ['Accepted password for bob from ::ffff:1.2.3.4 port 22 ssh2', '::ffff:1.2.3.4', 'bob'],
    [`Accepted publickey for bob from 1.2.3.4 port 22 ssh2: ED25519 ${FINGERPRINT}`, '1.2.3.4', 'bob'],
    ['Invalid user a b c from 1.2.3.4 port 22', '1.2.3.4', 'a b c'],
    ['Invalid user admin from 1.2.3.4', '1.2.3.4', 'admin'],
    ['Connection closed by 1.2.3.4 port 22 [preauth]', '1.2.3.4', ''],
    ['Connection closed by invalid user x y 1.2.3.4 port 22 [preauth]', '1.2.3.4', 'x y'],
    ['Connection reset by authenticating user root 1.2.3.4 port 22 [preauth]', '1.2.3.4', 'root'],
    ['Disconnected from authenticating user root 1.2.3.4 port 22 [preauth]', '1.2.3.4', 'root'],
    ['Disconnected from user bob 1.2.3.4 port 22', '1.2.3.4', 'bob'],
    ['Disconnecting authenticating user root 1.2.3.4 port 22: Too many authentication failures [preauth]', '1.2.3.4', 'root'],
    ['error: maximum authentication attempts exceeded for invalid user bob from 1.2.3.4 port 22 ssh2 [preauth]', '1.2.3.4', 'bob'],
    ['Received disconnect from 1.2.3.4 port 22:11: Bye Bye [preauth]', '1.2.3.4', ''],
    ['error: Received disconnect from 1.2.3.4 port 22:3: com.jcraft.jsch.JSchException: Auth fail [preauth]', '1.2.3.4', ''],
    ['Unable to negotiate with 1.2.3.4 port 22: no matching MAC found. Their offer: hmac-md5 [preauth]', '1.2.3.4', ''],
    ['banner exchange: Connection from 1.2.3.4 port 22: invalid format', '1.2.3.4', ''],
    ['Did not receive identification string from 1.2.3.4 port 22', '1.2.3.4', ''],
    ["Bad protocol version identification 'GET / HTTP/1.1' from 1.2.3.4 port 22", '1.2.3.4', ''],
    ['fatal: Timeout before authentication for 1.2.3.4 port 22', '1.2.3.4', ''],
    ['Timeout before authentication for connection from 1.2.3.4 to 10.0.0.1, pid = 7', '1.2.3.4', ''],
    ['drop connection #10 from [1.2.3.4]:44324 on [10.0.0.1]:22 past MaxStartups', '1.2.3.4', ''],
    ['User bob from 1.2.3.4 not allowed because not listed in AllowUsers', '1.2.3.4', 'bob'],
    ['reverse mapping checking getaddrinfo for host.example.net [1.2.3.4] failed - POSSIBLE BREAK-IN ATTEMPT!', '1.2.3.4', ''],
    ['pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=1.2.3.4  user=root', '1.2.3.4', 'root'],
    ['PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=1.2.3.4  user=root', '1.2.3.4', 'root'],
    ['message repeated 2 times: [ Failed password for root from 1.2.3.4 port 22 ssh2]', '1.2.3.4', 'root'],
    ['Failed password for root from old.example.net port 22 ssh2', 'old.example.net', 'root'],
    ['pam_unix(sshd:session): session opened for user bob(uid=1000) by (uid=0)', '', 'bob'],
    ['Server listening on 0.0.0.0 port 22.', '', ''],
    ['Connection from 1.2.3.4 port 22 on 10.0.0.1 port 22 rdomain ""', '1.2.3.4', ''],
  ])('%s', (message, address, user) => {
    expect(parseSshd(message)).toMatchObject({ kind: 'sshd', address, user, message });
  });

  it.each([
    `Invalid user ${FAKE} from 1.2.3.4 port 22`,
    `Failed password for invalid user ${FAKE} ssh2 from 1.2.3.4 port 22 ssh2`,
    `Failed publickey for invalid user ${FAKE} ssh2: ED25519 ${FINGERPRINT} from 1.2.3.4 port 22 ssh2: ED25519 ${FINGERPRINT}`,
    'Connection closed by invalid user 9.9.9.9 port 1 [preauth] 1.2.3.4 port 22 [preauth]',
    'Connection closed by authenticating user 9.9.9.9 1.2.3.4 port 22 [preauth]',
    `Received disconnect from 1.2.3.4 port 22:11: ${FAKE} ssh2`,
    `Unable to negotiate with 1.2.3.4 port 22: no matching host key type found. Their offer: ${FAKE} [preauth]`,
    `Bad protocol version identification '${FAKE}' from 1.2.3.4 port 22`,
    'User x from 9.9.9.9 not allowed because y from 1.2.3.4 not allowed because not listed in AllowUsers',
    'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=1.2.3.4  user= rhost=9.9.9.9',
    'Disconnecting invalid user 9.9.9.9 port 1: x 1.2.3.4 port 22: Too many authentication failures [preauth]',
    `error: maximum authentication attempts exceeded for invalid user ${FAKE} ssh2 from 1.2.3.4 port 22 ssh2 [preauth]`,
  ])('cannot be faked: %s', (message) => {
    expect(parseSshd(message).address).toBe('1.2.3.4');
  });

  it.each([
    `Accepted publickey for bob from 1.2.3.4 port 22 ssh2: RSA-CERT ${FINGERPRINT} ID ${FAKE} ssh2 (serial 0) CA RSA ${FINGERPRINT}`,
    'Disconnecting invalid user 9.9.9.9 port 1: a 1.2.3.4 port 22: Change of username or service not allowed: (a,ssh-connection) -> (b,x) [preauth]',
  ])('stays empty where the client could have written it: %s', (message) => {
    expect(parseSshd(message).address).toBe('');
  });

  it('is found behind a certificate when nothing imitates it', () => {
    expect(
      parseSshd(
        `Accepted publickey for bob from 1.2.3.4 port 22 ssh2: RSA-CERT ${FINGERPRINT} ID bob@home (serial 0) CA RSA ${FINGERPRINT}`,
      ),
    ).toMatchObject({ address: '1.2.3.4', user: 'bob' });
  });
});
