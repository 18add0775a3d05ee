import type { Clock } from '../../clock/clock.ts';
import { isExpired, type Mute, readMutes } from '../../detection/mutes/mute.ts';
import { addMuteLine, muteFileSignature, readMuteFile, removeMuteLine } from '../../detection/mutes/mute-file.ts';
import { createMuteSet, type MuteSet, type MuteSetOptions, NO_MUTE_SET } from '../../detection/mutes/mute-set.ts';
import { refusalText } from '../../detection/rule-files.ts';
import { t, tn } from '../../lang/lang.ts';
import type { Behaviour } from '../../model/behaviour.ts';
import type { Entry } from '../../model/entry.ts';
import type { MuteRow } from '../../model/mute.ts';
import type { MuteHitBook } from './mute-hits.ts';

/** What the way of the lines asks of the mutes. */
export interface Muting {
  readonly size: number;
  /** Whether what a rule found is kept quiet; counts it. */
  hides(ruleId: string, entry: Entry, what: { readonly success: boolean; readonly timeMs: number }): boolean;
  /** The same of a rule that only correlations hear of: it makes no detection, so that nothing is counted. */
  hidesFromCorrelations(ruleId: string, entry: Entry, success: boolean): boolean;
  /** Whether what a correlation found is kept quiet; counts each run once. */
  hidesBehaviour(behaviour: Behaviour): boolean;
}

/** The mutes that hold: those of the file, read again when it changes, and those of this session. */
export interface Mutes extends Muting {
  /** Resolves when the file was read once. */
  readonly ready: Promise<void>;
  /** Those that hold now. */
  current(): readonly Mute[];
  /** Tests of those that hold and one more. */
  setWith(more: Mute): MuteSet;
  readonly set: MuteSet;
  /** Writes a line into the file, or keeps the mute for this session where there is none. Throws what the person must know. */
  add(mute: Mute, line: string): Promise<void>;
  addForSession(mute: Mute): void;
  /** Takes a mute of this session back; false where its line was changed or taken out since. */
  remove(id: string): Promise<boolean>;
  list(): readonly MuteRow[];
  close(): void;
}

export interface MutesOptions extends Pick<MuteSetOptions, 'rules' | 'detect'> {
  /** Undefined: none is kept beyond this session. */
  readonly path: string | undefined;
  /** Look for changes of the file. */
  readonly follow: boolean;
  readonly hits: MuteHitBook;
  readonly clock: Clock;
  readonly notice: (text: string) => void;
  readonly changed: () => void;
}

const LOOK_AGAIN_MS = 2_000;
const SAVE_EVERY = 5;
const MAX_KEYS = 10_000;

const many = (n: number): string => tn(n, '{mutes} mute', '{mutes} mutes', { mutes: n });

