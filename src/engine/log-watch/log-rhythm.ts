/** How steadily a log is written, learned from its own lines. */
export interface Rhythm {
  /** A line at event time, and who sent it (`''` when unknown); late ones count in their own time. */
  saw(timeMs: number, who: string): void;
  /** How long silence may last before it means something; undefined while the log is not steady. */
  allowedMs(): number | undefined;
  /** The longest silence of the last half hour. */
  longestMs(): number;
  /** Begins anew at another time: the clock of the log was set. */
  restart(): void;
}

interface Slot {
  readonly index: number;
  lines: number;
  longestGapMs: number;
  /** Lines by sender, of the first {@link MAX_SENDERS}. */
  readonly senders: Map<string, number>;
}

const SLOT_MS = 5 * 60_000;
/** Whole slots that must be steady: half an hour. */
const SLOTS = 6;
const MAX_SENDERS = 64;
/** Lines in five minutes below which a log is quiet, and its silence says nothing. */
const FEWEST_LINES = 20;
/** A slot with less than this share of the middle one shows that the log calms down by itself: night falls, a job ends. */
const CALMING = 1 / 3;
const LEAST_SILENCE_MS = 5 * 60_000;
const TIMES_LONGEST = 20;
/** What happened twice is usual. */
const TIMES_USUAL = 1.5;
/** One client whose lines are nearly all of a log has to have come for so long before its absence is the log's. */
const LONE_CLIENT_MS = 6 * 3_600_000;

const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Lines of all but the busiest sender. */
const othersOf = ({ lines, senders }: Slot): number => lines - Math.max(0, ...senders.values());

function count(slot: Slot, who: string): void {
  slot.lines++;
  if (who === '') return;
  const known = slot.senders.get(who);
  if (known !== undefined || slot.senders.size < MAX_SENDERS) slot.senders.set(who, (known ?? 0) + 1);
}

/** Steady: each of the last six slots has its lines, the last not clearly fewer than the middle one. */
const isSteady = (counts: readonly number[]): boolean =>
  counts.length === SLOTS && Math.min(...counts) >= FEWEST_LINES && (counts.at(-1) ?? 0) >= middle(counts) * CALMING;

/**
 * The rhythm of one log. Silence means something when the log was steady for half an hour until the very end, by several clients, and the silence
 * is longer than five minutes, than twenty times the longest of that time, and than what the log was known to do twice.
 */
export function createRhythm(): Rhythm {
  let slots: Slot[] = [];
  let lastMs: number | undefined;
  let firstMs = 0;
  /** The two longest gaps ever, the longer first. */
  let longest = 0;
  let second = 0;

  const noteGap = (gapMs: number): void => {
    if (gapMs < LEAST_SILENCE_MS) return;
    second = Math.max(second, Math.min(longest, gapMs));
    longest = Math.max(longest, gapMs);
  };
  const slotAt = (timeMs: number): Slot | undefined => {
    const index = Math.floor(timeMs / SLOT_MS);
    const newest = slots.at(-1);
    if (newest !== undefined && index <= newest.index) return slots.find((slot) => slot.index === index);
    const slot: Slot = { index, lines: 0, longestGapMs: 0, senders: new Map() };
    slots = [...slots, slot].filter((each) => each.index >= index - SLOTS);
    return slot;
  };
  /** Since when nothing was missing. */
  const noteSteadiness = (timeMs: number): void => {
    const newest = slots.at(-1);
    const index = Math.floor(timeMs / SLOT_MS);
    if (newest === undefined) firstMs = timeMs;
    else if (index > newest.index && (index > newest.index + 1 || newest.lines < FEWEST_LINES)) firstMs = timeMs;
  };
  /** The slot that is not over yet, when enough of it has passed to judge, may not show that the log calms down. */
  const endsCalmly = (whole: readonly Slot[], last: Slot, untilMs: number): boolean => {
    const share = (untilMs - last.index * SLOT_MS) / SLOT_MS;
    return share >= 0.2 && last.lines / share < middle(whole.map(({ lines }) => lines)) * CALMING;
  };
  const longestMs = (): number => Math.max(0, ...slots.map(({ longestGapMs }) => longestGapMs));

  return {
    saw(timeMs, who) {
      noteSteadiness(timeMs);
      const slot = slotAt(timeMs);
      const gapMs = lastMs === undefined ? 0 : Math.max(0, timeMs - lastMs);
      noteGap(gapMs);
      lastMs = Math.max(lastMs ?? timeMs, timeMs);
      if (slot === undefined) return;
      slot.longestGapMs = Math.max(slot.longestGapMs, gapMs);
      count(slot, who);
    },
    allowedMs() {
      const last = slots.at(-1);
      if (last === undefined || lastMs === undefined) return undefined;
      const whole = slots.filter(({ index }) => index < last.index);
      const consecutive = whole[0]?.index === last.index - SLOTS && whole.length === SLOTS;
      if (!consecutive || !isSteady(whole.map(({ lines }) => lines)) || endsCalmly(whole, last, lastMs)) return undefined;
      if (!isSteady(whole.map(othersOf)) && lastMs - firstMs < LONE_CLIENT_MS) return undefined;
      return Math.max(LEAST_SILENCE_MS, TIMES_LONGEST * longestMs(), TIMES_USUAL * second);
    },
    longestMs,
    restart() {
      slots = [];
      lastMs = undefined;
    },
  };
}
