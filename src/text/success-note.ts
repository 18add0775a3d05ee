import { language, t } from '../lang/lang.ts';
import { ENGLISH } from '../lang/language.ts';
import { familyWord } from './family-word.ts';

const SIZE = /^([\d.]{1,12})× size$/;
const NO_SIZE = /^(\d{1,16}) B, usually none$/;
/** The family that had worked for the same actor before. */
const AFTER = /^after ([a-z-]{1,20})$/;
const TOOK = /^took ([\d.]{1,12} m?s), usually ([\d.]{1,12} m?s)$/;
/** What the watch of a web root notes; the name of the file may be anything. */
const FILE = /^(.{0,200}) (created|changed) ([\d.]{1,8}) s (before|later)(?:, and (\d{1,6}) more)?$/;

/** Why a success is claimed, in the language of the work. It is kept in English, as detection found it: `41× size`. */
export function successNote(kept: string): string {
  if (kept === '' || language() === ENGLISH) return kept;
  if (kept === 'not there before') return t('not there before');
  const [, times] = SIZE.exec(kept) ?? [];
  if (times !== undefined) return t('{times}× size', { times });
  const [, size] = NO_SIZE.exec(kept) ?? [];
  if (size !== undefined) return t('{size} B, usually none', { size });
  const [, earlier] = AFTER.exec(kept) ?? [];
  if (earlier !== undefined) return t('after {family}', { family: earlier });
  const [, time, usual] = TOOK.exec(kept) ?? [];
  if (time !== undefined && usual !== undefined) return t('took {time}, usually {usual}', { time, usual });
  return fileNote(kept);
}

/** The same as the end of a sentence, for where there is room: `sqli had worked for the same actor before`. */
export function successReason(kept: string): string {
  const [, earlier] = AFTER.exec(kept) ?? [];
  return earlier === undefined ? successNote(kept) : t('{family} had worked for the same actor before', { family: familyWord(earlier) });
}

function fileNote(kept: string): string {
  const [, file, kind, seconds, when, more] = FILE.exec(kept) ?? [];
  if (file === undefined || seconds === undefined) return kept;
  const values = { file, seconds };
  const change =
    kind === 'created'
      ? when === 'later'
        ? t('{file} created {seconds} s later', values)
        : t('{file} created {seconds} s before', values)
      : when === 'later'
        ? t('{file} changed {seconds} s later', values)
        : t('{file} changed {seconds} s before', values);
  return more === undefined ? change : t('{change}, and {more} more', { change, more });
}
