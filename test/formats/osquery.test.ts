import { describe, expect, it } from 'vitest';
import { isRejection } from '../../src/formats/format.ts';
import { osquery } from '../../src/formats/osquery.ts';
import { context, samplesOf } from './samples.ts';

/** Made for this project in the form of osquery's documentation ("Logging", "Schedule results"). */
const LINES = samplesOf('osquery');

describe('osqueryd.results.log', () => {
  const entries = LINES.map((line) => osquery.create(context).parse(line));

  it('tells the query, what was done and what was found', () => {
    const told = entries.map((entry) =>
      isRejection(entry) ? entry.reason : `${entry.program} ${entry.level} ${entry.user}: ${entry.message.slice(0, 24)}`,
    );
    expect(told).toEqual([
      'pack_incident-response_listening_ports added : "address":"0.0.0.0","pid',
      'pack_secmon_users added mallory: "directory":"/home/mallo',
      'pack_secmon_authorized_keys removed root: "algorithm":"ssh-ed25519',
      'process_snapshot snapshot : "name":"nginx","pid":"7"',
      'pack_secmon_sockets added : "pid":"99","remote_addre',
    ]);
  });

  it('has the time of the host, and the other end of a connection as its address', () => {
    expect(entries.map((entry) => (isRejection(entry) ? 0 : entry.timeMs))).toEqual(
      [21, 22, 23, 24, 25].map((s) => 1_772_417_600_000 + s * 1000),
    );
    expect(entries.map((entry) => (isRejection(entry) ? '' : entry.address))).toEqual(['', '', '', '', '203.0.113.9']);
  });

  const parsed = (line: object) => {
    const entry = osquery.create(context).parse(JSON.stringify(line));
    return isRejection(entry) ? entry.reason : `${entry.host} ${entry.level}: ${entry.message}`;
  };

  it('knows what the first run of a query adds from what is new, and a batch by what it adds', () => {
    const row = { hostIdentifier: 'web1', name: 'users', unixTime: 1_772_417_621, columns: { username: 'a' } };
    expect(parsed({ ...row, counter: 0, action: 'added' })).toBe('web1 initial: "username":"a"');
    expect(parsed({ ...row, counter: 3, action: 'added' })).toBe('web1 added: "username":"a"');
    expect(parsed({ ...row, action: 'removed' })).toBe('web1 removed: "username":"a"');
    const batch = { name: 'users', hostname: 'web1', unixTime: '1772417621', counter: '1' };
    const many = Array.from({ length: 6 }, (_, i) => ({ username: `u${i}` }));
    expect(parsed({ diffResults: { added: many, removed: [{ username: 'gone' }] }, ...batch })).toMatch(
      /^web1 added: "username":"u0".*"u5"\}\]$/,
    );
    expect(parsed({ diffResults: { added: [], removed: [{ username: 'gone' }] }, ...batch })).toMatch(/^web1 removed: "username":"gone"/);
    expect(parsed({ ...batch, columns: {} })).toMatch(/^no result of osqueryd/);
  });

  it('refuses other JSON', () => {
    for (const line of [
      '{}',
      '{"name":"x","columns":{"a":"b"}}',
      '{"hostIdentifier":"h","name":"x"}',
      'text "hostIdentifier"',
      '{"hostIdentifier"',
    ])
      expect(isRejection(osquery.create(context).parse(line))).toBe(true);
  });
});
