import { appendFileSync, chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Position } from '../../src/model/position.ts';
import { createFileSource } from '../../src/sources/file.ts';
import { systemFiles } from '../../src/sources/file-access.ts';
import { readAll, temporaryFolder } from './collect.ts';

const numbered = (count: number, prefix = 'line'): string[] => Array.from({ length: count }, (_, index) => `${prefix} ${index + 1}`);
const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

function fileWith(content: string | Buffer, name = 'access.log'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

const whole = (path: string) => createFileSource({ path, history: 'all', follow: false });

describe('a file read once', () => {
  it('gives all lines, the last one without LF too, and every byte is counted', async () => {
    const content = `${text(numbered(50_000))}half`;
    const path = fileWith(content);
    const { lines, batches } = await readAll(whole(path));
    expect(lines).toEqual([...numbered(50_000), 'half']);
    expect(batches.reduce((sum, batch) => sum + batch.bytes, 0)).toBe(content.length);
    expect(whole(path).size?.()).toBe(content.length);
  });

  it('gives nothing for an empty file', async () => {
    expect(await readAll(whole(fileWith('')))).toMatchObject({ lines: [], events: [] });
  });

  it('tells positions after whole lines, to the byte', async () => {
    const { batches } = await readAll(whole(fileWith('é\r\nb\n')));
    expect(batches[0]?.position?.offset).toBe(6);
  });

  it('says what is wrong with a missing file and with a folder', async () => {
    const folder = temporaryFolder();
    expect((await readAll(whole(join(folder, 'no.log')))).events).toEqual([{ type: 'failed', detail: 'no such file' }]);
    expect((await readAll(whole(folder))).events).toEqual([
      { type: 'failed', detail: `is a folder: name the files in it, such as '${folder}/*.log'` },
    ]);
  });

  it('says who may read a file that is denied', async () => {
    const path = fileWith('a\n');
    chmodSync(path, 0o640);
    const denied = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    const files = { ...systemFiles, open: () => Promise.reject(denied) };
    const { events } = await readAll(createFileSource({ path, history: 'all', follow: false, files }));
    expect(events).toEqual([{ type: 'failed', detail: expect.stringMatching(/^not readable: (join group \S+ or )?use sudo$/) }]);
  });
});

describe('history', () => {
  const last = async (content: string, lines: number): Promise<string[]> =>
    (await readAll(createFileSource({ path: fileWith(content), history: { lines }, follow: false }))).lines;

  it.each([0, 1, 2, 1000, 9999, 10_000, 20_000])('of %i lines begins exactly there', async (lines) => {
    expect(await last(text(numbered(10_000)), lines)).toEqual(lines === 0 ? [] : numbered(10_000).slice(-lines));
  });

  it('keeps a half line at the end besides', async () => {
    expect(await last('a\nb\nhalf', 1)).toEqual(['b', 'half']);
  });

  it('counts lines longer than a block', async () => {
    const long = 'x'.repeat(60_000);
    expect(await last(text([long, long, long, 'end']), 3)).toEqual([long, long, 'end']);
  });

  it("of 'none' begins with the line that is being written", async () => {
    const path = fileWith('a\nb\nhalf');
    expect((await readAll(createFileSource({ path, history: 'none', follow: false }))).lines).toEqual(['half']);
  });
});

describe('gzip files', () => {
  const gz = (content: Buffer, name = 'access.log.2.gz') =>
    readAll(createFileSource({ path: fileWith(content, name), history: 'none', follow: true }));

  it('are read whole, whatever the history, and end', async () => {
    const { lines, batches } = await gz(gzipSync(text(numbered(30_000))));
    expect(lines).toEqual(numbered(30_000));
    expect(batches.length).toBeGreaterThan(1);
  });

  it('count compressed bytes', async () => {
    const content = gzipSync(text(numbered(30_000)));
    const { batches } = await gz(content);
    expect(batches.reduce((sum, batch) => sum + batch.bytes, 0)).toBe(content.length);
  });

  it('may have several members, a line reaching from one into the next', async () => {
    expect((await gz(Buffer.concat([gzipSync('a\nb'), gzipSync('c\nd\n'), gzipSync('e')]))).lines).toEqual(['a', 'bc', 'd', 'e']);
  });

  it('that stop in the middle give what they hold and say so', async () => {
    const random = numbered(20_000, `${Math.PI}`).map((line, index) => `${line} ${(index * 2_654_435_761) % 4_294_967_296}`);
    const content = gzipSync(text(random));
    const { lines, events } = await gz(content.subarray(0, content.length / 2));
    expect(lines.length).toBeGreaterThan(5000);
    expect(lines.slice(0, 5000)).toEqual(random.slice(0, 5000));
    expect(events).toEqual([{ type: 'failed', detail: 'damaged gzip file (unexpected end of file): what could be read was read' }]);
  });

  it('with a wrong checksum lose no line and say so', async () => {
    const content = gzipSync(text(numbered(100)));
    content[content.length - 6] = (content[content.length - 6] ?? 0) ^ 0xff;
    const { lines, events } = await gz(content);
    expect(lines).toEqual(numbered(100));
    expect(events).toEqual([{ type: 'failed', detail: 'damaged gzip file (incorrect data check): what could be read was read' }]);
  });

  it('that are none say so', async () => {
    expect((await gz(Buffer.from('plain text\n'))).events).toMatchObject([{ type: 'failed' }]);
    expect((await gz(Buffer.alloc(0))).lines).toEqual([]);
  });

  it('that are missing or a folder say so', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'd.gz'));
    for (const [name, detail] of [
      ['no.gz', 'no such file'],
      ['d.gz', 'is a folder'],
    ] as const) {
      const { events } = await readAll(createFileSource({ path: join(folder, name), history: 'all', follow: true }));
      expect(events).toEqual([{ type: 'failed', detail: expect.stringContaining(detail) }]);
    }
  });
});

describe('a second reading that resumes', () => {
  const lastPosition = async (path: string): Promise<Position> => {
    const { batches } = await readAll(whole(path));
    const position = batches.at(-1)?.position;
    if (position === undefined) throw new Error('no position');
    return position;
  };

  it('gives nothing when nothing came, and only what came', async () => {
    const path = fileWith(text(numbered(1000)));
    const position = await lastPosition(path);
    expect((await readAll(whole(path), position)).lines).toEqual([]);
    appendFileSync(path, 'new\n');
    expect((await readAll(whole(path), position)).lines).toEqual(['new']);
  });

  it.each([
    ['\n', []],
    ['\r\nnext\n', ['next']],
    [' and more\nnext\n', ['half and more', 'next']],
    ['', []],
  ])('after a half line that went on with %j gives %j', async (rest, expected) => {
    const path = fileWith('whole\nhalf');
    const position = await lastPosition(path);
    appendFileSync(path, rest);
    expect((await readAll(whole(path), position)).lines).toEqual(expected);
  });

  it('reads another file that got the same inode from its begin', async () => {
    const path = fileWith('old content\n');
    const position = await lastPosition(path);
    writeFileSync(path, 'new content, longer than before\n');
    const { lines, events } = await readAll(whole(path), position);
    expect(lines).toEqual(['new content, longer than before']);
    expect(events).toMatchObject([{ type: 'notice', detail: expect.stringContaining('gone or compressed') }]);
  });

  it('ignores a position that cannot be one', async () => {
    const path = fileWith('a\n');
    const broken = { device: 'x', inode: 'y', fingerprint: 'z', offset: -1 };
    expect((await readAll(whole(path), broken)).lines).toEqual(['a']);
  });
});
