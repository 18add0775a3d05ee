import { execFile, execFileSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFileSource, type FileSourceOptions } from '../../src/sources/file.ts';
import { systemFiles } from '../../src/sources/file-access.ts';
import { createFollowedFiles } from '../../src/sources/followed-files.ts';
import { run, temporaryFolder } from './collect.ts';

// The real file system and the real watch; the poll is quick, as it is what notices an append through a link.
const followed = (path: string, options: Partial<FileSourceOptions> = {}) =>
  createFileSource({ path, history: 'all', follow: true, pollMs: 50, graceMs: 150, ...options });

/** A log with two lines, read up to its end and live. */
async function start(options: Partial<FileSourceOptions> = {}) {
  const folder = temporaryFolder();
  const path = join(folder, 'access.log');
  writeFileSync(path, 'one\ntwo\n');
  const running = run(followed(path, options));
  await running.untilEvent('live');
  return { folder, path, running };
}

describe('a followed file', () => {
  it('gives what it holds, says that it is live, then what is appended', async () => {
    const { path, running } = await start();
    expect(running.lines).toEqual(['one', 'two']);
    appendFileSync(path, 'three\nfour\n');
    expect(await running.untilLines(4)).toEqual(['one', 'two', 'three', 'four']);
    expect(running.position()?.offset).toBe(19);
  });

  it('is seen by the watch alone, long before the poll', async () => {
    const { path, running } = await start({ pollMs: 3_600_000 });
    appendFileSync(path, 'three\n');
    await running.untilLines(3);
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'four\n');
    expect(await running.untilLines(4)).toEqual(['one', 'two', 'three', 'four']);
  });

  it('keeps a half line back until it is complete', async () => {
    const { path, running } = await start();
    appendFileSync(path, 'ha');
    appendFileSync(path, 'lf');
    appendFileSync(path, '\nnext\nre');
    expect(await running.untilLines(4)).toEqual(['one', 'two', 'half', 'next']);
    expect(running.position()?.offset).toBe(18);
    appendFileSync(path, 'st\n');
    expect((await running.untilLines(5)).at(-1)).toBe('rest');
  });

  it('is read to its end after a rename, then the new one', async () => {
    // Nobody lets go of the old one before the test has written into it.
    const { path, running } = await start({ graceMs: 3_600_000 });
    const writer = openSync(path, 'a');
    renameSync(path, `${path}.1`);
    writeSync(writer, 'late 1\n');
    writeFileSync(path, 'new 1\n');
    await running.untilLines(4);
    writeSync(writer, 'late 2\n');
    closeSync(writer);
    appendFileSync(path, 'new 2\n');
    await running.untilLines(6);
    expect(running.lines.slice(0, 4)).toEqual(['one', 'two', 'late 1', 'new 1']);
    expect([...running.lines].sort()).toEqual(['late 1', 'late 2', 'new 1', 'new 2', 'one', 'two']);
  });

  it('is read on under its new name as long as there is no new one', async () => {
    const { path, running } = await start();
    renameSync(path, `${path}.1`);
    await running.untilEvent('waiting', 'gone');
    appendFileSync(`${path}.1`, 'late\n');
    await running.untilLines(3);
    writeFileSync(path, 'new\n');
    await running.untilEvent('live');
    expect(await running.untilLines(4)).toEqual(['one', 'two', 'late', 'new']);
  });

  it('hands on the half line that a rotated file ends with', async () => {
    const { path, running } = await start();
    appendFileSync(path, 'half');
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'new\n');
    expect((await running.untilLines(4)).sort()).toEqual(['half', 'new', 'one', 'two']);
  });

  it('finds a generation that came and went between two looks', async () => {
    const { path, running } = await start({ pollMs: 3_600_000 });
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'between\n');
    renameSync(`${path}.1`, `${path}.2`);
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'new\n');
    expect(await running.untilLines(4)).toEqual(['one', 'two', 'between', 'new']);
  });

  it('is not read twice when it is renamed back', async () => {
    const { path, running } = await start();
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'new\n');
    await running.untilLines(3);
    renameSync(`${path}.1`, path);
    appendFileSync(path, 'back\n');
    expect(await running.untilLines(4)).toEqual(['one', 'two', 'new', 'back']);
  });

  it('is read from its begin after copytruncate', async () => {
    const { path, running } = await start();
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    appendFileSync(path, 'new\n');
    await running.untilEvent('notice', 'truncated');
    expect(await running.untilLines(3)).toEqual(['one', 'two', 'new']);
  });

  it('is read from its begin after copytruncate when it is already longer than before', async () => {
    const { path, running } = await start();
    copyFileSync(path, `${path}.1`);
    writeFileSync(path, 'new line 1\nnew line 2\n');
    expect(await running.untilLines(4)).toEqual(['one', 'two', 'new line 1', 'new line 2']);
  });

  it('loses nothing that copytruncate copied before it was read', async () => {
    const { path, running } = await start();
    // In one breath: the follower cannot read between.
    appendFileSync(path, 'unread\nhalf and');
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    appendFileSync(path, 'new\n');
    await running.untilLines(5);
    expect([...running.lines].sort()).toEqual(['half and', 'new', 'one', 'two', 'unread']);
  });

  it('skips the hole that a writer leaves which goes on at its old offset', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'app.log');
    const writer = openSync(path, 'w');
    onTestFinished(() => closeSync(writer));
    writeSync(writer, 'one\n');
    const running = run(followed(path));
    await running.untilEvent('live');
    truncateSync(path);
    writeSync(writer, 'two\n');
    expect(await running.untilLines(2)).toEqual(['one', 'two']);
  });

  it('is read from its begin after it was emptied and filled later', async () => {
    const { path, running } = await start();
    truncateSync(path);
    await running.untilEvent('cut', 'truncated without a copy');
    appendFileSync(path, 'three\n');
    expect(await running.untilLines(3)).toEqual(['one', 'two', 'three']);
    expect(running.events).toContainEqual(expect.objectContaining({ type: 'cut', how: 'emptied' }));
  });

  it('tells lines taken out in place from a log that was emptied', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'app.log');
    const lines = Array.from({ length: 40 }, (_, i) => `2026-03-02 10:00:${String(i).padStart(2, '0')} request ${i}`);
    writeFileSync(path, `${lines.join('\n')}\n`);
    const running = run(followed(path));
    // Not before it has found the end: it must not look while the file is being written anew.
    await running.untilEvent('live');
    expect(running.lines).toHaveLength(40);
    writeFileSync(path, `${lines.filter((_, i) => i !== 30).join('\n')}\n`);
    await running.untilEvent('cut', 'lines that were read are gone');
    expect(running.events).toContainEqual(expect.objectContaining({ type: 'cut', how: 'rewritten' }));
  });

  it('is not taken for emptied when the copy that rotation made is packed already', async () => {
    const { path, running } = await start();
    writeFileSync(`${path}.1.gz`, 'packed');
    truncateSync(path);
    await running.untilEvent('notice', 'log truncated');
    expect(running.events.map(({ type }) => type)).not.toContain('cut');
  });

  it('may be missing at first, its folder too, and is then read whole', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'logs', 'nginx', 'access.log');
    const running = run(followed(path, { history: 'none' }));
    await running.untilEvent('waiting', 'not there yet');
    mkdirSync(join(folder, 'logs', 'nginx'), { recursive: true });
    writeFileSync(path, 'first\n');
    expect(await running.untilLines(1)).toEqual(['first']);
    await running.untilEvent('live');
  });

  it('may be deleted and made again, with the same inode or another', async () => {
    const { path, running } = await start();
    unlinkSync(path);
    await running.untilEvent('waiting', 'gone');
    writeFileSync(path, 'three\n');
    await running.untilLines(3);
    unlinkSync(path);
    writeFileSync(path, 'four\n');
    expect(await running.untilLines(4)).toEqual(['one', 'two', 'three', 'four']);
  });

  it('may lose its whole folder and get it back', async () => {
    const { folder, running } = await (async () => {
      const root = temporaryFolder();
      const inner = join(root, 'logs');
      mkdirSync(inner);
      writeFileSync(join(inner, 'access.log'), 'one\n');
      const reading = run(followed(join(inner, 'access.log')));
      await reading.untilEvent('live');
      return { folder: inner, running: reading };
    })();
    rmSync(folder, { recursive: true });
    await running.untilEvent('waiting');
    mkdirSync(folder);
    writeFileSync(join(folder, 'access.log'), 'two\n');
    expect(await running.untilLines(2)).toEqual(['one', 'two']);
  });

  it('may be a link whose target is swapped, as Kubernetes does', async () => {
    const folder = temporaryFolder();
    for (const [generation, line] of [
      ['v1', 'one\n'],
      ['v2', 'two\n'],
    ] as const) {
      mkdirSync(join(folder, generation));
      writeFileSync(join(folder, generation, 'app.log'), line);
    }
    symlinkSync('v1', join(folder, '..data'));
    symlinkSync(join('..data', 'app.log'), join(folder, 'app.log'));
    const running = run(followed(join(folder, 'app.log'), { pollMs: 3_600_000 }));
    await running.untilEvent('live');
    appendFileSync(join(folder, 'v1', 'app.log'), 'one more\n');
    await running.untilLines(2);
    symlinkSync('v2', join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    expect(await running.untilLines(3)).toEqual(['one', 'one more', 'two']);
  });

  it('says why it may not be read, and is read as soon as it may', async () => {
    const path = join(temporaryFolder(), 'access.log');
    writeFileSync(path, 'one\n');
    let allowed = false;
    const denied = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    const open: typeof systemFiles.open = (name, flags) => (allowed ? systemFiles.open(name, flags) : Promise.reject(denied));
    const running = run(followed(path, { files: { ...systemFiles, open } }));
    await running.untilEvent('failed', 'use sudo');
    allowed = true;
    expect(await running.untilLines(1)).toEqual(['one']);
    await running.untilEvent('live');
    expect(running.events.filter((event) => event.type === 'failed')).toHaveLength(1);
  });

  it('says that a folder is one, and reads the file that takes its place', async () => {
    const path = join(temporaryFolder(), 'access.log');
    mkdirSync(path);
    const running = run(followed(path));
    await running.untilEvent('failed', 'is a folder');
    rmSync(path, { recursive: true });
    writeFileSync(path, 'one\n');
    expect(await running.untilLines(1)).toEqual(['one']);
  });

  it('may be a pipe with a name, which writers open and close', async () => {
    const path = join(temporaryFolder(), 'pipe');
    execFileSync('mkfifo', [path]);
    const running = run(followed(path));
    for (const line of ['one', 'two']) await promisify(execFile)('sh', ['-c', 'echo "$0" > "$1"', line, path]);
    expect(await running.untilLines(2)).toEqual(['one', 'two']);
  });
});

