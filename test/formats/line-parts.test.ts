import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPartJoiner } from '../../src/formats/line-parts.ts';
import { createSourceParser } from '../../src/formats/source-parser.ts';
import { context } from './samples.ts';

const docker = (log: string, stream = 'stdout'): string => JSON.stringify({ log, stream, time: '2026-03-02T02:13:41.5Z' });
const cri = (mark: 'P' | 'F', text: string, stream = 'stdout'): string => `2026-03-02T02:13:41.500000000Z ${stream} ${mark} ${text}`;
const join = (lines: readonly string[]): string[] => {
  const joiner = createPartJoiner();
  return [...lines.flatMap((line) => joiner.join(line) ?? []), ...joiner.end()];
};

describe('parts of a long line', () => {
  it('of docker are one line again, that of the other output between them too', () => {
    const [a, b] = ['a'.repeat(16_384), `${'b'.repeat(100)}\n`];
    expect(join([docker(a), docker('error\n', 'stderr'), docker(b)])).toEqual([docker('error\n', 'stderr'), docker(a + b)]);
  });

  it('of Kubernetes are one line again', () => {
    expect(join([cri('P', 'one '), cri('P', 'two '), cri('F', 'err', 'stderr'), cri('F', 'three'), cri('F', 'next')])).toEqual([
      cri('F', 'err', 'stderr'),
      cri('F', 'one two three'),
      cri('F', 'next'),
    ]);
  });

  it('keep to 64 KiB', () => {
    const [line = ''] = join([...Array.from({ length: 50 }, () => docker('x'.repeat(16_384))), docker('end\n')]);
    expect(line.length).toBeLessThan(70_000);
    expect(JSON.parse(line).log).toMatch(/^x+\n$/);
  });

  it('whose rest never comes are given at the end', () => {
    expect(join([cri('P', 'half')])).toEqual([cri('F', 'half')]);
    expect(join([docker('y'.repeat(16_384))])).toEqual([docker(`${'y'.repeat(16_384)}\n`)]);
  });

  it('are told from a text that ends in a backslash and an n, and from a prompt without an end', () => {
    const odd = `${'z'.repeat(16_382)}\\n`;
    expect(join([docker(odd), docker('rest\n')])).toEqual([docker(`${odd}rest\n`)]);
    expect(join([docker('password: '), docker('next\n')])).toEqual([docker('password: '), docker('next\n')]);
  });

  it('leave every other line as it is', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (lines) => {
        expect(join(lines)).toEqual(lines);
      }),
    );
  });

  it('hide no attack behind the cut', () => {
    const request = `203.0.113.9 - - [02/Mar/2026:02:13:41 +0000] "GET /a?x=${'x'.repeat(16_300)}' union select 1,2 HTTP/1.1" 404 1 "-" "-"`;
    const parser = createSourceParser(context);
    const pushed = [cri('P', request.slice(0, 16_384)), cri('F', request.slice(16_384))].flatMap((line) => parser.push(line));
    expect(pushed.map(({ entry }) => entry.target)).toEqual([request.split(' ').slice(6, -5).join(' ')]);
    expect(parser.counts).toMatchObject({ lines: 2, joined: 1, unparsed: 0 });
  });
});
