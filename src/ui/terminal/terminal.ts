import { closeSync, constants, openSync, writeSync } from 'node:fs';
import tty from 'node:tty';
import { t } from '../../lang/lang.ts';
import type { Size } from './screen-writer.ts';

/** The controlling terminal, opened anew: what is set on it (non-blocking) concerns no other process, and `process.stdin` stays untouched. */
export interface Terminal {
  /** Writes what fits now; throws EAGAIN when nothing does. */
  write(bytes: Uint8Array): number;
  /** Rows and columns; 80x24 where the terminal does not say. */
  size(): Size;
  setRawMode(raw: boolean): void;
  onBytes(listener: (bytes: Uint8Array) => void): void;
  /** Reading failed or ended: nobody is there any more. */
  onGone(listener: () => void): void;
  close(): void;
}

/** Where a terminal may be found: the controlling one, or what standard output is (a container without a controlling terminal). */
const PLACES = ['/dev/tty', '/proc/self/fd/1'];

/** The bytes and keys of the terminal, or the reason why there is none. */
export function openTerminal(): Terminal | { readonly reason: string } {
  let reason = '';
  for (const path of PLACES) {
    try {
      return openAt(path);
    } catch (error) {
      reason ||= error instanceof Error ? error.message : String(error);
    }
  }
  return { reason: t('no terminal can be opened ({reason})', { reason }) };
}

/** Keys of the controlling terminal, whatever standard input is. Throws when there is none. */
export const openTerminalInput = (path = '/dev/tty'): tty.ReadStream => new tty.ReadStream(openTty(path));

const openTty = (path: string): number => openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);

function openAt(path: string): Terminal {
  const fd = openTty(path);
  if (!tty.isatty(fd)) {
    closeSync(fd);
    throw new Error(t('{path} is not a terminal', { path }));
  }
  const input = openTerminalInput(path);
  let size: Size = { columns: 80, rows: 24 };
  let closed = false;
  return {
    write: (bytes) => writeSync(fd, bytes),
    size() {
      size = sizeNow(path) ?? size;
      return size;
    },
    setRawMode(raw) {
      if (!closed) input.setRawMode(raw);
    },
    onBytes(listener) {
      input.on('data', listener);
    },
    onGone(listener) {
      input.on('error', listener);
      input.on('end', listener);
    },
    close() {
      if (closed) return;
      closed = true;
      input.removeAllListeners();
      input.on('error', () => {});
      input.destroy();
      closeSync(fd);
    },
  };
}

/** A stream knows the size of its window from when it was opened, so one is opened to ask; nothing is ever written to it. */
function sizeNow(path: string): Size | undefined {
  try {
    const window = new tty.WriteStream(openTty(path));
    const { columns, rows } = window;
    window.destroy();
    return columns > 0 && rows > 0 ? { columns, rows } : undefined;
  } catch {
    return undefined;
  }
}
