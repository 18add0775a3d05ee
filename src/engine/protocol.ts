import type { TimelineRow } from '../incidents/timeline.ts';
import type { AlertRecord, AlertTarget, Delivery } from '../model/alert.ts';
import type { BanList, BanPreview, BanResult } from '../model/ban.ts';
import type { CheckDetail, CheckName, CheckRow, Exposure } from '../model/check.ts';
import type { Hit, Outcome, Severity } from '../model/detection.ts';
import type { Entry } from '../model/entry.ts';
import type { BaselineReport } from '../model/history.ts';
import type { Incident, IncidentState } from '../model/incident.ts';
import type { MuteChoice, MuteOption, MutePreview, MuteSubject } from '../model/mute.ts';
import type { OutputInfo } from '../model/output.ts';
import type { Rehearsal, RuleDetail, RuleList } from '../model/rule-list.ts';
import type { AddressRow, AddressSort, FeedRow, PastInfo, Snapshot, WindowName } from '../model/snapshot.ts';
import type { Alike } from './incidents/alike.ts';

/** What the screen wants to see; every snapshot answers the latest one. */
export interface View {
  readonly id: number;
  /** Rows of the feed that fit. */
  readonly rows: number;
  /** The last row shown: the newest (`tail`), or `shift` matching rows after (negative: before) row `rowId`. */
  readonly bottom: 'tail' | { readonly rowId: number; readonly shift: number };
  /** Filter language text; `''` for all. The screen has parsed it without error. */
  readonly filter: string;
  readonly window: WindowName;
  readonly sort: AddressSort;
  readonly reverse: boolean;
  readonly addressRows: number;
}

/** One decoding step of a matched field, for the entry screen: text after the step. */
export interface DecodeStep {
  readonly step: string;
  readonly text: string;
  /** Where the match stands in `text`, if it does. */
  readonly match: { readonly start: number; readonly end: number } | undefined;
  /** Where the matches of the other rules stand in the same text. */
  readonly also?: readonly { readonly start: number; readonly end: number }[];
}

export interface EntryDetail {
  readonly row: FeedRow;
  readonly source: string;
  readonly format: string;
  readonly entry: Entry;
  readonly hits: readonly Hit[];
  /** Names of rules that a mute keeps quiet here. */
  readonly muted?: readonly string[];
  readonly severity: Severity | undefined;
  readonly outcome: Outcome | undefined;
  readonly success: boolean;
  /** What the server answered and whether that is unusual for this path: one sentence. */
  readonly answer: string;
  /** Strongest match's field from `as logged` to the view that matched. */
  readonly decoding: readonly DecodeStep[];
  readonly incident: Incident | undefined;
  /** What checks have found open where this goes. */
  readonly exposures?: readonly Exposure[];
}

/** Everything known of one actor, or of one target that many share. */
export interface ActorDetail {
  /** `''` for a target. */
  readonly address: string;
  readonly inWindow: AddressRow | undefined;
  readonly incident: Incident | undefined;
  /** What this machine knows of the address by itself. */
  readonly about: {
    /** ISO 3166-1 alpha-2, or `''`. */
    readonly country: string;
    /** `AS64500 Example Net`, or `''`. */
    readonly network: string;
    /** The person's own name for it, or `''`. */
    readonly tag: string;
    readonly allowed: boolean;
    readonly isPrivate: boolean;
    /** `verified Googlebot`, `pretends to be Googlebot`; `''` when it claims nothing. */
    readonly crawler: string;
  };
  /** From first touch to now, oldest first, with its gaps; at most about 200 rows. */
  readonly story: readonly TimelineRow[];
  /** Who else behaves like this, at most 5. */
  readonly alike: readonly Alike[];
  /** What checks have found open where this actor attacks, or at this target. */
  readonly exposures?: readonly Exposure[];
  readonly statuses: Readonly<Record<string, number>>;
  readonly userAgents: readonly string[];
  readonly paths: readonly (readonly [path: string, count: number])[];
  /** Requests a minute, oldest first, at most 60. */
  readonly perMinute: readonly number[];
}

export interface ChannelInfo {
  readonly name: string;
  readonly type: string;
  /** Where it goes, without secrets: `ops@example.org by mail.example.org:587`. */
  readonly destination: string;
}

export interface RejectedLine {
  readonly source: string;
  readonly sequence: number;
  readonly reason: string;
  readonly text: string;
}

/** An incident as a Markdown ticket, defanged. */
export interface TicketReply {
  readonly title: string;
  readonly markdown: string;
}

/** Where evidence was written, and what is in it. */
export interface EvidenceReply {
  readonly folder: string;
  readonly archive: string;
  /** Of the archive. */
  readonly sha256: string;
  readonly files: number;
  readonly lines: number;
  /** What is missing, one sentence each. */
  readonly leftOut: readonly string[];
}

/** Evidence that waits to be fetched, in parts, by the screen that asked for it. */
export interface EvidencePack extends Pick<EvidenceReply, 'sha256' | 'lines' | 'leftOut'> {
  readonly name: string;
  readonly sizeBytes: number;
}

