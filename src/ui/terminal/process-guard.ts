/** Codes that a shell gives to a process ended by a signal: 128 and the signal's number. */
export const SIGNAL_CODES = { SIGHUP: 129, SIGINT: 130, SIGQUIT: 131, SIGTERM: 143 } as const;
export type EndSignal = keyof typeof SIGNAL_CODES;
const END_SIGNALS: readonly EndSignal[] = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'];

export interface GuardOptions {
  readonly onEnd: (signal: EndSignal) => void;
  readonly onCrash: (error: unknown) => void;
  /** The process is about to end whatever is done now. */
  readonly onExit: () => void;
  readonly onStop: () => void;
  readonly onContinue: () => void;
  readonly onWindow: () => void;
}

/** Everything that may end, stop or resize a program in a terminal. */
export interface ProcessGuard {
  /** Gives SIGTSTP its ordinary effect back, or takes it again. */
  catchStop(caught: boolean): void;
  /** The terminal is no longer ours: only the ways to end are still guarded. */
  releaseTerminal(): void;
  release(): void;
}

export function guardProcess({ onEnd, onCrash, onExit, onStop, onContinue, onWindow }: GuardOptions): ProcessGuard {
  const ends = END_SIGNALS.map((signal) => ({ signal, run: () => onEnd(signal) }));
  const guard: ProcessGuard = {
    catchStop(caught) {
      process.off('SIGTSTP', onStop);
      if (caught) process.on('SIGTSTP', onStop);
    },
    releaseTerminal() {
      process.off('SIGTSTP', onStop).off('SIGCONT', onContinue).off('SIGWINCH', onWindow).off('exit', onExit);
    },
    release() {
      guard.releaseTerminal();
      for (const { signal, run } of ends) process.off(signal, run);
      process.off('uncaughtException', onCrash).off('unhandledRejection', onCrash);
    },
  };
  for (const { signal, run } of ends) process.on(signal, run);
  process.on('uncaughtException', onCrash).on('unhandledRejection', onCrash);
  process.on('SIGTSTP', onStop).on('SIGCONT', onContinue).on('SIGWINCH', onWindow).on('exit', onExit);
  return guard;
}
