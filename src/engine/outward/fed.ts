import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { Clock } from '../../clock/clock.ts';
import type { Config } from '../../config/schema.ts';
import { isSecret } from '../../config/secrets.ts';
import { tn } from '../../lang/lang.ts';
import { type DeadLetters, openDeadLetters } from '../../outputs/dead-letters.ts';
import { createOutput } from '../../outputs/index.ts';
import { noticeOf } from '../../outputs/notice.ts';
import { createSender, type Sender } from '../../outputs/sender.ts';
import type { OutputConfig } from '../../outputs/settings.ts';
import { openSpool, type Spool } from '../../outputs/spool/spool.ts';
import type { Notices } from '../notices.ts';

/** One output by its name. */
export interface Wanted {
  readonly name: string;
  readonly config: OutputConfig;
}

/** What waits for an output; it outlives a change of its settings. */
export interface Held {
  readonly spool: Spool;
  readonly deadLetters: DeadLetters;
}

/** One output that is fed. */
export interface Fed extends Wanted, Held {
  readonly sender: Sender;
}

export interface FedParts {
  readonly clock: Clock;
  readonly notices: Notices;
  readonly changed: () => void;
  readonly stdout?: Writable;
}

const MEBIBYTE = 1_024 * 1_024;

/** Those of the configuration that are named. */
export const wantedOf = ({ config, names }: { readonly config: Config['outputs']; readonly names: readonly string[] }): Wanted[] =>
  names.flatMap((name) => {
    const settings = config[name];
    return settings === undefined ? [] : [{ name, config: settings }];
  });

export const isStandardOutput = ({ config }: Wanted): boolean => config.url === '-';

/** As the person wrote it, secrets, too: only to compare. */
export const written = ({ config }: Wanted): string =>
  JSON.stringify(Object.entries(config).map(([name, value]) => [name, isSecret(value) ? value.written() : value]));

/** @param folder of all outputs; undefined keeps what waits in memory */
export function openHeld({ name, config }: Wanted, folder: string | undefined): Held {
  const own = folder === undefined ? undefined : join(folder, name);
  return { spool: openSpool({ folder: own, maxBytes: config.buffer_mb * MEBIBYTE }), deadLetters: openDeadLetters(own) };
}

/** The same with the room that the settings give it. */
export function resize({ spool, deadLetters }: Held, { config }: Wanted): Held {
  spool.resize(config.buffer_mb * MEBIBYTE);
  return { spool, deadLetters };
}

export function openFed({ name, config }: Wanted, held: Held, { clock, notices, changed, stdout }: FedParts): Fed {
  const output = createOutput(config, { host: hostname(), stdout: stdout ?? process.stdout });
  const sender = createSender({
    name,
    output,
    ...held,
    clock,
    random: Math.random,
    onEvent(event) {
      notices.add(noticeOf(event, output.destination));
      changed();
    },
  });
  return { name, config, ...held, sender };
}

/** What becomes of that which an output has not taken that is let go. */
export function leavingNotice({ sender, spool }: Fed, waiting: number): string {
  const where = { destination: sender.info().destination };
  return spool.memoryOnly === ''
    ? tn(
        waiting,
        '{destination} is let go; {n} finding that it has not taken waits in the state directory',
        '{destination} is let go; {n} findings that it has not taken wait in the state directory',
        where,
      )
    : tn(
        waiting,
        '{destination} is let go; {n} finding that it has not taken is lost',
        '{destination} is let go; {n} findings that it has not taken are lost',
        where,
      );
}
