import { msg } from '../lang/lang.ts';
import { retelling } from '../text/retelling.ts';

/**
 * What bans and those who keep them say. They say it in English, as the audit log and the helper's protocol keep it; {@link actionText} says it
 * again where a person reads it. A sentence that is not listed here stays English.
 */
const SENTENCES: readonly string[] = [
  // Refusals
  msg('{address} is connected to sshd on this machine right now: this may lock you out'),
  msg('{address} is an address of this machine'),
  msg('{address} is on your allow list ({name})'),
  msg('{address} is private: it is somebody near, or your own proxy'),
  msg('{address} belongs to {owners}: many visitors come through it'),
  msg('{address} is a large part of the Internet: name /{bits} or less'),
  msg('{text} is no address: expected one such as 203.0.113.9, 2001:db8::1 or 2001:db8:1:2::/64'),
  msg('refused: {reason}'),
  // The helper
  msg('the helper refuses: {reason}; to ban it in spite of that, type {word}'),
  msg('the helper has no way to ban called "{name}": see /etc/secmon/config.yml, actions'),
  msg('the helper only plans: bans are not switched on in {path} (actions: {settings})'),
  msg('{path} cannot be understood, so nobody may act until it is mended: {reason}'),
  msg('{person} is a viewer here: only operators named in /etc/secmon/config.yml may do that'),
  msg('{person} is a viewer here: neither in the group {group} nor named an operator in /etc/secmon/config.yml'),
  msg('another ban has been going on for a minute: see what fail2ban does'),
  msg('{what}, by the helper'),
  // Dry run
  msg('dry run, nothing was done; it would be: {commands}'),
  // fail2ban
  msg('fail2ban banned {address} in jail {jail} for {span}'),
  msg('fail2ban unbanned {address} in jail {jail}'),
  msg('{address} was not banned in jail {jail} any more'),
  msg('fail2ban took {address}, but the jail {jail} does not hold it: see its log and ignoreip'),
  msg('fail2ban did not say how long the jail {jail} bans'),
  msg('{jail} is no name of a jail'),
  msg('The jail bans for {usual}; secmon unbans after {span} when it runs then.'),
  msg('fail2ban before 1.1.1 cannot put a network into its nftables set: see whether the ban holds.'),
  msg('this user may not talk to fail2ban at {socket}: run secmon as root, or install its helper (secmon setup helper --print)'),
  msg('fail2ban does not run here: there is no socket {socket}. Start it, or set actions.fail2ban.socket'),
  msg('nobody answers at {socket}: fail2ban has ended without removing its socket. Start it again'),
  msg('fail2ban has no jail "{jail}": see its jails with fail2ban-client status'),
  msg('fail2ban cannot be reached at {socket}: {reason}'),
  msg('fail2ban refused: {reason}'),
  // nftables
  msg('nftables drops packets from {address} for {span}'),
  msg('nftables lets {address} in again'),
  msg('{address} was not banned by nftables any more'),
  msg('nftables, table inet {table}'),
  msg('this user may not change nftables: run secmon as root, or install its helper (secmon setup helper --print)'),
  msg('nftables has no table inet {table} with the sets of secmon: secmon setup nftables --print shows how to make it'),
  msg('nftables holds a network that this ban lies in, or overlaps, already'),
  msg('nftables refused: {reason}'),
  // Cloudflare
  msg('Cloudflare blocks {address} for {span}'),
  msg('Cloudflare lets {address} in again'),
  msg('{address} was not blocked at Cloudflare any more'),
  msg("Cloudflare's rules have no end: secmon deletes this one after {span} when it runs then."),
  msg('Cloudflare takes networks of {networks} only, not {bits}'),
  msg('Cloudflare refuses the token ({status}): it needs "Firewall Services: Edit" for this zone'),
  msg('Cloudflare knows no such zone: see actions.cloudflare.zone'),
  msg('Cloudflare did not answer within 15 s'),
  msg('Cloudflare cannot be reached{reason}'),
  msg('Cloudflare cannot be reached'),
  msg('Cloudflare answered {answer}'),
  // nginx
  msg('nginx denies {address} for {span}'),
  msg('nginx lets {address} in again'),
  msg('{address} was not denied by nginx any more'),
  msg('nginx knows no end of a ban: secmon takes the line out after {span} when it runs then.'),
  msg('actions.nginx has an empty command'),
  msg('cannot read {file} ({code})'),
  msg('cannot write {file} ({code}): this user needs the right to write in its folder'),
  // Commands
  msg('{name} banned {address} for {span}'),
  msg('{name} let {address} in again'),
  msg('{name} has no command'),
  msg('The command is told no time: secmon ends the ban after {span} when it runs then.'),
  msg('{command} ended with {code} and said: {said}'),
  msg('cannot run {program}: there is no such program, or it may not be run'),
  msg('there is no program {program} on this machine; install it, or configure another way to ban'),
  msg('{program} may not be run by this user'),
  msg('{program} printed too much'),
  msg('{program} did not end within {seconds} s and was stopped'),
  msg('{program} was ended by a signal'),
  msg('cannot note the end of the ban in {path} ({code})'),
  // Known limits
  msg('fail2ban before 1.1.1 cannot ban a network with its nftables action (its set has no "flags interval"): ban single addresses there.'),
  msg(
    'Ports that Docker publishes do not pass the INPUT chain: a ban in it does not hold for them. Use the chain DOCKER-USER, or a ban at the edge.',
  ),
];

/** A sentence of {@link SENTENCES} in the language of the work, also where it is quoted inside another; anything else as it is. */
export const actionText = retelling(SENTENCES);
