import type { Clock } from '../../clock/clock.ts';

/** Longest text that waits behind what is being written (notifications, the clipboard); more is refused. */
const MAX_WAITING_CHARS = 256 * 1_024;
const FIRST_RETRY_MS = 2;
const LAST_RETRY_MS = 50;
const CANCEL = '\x18';

export interface TerminalOutputOptions {
  /** Writes what the terminal takes now and returns how many bytes that was; throws EAGAIN when it takes none. Must not block. */
  readonly write: (bytes: Uint8Array) => number;
  readonly clock: Clock;
  /** The thread waits (used on the way out only). */
  readonly sleep: (ms: number) => void;
  /** What was being written is through. */
  readonly onIdle: () => void;
  /** The terminal is gone (EIO: the connection dropped). */
  readonly onGone: () => void;
}

/** Bytes on their way to a terminal that may stop reading at any time. */
export interface TerminalOutput {
  /** Bytes written so far. */
  readonly bytes: number;
  readonly busy: boolean;
  readonly gone: boolean;
  /** Writes `text`, the rest later when the terminal does not take all of it. False when too much is waiting already; nothing is queued then. */
  send(text: string): boolean;
  /** Gives up what is being written and writes `text`, trying again until `timeoutMs` are over. Returns whether it got through. */
  sendNow(text: string, timeoutMs: number): boolean;
}

export function createTerminalOutput({ write, clock, sleep, onIdle, onGone }: TerminalOutputOptions): TerminalOutput {
  let pending: Uint8Array | undefined;
  let waiting = '';
  let bytes = 0;
  let gone = false;
  let retryMs = FIRST_RETRY_MS;
  let cancelRetry: (() => void) | undefined;

  const attempt = (data: Uint8Array): Uint8Array | undefined => {
    let rest = data;
    while (rest.length > 0) {
      const taken = takeOrBusy(rest);
      if (taken === 0) return rest;
      bytes += taken;
      retryMs = FIRST_RETRY_MS;
      rest = rest.subarray(taken);
    }
    return undefined;
  };
  const takeOrBusy = (data: Uint8Array): number => {
    try {
      return write(data);
    } catch (error) {
      if (isCode(error, 'EAGAIN') || isCode(error, 'EINTR')) return 0;
      const first = !gone;
      gone = true;
      if (first) onGone();
      return data.length;
    }
  };
  const flush = (): void => {
    cancelRetry = undefined;
    while (pending !== undefined && !gone) {
      pending = attempt(pending);
      if (pending !== undefined) {
        cancelRetry = clock.after(retryMs, flush);
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
        return;
      }
      if (waiting !== '') [pending, waiting] = [Buffer.from(waiting), ''];
    }
    onIdle();
  };
  return {
    get bytes() {
      return bytes;
    },
    get busy() {
      return pending !== undefined;
    },
    get gone() {
      return gone;
    },
    send(text) {
      if (gone || waiting.length + text.length > MAX_WAITING_CHARS) return false;
      if (pending !== undefined) {
        waiting += text;
        return true;
      }
      pending = attempt(Buffer.from(text));
      if (pending !== undefined) cancelRetry = clock.after(retryMs, flush);
      return true;
    },
    sendNow(text, timeoutMs) {
      cancelRetry?.();
      const cut = pending !== undefined;
      [pending, waiting] = [undefined, ''];
      let rest: Uint8Array | undefined = Buffer.from(cut ? CANCEL + text : text);
      const deadline = clock.monotonic() + timeoutMs;
      while (!gone) {
        rest = attempt(rest);
        if (rest === undefined) return !gone;
        if (clock.monotonic() >= deadline) return false;
        sleep(5);
      }
      return false;
    },
  };
}

const isCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code;
