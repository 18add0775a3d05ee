import { t } from '../../lang/lang.ts';
import { createMessageAssembler } from '../../net/msgpack/message-assembler.ts';
import type { CreateFramer, Framer, Peer } from '../listen/framer.ts';
import type { LineBatch } from '../source.ts';
import { MAX_LINE_BYTES } from '../split-rules.ts';
import { type Event, type Forwarded, readForward } from './forward.ts';
import { createHandshake, type Handshake } from './handshake.ts';
import { createPartialRecords, type PartialRecords } from './partial-records.ts';
import { createRecentChunks, type RecentChunks } from './recent-chunks.ts';
import { recordLine } from './record-line.ts';

export interface FluentOptions {
  /** Clients have to know it; undefined: anybody may send. */
  readonly sharedKey: string | undefined;
  readonly hostname: string;
  /** A text by chance. */
  readonly nonce: () => string;
}

/** The longest message of a client that may send, and of one that has still to say who it is. */
const MAX_MESSAGE_BYTES = 33_554_432;
const MAX_PING_BYTES = 4096;
const MOST_LINES = 1024;

/** Framers of the forward protocol of Fluentd and Fluent Bit (Forward Protocol v1, fluentd wiki); they share what was received lately. */
export function fluentFramers(options: FluentOptions): CreateFramer {
  const recent = createRecentChunks();
  return (peer) => createFluentFramer(peer, options, recent);
}

function createFluentFramer(peer: Peer, { sharedKey, hostname, nonce }: FluentOptions, recent: RecentChunks): Framer {
  const handshake = sharedKey === undefined ? undefined : createHandshake({ sharedKey, hostname, nonce: nonce() });
  const partial = createPartialRecords();
  let admitted = handshake === undefined;
  let proven = false;
  let failure: string | undefined;
  const assembler = createMessageAssembler(() => (admitted ? MAX_MESSAGE_BYTES : MAX_PING_BYTES));

  const admit = (message: Buffer, by: Handshake): void => {
    const verdict = by.answer(message);
    peer.write(verdict.pong);
    admitted = verdict.failure === undefined;
    failure = verdict.failure;
  };
  function* take(message: Buffer): Generator<LineBatch> {
    const forwarded = readForward(message);
    if (forwarded === undefined) {
      failure = strange(message);
      return;
    }
    const { acknowledgement } = forwarded;
    const acknowledge = acknowledgement && { acknowledge: () => peer.write(acknowledgement) };
    if (acknowledge !== undefined && recent.has(message)) yield { lines: [], bytes: 0, cut: 0, ...acknowledge };
    else {
      yield* linesOf(forwarded, partial, acknowledge ?? {});
      if (acknowledge !== undefined) recent.add(message);
    }
  }
  return {
    greeting: () => handshake?.helo(),
    *push(chunk) {
      if (!proven && assembler.heldBytes === 0 && !beginsMessage(chunk)) failure = strange(chunk);
      if (failure !== undefined) return;
      yield { lines: [], bytes: chunk.length, cut: 0 };
      for (const message of assembler.push(chunk)) {
        proven = true;
        if (message.length === 1) continue;
        if (admitted) yield* take(message);
        else if (handshake !== undefined) admit(message, handshake);
        if (failure !== undefined) return;
      }
      if (assembler.broken === 'long')
        failure = t('its message is longer than 32 MiB: make the chunks of its buffer smaller (chunk_limit_size 8m)');
      if (assembler.broken === 'invalid') failure = strange(chunk);
    },
    *end() {
      const lines = partial.end().map((event) => recordLine(event).line);
      yield { lines, bytes: 0, cut: lines.length };
    },
    get proven() {
      return proven && admitted;
    },
    get failure() {
      return failure;
    },
    get heldBytes() {
      return assembler.heldBytes;
    },
  };
}

/** An array (a message), or nil (a heartbeat). */
const beginsMessage = ([first = 0]: Buffer): boolean => (first & 0xf0) === 0x90 || first === 0xdc || first === 0xdd || first === 0xc0;

const strange = (bytes: Buffer): string =>
  t('it does not speak the forward protocol of Fluentd; it begins with {bytes}', {
    bytes: JSON.stringify(bytes.toString('latin1', 0, 24)),
  });

/** The lines of a message; the last batch carries the acknowledgement. */
function* linesOf(
  { tag, events, acknowledgement }: Forwarded,
  partial: PartialRecords,
  last: Pick<LineBatch, 'acknowledge'>,
): Generator<LineBatch> {
  let lines: string[] = [];
  let times: (number | undefined)[] = [];
  let characters = 0;
  let cuts = 0;
  /** Lines of the message in earlier batches. */
  let before = 0;
  // A chunk that is sent again has its old name (Forward Protocol v1, "option"): of one that asks for no answer nothing comes again.
  const chunk = acknowledgement?.toString('base64');
  const batch = (): LineBatch => {
    const first = before;
    return { lines, times, bytes: 0, cut: cuts, stream: tag, ...(chunk && { places: (index) => `${chunk}@${first + index}` }) };
  };
  for (const event of events) {
    const whole: Event | undefined = partial.join(tag, event);
    if (whole === undefined) continue;
    const { line, cut } = recordLine(whole);
    lines.push(line);
    if (cut) cuts += 1;
    times.push(whole.seconds === undefined ? undefined : Math.round(whole.seconds * 1000));
    characters += line.length;
    if (characters < MAX_LINE_BYTES && lines.length < MOST_LINES) continue;
    yield batch();
    before += lines.length;
    lines = [];
    times = [];
    characters = 0;
    cuts = 0;
  }
  yield { ...batch(), ...last };
}
