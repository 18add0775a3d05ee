import type { LineBatch } from '../source.ts';

/** The other end of a connection. */
export interface Peer {
  /** Its address, for notices. */
  readonly address: string;
  /** Sends bytes back; does nothing once the connection is gone. */
  write(bytes: Uint8Array): void;
}

/** What takes lines out of the bytes of one connection. Never throws. */
export interface Framer {
  /** The first bytes to say, if the server speaks first. */
  greeting?(): Uint8Array | undefined;
  /** Lines that became complete, in batches of bounded size. */
  push(chunk: Buffer): Iterable<LineBatch>;
  /** The connection ended: what is left. */
  end(): Iterable<LineBatch>;
  /** True once the peer has proved that it speaks the protocol: a first line, a first message. Until then it has a minute. */
  readonly proven: boolean;
  /** Why this peer cannot be understood; the connection is then closed. */
  readonly failure: string | undefined;
  /** Bytes of an incomplete message that are held in memory. */
  readonly heldBytes: number;
}

export type CreateFramer = (peer: Peer) => Framer;
