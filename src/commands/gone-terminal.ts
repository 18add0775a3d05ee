import { closeSync, fstatSync } from 'node:fs';
import { isatty } from 'node:tty';

/**
 * Closes what stood for a terminal that is gone, as after a connection that dropped; to be called last. At its end Node sets terminals back as it found
 * them, and aborts when one does not let it.
 */
export function closeGoneTerminals(): void {
  for (const fd of [0, 1, 2]) {
    try {
      if (fstatSync(fd).isCharacterDevice() && !isatty(fd)) closeSync(fd);
    } catch {
      // It is closed already.
    }
  }
}
