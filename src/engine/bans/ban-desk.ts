import { type Banner, knownLimits } from '../../actions/banner.ts';
import type { Banners } from '../../actions/create-banners.ts';
import { FORCE_WORD, type GuardFacts, refusalsOf } from '../../actions/guard.ts';
import { actionText } from '../../actions/sentences.ts';
import { BanError, type BanSubject, banSubject } from '../../actions/subject.ts';
import type { Clock } from '../../clock/clock.ts';
import type { Enricher } from '../../enrichment/enrichment.ts';
import type { IncidentTracker } from '../../incidents/tracker.ts';
import { t } from '../../lang/lang.ts';
import type { AlertTarget } from '../../model/alert.ts';
import type { BanCandidate, BanList, BanPreview, BanResult, BanRow } from '../../model/ban.ts';
import type { Entry } from '../../model/entry.ts';
import type { Feed } from '../feed/feed.ts';
import type { Protocol } from '../protocol.ts';
import { reachOf } from './ban-reach.ts';
import { MOST_SUBJECTS, subjectsOf } from './ban-subjects.ts';
import { createSweeper } from './ban-sweeper.ts';
import { checkSeconds } from './ban-time.ts';
import { createBanWatch } from './ban-watch.ts';
import { createLoggedBans } from './logged-bans.ts';

/** Bans of one engine: who would be hit, whether that may be, doing it, and looking whether it works. */
export interface BanDesk {
  preview(request: Protocol['ban.preview']['request']): Promise<BanPreview>;
  /** `person` sits at the screen. */
  run(request: Protocol['ban.run']['request'], person: string): Promise<readonly BanResult[]>;
  end(request: Protocol['ban.end']['request'], person: string): Promise<readonly BanResult[]>;
  list(): Promise<BanList>;
  /** Every line, for what fail2ban.log tells and for whether bans work. */
  saw(entry: Entry): void;
  close(): void;
}

export interface BanDeskParts {
  readonly banners: Banners;
  readonly feed: Feed;
  readonly incidents: IncidentTracker;
  readonly enricher: Enricher;
  readonly clock: Clock;
  readonly guard: () => GuardFacts;
  readonly notice: (text: string) => void;
  readonly changed: () => void;
  /** Ends bans in time; false in an engine that only reads. */
  readonly keepsTime: boolean;
}

