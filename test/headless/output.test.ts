import { PassThrough, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createOutput } from '../../src/headless/output.ts';

test('a live output hands every line on at once, another gathers them until the end', async () => {
  for (const live of [true, false]) {
    const stream = new PassThrough();
    const output = createOutput(stream, { live, onGone: () => {} });
    output.line('one');
    expect(stream.read()?.toString() ?? '').toBe(live ? 'one\n' : '');
    output.line('two');
    await output.end();
    expect(stream.read()?.toString()).toBe(live ? 'two\n' : 'one\ntwo\n');
  }
});

test('a reader that went away is told once, quietly, and the end still comes', async () => {
  const gone = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
  const stream = new Writable({ write: (_chunk, _encoding, done) => done(gone) });
  let told = 0;
  const output = createOutput(stream, { live: true, onGone: () => told++ });
  output.line('one');
  await output.end();
  expect(told).toBe(1);
});
