/** Lets one waiter sleep until something happened; what happens while nobody waits is remembered once. */
export interface Wake {
  notify(): void;
  /** Resolves at the next `notify`, or at once when one came since the last wait. */
  wait(): Promise<void>;
}

export function createWake(): Wake {
  let pending = false;
  let resume: (() => void) | undefined;
  return {
    notify() {
      pending = true;
      resume?.();
    },
    async wait() {
      if (!pending) {
        await new Promise<void>((resolve) => {
          resume = resolve;
        });
        resume = undefined;
      }
      pending = false;
    },
  };
}
