import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createStandardInput } from '../../src/sources/standard-input.ts';
import { readAll, run, temporaryFolder } from './collect.ts';

/** Both ends of a pipe; the reading end belongs to the source. */
function pipe(): { readFd: number; writeFd: number } {
  const path = join(temporaryFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  const readFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { readFd, writeFd: openSync(path, constants.O_WRONLY) };
}

describe('standard input', () => {
  it('from a pipe gives lines as they come and ends with the pipe', async () => {
    const { readFd, writeFd } = pipe();
    const running = run(createStandardInput({ fd: readFd }));
    await running.untilEvent('live');
    writeSync(writeFd, 'one\ntw');
    expect(await running.untilLines(1)).toEqual(['one']);
    writeSync(writeFd, 'o\nhalf');
    closeSync(writeFd);
    expect(await running.untilLines(3)).toEqual(['one', 'two', 'half']);
  });

  it('from a file is read from where the descriptor stands', async () => {
    const path = join(temporaryFolder(), 'access.log');
    writeFileSync(path, 'one\ntwo\nthree');
    const fd = openSync(path, 'r');
    onTestFinished(() => closeSync(fd));
    readSync(fd, Buffer.alloc(4));
    const source = createStandardInput({ fd });
    expect(source.size?.()).toBe(13);
    expect((await readAll(source)).lines).toEqual(['two', 'three']);
  });

  it('from /dev/null is an empty input', async () => {
    const fd = openSync('/dev/null', 'r');
    onTestFinished(() => closeSync(fd));
    expect(await readAll(createStandardInput({ fd }))).toMatchObject({ lines: [], events: [] });
  });

  it('that is a folder or not open says so', async () => {
    const fd = openSync(temporaryFolder(), 'r');
    expect((await readAll(createStandardInput({ fd }))).events).toEqual([
      { type: 'failed', detail: expect.stringContaining('is a folder') },
    ]);
    closeSync(fd);
    expect((await readAll(createStandardInput({ fd: 9999 }))).events).toEqual([
      { type: 'failed', detail: expect.stringContaining('EBADF') },
    ]);
  });

  it('leaves what was not pulled in the pipe', async () => {
    const { readFd, writeFd } = pipe();
    const fill = Buffer.from(`${'x'.repeat(1023)}\n`.repeat(64));
    const batches = createStandardInput({ fd: readFd }).read({ signal: new AbortController().signal });
    const iterator = batches[Symbol.asyncIterator]();
    writeSync(writeFd, fill);
    await iterator.next();
    await iterator.next();
    const write = openSync(`/proc/self/fd/${writeFd}`, constants.O_WRONLY | constants.O_NONBLOCK);
    onTestFinished(() => closeSync(write));
    // The writer is stopped: a source that reads on would take any amount.
    let accepted = 0;
    const tryWrite = (): boolean => {
      try {
        accepted += writeSync(write, fill);
        return true;
      } catch {
        return false;
      }
    };
    for (let round = 0; round < 50; round += 1) {
      tryWrite();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(tryWrite()).toBe(false);
    expect(accepted).toBeLessThan(8 * fill.length);
    await iterator.return?.();
    closeSync(writeFd);
  });
});

/** A program that prints, as JSON, what standard input gives it, in the main thread or in a worker. */
function buildProbe(): string {
  const folder = temporaryFolder();
  const source = new URL('../../src/sources/standard-input.ts', import.meta.url).pathname;
  const program = `
    import { isMainThread, parentPort, Worker } from 'node:worker_threads';
    import { createStandardInput } from ${JSON.stringify(source)};
    async function read(say) {
      for await (const { lines, event } of createStandardInput().read({ signal: new AbortController().signal })) say({ lines, event });
    }
    const print = (batch) => console.log(JSON.stringify(batch));
    if (!isMainThread) read((batch) => parentPort.postMessage(batch));
    else if (process.argv[2] === 'worker') new Worker(__filename, { stdin: false }).on('message', print);
    else read(print);
  `;
  const outfile = join(folder, 'probe.cjs');
  const stdin = { contents: program, resolveDir: process.cwd(), loader: 'ts' as const };
  buildSync({ stdin, bundle: true, platform: 'node', format: 'cjs', outfile, logLevel: 'error' });
  return outfile;
}

const linesOf = (printed: string): unknown =>
  printed
    .trim()
    .split('\n')
    .flatMap((line): unknown => JSON.parse(line).lines);

describe('standard input of a process', () => {
  it.each(['main', 'worker'])('from a pipe is read in its %s thread, and the process ends with the pipe', (thread) => {
    const { stdout, status } = spawnSync('sh', ['-c', `printf 'one\\ntwo' | "${process.execPath}" "${buildProbe()}" ${thread}`], {
      encoding: 'utf8',
    });
    expect(linesOf(stdout)).toEqual(['one', 'two']);
    expect(status).toBe(0);
  });

  it('that is a socket is read', () => {
    // Node's own child processes get socket pairs for pipes.
    const { stdout } = spawnSync(process.execPath, [buildProbe(), 'worker'], { input: 'one\ntwo\n', encoding: 'utf8' });
    expect(linesOf(stdout)).toEqual(['one', 'two']);
  });

  it('that is a terminal is refused', (context) => {
    if (spawnSync('script', ['--version']).error !== undefined) context.skip('util-linux script is not there');
    const { stdout } = spawnSync('script', ['-qec', `"${process.execPath}" "${buildProbe()}" worker`, '/dev/null'], { encoding: 'utf8' });
    expect(stdout).toContain('standard input is a terminal: pipe a log into it');
  });
});
