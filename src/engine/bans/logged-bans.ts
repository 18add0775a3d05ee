import { createBoundedMap } from '../../collections/bounded-map.ts';
import type { BanRow } from '../../model/ban.ts';
import type { Entry } from '../../model/entry.ts';

/** Bans as fail2ban.log tells them, for a server that cannot be asked. */
export interface LoggedBans {
  saw(entry: Entry): void;
  list(nowMs: number): readonly BanRow[];
}

const MOST = 5_000;
const DEED =
  /^\[[^\]\s]{1,100}\] (?:Restore |Increase )?(Ban|Unban) ([0-9A-Fa-f.:/]{2,45})(?: \(\d+ # (?:(\d{1,4}) days?, )?(\d{1,3}):(\d\d):(\d\d) )?/;
/** fail2ban's own default (jail.conf): what a line without a time most likely means is not said as a fact, only used to forget. */
const FORGET_MS = 30 * 24 * 3_600_000;

export function createLoggedBans(): LoggedBans {
  const held = createBoundedMap<string, BanRow>(MOST);
  return {
    saw(entry) {
      if (entry.kind !== 'fail2ban') return;
      const found = DEED.exec(entry.message);
      if (found === null) return;
      const [, deed, subject = '', days, hours, minutes, seconds] = found;
      const key = `${entry.program} ${subject}`;
      if (deed === 'Unban') {
        held.delete(key);
        return;
      }
      const lasts =
        hours === undefined ? undefined : ((Number(days ?? 0) * 24 + Number(hours)) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
      const untilMs = lasts === undefined || entry.timeMs === undefined ? undefined : entry.timeMs + lasts;
      held.set(key, { subject, banner: `fail2ban ${entry.program}`, source: 'log', sinceMs: entry.timeMs, untilMs, effect: '' });
    },
    list: (nowMs) =>
      [...held.entries()].map(([, row]) => row).filter(({ sinceMs, untilMs }) => (untilMs ?? (sinceMs ?? nowMs) + FORGET_MS) > nowMs),
  };
}
