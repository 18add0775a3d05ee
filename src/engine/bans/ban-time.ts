import { BanError } from '../../actions/subject.ts';
import { t } from '../../lang/lang.ts';

const SHORTEST_S = 10;
const LONGEST_S = 366 * 24 * 3600;

/** Throws {@link BanError} for a time that no ban has. */
export function checkSeconds(seconds: number): void {
  if (Number.isSafeInteger(seconds) && seconds >= SHORTEST_S && seconds <= LONGEST_S) return;
  throw new BanError(t('a ban lasts between 10 seconds and a year'));
}
