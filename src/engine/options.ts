import type { WireConfig } from '../config/wire.ts';
import type { RuleFile } from '../detection/rule-files.ts';
import type { Language } from '../lang/language.ts';
import type { MetricsAddress } from '../metrics/address.ts';

/** What may be said of one source alone; the rest of the settings hold for all. */
export interface SourceSettings {
  readonly name?: string | undefined;
  readonly logFormat?: string | undefined;
  readonly timeZone?: string | undefined;
}

/** Where lines come from, as data that can cross to the engine's thread. */
export type SourceSpec =
  | { readonly type: 'stdin' }
  /** A path or glob. */
  | ({ readonly type: 'file'; readonly path: string } & SourceSettings)
  | ({ readonly type: 'exec'; readonly command: string } & SourceSettings)
  /** An address where others send lines to: `tcp://127.0.0.1:5170`. `insecure`: whoever reaches it may. */
  | ({ readonly type: 'listen'; readonly url: string; readonly insecure?: boolean } & SourceSettings)
  /** A command for a kind of log: `journald:ssh`, `docker:web`, `kubectl:web-0`, `ssh://host/var/log/x`. */
  | ({ readonly type: 'shortcut'; readonly command: string } & SourceSettings)
  /** Recorded logs, replayed together as live traffic; the rate is that of all files. */
  | { readonly type: 'replay'; readonly paths: readonly string[]; readonly linesPerSecond: number };

/** How much of a file is read before following it. */
export type History = { readonly lines: number } | 'all';

/** What alerts by itself: lines as they come; all since the last run (for cron); or every line, to explain what would be sent, and nothing is. */
export type AlertMode = 'live' | 'since-last' | 'explain';

/** Everything that an engine needs to start; plain data. */
export interface EngineOptions {
  /** Of messages, and of what the engine says to its screen. */
  readonly language?: Language | undefined;
  /** Of this package. */
  readonly version: string;
  readonly sources: readonly SourceSpec[];
  /** Follow files for new lines; false reads to the end once (scan). */
  readonly follow: boolean;
  readonly history: History;
  /** Go on where the last run stopped. */
  readonly resume: boolean;
  /** `--log-format`: an nginx or Apache format string, or a format's id. */
  readonly logFormat: string | undefined;
  /** IANA zone of log times without one. */
  readonly timeZone: string;
  readonly trustedProxies: readonly string[];
  /** The person's configuration, for its channels; secrets are revealed only when a message is sent. */
  readonly config: WireConfig;
  /** Where the store and the `file` channel's alerts live. */
  readonly stateDirectory: string;
  /** Where evidence goes; undefined: `evidence` in the state directory. */
  readonly evidenceDirectory?: string | undefined;
  /** Folders of a web server in which files that appear after a request are noticed. */
  readonly watch?: readonly string[];
  /** Why whoever sits here may not act (a viewer, `--read-only`); `''` or left out for an operator. */
  readonly mayNot?: string;
  /** Why nobody may act, whoever attaches (`--read-only`); `''` or left out where the role of each decides. */
  readonly nobodyMay?: string;
  /** Alerts without a key press, by the policy of the configuration; undefined: none. */
  readonly autoAlerts?: AlertMode | undefined;
  /** Names of `outputs` in the configuration that findings go to: those of its file, and those asked for on the command line; undefined: none. */
  readonly outputs?: { readonly configured: readonly string[]; readonly asked: readonly string[] } | undefined;
  /** Where metrics are served; undefined: nowhere. */
  readonly metrics?: MetricsAddress | undefined;
  /** How many of the newest lines are held for a screen; undefined: as many as its feed needs. */
  readonly heldLines?: number | undefined;
  /** False keeps the state in memory only (scan, demo). */
  readonly persist: boolean;
  /** Path of the country database that comes with the package. */
  readonly countriesFile: string;
  /** Path of the program in which a check runs (`check.js`, beside this one); undefined: in the engine's own process (tests). */
  readonly checkProgram?: string | undefined;
  /** Text of the compiled built-in rules. */
  readonly rulesJson: string;
  /** A person's own Sigma files (`--rules`), beside the built-in rules. */
  readonly ruleFiles: readonly RuleFile[];
  /** File of the person's mutes (`--mutes`); undefined: none is read, and those made last as long as the session. */
  readonly mutesFile?: string | undefined;
}
