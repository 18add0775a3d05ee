/** The line of apt-get that counts: `2 upgraded, 0 newly installed, 0 to remove and 1 not upgraded.` */
export interface AptSummary {
  readonly upgraded: number;
  /** Newly installed. */
  readonly added: number;
  /** Not upgraded, as they are held or need what an upgrade may not do. */
  readonly left: number;
  /** Not fully installed or removed before. */
  readonly unfinished: number;
}

const SUMMARY =
  /^(\d{1,6}) upgraded, (\d{1,6}) newly installed, (?:\d{1,6} reinstalled, )?(?:\d{1,6} downgraded, )?\d{1,6} to remove and (\d{1,6}) not upgraded\.$/m;
const UNFINISHED = /^(\d{1,6}) not fully installed or removed\.$/m;
const MOST_NAMES = 1_000;
const MOST_SAID = 10;

/** Title above the packages that an upgrade leaves as they are. */
export const KEPT_BACK = 'The following packages have been kept back:';

/** Names for a sentence: not more than ten. */
export const namesOf = (names: readonly string[]): string =>
  names.length > MOST_SAID ? `${names.slice(0, MOST_SAID).join(', ')}, …` : names.join(', ');

/** Undefined where apt-get did not come as far. */
export function summaryOf(text: string): AptSummary | undefined {
  const found = SUMMARY.exec(text);
  if (found === null) return undefined;
  const [, upgraded, added, left] = found.map(Number);
  return { upgraded: upgraded ?? 0, added: added ?? 0, left: left ?? 0, unfinished: Number(UNFINISHED.exec(text)?.[1] ?? 0) };
}

/** The names in the lines below a title, which are indented. */
export function packagesBelow(text: string, title: string): string[] {
  const names: string[] = [];
  let isBelow = false;
  for (const line of text.split('\n')) {
    if (line.trimEnd() === title) isBelow = true;
    else if (!/^\s{1,4}\S/.test(line)) isBelow = false;
    else if (isBelow && names.length < MOST_NAMES) names.push(...line.trim().split(/\s+/));
  }
  return names;
}

/** Packages that a simulation would only set up: they were left half installed before. */
export function unfinishedIn(text: string): string[] {
  const named = (word: string): string[] =>
    text.split('\n').flatMap((line) => (line.startsWith(`${word} `) ? [line.split(' ', 2)[1] ?? ''] : []));
  const installed = new Set(named('Inst'));
  return [...new Set(named('Conf').filter((name) => !installed.has(name)))];
}
