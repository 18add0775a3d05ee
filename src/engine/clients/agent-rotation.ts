import { createRecentCache } from '../../collections/recent-cache.ts';
import { isStatic } from '../../detection/sigma/numbers.ts';
import type { Behaviour } from '../../model/behaviour.ts';
import type { Entry } from '../../model/entry.ts';
import { copyText } from '../../text/copy-text.ts';
import { AGENT_ROTATION } from '../log-watch/log-watch-rules.ts';

/** Notices an address that is one program behind ever other user agents, also where every request is answered. Event time, bounded memory. */
export interface AgentRotation {
  saw(entry: Entry, timeMs: number, actor: string): void;
}

/** What an address asked for in one span of time. */
interface Span {
  readonly startMs: number;
  lastMs: number;
  pages: number;
  /** Files that pages are made of, and requests that say where they come from: browsers have many of both. */
  parts: number;
  referred: number;
  readonly agents: Map<string, number>;
  example: string;
  told: number;
}

const SPAN_MS = 10 * 60_000;
const MAX_ADDRESSES = 500;
const MAX_AGENTS = 150;
const FEWEST_PAGES = 100;
/** Fewer may be the machines of an office that all ask for the same thing at the same pace. */
const FEWEST_AGENTS = 60;
/** The commonest of many people's browsers stands far above the middle one; of a list that is drawn from, none does. */
const EVENLY = 3;
/** Among many people's requests more than this share are parts of a page, or name the page before. */
const OF_BROWSERS = 0.1;
const MAX_TEXT = 200;

const pathOf = (target: string): string => {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
};

const newSpan = (timeMs: number): Span => ({
  startMs: timeMs,
  lastMs: timeMs,
  pages: 0,
  parts: 0,
  referred: 0,
  agents: new Map(),
  example: '',
  told: 0,
});

function isRotating({ pages, parts, referred, agents }: Span): boolean {
  if (pages < FEWEST_PAGES || agents.size < FEWEST_AGENTS) return false;
  if (parts + referred > pages * OF_BROWSERS) return false;
  return Math.max(...agents.values()) <= EVENLY * (pages / agents.size);
}

const behaviourOf = (actor: string, { startMs, lastMs, pages, agents, example }: Span): Behaviour => ({
  key: `${AGENT_ROTATION.id} ${actor} ${startMs}`,
  rule: AGENT_ROTATION,
  success: false,
  group: { 'c-ip': actor },
  startMs,
  endMs: lastMs,
  events: pages,
  silent: pages,
  value: agents.size,
  actors: [actor],
  actorCount: 1,
  example,
});

export function createAgentRotation(tell: (behaviour: Behaviour) => void): AgentRotation {
  const spans = createRecentCache<Span>(MAX_ADDRESSES);
  const spanOf = (actor: string, timeMs: number): Span => {
    const known = spans.get(actor);
    if (known !== undefined && timeMs - known.startMs < SPAN_MS) return known;
    const span = newSpan(timeMs);
    spans.set(known === undefined ? copyText(actor) : actor, span);
    return span;
  };
  return {
    saw(entry, timeMs, actor) {
      if (entry.userAgent === '') return;
      const span = spanOf(actor, timeMs);
      span.lastMs = Math.max(span.lastMs, timeMs);
      if (entry.referer !== '') span.referred++;
      if (isStatic(entry.target)) {
        span.parts++;
        return;
      }
      span.pages++;
      const { agents } = span;
      const agent = entry.userAgent.slice(0, MAX_TEXT);
      const seen = agents.get(agent);
      if (seen !== undefined) agents.set(agent, seen + 1);
      else if (agents.size < MAX_AGENTS) agents.set(copyText(agent), 1);
      if (span.pages % 20 !== 0 || span.pages < span.told * 2 || !isRotating(span)) return;
      if (span.example === '') span.example = copyText(pathOf(entry.target).slice(0, MAX_TEXT));
      span.told = span.pages;
      tell(behaviourOf(actor, span));
    },
  };
}
