/** MessagePack for the few small answers of a server: short texts, truth values, small maps and arrays. */
export function encodeText(text: string | Buffer): Buffer {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const head =
    bytes.length < 32 ? [0xa0 | bytes.length] : bytes.length < 256 ? [0xd9, bytes.length] : [0xda, bytes.length >> 8, bytes.length & 255];
  return Buffer.concat([Buffer.from(head), bytes]);
}

export const encodeBoolean = (value: boolean): Buffer => Buffer.from([value ? 0xc3 : 0xc2]);
/** At most 15 members, encoded already. */
export const encodeArray = (members: readonly Buffer[]): Buffer => Buffer.concat([Buffer.from([0x90 | members.length]), ...members]);
/** At most 15 members, encoded already. */
export const encodeMap = (members: readonly (readonly [name: string, value: Buffer])[]): Buffer =>
  Buffer.concat([Buffer.from([0x80 | members.length]), ...members.flatMap(([name, value]) => [encodeText(name), value])]);
