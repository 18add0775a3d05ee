import { createHash, timingSafeEqual } from 'node:crypto';
import { t } from '../../lang/lang.ts';
import { readHead } from '../../net/msgpack/head.ts';
import { pack } from '../../net/msgpack/pack.ts';

export interface HandshakeParts {
  readonly sharedKey: string;
  /** A text by chance, new for every connection. */
  readonly nonce: string;
  /** Name of this machine. */
  readonly hostname: string;
}

/** The answer to a PING, and why the client was refused. */
export interface Verdict {
  readonly pong: Buffer;
  readonly failure: string | undefined;
}

/** The server's side of the handshake by shared key (Forward Protocol v1, "Handshake Messages"). */
export interface Handshake {
  helo(): Buffer;
  answer(message: Buffer): Verdict;
}

export function createHandshake({ sharedKey, nonce, hostname }: HandshakeParts): Handshake {
  const digest = (salt: Buffer, name: Buffer | string): Buffer =>
    createHash('sha512').update(salt).update(name).update(nonce).update(sharedKey).digest();
  const refuse = (failure: string): Verdict => ({
    failure,
    pong: pack(['PONG', false, 'shared_key mismatch', '', '']),
  });
  return {
    helo: () => pack(['HELO', { nonce, auth: '', keepalive: true }]),
    answer(message) {
      const [word, name, salt, claimed] = textsOf(message);
      if (word?.toString() !== 'PING' || name === undefined || salt === undefined || claimed === undefined)
        return refuse(t('it sends without the shared key that is asked for here'));
      const claim = Buffer.from(claimed.length === 128 ? claimed.toString('latin1') : '', 'hex');
      const expected = digest(salt, name);
      if (claim.length !== expected.length || !timingSafeEqual(claim, expected)) return refuse(t('its shared key is another one'));
      const proof = digest(salt, hostname).toString('hex');
      return {
        failure: undefined,
        pong: pack(['PONG', true, '', hostname, proof]),
      };
    },
  };
}

/** The texts of an array, as bytes: a salt need not be UTF-8. */
function textsOf(message: Buffer): Buffer[] {
  const array = readHead(message, 0, message.length);
  if (typeof array === 'string' || array.kind !== 'array') return [];
  const texts: Buffer[] = [];
  let at = array.start;
  for (let i = 0; i < array.items && texts.length < 8; i += 1) {
    const head = readHead(message, at, message.length);
    if (typeof head === 'string' || (head.kind !== 'string' && head.kind !== 'bytes')) break;
    at = head.start + head.bytes;
    texts.push(message.subarray(head.start, at));
  }
  return texts;
}
