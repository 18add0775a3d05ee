import { expect, it } from 'vitest';
import { leafText, scanJson } from '../../src/formats/json-scan.ts';
import { createJournalReader } from '../../src/sources/journal-reader.ts';

const CURSOR = 's=926cf0cc031c43f7b3d439917f5fd84b;i=1;b=11111111111111111111111111111111;m=f4240;t=64c0122c0c180;x=ba2f40b122a56db4';
const entry = (message: unknown): string =>
  JSON.stringify({ _SYSTEMD_UNIT: 'nginx.service', MESSAGE: message, __REALTIME_TIMESTAMP: '1772417622000000', __CURSOR: CURSOR });

function read(line: string): { text: string; message: string; cut: boolean } {
  const made = createJournalReader('').read(line, 'stdout');
  if (typeof made === 'string') throw new Error(made);
  const leaves = scanJson(made.text) ?? [];
  const leaf = leaves.find(({ path }) => path === 'MESSAGE');
  expect(leaves.map(({ path }) => path)).toEqual(expect.arrayContaining(['__REALTIME_TIMESTAMP', '__CURSOR', '_SYSTEMD_UNIT']));
  return { text: made.text, message: leaf === undefined ? '' : leafText(made.text, leaf), cut: made.cut === true };
}

it('leaves an entry with a text as it is', () => {
  expect(read(entry('GET / é')).text).toBe(entry('GET / é'));
  expect(read(entry(null)).text).toBe(entry(null));
});

it('makes a text of bytes, so that none is lost and the entry can be read', () => {
  const bytes = [...Buffer.from('é "q" \\ GET /?a=\u001b[31m\n'), 0, 255];
  const { text, message } = read(entry(bytes));
  expect(message).toBe('é "q" \\ GET /?a=\u001b[31m\n\u0000ÿ');
  expect(text).toContain(String.raw`\xc3\xa9 \"q\" \\ GET /?a=\x1b[31m\n\x00\xff`);
});

it('joins several messages of one entry', () => {
  expect(read(entry(['one', [116, 119, 111, 255]])).message).toBe('one\ntwoÿ');
});

it('cuts a message that is too long, and nothing else', () => {
  for (const message of ['a'.repeat(70_000), '\\'.repeat(70_000), '\u0001'.repeat(70_000), Array<number>(60_000).fill(255)]) {
    const long = read(entry(message));
    expect(long.cut).toBe(true);
    expect(long.text.length).toBeLessThanOrEqual(65_536);
    expect(new Set(long.message).size).toBe(1);
  }
  const fits = read(entry(Array<number>(40_000).fill(97)));
  expect([fits.cut, fits.message]).toEqual([false, 'a'.repeat(40_000)]);
});

it('takes no place that a message pretends to hold', () => {
  const reader = createJournalReader('');
  expect(reader.read(entry('"__CURSOR":"s=forgedforgedforgedforged"'), 'stdout')).toMatchObject({ place: CURSOR });
  expect(reader.read('{"MESSAGE":"x"}', 'stdout')).toEqual({ text: '{"MESSAGE":"x"}', cut: false });
  expect(reader.mark).toBe(CURSOR);
});
