import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeObject } from '../../../src/net/msgpack/decode.ts';
import { objectEnd } from '../../../src/net/msgpack/head.ts';
import { createMessageAssembler } from '../../../src/net/msgpack/message-assembler.ts';
import { pack, packBinary, packEventTime, packList, packMap, packText } from '../../../src/net/msgpack/pack.ts';

const decodeTexts = (bytes: Buffer) => decodeObject(bytes, 0, (text) => text.toString());
const decode = (...bytes: readonly number[]): unknown => decodeTexts(Buffer.from(bytes)).value;

describe('MessagePack', () => {
  it('is decoded in all of its formats (the examples of the specification’s tables)', () => {
    expect([decode(0xc0), decode(0xc2), decode(0xc3), decode(0x7f), decode(0xe0)]).toEqual([null, false, true, 127, -32]);
    expect([decode(0xcc, 0xff), decode(0xcd, 1, 0), decode(0xce, 0xff, 0xff, 0xff, 0xff), decode(0xcf, 0, 0, 0, 1, 0, 0, 0, 0)]).toEqual([
      255, 256, 4_294_967_295, 4_294_967_296,
    ]);
    expect([
      decode(0xd0, 0x80),
      decode(0xd1, 0xff, 0x00),
      decode(0xd2, 0x80, 0, 0, 0),
      decode(0xd3, 255, 255, 255, 255, 255, 255, 255, 254),
    ]).toEqual([-128, -256, -2_147_483_648, -2]);
    expect([decode(0xca, 0x3f, 0xc0, 0, 0), decode(0xcb, 0x40, 0x09, 0x21, 0xfb, 0x54, 0x44, 0x2d, 0x18)]).toEqual([1.5, Math.PI]);
    expect([
      decode(0xa2, 0x68, 0x69),
      decode(0xd9, 1, 0x61),
      decode(0xda, 0, 1, 0x62),
      decode(0xdb, 0, 0, 0, 1, 0x63),
      decode(0xc4, 1, 0xff),
    ]).toEqual(['hi', 'a', 'b', 'c', '\uFFFD']);
    expect([decode(0x92, 1, 2), decode(0xdc, 0, 1, 3), decode(0xdd, 0, 0, 0, 1, 4)]).toEqual([[1, 2], [3], [4]]);
    expect({ ...(decode(0xde, 0, 1, 0xa1, 0x61, 0x81, 5, 6) as object) }).toMatchObject({ a: { 5: 6 } });
    expect([decode(0xd7, 0, 0, 0, 0, 2, 0x1d, 0xcd, 0x65, 0), decode(0xc7, 8, 0, 0, 0, 0, 2, 0, 0, 0, 0), decode(0xd4, 5, 1)]).toEqual([
      2.5,
      2,
      null,
    ]);
  });

  it('is read as it was written', () => {
    const read = (bytes: Buffer): unknown => {
      expect(objectEnd(bytes, 0, bytes.length)).toBe(bytes.length);
      return JSON.parse(JSON.stringify(decodeTexts(bytes).value));
    };
    const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)));
    fc.assert(
      fc.property(json, (value) => {
        expect(read(pack(value))).toEqual(value);
      }),
    );
    for (const length of [0, 30, 32, 254, 256, 65_534, 65_536]) {
      expect(read(pack('é'.repeat(length / 2)))).toBe('é'.repeat(length / 2));
      read(pack(Array.from({ length }, () => 1)));
    }
    for (const number of [0, 127, 128, -1, -32, -33, 2 ** 31, 2 ** 32, -(2 ** 31), -(2 ** 31) - 1, 2 ** 53 - 1, 0.1, -0.5])
      expect(read(pack(number))).toBe(number);
    read(packList([pack('a'), packBinary(Buffer.of(1, 2))]));
    expect([...packEventTime(1_772_409_600_123)]).toEqual([0xd7, 0x00, 0x69, 0xa4, 0xd3, 0x00, 0x07, 0x54, 0xd4, 0xc0]);
    const anything = Buffer.of(0xff, 0x00, 0x80);
    expect(decodeObject(packText(anything), 0, (bytes) => Buffer.from(bytes)).value).toEqual(anything);
  });

  it('gives names that mean something in JavaScript no power', () => {
    const value = decodeTexts(
      packMap([
        ['__proto__', packMap([['admin', pack(true)]])],
        ['constructor', pack('x')],
      ]),
    ).value;
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(JSON.stringify(value)).toBe('{"__proto__":{"admin":true},"constructor":"x"}');
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('is decoded no deeper than 16 levels, and what follows is still found', () => {
    const deep = Buffer.concat([Buffer.alloc(100_000, 0x91), Buffer.from([0xc0])]);
    const both = packList([deep, pack('next')]);
    expect(objectEnd(both, 0, both.length)).toBe(both.length);
    expect(decodeTexts(both).value).toHaveLength(2);
    expect((decodeTexts(both).value as unknown[])[1]).toBe('next');
  });

  it('never throws and never reads past its end, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (array) => {
        const bytes = Buffer.from(array);
        const { end } = decodeTexts(bytes);
        expect(end).toBeLessThanOrEqual(bytes.length);
        const found = objectEnd(bytes, 0, bytes.length);
        if (typeof found === 'number') expect(end).toBe(found);
      }),
    );
  });
});

describe('messages', () => {
  const message = fc.letrec<{ value: Buffer }>((tie) => ({
    value: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }).map((text) => pack(text)),
      fc.boolean().map((value) => pack(value)),
      fc.array(tie('value'), { maxLength: 6 }).map((values) => packList(values)),
      fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 6 }).map((members) => packMap(members)),
    ),
  })).value;

  it('come out whole and in order, whatever pieces they came in', () => {
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 }),
        (messages, sizes) => {
          const assembler = createMessageAssembler(() => 1_000_000);
          const bytes = Buffer.concat(messages);
          const out: Buffer[] = [];
          let at = 0;
          for (const size of [...sizes, bytes.length]) {
            for (const found of assembler.push(bytes.subarray(at, at + size))) out.push(Buffer.from(found));
            at += size;
          }
          expect(out.map((one) => one.toString('hex'))).toEqual(messages.map((one) => one.toString('hex')));
          expect(assembler.heldBytes).toBe(0);
        },
      ),
    );
  });

  it('longer than they may be are given up as soon as their length is known', () => {
    const assembler = createMessageAssembler(() => 1000);
    expect([...assembler.push(Buffer.from([0xc6, 0x7f, 0xff, 0xff, 0xff]))]).toEqual([]);
    expect(assembler.broken).toBe('long');
    const open = createMessageAssembler(() => 1000);
    expect([...open.push(Buffer.concat([Buffer.from([0xdd, 0xff, 0xff, 0xff, 0xff]), Buffer.alloc(2000)]))]).toEqual([]);
    expect(open.broken).toBe('long');
    expect(open.heldBytes).toBe(0);
  });
});
