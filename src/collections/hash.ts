/** A 64-bit hash as two unsigned 32-bit halves. */
export interface Hash64 {
  readonly low: number;
  readonly high: number;
}

/** 64 secret bits; from a random source at start, fixed in tests. */
export type HashSeed = readonly [low: number, high: number];

/**
 * HalfSipHash-2-4 with 64 bits of output (Aumasson and Bernstein, SipHash: https://github.com/veorq/SipHash) over the text's UTF-16 code
 * units, little end first. Keyed: who does not know the seed cannot make two texts collide, unlike with Murmur or FNV.
 */
export function hash64(text: string, seed: HashSeed): Hash64 {
  let v0 = seed[0] | 0;
  let v1 = (seed[1] | 0) ^ 0xee;
  let v2 = 0x6c796765 ^ seed[0];
  let v3 = 0x74656462 ^ seed[1];
  const pairs = text.length >> 1;
  // One word (two code units) a turn, then the last word with the length, then the two halves of the result.
  for (let turn = 0; turn <= pairs; turn += 1) {
    const word = turn < pairs ? text.charCodeAt(2 * turn) | (text.charCodeAt(2 * turn + 1) << 16) : lastWord(text);
    v3 ^= word;
    for (let round = 0; round < 2; round += 1) {
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
    }
    v0 ^= word;
  }
  return finish(v0, v1, v2, v3);
}

/** The odd code unit, if any, and the length in bytes in the top byte. */
function lastWord(text: string): number {
  const odd = text.length & 1 ? text.charCodeAt(text.length - 1) : 0;
  return odd | ((text.length * 2) << 24);
}

function finish(a: number, b: number, c: number, d: number): Hash64 {
  let v0 = a;
  let v1 = b;
  let v2 = c ^ 0xee;
  let v3 = d;
  let low = 0;
  for (let round = 0; round < 8; round += 1) {
    if (round === 4) {
      low = v1 ^ v3;
      v1 ^= 0xdd;
    }
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
  }
  return { low: low >>> 0, high: (v1 ^ v3) >>> 0 };
}