describe('many generations', () => {
  it.each([
    ['rename and create', (path: string) => renameSync(path, `${path}.1`)],
    ['deletion', (path: string) => unlinkSync(path)],
  ])('lose no line and give none twice through %s under steady writing', async (_name, rotate) => {
    const path = join(temporaryFolder(), 'access.log');
    writeFileSync(path, '');
    const running = run(followed(path));
    await running.untilEvent('live');
    const expected: string[] = [];
    for (let generation = 0; generation < 8; generation += 1) {
      for (let line = 0; line < 50; line += 1) {
        expected.push(`${generation} ${line}`);
        appendFileSync(path, `${generation} ${line}\n`);
        if (line % 10 === 0) await running.untilLines(expected.length - 5);
      }
      rotate(path);
      writeFileSync(path, '');
      await running.untilEvent('notice', 'rotated');
    }
    expect([...(await running.untilLines(expected.length))].sort()).toEqual(expected.sort());
  });
});

describe('several followers of one run', () => {
  it('read a file once that moves from the name of one to the name of another', async () => {
    const folder = temporaryFolder();
    const followedFiles = createFollowedFiles();
    const [first, second] = ['access.log', 'access.log.1'].map((name) => join(folder, name));
    if (first === undefined || second === undefined) throw new Error('two paths');
    writeFileSync(first, 'A1\n');
    writeFileSync(second, 'B1\n');
    const running = [first, second].map((path) => run(followed(path, { followed: followedFiles })));
    for (const one of running) await one.untilEvent('live');
    renameSync(second, `${first}.2`);
    renameSync(first, second);
    writeFileSync(first, 'C1\n');
    await running[0]?.untilLines(2);
    await running[1]?.untilEvent('waiting', 'gone');
    // Once the first follower has let go of the rotated file, the second takes it over where the first stopped.
    await running[1]?.untilEvent('live');
    appendFileSync(second, 'A2\n');
    await running[1]?.untilLines(2);
    expect(running.map((one) => one.lines)).toEqual([
      ['A1', 'C1'],
      ['B1', 'A2'],
    ]);
  });
});

