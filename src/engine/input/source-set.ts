import type { Clock } from '../../clock/clock.ts';
import type { Format, FormatContext } from '../../formats/format.ts';
import { logFormat } from '../../formats/log-format.ts';
import { createSourceParser } from '../../formats/source-parser.ts';
import { t } from '../../lang/lang.ts';
import type { Entry } from '../../model/entry.ts';
import type { Position } from '../../model/position.ts';
import type { SourceStatus } from '../../model/snapshot.ts';
import { createCidrSet } from '../../net/cidr.ts';
import type { SourceEvent } from '../../sources/source.ts';
import type { Notices } from '../notices.ts';
import type { EngineOptions } from '../options.ts';
import type { LineOrigin } from '../pipeline.ts';
import type { EngineEvent } from '../protocol.ts';
import { type Input, openInput } from './inputs.ts';
import { type OpenedSource, type OpenedSources, openSources } from './open-sources.ts';
import type { Pace } from './pace.ts';
import { readMerged } from './read-merged.ts';
import { createStreamParsers } from './stream-parsers.ts';

export interface SourceSetParts {
  readonly options: EngineOptions;
  /** Sources instead of those that the options name. */
  readonly opened?: OpenedSources | undefined;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly savedPosition: (key: string) => Position | undefined;
  readonly notices: Notices;
  readonly emit: (event: EngineEvent) => void;
  readonly onEntry: (entry: Entry, origin: LineOrigin) => void;
  readonly onRejected: (origin: LineOrigin, reason: string, text: string) => void;
  /** A followed file was cut in place. */
  readonly onCut: (source: { readonly id: number; readonly name: string }, how: 'emptied' | 'rewritten') => void;
  /** A source has read all that existed. */
  readonly onLive: (sourceId: number) => void;
  readonly onChange: () => void;
  /** Senders wait for {@link SourceSet.confirm}. */
  readonly onUnconfirmed?: () => void;
  /** Connections are about to be closed: the last moment to confirm. */
  readonly onStop?: () => void;
}

/** All sources of one engine, also those that appear while it runs (new files of a glob). */
export interface SourceSet {
  /** Reads until every source has ended or {@link SourceSet.stop} is called. */
  run(): Promise<void>;
  stop(): Promise<void>;
  statuses(): SourceStatus[];
  positions(): (readonly [key: string, position: Position])[];
  /** All that was processed so far is kept now: tells the senders that wait for it. */
  confirm(): void;
  /** Lines that were lost because they came faster than they could be taken. */
  dropped(): number;
  /** True once no source will yield another line. */
  ended(): boolean;
  bytes(): number;
  /** Undefined where some source's size is unknown. */
  totalBytes(): number | undefined;
}

/** An option that cannot be honoured; the message is for the person who gave it. */
export class SourceOptionError extends Error {
  override readonly name = 'UsageError';
}

/** Throws {@link SourceOptionError} for a network that cannot be read. */
function proxyTest(trustedProxies: readonly string[]): (address: string) => boolean {
  const proxies = createCidrSet(trustedProxies);
  if (proxies.invalid.length > 0)
    throw new SourceOptionError(`trusted proxy: expected an address or network like 10.0.0.0/8, got "${proxies.invalid[0]}"`);
  return proxies.contains;
}

/** Throws {@link SourceOptionError} for a log format that cannot be read. */
function forcedFormat(text: string | undefined): { forced?: Format } {
  if (text === undefined) return {};
  const forced = logFormat(text);
  if ('error' in forced) throw new SourceOptionError(`log format: ${forced.error}`);
  return { forced };
}

export async function createSourceSet(parts: SourceSetParts): Promise<SourceSet> {
  const { options, clock, pace, savedPosition, notices, emit, onEntry, onRejected, onCut, onLive, onChange, onUnconfirmed, onStop } = parts;
  const isTrustedProxy = proxyTest(options.trustedProxies);
  const opened = parts.opened ?? (await openSources(options, clock));
  for (const text of opened.notices) notices.add(text);
  const abort = new AbortController();
  const inputs: Input[] = [];
  let unconfirmed: (() => void)[] = [];
  const running = new Set<Promise<void>>();
  let known: readonly OpenedSource[] = opened.sources;
  let finished = false;

  const tell = (event: SourceEvent, { id, name }: { id: number; name: string }): void => {
    onChange();
    if (event.type === 'spawned' || event.type === 'exited') emit({ type: event.type, pid: event.pid });
    else if (event.type === 'live') onLive(id);
    else if ('detail' in event) notices.add(`${name}: ${t(event.detail)}`);
    if (event.type === 'cut') onCut({ id, name }, event.how);
  };
  const open = ({ source, settings }: OpenedSource, appeared = false): Input => {
    const id = inputs.length + 1;
    const context: FormatContext = { timeZone: settings.timeZone ?? options.timeZone, nowMs: clock.now, isTrustedProxy };
    const format = forcedFormat(settings.logFormat ?? options.logFormat);
    const parser = createStreamParsers((lineNumber) => createSourceParser(context, { ...format, lineNumber }));
    const resumeFrom = options.resume ? savedPosition(source.key) : undefined;
    const input = openInput({
      source,
      id,
      parser,
      clock,
      pace,
      resumeFrom,
      appeared,
      signal: abort.signal,
      onEntry,
      onRejected,
      onEvent: (event) => tell(event, { id, name: source.name }),
      onTaken(acknowledge) {
        unconfirmed.push(acknowledge);
        onUnconfirmed?.();
      },
    });
    inputs.push(input);
    return input;
  };
  const start = (one: OpenedSource, appeared = false): void => {
    const done = open(one, appeared)
      .readAll()
      .finally(() => {
        running.delete(done);
        onChange();
      });
    running.add(done);
  };

  return {
    async run() {
      if (options.follow) {
        for (const one of known) start(one);
        const watching = opened.watch(abort.signal, (one) => {
          known = [...known, one];
          notices.add(t('new file {file}', { file: one.source.name }));
          start(one, true);
        });
        await watching;
        while (running.size > 0) await Promise.race(running);
      } else await readMerged(known.map((one) => open(one)));
      finished = true;
      onChange();
    },
    async stop() {
      if (unconfirmed.length > 0) onStop?.();
      abort.abort();
      await Promise.allSettled(running);
    },
    statuses: () => inputs.map((input) => input.status()),
    positions: () =>
      inputs.flatMap((input) => {
        const position = input.position();
        return position ? [[input.key, position] as const] : [];
      }),
    confirm() {
      const kept = unconfirmed;
      unconfirmed = [];
      for (const acknowledge of kept) acknowledge();
    },
    dropped: () => inputs.reduce((sum, input) => sum + input.dropped(), 0),
    ended: () => finished,
    bytes: () => inputs.reduce((sum, input) => sum + input.bytes(), 0),
    totalBytes() {
      const sizes = known.map(({ source }) => source.size?.());
      return sizes.every((size) => size !== undefined) ? sizes.reduce((a, b) => a + b, 0) : undefined;
    },
  };
}
