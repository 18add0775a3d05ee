import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DatabaseFiles, openDatabases } from '../../src/enrichment/databases.ts';
import { readMmdb } from '../../src/enrichment/mmdb.ts';
import { createManualClock } from '../sources/manual-clock.ts';
import { type MmdbValue, writeMmdb } from './mmdb-writer.ts';

const ASN = { autonomous_system_number: 64_500, autonomous_system_organization: 'Example Net' };
const MINUTE_MS = 60_000;

/** A file system of files with a content, whose inode is counted up at each write. */
function memoryFiles(): DatabaseFiles & { write(path: string, content: Buffer): void; remove(path: string): void; reads: number } {
  const held = new Map<string, { content: Buffer; ino: number }>();
  let ino = 0;
  const find = (path: string): { content: Buffer; ino: number } => {
    const file = held.get(path);
    if (file === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return file;
  };
  const files = {
    reads: 0,
    write: (path: string, content: Buffer) => void held.set(path, { content, ino: ++ino }),
    remove: (path: string) => void held.delete(path),
    async stat(path: string) {
      const file = find(path);
      return { size: file.content.length, mtimeMs: 1, ino: file.ino };
    },
    async readFile(path: string) {
      files.reads += 1;
      return find(path).content;
    },
  };
  return files;
}

function start(paths: readonly string[], files = memoryFiles()) {
  const clock = createManualClock();
  const notices: string[] = [];
  let changes = 0;
  const databases = openDatabases({
    paths,
    files,
    open: async (file) => readMmdb(file),
    clock,
    notice: (text) => notices.push(text),
    changed: () => {
      changes += 1;
    },
  });
  /** Lets a minute pass and waits until the files were looked at again. */
  const aMinuteLater = async (): Promise<void> => {
    clock.advance(MINUTE_MS);
    await clock.untilWaiting();
  };
  return { databases, notices, files, clock, aMinuteLater, changes: () => changes };
}

describe("a person's own database", () => {
  it.each<[string, MmdbValue, { country: string; network: string }]>([
    ['GeoLite2-ASN', ASN, { country: '', network: 'AS64500 Example Net' }],
    ['GeoLite2-Country', { country: { iso_code: 'KR' } }, { country: 'KR', network: '' }],
    ['GeoLite2-City without a country of use', { registered_country: { iso_code: 'DE' } }, { country: 'DE', network: '' }],
    ['a list of countries alone', { country_code: 'FR' }, { country: 'FR', network: '' }],
    [
      'a list with both at the top',
      { country: 'US', asn: 'AS64501', as_name: 'Other Net' },
      { country: 'US', network: 'AS64501 Other Net' },
    ],
    [
      'a hostile name',
      { ...ASN, autonomous_system_organization: `a\x1b[31m${'b'.repeat(500)}` },
      { country: '', network: `AS64500 a [31m${'b'.repeat(54)}` },
    ],
    ['something else', { whatever: 'x', country: 'Korea' }, { country: '', network: '' }],
  ])('answers in the form of %s', (_, record, expected) => {
    const mmdb = readMmdb(writeMmdb({ '198.51.100.0/24': record, '2001:db8::/32': record }));
    expect(mmdb.look('198.51.100.7')).toEqual(expected);
    expect(mmdb.look('2001:db8::1')).toEqual(expected);
    expect(mmdb.look('203.0.113.1')).toBeUndefined();
  });

  it.each<[string, Buffer, string]>([
    ['another kind of file', Buffer.from('# notes\n'), 'it is no MaxMind database (.mmdb), or it is cut off'],
    ['an empty file', Buffer.alloc(0), 'it is no MaxMind database (.mmdb), or it is cut off'],
    ['the archive that it comes in', gzipSync('x'), 'it is compressed; unpack it first'],
  ])('is told from %s', (_, file, message) => expect(() => readMmdb(file)).toThrow(message));

  it('gives way to one named before it, setting by setting', async () => {
    const files = memoryFiles();
    files.write('/asn.mmdb', writeMmdb({ '198.51.100.0/24': { ...ASN, country_code: 'FR' } }));
    files.write('/city.mmdb', writeMmdb({ '198.51.100.0/24': { country: { iso_code: 'KR' }, asn: 1 } }));
    const { databases } = start(['/city.mmdb', '/asn.mmdb'], files);
    await databases.ready;
    expect(databases.look('198.51.100.7')).toEqual({ country: 'KR', network: 'AS1' });
    expect(databases.look('203.0.113.7')).toEqual({ country: '', network: '' });
  });

  it('is read again when it was replaced, and only then', async () => {
    const files = memoryFiles();
    files.write('/a.mmdb', writeMmdb({ '198.51.100.0/24': ASN }));
    const { databases, aMinuteLater, changes } = start(['/a.mmdb'], files);
    await databases.ready;
    await aMinuteLater();
    await aMinuteLater();
    expect([files.reads, changes()]).toEqual([1, 1]);
    files.write('/a.mmdb', writeMmdb({ '198.51.100.0/24': { ...ASN, autonomous_system_number: 64_999 } }));
    await aMinuteLater();
    expect(databases.look('198.51.100.7').network).toBe('AS64999 Example Net');
    expect([files.reads, changes()]).toEqual([2, 2]);
  });

  it('that is missing is said once, and found when it comes', async () => {
    const { databases, files, notices, aMinuteLater } = start(['/a.mmdb']);
    await databases.ready;
    await aMinuteLater();
    expect(notices).toEqual(['/a.mmdb cannot be used as an address database: there is no such file']);
    files.write('/a.mmdb', writeMmdb({ '198.51.100.0/24': ASN }));
    await aMinuteLater();
    expect(databases.look('198.51.100.7').network).toBe('AS64500 Example Net');
  });

  it('stays when what replaces it is damaged, and that is said', async () => {
    const files = memoryFiles();
    const whole = writeMmdb({ '198.51.100.0/24': ASN });
    files.write('/a.mmdb', whole);
    const { databases, notices, aMinuteLater } = start(['/a.mmdb'], files);
    await databases.ready;
    files.write('/a.mmdb', whole.subarray(0, whole.length / 2));
    await aMinuteLater();
    await aMinuteLater();
    expect(databases.look('198.51.100.7').network).toBe('AS64500 Example Net');
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(/^\/a\.mmdb cannot be used as an address database: .+; the earlier one is kept$/);
  });

  it('that is old is used, and its age is said', async () => {
    const files = memoryFiles();
    files.write('/a.mmdb', writeMmdb({ '198.51.100.0/24': ASN }, { type: 'GeoLite2-ASN', builtMs: Date.UTC(2025, 2, 2) }));
    const { databases, notices } = start(['/a.mmdb'], files);
    await databases.ready;
    expect(databases.look('198.51.100.7').network).toBe('AS64500 Example Net');
    expect(notices).toEqual(['/a.mmdb (GeoLite2-ASN) is 365 days old: countries and networks may be wrong; get a newer one']);
  });

  it('that is damaged inside is given up with a notice, and another is still asked', async () => {
    const files = memoryFiles();
    const bad = writeMmdb({ '198.51.100.0/24': { country_code: 'FR' } });
    bad[bad.indexOf('country_code') - 2] = 0x00;
    files.write('/bad.mmdb', bad);
    files.write('/good.mmdb', writeMmdb({ '198.51.100.0/24': ASN }));
    const { databases, notices } = start(['/bad.mmdb', '/good.mmdb'], files);
    await databases.ready;
    expect(databases.look('198.51.100.7')).toEqual({ country: '', network: 'AS64500 Example Net' });
    databases.look('198.51.100.8');
    expect(notices).toEqual(['/bad.mmdb is damaged and no longer used; replace bad.mmdb and it is read again']);
  });

  it('never makes a look-up throw, whatever byte of it is wrong', async () => {
    const whole = writeMmdb({ '198.51.100.0/24': ASN, '2001:db8::/32': { country: { iso_code: 'KR' } } });
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, byte) => {
        const files = memoryFiles();
        const bytes = Buffer.from(whole);
        bytes[at] = byte;
        files.write('/a.mmdb', bytes);
        const { databases } = start(['/a.mmdb'], files);
        await databases.ready;
        for (const address of ['198.51.100.7', '2001:db8::1', '203.0.113.1']) databases.look(address);
      }),
      { numRuns: 300 },
    );
  });

  it('is no longer looked at after closing', async () => {
    const { databases, clock } = start(['/a.mmdb']);
    await databases.ready;
    databases.close();
    expect(clock.waiting()).toEqual([]);
    expect(databases.look('198.51.100.7')).toEqual({ country: '', network: '' });
  });
});
