import { access, readdir } from 'node:fs/promises';
import { msg } from '../../lang/lang.ts';
import { said } from '../../text/said.ts';
import { cannotDo, saidBy } from '../cannot.ts';
import type { Check, CheckContext, CheckEvent } from '../check.ts';
import { everyOf, timeoutOf } from '../every-setting.ts';
import { createFinding } from '../finding.ts';
import type { ChecksSettings } from '../settings.ts';
import { aptUpdates } from './apt.ts';
import { npmAudit, npmOutdated, outdatedPlace } from './npm.ts';
import { apkUpdates, dnfUpdates } from './other-packages.ts';
import { pipUpdates } from './pip.ts';
import { replacedLibraries } from './replaced.ts';
import { hasTool } from './tools.ts';

const DNF_ARCHIVES = '/etc/yum.repos.d';
const REBOOT_FILE = '/var/run/reboot-required';

export interface UpdateTools {
  readonly has: (program: string) => Promise<boolean>;
  readonly isRoot: boolean;
}

const TOOLS: UpdateTools = { has: hasTool, isRoot: process.getuid?.() === 0 };

/** Updates that are pending, security first: the system's packages, virtual environments, npm's known weaknesses, and what still runs from before an update. */
export function createUpdatesCheck(settings: ChecksSettings['updates'], tools: UpdateTools = TOOLS): Check {
  return {
    name: 'updates',
    every: everyOf(settings),
    timeoutMs: timeoutOf(settings, '15m'),
    canAttack: false,
    missing: undefined,
    async *run(context) {
      const parts = await partsOf(settings, tools, context);
      if (parts.length === 0)
        throw cannotDo(
          msg('There is neither apt-get, dnf nor apk here, and checks.updates names no pip or npm folder: nothing to look at.'),
        );
      let seen = 0;
      let failure: unknown;
      for (const { place, events } of parts) {
        try {
          for await (const event of events) yield event;
          seen++;
        } catch (error) {
          if (context.signal.aborted) throw error;
          failure ??= error;
          yield { type: 'unseen', place, note: saidBy(error) };
        }
      }
      if (seen === 0) throw failure;
      yield* replacedLibraries();
      yield* rebootNeeded();
    },
  };
}

interface Part {
  readonly place: string;
  readonly events: AsyncIterable<CheckEvent>;
}

async function partsOf(settings: ChecksSettings['updates'], { has: isThere, isRoot }: UpdateTools, context: CheckContext): Promise<Part[]> {
  const { refresh = false, pip = [], npm = [] } = settings ?? {};
  const parts: Part[] = [];
  if (await isThere('apt-get')) parts.push({ place: 'apt', events: aptUpdates({ refresh, isRoot }, context) });
  // Beside apt, where it has no archive it manages nothing.
  if ((await isThere('dnf')) && (!(await isThere('apt-get')) || (await hasDnfArchives())))
    parts.push({ place: 'dnf', events: dnfUpdates(context) });
  if (await isThere('apk')) parts.push({ place: 'apk', events: apkUpdates(context) });
  for (const folder of pip) parts.push({ place: folder, events: pipUpdates(folder, context) });
  for (const folder of npm) {
    parts.push({ place: folder, events: npmAudit(folder, context) });
    parts.push({ place: outdatedPlace(folder), events: npmOutdated(folder, context) });
  }
  return parts;
}

const hasDnfArchives = (): Promise<boolean> =>
  readdir(DNF_ARCHIVES).then(
    (names) => names.some((name) => name.endsWith('.repo')),
    () => false,
  );

async function* rebootNeeded(): AsyncIterable<CheckEvent> {
  const isNeeded = await access(REBOOT_FILE).then(
    () => true,
    () => false,
  );
  if (!isNeeded) return;
  yield {
    type: 'finding',
    finding: createFinding({
      key: 'reboot',
      severity: 'medium',
      title: said(msg('the machine waits for a restart')),
      subject: REBOOT_FILE,
      advice: said(msg('Restart it: until then the old kernel or library runs.')),
      place: 'reboot',
    }),
  };
}
