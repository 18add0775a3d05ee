import { type Decoded, decodeObject, type ReadText } from '../../net/msgpack/decode.ts';
import { MAX_LINE_BYTES } from '../split-rules.ts';

/** A line of the longest kind, and enough more to see that it was longer. */
const MAX_TEXT_BYTES = MAX_LINE_BYTES + 4;

const textOf: ReadText<string> = (bytes) => bytes.toString('utf8', 0, MAX_TEXT_BYTES);

/** The object at `at` with its texts; of long ones the first 64 KiB. */
export const decodeText = (bytes: Buffer, at: number): Decoded<string> => decodeObject(bytes, at, textOf);