const MOST_COMMANDS_SHOWN = 20;
const ASK_AGAIN_MS = 10_000;

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export function createBanDesk(parts: BanDeskParts): BanDesk {
  const { banners, clock, notice, changed, keepsTime } = parts;
  const logged = createLoggedBans();
  const watch = createBanWatch({ clock, notice, changed });
  const sweeper = createSweeper(parts);

  /** The way to ban with this name, else the first; undefined when there is none. */
  const chosen = async (name: string): Promise<{ readonly all: readonly Banner[]; readonly banner: Banner | undefined }> => {
    const all = await banners.all();
    return { all, banner: name === '' ? all[0] : all.find((one) => one.name === name) };
  };
  const candidatesOf = (subjects: readonly BanSubject[]): BanCandidate[] => {
    const facts = parts.guard();
    return subjects.map((subject) => ({ subject: subject.text, refusals: refusalsOf(subject, facts) }));
  };

  let answers: { readonly atMs: number; readonly asked: Promise<readonly Asked[]> } | undefined;
  /** Asking a server costs a process each: a screen that stays open asks again after a while, or after a change. */
  const askAll = (): Promise<readonly Asked[]> => {
    if (answers === undefined || clock.now() - answers.atMs >= ASK_AGAIN_MS)
      answers = { atMs: clock.now(), asked: banners.all().then((all) => Promise.all(all.map(rowsOf))) };
    return answers.asked;
  };
  const settle = (): void => {
    answers = undefined;
    changed();
  };

  return {
    async preview({ target, banner: name, seconds, word }) {
      const { all, banner } = await chosen(name);
      const empty: BanPreview = {
        candidates: [],
        banners: all.map((one) => one.name),
        banner: banner?.name ?? '',
        seconds,
        dryRun: banners.dryRun,
        commands: [],
        notes: [],
        reach: [],
        problem: '',
        forceWord: FORCE_WORD,
      };
      if (banner === undefined)
        return { ...empty, problem: t('there is no way to ban called {name}', { name: JSON.stringify(name.slice(0, 60)) }) };
      try {
        checkSeconds(seconds);
        await banner.health();
        const subjects = await subjectsOf(target, { ...parts, banner });
        const candidates = candidatesOf(subjects);
        const open = isForced(word) ? subjects : subjects.filter((_, i) => candidates[i]?.refusals.length === 0);
        const meant = open.length > 0 ? open : subjects;
        const plans = await Promise.all(meant.slice(0, MOST_COMMANDS_SHOWN).map((one) => banner.plan(one, seconds)));
        const more = meant.length > plans.length ? [t('The same is run for {n} more addresses.', { n: meant.length - plans.length })] : [];
        const cidrs = subjects.map(({ cidr }) => cidr);
        return {
          ...empty,
          candidates: candidates.map(({ subject, refusals }) => ({ subject, refusals: refusals.map((one) => actionText(one)) })),
          commands: plans.flatMap(({ commands }) => commands),
          notes: [...more, ...new Set(plans.flatMap(({ notes }) => notes).map((one) => actionText(one)))],
          reach: reachOf(cidrs, parts),
        };
      } catch (error) {
        return { ...empty, problem: actionText(words(error)) };
      }
    },
    async run({ target, banner: name, seconds, word }, person) {
      checkSeconds(seconds);
      const { banner } = await chosen(name);
      if (banner === undefined) throw new BanError(t('this way to ban is gone'));
      const subjects = await subjectsOf(target, { ...parts, banner });
      const candidates = candidatesOf(subjects);
      const forced = isForced(word);
      const results: BanResult[] = [];
      for (const [i, subject] of subjects.entries()) {
        const refusal = candidates[i]?.refusals[0];
        if (refusal !== undefined && !forced) results.push({ subject: subject.text, ok: false, text: `refused: ${refusal}` });
        else results.push(await attempt(subject, () => banner.ban(subject, seconds, { word, why: whyOf(target), person })));
      }
      if (!banners.dryRun) {
        for (const { subject, ok } of results) if (ok) watch.begin(subject);
        if (keepsTime) sweeper.at(clock.now() + seconds * 1000);
      }
      settle();
      return results;
    },
    async end({ subjects, banner: name }, person) {
      const { banner } = await chosen(name);
      if (banner === undefined) throw new BanError(t('there is no way to ban called {name}', { name: JSON.stringify(name.slice(0, 60)) }));
      const results: BanResult[] = [];
      for (const text of subjects.slice(0, MOST_SUBJECTS)) {
        const subject = banSubject(text);
        results.push(await attempt(subject, () => banner.unban(subject, { why: '', person })));
        watch.end(subject.text);
      }
      settle();
      return results;
    },
    async list() {
      const asked = await askAll();
      const answered = new Set(asked.flatMap(({ name, problem }) => (problem === '' ? [name] : [])));
      const fromLog = logged.list(clock.now()).filter(({ banner }) => !answered.has(banner));
      const watchedRow = (row: BanRow): BanRow => ({
        ...row,
        effect: watch.effectOf(row.subject),
        ...(watch.isFailing(row.subject) ? { isFailing: true } : {}),
      });
      const fromServers = asked.flatMap(({ rows }) => rows.map(watchedRow));
      const rows = [...fromServers, ...fromLog].sort((a, b) => (b.sinceMs ?? 0) - (a.sinceMs ?? 0));
      const problems = asked.flatMap(({ problem }) => (problem === '' ? [] : [problem]));
      return {
        rows: rows.slice(0, 500),
        problems,
        limits: knownLimits(asked.map(({ name }) => name)).map((one) => actionText(one)),
        dryRun: banners.dryRun,
      };
    },
    saw(entry) {
      logged.saw(entry);
      watch.saw(entry);
    },
    close() {
      watch.close();
      sweeper.close();
    },
  };

  async function attempt(subject: BanSubject, work: () => Promise<string>): Promise<BanResult> {
    try {
      return { subject: subject.text, ok: true, text: await work() };
    } catch (error) {
      return { subject: subject.text, ok: false, text: words(error) };
    }
  }
}

/** What a keeper of bans said. */
interface Asked {
  readonly name: string;
  readonly rows: readonly BanRow[];
  readonly problem: string;
}

async function rowsOf(banner: Banner): Promise<Asked> {
  const { name } = banner;
  try {
    const rows = (await banner.list()).map(({ subject, sinceMs, untilMs }): BanRow => {
      return { subject, banner: name, source: 'server', sinceMs, untilMs, effect: '' };
    });
    return { name, rows, problem: '' };
  } catch (error) {
    return { name, rows: [], problem: `${name}: ${actionText(words(error))}` };
  }
}

/** For the helper's log, which knows of no lines and incidents. */
const whyOf = (target: AlertTarget): string =>
  target.kind === 'incident' ? `incident ${target.incidentId}` : target.kind === 'entry' ? `line ${target.rowId}` : '';

const isForced = (word: string): boolean => word.trim().toLowerCase() === FORCE_WORD;
