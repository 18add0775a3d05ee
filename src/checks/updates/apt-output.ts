/** The line of apt-get that counts: `2 upgraded, 0 newly installed, 0 to remove and 1 not upgraded.` */
export interface AptSummary {
  readonly upgraded: number;
  /** Newly installed. */
  readonly added: number;
  /** Not fully installed or removed before. */
  readonly unfinished: number;
}

const SUMMARY =
  /^(\d{1,6}) upgraded, (\d{1,6}) newly installed, (?:\d{1,6} reinstalled, )?(?:\d{1,6} downgraded, )?\d{1,6} to remove and \d{1,6} not upgraded\.$/m;
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
  const [, upgraded, added] = found.map(Number);
  return { upgraded: upgraded ?? 0, added: added ?? 0, unfinished: Number(UNFINISHED.exec(text)?.[1] ?? 0) };
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

/** A package that `apt-get -s` would install. */
export interface AptUpdate {
  readonly name: string;
  /** `''` for one that is not installed yet (a new kernel). */
  readonly installed: string;
  readonly offered: string;
  readonly origins: readonly string[];
  readonly isSecurity: boolean;
}

const INST = /^Inst (\S{1,200})(?: \[([^\]]{1,200})\])? \((\S{1,200}) ([^)[]{0,1000})/;

/**
 * The `Inst` lines of `apt-get -s dist-upgrade`: `Inst bash [5.2-2+b7] (5.2-2+b8 Debian-Security:12/stable-security [amd64])`. What comes from an
 * archive whose name says so is a security update (Debian-Security, jammy-security).
 */
export function parseAptSimulation(text: string): AptUpdate[] {
  return text.split('\n').flatMap((line): AptUpdate[] => {
    const found = INST.exec(line.slice(0, 2_000));
    if (found === null) return [];
    const [, name = '', installed = '', offered = '', from = ''] = found;
    const origins = from
      .split(',')
      .map((origin) => origin.trim())
      .filter((origin) => origin !== '');
    return [{ name, installed, offered, origins, isSecurity: origins.some((origin) => /-security(?:$|[/: ])/i.test(origin)) }];
  });
}
