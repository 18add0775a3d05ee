import { type ProcessResult, saidBy } from './run-process.ts';

/** What fail2ban-client's complaint means, in one sentence with what to do. */
export function fail2banSentence(result: ProcessResult, { socket, jail }: { readonly socket: string; readonly jail: string }): string {
  const text = `${result.stdout}\n${result.stderr}`;
  if (/Permission denied/i.test(text))
    return `this user may not talk to fail2ban at ${socket}: run secmon as root, or install its helper (secmon setup helper --print)`;
  if (/Failed to access socket|Is fail2ban running/i.test(text))
    return `fail2ban does not run here: there is no socket ${socket}. Start it, or set actions.fail2ban.socket`;
  if (/Connection refused|Errno 111/i.test(text))
    return `nobody answers at ${socket}: fail2ban has ended without removing its socket. Start it again`;
  if (/does not exist|UnknownJail/i.test(text)) return `fail2ban has no jail "${jail}": see its jails with fail2ban-client status`;
  if (/not a valid|is not a socket|Errno/i.test(text)) return `fail2ban cannot be reached at ${socket}: ${saidBy(result)}`;
  return `fail2ban refused: ${saidBy(result)}`;
}
