import { pack, packBinary, packList, packMap } from '../../../src/net/msgpack/pack.ts';

/** The lines of a file, without ends, as bytes. */
export function linesOf(content: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let at = content[0] === 0xef ? 3 : 0;
  for (let lf = content.indexOf(10, at); lf >= 0; lf = content.indexOf(10, at)) {
    lines.push(content.subarray(at, content[lf - 1] === 13 ? lf - 1 : lf));
    at = lf + 1;
  }
  if (at < content.length) lines.push(content.subarray(at));
  return lines;
}

const SECONDS = Buffer.from([0xce, 0x69, 0xa5, 0x00, 0x00]);

export const event = (line: Buffer, name = 'log'): Buffer => packList([SECONDS, packMap([[name, packBinary(line)]])]);

/** Messages of at most 1,000 events each, packed. */
export function packedForward(lines: readonly Buffer[], option: readonly (readonly [string, Buffer])[] = []): Buffer {
  const messages: Buffer[] = [];
  for (let at = 0; at < lines.length; at += 1000)
    messages.push(
      packList([pack('web'), packBinary(Buffer.concat(lines.slice(at, at + 1000).map((line) => event(line)))), packMap(option)]),
    );
  return Buffer.concat(messages);
}
