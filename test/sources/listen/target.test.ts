import { describe, expect, it } from 'vitest';
import { exposureProblem, isListenUrl, isLoopback, type ListenTarget, parseListenUrl } from '../../../src/sources/listen/target.ts';

function target(url: string): ListenTarget {
  const parsed = parseListenUrl(url);
  if ('error' in parsed) throw new Error(parsed.error);
  return parsed;
}
const errorOf = (url: string): string => {
  const parsed = parseListenUrl(url);
  return 'error' in parsed ? parsed.error : '';
};
const problem = (url: string, insecure = false): string => exposureProblem(target(url), insecure) ?? '';

describe('an address to listen at', () => {
  it('is told from a path', () => {
    expect(['tcp://x', 'udp://', 'tls://[::1]:1', 'fluent://a'].every(isListenUrl)).toBe(true);
    expect(['/var/log/tcp', 'tcp:/x', 'http://a', 'xtcp://a'].some(isListenUrl)).toBe(false);
  });

  it('has a protocol, a host and a port', () => {
    expect(target('tcp://127.0.0.1:5170')).toMatchObject({ protocol: 'tcp', host: '127.0.0.1', port: 5170 });
    expect(target('udp://[::1]:5514/')).toMatchObject({ protocol: 'udp', host: '::1', port: 5514 });
    expect(target('fluent://localhost')).toMatchObject({ protocol: 'fluent', host: 'localhost', port: 24_224 });
    expect(target('tls://0.0.0.0:6514?cert=/a.crt&key=/a.key&ca=/ca.crt')).toMatchObject({
      tls: { cert: '/a.crt', key: '/a.key', ca: '/ca.crt' },
    });
    expect(target('tcp://127.0.0.1:1?rate=500k').ratePerSecond).toBe(512_000);
  });

  it.each([
    ['tcp://:5170', 'expected an address such as tcp://127.0.0.1:5170'],
    ['tcp://127.0.0.1', 'expected a port behind the address'],
    ['tcp://127.0.0.1:70000', 'expected a port'],
    ['tcp://127.0.0.1:1?colour=red', 'there is no setting colour'],
    ['tls://127.0.0.1:1', 'TLS needs a certificate and its key'],
    ['tls://127.0.0.1:1?cert=/a', 'TLS needs a certificate and its key'],
    ['tcp://127.0.0.1:1?cert=/a&key=/b', 'certificates are for tls://'],
    ['udp://127.0.0.1:1?cert=/a&key=/b', 'no TLS over UDP'],
    ['tcp://127.0.0.1:1?shared_key_env=K', 'a shared key is for fluent:// only'],
    ['fluent://127.0.0.1:1?shared_key=abc', 'would be seen by everybody on this machine'],
    ['tcp://127.0.0.1:1?rate=fast', 'rate is the bytes a second'],
    ['udp://127.0.0.1:1?rate=1k', 'rate is the bytes a second'],
  ])('%s is refused with a sentence', (url, sentence) => expect(errorOf(url)).toContain(sentence));

  it('never repeats a shared key that was typed into it', () =>
    expect(errorOf('fluent://127.0.0.1:1?shared_key=hunter2')).not.toContain('hunter2'));
});

describe('who may send', () => {
  it('is this machine alone where only it reaches the address', () => {
    expect(['127.0.0.1', '127.8.9.1', '::1', 'localhost'].every(isLoopback)).toBe(true);
    expect(['0.0.0.0', '::', '10.0.0.1', 'localhost.example', '127.0.0.1.example', '::ffff:10.0.0.1'].some(isLoopback)).toBe(false);
    for (const url of ['tcp://127.0.0.1:1', 'udp://[::1]:1', 'fluent://localhost', 'tls://127.0.0.1:1?cert=a&key=b'])
      expect(problem(url)).toBe('');
  });

  it.each([
    ['tcp://0.0.0.0:5170', 'use tls:// with ?cert=&key=&ca='],
    ['udp://0.0.0.0:5514', 'UDP knows no proof of who sends'],
    ['tls://[::]:6514?cert=a&key=b', 'ca=clients.crt'],
    ['fluent://10.0.0.1', 'a shared key'],
    ['fluent://10.0.0.1?cert=a&key=b', 'a shared key'],
  ])('%s is refused, unless the operator says --insecure', (url, sentence) => {
    expect(problem(url)).toContain(sentence);
    expect(problem(url)).toContain('--insecure');
    expect(problem(url, true)).toBe('');
  });

  it('is whoever proves it elsewhere', () => {
    for (const url of ['tls://0.0.0.0:1?cert=a&key=b&ca=c', 'fluent://0.0.0.0?cert=a&key=b&ca=c', 'fluent://0.0.0.0?shared_key_env=K'])
      expect(problem(url)).toBe('');
  });
});