/** The whole vocabulary between screen and engine: name → request and reply. */
export interface Protocol {
  /** Replies with the snapshot for this view at once; later snapshots follow it. */
  view: { request: View; reply: Snapshot };
  entry: { request: { rowId: number }; reply: EntryDetail | undefined };
  /** By address, or by the incident of a target. */
  actor: { request: { address: string; incidentId?: string }; reply: ActorDetail };
  /** Gives an incident a state, with a note or without (`''`); false when it is not known any more. */
  'incident.mark': { request: { incidentId: string; state: IncidentState; note: string }; reply: boolean };
  /** The next row id before or after `rowId` that is suspicious or holds `text`; only rows that pass `filter`. */
  seek: { request: { rowId: number; direction: 1 | -1; filter: string; what: 'suspicious' | { text: string } }; reply: number | undefined };
  incidents: { request: Record<string, never>; reply: readonly Incident[] };
  /** The last five minutes beside the same time before. */
  baseline: { request: Record<string, never>; reply: BaselineReport };
  rejected: { request: Record<string, never>; reply: readonly RejectedLine[] };
  channels: { request: Record<string, never>; reply: readonly ChannelInfo[] };
  /** Where findings go by themselves, and how that is going. */
  outputs: { request: Record<string, never>; reply: readonly OutputInfo[] };
  /** The exact message for each named channel. */
  'alert.preview': {
    request: { target: AlertTarget; channels: readonly string[]; note: string };
    reply: readonly { channel: string; text: string }[];
  };
  /** Puts the message into the outbox, tries once, and says what happened; a failure that may pass waits there. */
  'alert.send': {
    request: { target: AlertTarget; channels: readonly string[]; note: string };
    reply: readonly { channel: string; delivery: Delivery; waiting: boolean }[];
  };
  alerts: { request: Record<string, never>; reply: readonly AlertRecord[] };
  /** Rules that can be muted about something; empty when nothing is held of it. */
  'mute.options': { request: { subject: MuteSubject }; reply: readonly MuteOption[] };
  'mute.preview': { request: MuteChoice; reply: MutePreview };
  /** Writes the line of a preview; rejects with what keeps it from being written. */
  'mute.write': { request: { draftId: string }; reply: { readonly id: string; readonly title: string; readonly file: string } };
  /** Takes a mute back; false where its line was changed since. */
  'mute.remove': { request: { id: string }; reply: boolean };
  /** How the actor (or the actors behind a target) would be banned by the named way, `''` for the first. */
  'ban.preview': { request: { target: AlertTarget; banner: string; seconds: number; word: string }; reply: BanPreview };
  /** Bans as previewed, those with refusals only with the typed word; one result a subject. */
  'ban.run': { request: { target: AlertTarget; banner: string; seconds: number; word: string }; reply: readonly BanResult[] };
  'ban.end': { request: { subjects: readonly string[]; banner: string }; reply: readonly BanResult[] };
  /** Bans that hold, as the servers and fail2ban.log tell. */
  bans: { request: Record<string, never>; reply: BanList };
  rules: { request: Record<string, never>; reply: RuleList };
  rule: { request: { ruleId: string }; reply: RuleDetail | undefined };
  /** What the last hour would have raised with a rule changed (`off`, `off /path`, `gte 10 within 5m`); undefined when it was cancelled. */
  rehearse: { request: { ruleId: string; text: string }; reply: Rehearsal | undefined };
  'rehearse.cancel': { request: Record<string, never>; reply: boolean };
  /** Changes a rule for this session; `change` takes it back. */
  'rule.change': { request: { ruleId: string; text: string }; reply: { readonly changeId: string; readonly words: string } };
  'rule.restore': { request: { changeId: string }; reply: boolean };
  checks: { request: Record<string, never>; reply: readonly CheckRow[] };
  /** Findings and runs of one check; undefined when there is none of this name. */
  'check.detail': { request: { name: CheckName }; reply: CheckDetail | undefined };
  /** Begins a run, with attacks on its target when `attack`; false when it runs already, rejects with what keeps it from running. */
  'check.run': { request: { name: CheckName; attack: boolean }; reply: boolean };
  /** False when it does not run. */
  'check.stop': { request: { name: CheckName }; reply: boolean };
  /** Undefined when no incident is known of the target. */
  ticket: { request: { target: AlertTarget }; reply: TicketReply | undefined };
  /** Writes the evidence of an incident or address into a new private folder. */
  evidence: { request: { target: AlertTarget }; reply: EvidenceReply };
  /** Packs the same for a screen of another user, which keeps it where that user can read it. */
  'evidence.pack': { request: { target: AlertTarget }; reply: EvidencePack };
  /** Base64 of the next bytes of what was packed last, from an offset on; forgotten after the last of them. */
  'evidence.part': { request: { offset: number }; reply: string };
  /** Shows the time named by `text` (`02:15`, `yesterday 14:00`) instead of the present, until `past.close`; rejects with what is wrong. */
  'past.open': { request: { text: string }; reply: PastInfo };
  /** Reads on, where it stopped. */
  'past.more': { request: Record<string, never>; reply: PastInfo };
  'past.close': { request: Record<string, never>; reply: boolean };
}
export type Command = keyof Protocol;

/** What the engine says unasked. */
export type EngineEvent =
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot }
  /** Something that must reach the operator's terminal: bell and OSC 9 text, already harmless. */
  | { readonly type: 'notify'; readonly text: string }
  | { readonly type: 'spawned' | 'exited'; readonly pid: number }
  | { readonly type: 'fatal'; readonly message: string };

/** How the screen speaks to an engine, in the same thread or another. */
export interface EngineClient {
  request<C extends Command>(command: C, request: Protocol[C]['request']): Promise<Protocol[C]['reply']>;
  subscribe(listener: (event: EngineEvent) => void): () => void;
  /** Stops sources, commits positions, sends nothing more. */
  close(): Promise<void>;
}