describe('following that resumes', () => {
  const stopAfter = async (path: string, count: number) => {
    const running = run(followed(path));
    await running.untilLines(count);
    await running.stop();
    const position = running.position();
    if (position === undefined) throw new Error('no position');
    return position;
  };

  it('goes on after the last complete line', async () => {
    const path = join(temporaryFolder(), 'access.log');
    writeFileSync(path, 'one\ntwo\nhal');
    const position = await stopAfter(path, 2);
    appendFileSync(path, 'f\n');
    const again = run(followed(path, { history: 'none' }), position);
    expect(await again.untilLines(1)).toEqual(['half']);
    await again.untilEvent('notice', 'goes on');
  });

  it('reads the rest of a file rotated meanwhile, the ones between, then the new one', async () => {
    const path = join(temporaryFolder(), 'access.log');
    writeFileSync(path, 'one\n');
    const position = await stopAfter(path, 1);
    appendFileSync(path, 'two\n');
    renameSync(path, `${path}.2`);
    writeFileSync(`${path}.1`, 'three\n');
    writeFileSync(path, 'four\n');
    const again = run(followed(path), position);
    expect(await again.untilLines(3)).toEqual(['two', 'three', 'four']);
  });

  it('reads the rest of a rotated file although there is no new one yet', async () => {
    const path = join(temporaryFolder(), 'access.log');
    writeFileSync(path, 'one\n');
    const position = await stopAfter(path, 1);
    appendFileSync(path, 'two\n');
    renameSync(path, `${path}.1`);
    const again = run(followed(path), position);
    await again.untilLines(1);
    writeFileSync(path, 'three\n');
    expect(await again.untilLines(2)).toEqual(['two', 'three']);
  });

  it('reads the rest of the copy that copytruncate made meanwhile', async () => {
    const path = join(temporaryFolder(), 'access.log');
    const first = 'x'.repeat(300);
    writeFileSync(path, `${first}\n`);
    const position = await stopAfter(path, 1);
    appendFileSync(path, 'two\n');
    copyFileSync(path, `${path}.1`);
    writeFileSync(path, 'three\n');
    const again = run(followed(path), position);
    expect(await again.untilLines(2)).toEqual(['two', 'three']);
  });

  it('reads the new file alone when the old one is compressed', async () => {
    const path = join(temporaryFolder(), 'access.log');
    writeFileSync(path, 'one\n');
    const position = await stopAfter(path, 1);
    renameSync(path, `${path}.1.gz`);
    writeFileSync(path, 'two\n');
    const again = run(followed(path), position);
    await again.untilEvent('notice', 'gone or compressed');
    expect(await again.untilLines(1)).toEqual(['two']);
  });
});
