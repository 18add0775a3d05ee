import { msg } from '../lang/lang.ts';
import { retelling } from '../text/retelling.ts';

/** What the store says of itself. It says it in English, which the engine reads; {@link storeText} says it again for a person. */
const SENTENCES: readonly string[] = [
  msg('no state file was asked for'),
  msg('the optional package libsql is not installed, or not made for this machine'),
  msg('another secmon (pid {pid}) keeps the state'),
  msg('the state file was damaged ({reason}): moved to {path}, begun anew'),
  msg('{folder} is not writable'),
  msg('another program has {path} locked'),
  msg('{path} cannot be used: {reason}'),
  msg('the state file has version {found}, this secmon knows {known}: update secmon, or name another state_directory'),
  msg('the state file failed: {reason}'),
  msg('the store is closed'),
];

/** A sentence of the store in the language of the work; anything else as it is. */
export const storeText = retelling(SENTENCES);
