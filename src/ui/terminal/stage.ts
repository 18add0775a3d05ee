import type { Clock } from '../../clock/clock.ts';
import { tellError } from './ending.ts';
import { holdOutput } from './held-output.ts';
import { createKeyDecoder, type Key, type KeyDecoder } from './keys.ts';
import { type EndSignal, guardProcess, type ProcessGuard } from './process-guard.ts';
import type { ScreenWriter, Size } from './screen-writer.ts';
import type { Terminal } from './terminal.ts';

/** A process group without a shell over it (ssh, a container) is never stopped by SIGTSTP: then the screen comes back. */
const STOP_WAIT_MS = 200;

export interface StageEvents {
  readonly onKey: (key: Key) => void;
  readonly onGone: () => void;
  readonly onCrash: (error: unknown) => void;
  readonly onEnd: (signal: EndSignal) => void;
}

export interface StageOptions {
  readonly terminal: Terminal;
  readonly screen: ScreenWriter;
  readonly clock: Clock;
  readonly onResize: (size: Size) => void;
}

/** Entering, leaving, stopping and going on: terminal, screen and signals together, in the order that leaves no trace. */
export function createStage({ terminal, screen, clock, onResize }: StageOptions) {
  let left = false;
  let cancelStopWait: (() => void) | undefined;
  let guard: ProcessGuard | undefined;
  let decoder: KeyDecoder | undefined;
  const releaseOutput = holdOutput([process.stdout, process.stderr]);
  const measure = (): void => {
    const size = terminal.size();
    if (left || (size.columns === screen.columns && size.rows === screen.rows)) return;
    screen.resize(size);
    onResize(size);
  };
  const suspend = (): void => {
    if (left) return;
    screen.suspend();
    terminal.setRawMode(false);
    decoder?.reset();
    guard?.catchStop(false);
    process.kill(0, 'SIGTSTP');
    cancelStopWait?.();
    cancelStopWait = clock.after(STOP_WAIT_MS, resume);
  };
  const resume = (): void => {
    if (left) return;
    cancelStopWait?.();
    guard?.catchStop(true);
    // Off and on: the shell has changed the mode meanwhile, and the stream only remembers its own.
    terminal.setRawMode(false);
    terminal.setRawMode(true);
    screen.resume();
    measure();
  };
  const leave = (): void => {
    if (left) return;
    left = true;
    cancelStopWait?.();
    screen.stop();
    terminal.setRawMode(false);
    terminal.close();
    guard?.releaseTerminal();
    tellError(releaseOutput());
  };
  return {
    get left() {
      return left;
    },
    suspend,
    leave,
    enter({ onKey, onGone, onCrash, onEnd }: StageEvents): void {
      const decode = createKeyDecoder({ clock, onKey });
      decoder = decode;
      guard = guardProcess({ onEnd, onCrash, onExit: leave, onStop: suspend, onContinue: resume, onWindow: measure });
      terminal.onBytes(decode.push);
      terminal.onGone(onGone);
      terminal.setRawMode(true);
      screen.start();
      measure();
    },
    close(): void {
      leave();
      guard?.release();
    },
  };
}
