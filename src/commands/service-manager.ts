import { spawn } from 'node:child_process';
import type { Clock } from '../clock/clock.ts';

/** What the service manager wants to hear (sd_notify(3)); nothing is said where none asked. */
export interface ServiceManager {
  /** One asked to be told, and keeps what is printed. */
  readonly isListening: boolean;
  ready(): void;
  reloading(): void;
  stopping(): void;
  /** Ends the watchdog's signs of life. */
  end(): void;
}

type Environment = Readonly<Record<string, string | undefined>>;

export interface ServiceManagerParts {
  readonly env: Environment;
  readonly clock: Clock;
  /** One line on how it is, asked for with each sign of life. */
  readonly status: () => string;
  /** Says states such as `READY=1`. */
  readonly say: (states: readonly string[]) => void;
}

const MICROSECONDS_A_MS = 1_000;

/**
 * Tells systemd that the engine is ready, and that it lives as often as the watchdog wants: the sign comes from the engine's own loop, so an
 * engine that hangs gives none.
 */
export function createServiceManager({ env, clock, status, say }: ServiceManagerParts): ServiceManager {
  if (!env['NOTIFY_SOCKET']) return { isListening: false, ready() {}, reloading() {}, stopping() {}, end() {} };
  const watchdogMs = Number(env['WATCHDOG_USEC'] ?? 0) / MICROSECONDS_A_MS;
  // A state ends with its line (sd_notify(3)).
  const statusLine = (): string => `STATUS=${status().replaceAll(/\s*\n\s*/g, ' ')}`;
  let cancel = (): void => {};
  const live = (): void => {
    cancel = clock.after(watchdogMs / 3, () => {
      say(['WATCHDOG=1', statusLine()]);
      live();
    });
  };
  if (watchdogMs > 0) live();
  return {
    isListening: true,
    ready: () => say(['READY=1', statusLine()]),
    reloading: () => say(['RELOADING=1']),
    stopping: () => say(['STOPPING=1']),
    end: () => cancel(),
  };
}

/**
 * Says it by systemd-notify(1), as Node has no datagram sockets of Unix: the unit has to allow it (NotifyAccess=all). One after the other, or
 * READY could overtake RELOADING.
 */
export function sayBySystemdNotify(): ServiceManagerParts['say'] {
  let last: Promise<void> = Promise.resolve();
  const run = (states: readonly string[]): Promise<void> =>
    new Promise((resolve) => {
      const child = spawn('systemd-notify', [`--pid=${process.pid}`, ...states], { stdio: 'ignore' });
      // Without the program the manager times out and says so itself.
      child.on('error', () => resolve());
      child.on('exit', () => resolve());
      child.unref();
    });
  return (states) => {
    last = last.then(() => run(states));
  };
}
