import type { Banner } from '../../actions/banner.ts';
import type { Banners } from '../../actions/create-banners.ts';
import { FORCE_WORD, type GuardFacts, refusalsOf } from '../../actions/guard.ts';
import { BanError, type BanSubject, banSubject } from '../../actions/subject.ts';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { AuditEvent } from '../../audit/record.ts';
import type { HelperHandlers } from '../../helper/server.ts';
import { checkSeconds } from './ban-time.ts';

/** What the helper acts with, all of it found by itself: nothing of it comes from a caller. */
export interface HelperDeskParts {
  readonly banners: Banners;
  readonly guard: () => GuardFacts;
  /** `''` for an operator; else why this caller, for this person, may not act: a sentence. */
  readonly mayNot: (person: string) => string;
  /** `''`; or why the configuration does not count or cannot be understood: then nothing is done. */
  readonly unusable: string;
  /** `''` when bans are switched on; else how to switch them on. */
  readonly switchedOff: string;
  /** The audit log, with this caller as who acts. */
  readonly log: AuditLog;
  /** Runs one thing after the other, over all processes: a jail's time is raised for a moment, which must not mix. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
  readonly applyUpdates: (tell: (line: string) => void) => Promise<string>;
}

/** The helper's answers: it reads everything again, asks for the role, looks whom a ban would hit, acts, and writes down that it did. */
export function createHelperDesk(parts: HelperDeskParts): HelperHandlers {
  const { banners, alone } = parts;
  const bannerOf = async (name: string): Promise<Banner> => {
    if (parts.unusable !== '') throw new BanError(parts.unusable);
    const banner = await banners.named(name);
    if (banner === undefined) throw new BanError(`the helper has no way to ban called "${name}": see /etc/secmon/config.yml, actions`);
    return banner;
  };
  const act = actingBy(parts);
  return {
    banners: async () => ({ names: (await banners.all()).map(({ name }) => name) }),
    async status({ banner: name }) {
      const banner = await bannerOf(name);
      return { text: `${await banner.health()}, by the helper`, takesNetworks: await banner.takesNetworks() };
    },
    async plan({ banner: name, address, seconds }) {
      checkSeconds(seconds);
      const { commands, notes } = await (await bannerOf(name)).plan(banSubject(address), seconds);
      return { commands, notes: parts.switchedOff === '' ? notes : [...notes, parts.switchedOff] };
    },
    'unban.plan': async ({ banner: name, address }) => ({ commands: await (await bannerOf(name)).unbanPlan(banSubject(address)) }),
    ban: ({ banner: name, address, seconds, word, why, person }) => {
      const forced = isForced(word);
      const reasons = [why, name, `${seconds} s`, forced ? 'forced' : ''];
      return act({ action: 'ban', what: address, reasons, person }, async () => {
        checkSeconds(seconds);
        if (parts.switchedOff !== '') throw new BanError(parts.switchedOff);
        const subject = banSubject(address);
        if (!forced) checkGuard(subject, parts.guard());
        const banner = await bannerOf(name);
        return alone(() => banner.ban(subject, seconds));
      });
    },
    unban: ({ banner: name, address, why, person }) =>
      act({ action: 'unban', what: address, reasons: [why, name], person }, async () => {
        const subject = banSubject(address);
        const banner = await bannerOf(name);
        return alone(() => banner.unban(subject));
      }),
    bans: async ({ banner: name }) => ({ bans: await (await bannerOf(name)).list() }),
    // Only what is over anyhow: nobody needs a right for it.
    expire: async ({ banner: name }) => {
      const banner = await bannerOf(name);
      return { subjects: await alone(() => banner.expire()) };
    },
    'updates.apply': ({ why, person }, tell) =>
      act({ action: 'update', what: 'pending updates', reasons: [why], person }, () => parts.applyUpdates(tell)),
  };
}

/** What is asked for, before anybody knows how it goes. */
interface Wish extends Pick<AuditEvent, 'action' | 'what'> {
  readonly reasons: readonly string[];
  readonly person: string;
}

type Act = (wish: Wish, work: () => Promise<string>) => Promise<{ readonly text: string }>;

/** Asks for the role, does it, and writes down how it went. What cannot be written down is not done. */
function actingBy({ mayNot, log }: Pick<HelperDeskParts, 'mayNot' | 'log'>): Act {
  return async ({ action, what, reasons, person }, work) => {
    log.head();
    const why = [...reasons, person === '' ? '' : `for ${person}`].filter((part) => part !== '').join(', ');
    const event = { action, what, why };
    const refusal = mayNot(person);
    if (refusal !== '') {
      log.append({ action: 'refused', what: `${action} ${what}`, result: refusal, why });
      throw new BanError(refusal);
    }
    try {
      const text = await work();
      log.append({ ...event, result: text });
      return { text };
    } catch (error) {
      log.append({ ...event, result: `not done: ${error instanceof Error ? error.message : String(error)}` });
      throw error;
    }
  };
}

const isForced = (word: string): boolean => word.trim().toLowerCase() === FORCE_WORD;

function checkGuard(subject: BanSubject, facts: GuardFacts): void {
  const [refusal] = refusalsOf(subject, facts);
  if (refusal !== undefined) throw new BanError(`the helper refuses: ${refusal}; to ban it in spite of that, type ${FORCE_WORD}`);
}
