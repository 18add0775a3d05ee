import type { Writable } from 'node:stream';

/** Whole lines to standard output. A reader that goes away (`| head`) ends the program quietly, as any Unix filter. */
export interface Output {
  line(text: string): void;
  /** Resolves when everything written has left the process. */
  end(): Promise<void>;
}

const FLUSH_CHARACTERS = 65_536;

/**
 * @param stream standard output
 * @param options.live every line leaves at once; otherwise lines are gathered, which is several times faster
 * @param options.onGone the reader went away
 */
export function createOutput(stream: Writable, { live, onGone }: { live: boolean; onGone: () => void }): Output {
  let held = '';
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // A terminal that is gone says EIO; of a disk that would be a fault.
    if (error.code === 'EPIPE' || (error.code === 'EIO' && 'isTTY' in stream)) onGone();
    else throw error;
  });
  const flush = (): void => {
    if (held !== '') stream.write(held);
    held = '';
  };
  return {
    line(text) {
      held += `${text}\n`;
      if (live || held.length >= FLUSH_CHARACTERS) flush();
    },
    end() {
      flush();
      return new Promise((resolve) => stream.write('', () => resolve()));
    },
  };
}
