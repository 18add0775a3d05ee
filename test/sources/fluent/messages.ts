import { encodeArray, encodeMap, encodeText } from '../../../src/sources/fluent/encode.ts';

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

/** MessagePack's bin 32. */
export function bin(bytes: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head[0] = 0xc6;
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

export const event = (line: Buffer, name = 'log'): Buffer => encodeArray([SECONDS, encodeMap([[name, bin(line)]])]);

/** Messages of at most 1,000 events each, packed. */
export function packedForward(lines: readonly Buffer[], option: readonly (readonly [string, Buffer])[] = []): Buffer {
  const messages: Buffer[] = [];
  for (let at = 0; at < lines.length; at += 1000)
    messages.push(
      encodeArray([encodeText('web'), bin(Buffer.concat(lines.slice(at, at + 1000).map((line) => event(line)))), encodeMap(option)]),
    );
  return Buffer.concat(messages);
}
