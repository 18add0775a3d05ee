import { join } from 'node:path';
import { cannotDo } from '../checks/cannot.ts';
import { createRunProcess } from '../checks/run-process.ts';
import { applyUpdates } from '../checks/updates/apply.ts';
import { SAYS } from '../checks/updates/apply-sentences.ts';
import { type KeptOutput, keepOutput } from '../checks/updates/kept-output.ts';
import { systemClock } from '../clock/clock.ts';
import { takeOwnership } from '../store/owner-lock.ts';
import { english } from '../text/said.ts';

export interface ApplyHere {
  /** Private folder for the output and for the lock that keeps a second one out. */
  readonly folder: string;
  readonly refresh: boolean;
  /** Told where the output is kept, before anything is installed; when it throws, nothing is. */
  readonly onKept: (output: KeptOutput) => void;
  readonly onOutput: (text: string) => void;
}

/** Installs what is pending in this process, as root, unless another secmon does so already; one English sentence. Throws a CheckError. */
export async function applyHere({ folder, refresh, onKept, onOutput }: ApplyHere): Promise<string> {
  const lock = takeOwnership(join(folder, 'updates.lock'));
  if (!lock.owned) throw cannotDo(SAYS.running, { pid: lock.pid });
  try {
    const output = keepOutput(folder, systemClock);
    try {
      onKept(output);
      // An upgrade is not stopped in the middle.
      const { signal } = new AbortController();
      const isRoot = process.geteuid?.() === 0;
      return english(await applyUpdates({ run: createRunProcess({ clock: systemClock }), signal, isRoot, refresh, output, onOutput }));
    } finally {
      output.close();
    }
  } finally {
    lock.release();
  }
}
