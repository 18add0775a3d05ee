import { msg } from '../../lang/lang.ts';
import { retelling } from '../../text/retelling.ts';

/** What installing updates can come to. The helper says it in English, as the audit log keeps it; {@link applyText} says it again for a person. */
export const SAYS = {
  needsRoot: msg('Installing updates needs root: run "sudo secmon check updates --apply".'),
  noManager: msg('There is neither apt-get, dnf nor apk here: install updates in the way of this system.'),
  running: msg('Updates are being installed by secmon already (process {pid}): wait until it has ended, then run this again.'),
  notKept: msg('What is said cannot be kept in {folder} ({code}), so nothing was installed: make room there, or see its rights.'),
  nothing: msg('Nothing was pending.'),
  installed: msg('Installed what was pending.'),
  oneKept: msg('Installed; {n} package is kept back, as it is held or needs more than an upgrade may do: {names}.'),
  manyKept: msg('Installed; {n} packages are kept back, as they are held or need more than an upgrade may do: {names}.'),
  onlyOneKept: msg('Nothing was installed; {n} package is kept back, as it is held or needs more than an upgrade may do: {names}.'),
  onlyManyKept: msg('Nothing was installed; {n} packages are kept back, as they are held or need more than an upgrade may do: {names}.'),
  lockedBy: msg('Another program installs packages right now ({program}, process {pid}): wait for it, then run this again.'),
  locked: msg('Another program installs packages right now: wait for it, then run this again.'),
  packagesFailed: msg(
    'These packages could not be set up: {names}. See what they said above, mend that, then run "sudo dpkg --configure -a" and this again.',
  ),
  interrupted: msg('dpkg was interrupted before: run "sudo dpkg --configure -a", then this again.'),
  broken: msg('Packages are broken: run "sudo apt-get -f install", then this again.'),
  full: msg('The disk is full ({said}): make room, then run this again.'),
  notFetched: msg(
    'Packages could not be fetched ({said}): see the network; where the lists are old, run "sudo apt-get update" or set checks.updates.refresh, then run this again.',
  ),
  notTrusted: msg(
    'An archive is not signed by a key that is known here ({said}): nothing was installed; add its key, or take the archive out.',
  ),
  noRights: msg('{program} may not write here ({said}): run it as root, on a file system that can be written.'),
  failed: msg('{program} failed with code {code} ({said}): see its output above.'),
  late: msg('{program} did not end within two hours and was stopped: see its output above for what it waited for, then run this again.'),
  half: msg('{program} did not end well and left packages half installed ({names}): run "sudo dpkg --configure -a", then this again.'),
} as const;

const SENTENCES: readonly string[] = [
  ...Object.values(SAYS),
  // Of the process itself.
  msg('There is no program {program} on this machine: install it, or name its path under checks in the configuration.'),
  msg('{program} may not be run by this user: give it the right to be run, or run secmon as somebody who has it.'),
  msg('{program} cannot be started ({code}).'),
  msg('{program} was ended by the signal {signal}: see whether the machine is short of memory.'),
];

/** A sentence of these in the language of the work; anything else as it is. */
export const applyText = retelling(SENTENCES);
