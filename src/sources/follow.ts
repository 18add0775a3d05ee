import type { Clock } from '../clock/clock.ts';
import { msg, t } from '../lang/lang.ts';
import type { Position } from '../model/position.ts';
import { explainFailure, explainKind, isMissing, messageOf } from './failure.ts';
import type { FileAccess } from './file-access.ts';
import { identityOf, isUsable, sameFile } from './fingerprint.ts';
import { createFollowedFiles, type FollowedFiles } from './followed-files.ts';
import { LogChain } from './log-chain.ts';
import { createStateTeller } from './log-state.ts';
import { OpenLog } from './open-log.ts';
import { PathWatch } from './path-watch.ts';
import { openBetween, openRotated } from './rotation.ts';
import type { LineBatch, SourceContext, SourceEvent } from './source.ts';
import { eventBatch } from './split.ts';

/** How much of what a file already holds is read: the last lines, everything, or nothing. */
export type History = { readonly lines: number } | 'all' | 'none';

export interface FollowOptions {
  readonly path: string;
  readonly history: History;
  readonly clock: Clock;
  readonly files: FileAccess;
  readonly followed?: FollowedFiles | undefined;
  /** Slow poll behind the watch; default 1 s. */
  readonly pollMs?: number | undefined;
  /** How long a rotated file is still read after it last grew; default 10 s. */
  readonly graceMs?: number | undefined;
}

/** What a look at the path led to: an event to tell, and whether there may be more to read. */
interface Look {
  readonly event: SourceEvent | undefined;
  readonly more: boolean;
}

const say = (event: SourceEvent | undefined, more = false): Look => ({ event, more });
const NOT_THERE: SourceEvent = { type: 'waiting', detail: msg('not there yet') };
const GONE: SourceEvent = { type: 'waiting', detail: msg('gone, waiting for a new one') };

/** Opens, rotates and reads one path. A class, as it owns the open files. */
export class Follower {
  readonly #options: FollowOptions;
  readonly #followed: FollowedFiles;
  readonly chain: LogChain;
  #resumeFrom: Position | undefined;
  #history: History;
  #failure: SourceEvent | undefined;

  constructor(options: FollowOptions, resumeFrom: Position | undefined) {
    this.#options = options;
    this.#followed = options.followed ?? createFollowedFiles();
    this.chain = new LogChain({ ...options, graceMs: options.graceMs ?? 10_000, followed: this.#followed });
    this.#resumeFrom = resumeFrom !== undefined && isUsable(resumeFrom) ? resumeFrom : undefined;
    this.#history = options.history;
  }

  /** The next lines; undefined when there are none. A file that fails while it is read (EIO, ESTALE) is opened again at the next look. */
  async read(): Promise<LineBatch | undefined> {
    try {
      return await this.chain.read();
    } catch (error) {
      await this.chain.close();
      this.#failure = { type: 'failed', detail: t('reading stopped: {reason}', { reason: messageOf(error) }) };
      return undefined;
    }
  }

  /** Nothing will come any more: the half line, or why reading stopped. */
  finish(): LineBatch | undefined {
    return this.#failure === undefined ? this.chain.finish() : eventBatch(this.#failure);
  }

  /** Looks what is at the path now; problems are events. Called whenever there is nothing more to read. */
  async look(): Promise<Look> {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) return say(failure);
    try {
      const stats = await this.#options.files.stat(this.#options.path);
      const wrongKind = explainKind(stats, this.#options.path);
      if (wrongKind !== undefined) return say({ type: 'failed', detail: wrongKind });
      const { current } = this.chain;
      const identity = identityOf(stats);
      if (current !== undefined && sameFile(current, identity)) return say({ type: 'live' });
      if (this.chain.takeBack(identity)) return say(undefined, true);
      return await this.#open();
    } catch (error) {
      if (isMissing(error)) return this.#onMissing();
      return say({ type: 'failed', detail: await explainFailure(error, this.#options.path, this.#options.files) });
    }
  }

  async #open(): Promise<Look> {
    const log = await OpenLog.open(this.#options.path, this.#options.files);
    try {
      const earlier = this.#followed.find(log);
      // Another follower reads this file under its former name: it is not new here.
      if (earlier !== undefined && !earlier.closed) {
        await log.close();
        return say(this.chain.current === undefined ? NOT_THERE : GONE);
      }
      const event = await this.#stand(log, earlier?.position());
      await this.chain.rotateTo(log);
      return say(event, true);
    } catch (error) {
      await log.close();
      throw error;
    }
  }

  /** Puts a file just opened where reading it begins. */
  async #stand(log: OpenLog, read: Position | undefined): Promise<SourceEvent | undefined> {
    const history = this.#history;
    this.#history = 'all';
    if (read !== undefined && (await log.matches(read))) {
      await log.seek(read.offset);
      return undefined;
    }
    if (this.chain.current !== undefined) return { type: 'notice', detail: t('log rotated') };
    const resumeFrom = this.#resumeFrom;
    this.#resumeFrom = undefined;
    if (resumeFrom !== undefined) return this.#resume(log, resumeFrom);
    if (history !== 'all') await log.seekLastLines(history === 'none' ? 0 : history.lines);
    return undefined;
  }

  async #resume(log: OpenLog, position: Position): Promise<SourceEvent> {
    if (await log.matches(position)) {
      await log.resume(position.offset);
      return { type: 'notice', detail: t('goes on where the last run stopped') };
    }
    return (
      (await this.#openRest(position)) ?? {
        type: 'notice',
        detail: t('the log of the last run is gone or compressed: the new one is read from its begin'),
      }
    );
  }

  /** Opens what is left of the file that `position` was taken from, and what came between it and the present one. */
  async #openRest(position: Position): Promise<SourceEvent | undefined> {
    const { path, files } = this.#options;
    const rotated = await openRotated(path, position, files);
    if (rotated === undefined) return undefined;
    this.chain.addOlder(rotated);
    for (const between of await openBetween(path, rotated, files)) this.chain.addOlder(between);
    return { type: 'notice', detail: t('the log was rotated since the last run: the rest of the old one is read first') };
  }

  async #onMissing(): Promise<Look> {
    // What appears later is new: all of it is read.
    this.#history = 'all';
    const resumeFrom = this.#resumeFrom;
    this.#resumeFrom = undefined;
    const rest = resumeFrom === undefined ? undefined : await this.#openRest(resumeFrom);
    if (rest !== undefined) return say(rest, true);
    return say(this.chain.current === undefined ? NOT_THERE : GONE);
  }
}

/** Lines of a file and of those that follow it under its path, until `signal` aborts. */
export async function* follow(options: FollowOptions, { signal, resumeFrom }: SourceContext): AsyncGenerator<LineBatch> {
  const follower = new Follower(options, resumeFrom);
  const watch = new PathWatch({ ...options, paths: [options.path], signal, pollMs: options.pollMs ?? 1000 });
  const tell = createStateTeller();
  try {
    while (!signal.aborted) {
      const batch = await follower.read();
      if (batch !== undefined) {
        yield batch;
        continue;
      }
      const { event, more } = await follower.look();
      const told = tell(event);
      if (told !== undefined) yield eventBatch(told);
      if (more) watch.refresh();
      else await watch.wait();
    }
  } finally {
    watch.close();
    await follower.chain.close();
  }
}
