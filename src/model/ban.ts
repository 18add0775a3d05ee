/** One address or network that would be banned. */
export interface BanCandidate {
  readonly subject: string;
  /** Why it should not be; empty when nothing speaks against it. */
  readonly refusals: readonly string[];
}

/** A ban as it would be done. Nothing has happened yet. */
export interface BanPreview {
  /** At most 100. */
  readonly candidates: readonly BanCandidate[];
  /** Ways to ban by name; the first is taken when none is chosen. */
  readonly banners: readonly string[];
  /** The one that this is about; `''` when there is none. */
  readonly banner: string;
  readonly seconds: number;
  readonly dryRun: boolean;
  /** Exactly what would be run, in order, for the candidates that nothing speaks against; for all with the word. */
  readonly commands: readonly string[];
  readonly notes: readonly string[];
  /** What else it would hit, one sentence each. */
  readonly reach: readonly string[];
  /** Why it cannot be done at all; `''` when it can. */
  readonly problem: string;
  /** What has to be typed to ban in spite of refusals. */
  readonly forceWord: string;
}

/** What came of banning or unbanning one subject. */
export interface BanResult {
  readonly subject: string;
  readonly ok: boolean;
  readonly text: string;
}

/** A ban that holds, and whether it works. */
export interface BanRow {
  readonly subject: string;
  /** Who keeps it: `fail2ban secmon`, `nftables`. */
  readonly banner: string;
  readonly source: 'server' | 'log';
  readonly sinceMs: number | undefined;
  /** Undefined: forever, or nobody knows. */
  readonly untilMs: number | undefined;
  /** Whether requests stopped: `no request since`, `not effective: still 12/s, behind a proxy?`; `''` when nobody watches. */
  readonly effect: string;
  /** The effect is none: requests go on, and are not refused. */
  readonly isFailing?: true;
}

export interface BanList {
  readonly rows: readonly BanRow[];
  /** Which keeper could not be asked, and why. */
  readonly problems: readonly string[];
  /** What does not hold everywhere. */
  readonly limits: readonly string[];
  readonly dryRun: boolean;
}
