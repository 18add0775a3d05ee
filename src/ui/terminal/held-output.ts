/** What is kept of stray output; the newest text stays. */
const MAX_HELD_CHARS = 16_384;

type Stream = Pick<NodeJS.WriteStream, 'write'>;

/**
 * Keeps what anybody writes to these streams (React's complaints, Node's warnings) off the screen; the function returned ends that and hands
 * over the text.
 */
export function holdOutput(streams: readonly Stream[]): () => string {
  let held = '';
  const originals = streams.map((stream) => stream.write);
  for (const stream of streams) {
    stream.write = (chunk: Uint8Array | string, ...rest: unknown[]): boolean => {
      held = (held + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())).slice(-MAX_HELD_CHARS);
      const done = rest.find((item) => typeof item === 'function');
      if (done !== undefined) queueMicrotask(() => done());
      return true;
    };
  }
  return () => {
    for (const [index, stream] of streams.entries()) {
      const original = originals[index];
      if (original !== undefined) stream.write = original;
    }
    return held;
  };
}
