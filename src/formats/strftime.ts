import type { TimeReader } from './time.ts';

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const SHORTHANDS: Readonly<Record<string, string>> = { F: '%Y-%m-%d', T: '%H:%M:%S', R: '%H:%M', D: '%m/%d/%y', e: '%d' };

/** Reads a whole text by a strftime pattern (`%Y %m %d %H %M %S %b %y %e %F %T %R %D %z %Z`, `msec_frac`, literals); undefined when it does not fit or lacks the date. */
export type PatternReader = (text: string, times: TimeReader) => number | undefined;

interface Parts {
  year: string;
  month: string;
  day: string;
  clock: [string, string, string];
  zone: string;
}

/** Undefined when the pattern holds a conversion that is not among them. */
export function compileStrftime(pattern: string): PatternReader | undefined {
  const spelled = pattern.replace(/%([FTRDe])/g, (_, letter: string) => SHORTHANDS[letter] ?? '');
  if (/%[^YmdHMSbhyzZ%]/.test(spelled) || spelled.endsWith('%')) return undefined;
  return (text, times) => {
    const parts: Parts = { year: '', month: '', day: '', clock: ['00', '00', '00'], zone: '' };
    if (!readParts(text, spelled, parts) || parts.year === '' || parts.month === '' || parts.day === '') return undefined;
    return times.iso(`${parts.year}-${parts.month}-${parts.day}T${parts.clock.join(':')}${parts.zone}`, 0)?.ms;
  };
}

function readParts(text: string, pattern: string, parts: Parts): boolean {
  let at = 0;
  for (let i = 0; i < pattern.length; i += 1) {
    const letter = pattern.charAt(i) === '%' ? pattern.charAt(i + 1) : '';
    if (letter === '' || letter === '%') {
      if (text.charAt(at) !== pattern.charAt(i)) return false;
      at += 1;
      i += letter === '%' ? 1 : 0;
      continue;
    }
    const length = readPart(text, at, { letter, parts });
    if (length === 0) return false;
    at += length;
    i += 1;
  }
  return at === text.length;
}

function readPart(text: string, at: number, { letter, parts }: { letter: string; parts: Parts }): number {
  const two = text.slice(at, at + 2).replace(' ', '0');
  if (letter === 'Y') parts.year = text.slice(at, at + 4);
  else if (letter === 'y') parts.year = `20${two}`;
  else if (letter === 'm') parts.month = two;
  else if (letter === 'd') parts.day = two;
  else if (letter === 'H') parts.clock[0] = two;
  else if (letter === 'M') parts.clock[1] = two;
  else if (letter === 'S') parts.clock[2] = two;
  else if (letter === 'b' || letter === 'h') {
    const month = MONTHS.indexOf(text.slice(at, at + 3));
    if (month < 0 || month % 3 !== 0) return 0;
    parts.month = String(month / 3 + 1).padStart(2, '0');
    return 3;
  } else {
    const zone = /^(?:[+-]\d{2}:?\d{2}|[A-Z]{1,5})/.exec(text.slice(at, at + 6))?.[0] ?? '';
    parts.zone = letter === 'z' || zone === 'UTC' ? zone : zone === 'GMT' ? 'UTC' : '';
    return zone.length;
  }
  return letter === 'Y' ? 4 : 2;
}
