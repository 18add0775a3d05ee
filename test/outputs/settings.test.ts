import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadKit } from '../../src/config/kit.ts';
import { parseAddress } from '../../src/outputs/address.ts';
import { parseOutputFlag } from '../../src/outputs/flag.ts';
import { outputSchema } from '../../src/outputs/settings.ts';

const kit = await loadKit({ env: {}, folder: '/' });
const problemsOf = (settings: object): string[] =>
  outputSchema(kit)
    .safeParse(settings)
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

test('an address names kind, host and port, with the usual port where there is one', () => {
  expect(parseAddress('elasticsearch+https://es.example.org')).toMatchObject({
    type: 'elasticsearch',
    host: 'es.example.org',
    port: 9_200,
    tls: true,
    path: '',
  });
  expect(parseAddress('elasticsearch+http://proxy/search/')).toMatchObject({ path: '/search', tls: false });
  expect(parseAddress('syslog+tls://[2001:db8::1]:6515')).toMatchObject({ type: 'syslog', host: '2001:db8::1', port: 6_515 });
  expect(parseAddress('fluent://collector')).toMatchObject({ port: 24_224 });
  expect(parseAddress('file:out.ndjson')).toEqual({ type: 'file', path: 'out.ndjson' });
  expect(parseAddress('file:///var/log/secmon.ndjson')).toEqual({ type: 'file', path: '/var/log/secmon.ndjson' });
  expect(parseAddress('-')).toEqual({ type: 'stdout' });
});

test('what is no address is a value with a reason, whatever it is', () => {
  for (const text of [
    '',
    'logstash+tcp://host',
    'kafka://host:1',
    'fluent://host:0',
    'fluent://host:70000',
    'syslog://host/path',
    'fluent://a b',
  ])
    expect(parseAddress(text)).toHaveProperty('problem');
  expect(parseAddress('elasticsearch+https://user:pass@host')).toEqual({
    problem: expect.stringContaining('does not belong into the address'),
  });
  fc.assert(fc.property(fc.string(), (text) => void parseAddress(text)));
});

test('a setting that the kind does not know, or that goes with another, is refused at its place', () => {
  expect(problemsOf({ url: 'fluent://host', api_key: 'x' })).toEqual(['api_key: does not belong to fluent']);
  expect(problemsOf({ url: 'fluent://host', tls: {} })).toEqual(['tls: the address is one in the clear']);
  expect(problemsOf({ url: 'fluent://host', user: 'a', password: 'b' })).toEqual(['user: goes with `shared_key`']);
  expect(problemsOf({ url: 'elasticsearch+https://host', api_key: 'x', user: 'y' })).toEqual(['api_key: either `api_key` or `user`']);
  expect(problemsOf({ url: 'elasticsearch+https://host', password: 'x' })).toEqual(['password: goes with `user`']);
  expect(problemsOf({ url: 'logstash+tls://host:1', tls: { cert: 'a' } })).toEqual(['tls: `cert` and `key` go together']);
  expect(problemsOf({ url: '-', keep: 2 })).toEqual(['keep: does not belong to standard output']);
  expect(problemsOf({ url: 'elasticsearch+https://host', tls: { ca: 'ca.pem' }, api_key: 'x', namespace: 'prod', buffer_mb: 1 })).toEqual(
    [],
  );
});

test('a flag carries settings behind its address, secrets only as references', () => {
  expect(parseOutputFlag('elasticsearch+https://es:9200?api_key=${env:KEY}&ca=/etc/ca.pem&buffer_mb=10')).toEqual({
    name: 'elasticsearch-https-es-9200',
    settings: { url: 'elasticsearch+https://es:9200', api_key: '${env:KEY}', tls: { ca: '/etc/ca.pem' }, buffer_mb: 10 },
  });
  const refused = parseOutputFlag('elasticsearch+https://es:9200?api_key=Corr3ct');
  expect(refused).toEqual({ problem: expect.stringContaining('${env:NAME}') });
  expect(JSON.stringify(refused)).not.toContain('Corr3ct');
});

test('the name of a flag is the same at every start, and fits into a path', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-zA-Z0-9/._%~-]{1,200}$/), (path) => {
      const [one, other] = [parseOutputFlag(`file:/${path}`), parseOutputFlag(`file:/${path}`)];
      expect(one).toEqual(other);
      expect(one).toHaveProperty('name', expect.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$/));
    }),
  );
});
