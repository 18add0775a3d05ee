import { Readable } from 'node:stream';
import type { RenderOptions } from 'ink';
import type { ScreenWriter } from './screen-writer.ts';

/** What Ink's `render` reads keys from: never anything. Ours come through the session. */
const silentInput = (): NodeJS.ReadStream => Object.assign(new Readable({ read() {} }), { isTTY: false }) as unknown as NodeJS.ReadStream;

/**
 * Makes `process.stdin` a stream that is never read: Ink looks at the real one even when it is given another, and in the main thread nobody may,
 * because the log comes through it, read elsewhere.
 */
export function keepStdinAway(): void {
  Object.defineProperty(process, 'stdin', { value: silentInput(), configurable: true, writable: true });
}

/** The options for Ink's `render`: one whole frame a commit, handed to the session's screen. */
export function inkStreams(session: { readonly screen: ScreenWriter }): RenderOptions {
  const { screen } = session;
  // The screen listens for resize itself; Ink's own listener would draw a frame more.
  const ignore = (): unknown => stdout;
  const stdout: unknown = Object.assign(Object.create(screen), {
    on: ignore,
    off: ignore,
    once: ignore,
    removeListener: ignore,
    emit: () => false,
  });
  return {
    stdout: stdout as NodeJS.WriteStream,
    stdin: silentInput(),
    debug: true,
    patchConsole: false,
    exitOnCtrlC: false,
    isScreenReaderEnabled: false,
  };
}
