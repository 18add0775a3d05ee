import { setImmediate } from 'node:timers/promises';
import { openDeadLetters } from '../../src/outputs/dead-letters.ts';
import type { Output } from '../../src/outputs/output.ts';
import { createSender, type OutputEvent, type Sender } from '../../src/outputs/sender.ts';
import { openSpool } from '../../src/outputs/spool/spool.ts';
import type { SpoolFiles } from '../../src/outputs/spool/spool-files.ts';
import { type FakeClock, fakeClock } from '../alerts/samples.ts';

const MEBIBYTE = 1_024 * 1_024;

/** A sender over an output, in fake time. */
export interface RunningSender extends Sender {
  readonly clock: FakeClock;
  readonly events: readonly OutputEvent[];
  /** Lets the network work, and time pass only when the sender waits for nothing else, until it is so. */
  until(isSo: () => boolean): Promise<void>;
  /** The same, until nothing waits. */
  drained(): Promise<void>;
}

export interface RunOptions {
  readonly folder?: string;
  readonly files?: SpoolFiles;
  readonly maxBytes?: number;
}

export function runSender(output: Output, { folder, files, maxBytes = 256 * MEBIBYTE }: RunOptions = {}): RunningSender {
  const clock = fakeClock();
  const events: OutputEvent[] = [];
  const sender = createSender({
    name: 'peer',
    output,
    spool: openSpool({ folder, maxBytes, ...(files === undefined ? {} : { files }) }),
    deadLetters: openDeadLetters(folder),
    clock,
    random: () => 0.5,
    onEvent: (event) => events.push(event),
  });
  const until = async (isSo: () => boolean): Promise<void> => {
    for (;;) {
      if (isSo()) return;
      await setImmediate();
      if (isSo()) return;
      const { state, nextTryMs } = sender.info();
      if (nextTryMs !== undefined) clock.advance(nextTryMs - clock.now());
      else if (state === 'idle') clock.advance(1_000);
    }
  };
  return { ...sender, clock, events, until, drained: () => until(() => sender.info().waitingRecords === 0) };
}