export function openMutes(options: MutesOptions): Mutes {
  const { path, follow, hits, clock, notice, changed } = options;
  let fromFile: readonly Mute[] = [];
  let forSession: readonly Mute[] = [];
  let held: readonly Mute[] = [];
  let set: MuteSet = NO_MUTE_SET;
  let signature = '';
  let problem = '';
  const lines = new Map<string, string>();
  const keys = new Set<string>();
  let cancel = (): void => {};
  let closed = false;
  let rounds = 0;

  const setOf = (mutes: readonly Mute[]): MuteSet => (mutes.length === 0 ? NO_MUTE_SET : createMuteSet({ ...options, mutes }));
  const known = (): readonly Mute[] => [...fromFile, ...forSession];
  const settle = (): void => {
    const now = clock.now();
    held = known().filter((mute) => !isExpired(mute, now));
    set = setOf(held);
    changed();
  };
  const tellExpired = (expired: readonly Mute[]): void => {
    const [first] = expired;
    if (first === undefined) return;
    const { title } = first;
    notice(
      expired.length === 1
        ? t('mute expired: {title}', { title })
        : t('{mutes} expired, among them: {title}', { mutes: many(expired.length), title }),
    );
  };
  const read = async (isFirst: boolean): Promise<void> => {
    if (path === undefined) return;
    signature = muteFileSignature(path);
    try {
      const { mutes, refused } = await readMutes(readMuteFile(path), path);
      problem = refused[0] === undefined ? '' : refusalText(refused[0]);
      if (problem !== '')
        notice(
          fromFile.length > 0
            ? t('mutes not read: {problem}; the {mutes} of before stay', { problem, mutes: many(fromFile.length) })
            : t('mutes not read: {problem}', { problem }),
        );
      if (problem !== '' && !isFirst) return;
      fromFile = mutes;
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      notice(t('mutes not read: {problem}', { problem }));
      return;
    }
    settle();
    if (isFirst) tellExpired(known().filter((mute) => !held.includes(mute)));
  };
  const lookAgain = async (): Promise<void> => {
    if (path !== undefined && muteFileSignature(path) !== signature) {
      await read(false);
      if (problem === '') notice(t('mutes read again: {mutes}', { mutes: many(held.length) }));
    }
    const now = clock.now();
    const expired = held.filter((mute) => isExpired(mute, now));
    if (expired.length > 0) {
      settle();
      tellExpired(expired);
    }
    if (++rounds % SAVE_EVERY === 0) hits.save(known().map(({ id }) => id));
    if (!closed) cancel = clock.after(LOOK_AGAIN_MS, () => void lookAgain());
  };
  const ready = read(true).then(() => {
    if (follow && !closed) cancel = clock.after(LOOK_AGAIN_MS, () => void lookAgain());
  });

  return {
    ready,
    get size() {
      return set.size;
    },
    get set() {
      return set;
    },
    hides(ruleId, entry, { success, timeMs }) {
      const mute = set.of(ruleId, entry, success);
      if (mute !== undefined) hits.add(mute.id, timeMs);
      return mute !== undefined;
    },
    hidesFromCorrelations: (ruleId, entry, success) => set.of(ruleId, entry, success) !== undefined,
    hidesBehaviour(behaviour) {
      const mute = set.size === 0 ? undefined : set.ofBehaviour(behaviour);
      if (mute === undefined) return false;
      if (!keys.has(behaviour.key)) {
        if (keys.size >= MAX_KEYS) keys.clear();
        keys.add(behaviour.key);
        hits.add(mute.id, behaviour.endMs);
      }
      return true;
    },
    current: () => held,
    setWith: (more) => setOf([...held, more]),
    async add(mute, line) {
      if (path === undefined) {
        forSession = [...forSession, { ...mute, line: 0 }];
        settle();
        return;
      }
      if (problem !== '') throw new Error(t('nothing was written, as the file must be mended first: {problem}', { problem }));
      addMuteLine(path, line);
      lines.set(mute.id, line);
      await read(false);
    },
    addForSession(mute) {
      forSession = [...forSession, { ...mute, line: 0 }];
      settle();
    },
    async remove(id) {
      const line = lines.get(id);
      if (line === undefined || path === undefined) {
        const before = forSession.length;
        forSession = forSession.filter((mute) => mute.id !== id);
        settle();
        return forSession.length < before;
      }
      const removed = removeMuteLine(path, line);
      lines.delete(id);
      await read(false);
      return removed;
    },
    list: () =>
      known().map(({ id, title, author, note, untilMs, filter, line, ...mute }) => ({
        id,
        title,
        author,
        note,
        untilMs,
        rules: filter.rules === 'any' ? [] : filter.rules,
        isExpired: isExpired({ id, title, author, note, untilMs, filter, line, ...mute }, clock.now()),
        place: line === 0 || path === undefined ? t('this session') : `${path}:${line}`,
        ...hits.of(id),
      })),
    close() {
      closed = true;
      cancel();
      hits.save(known().map(({ id }) => id));
    },
  };
}
