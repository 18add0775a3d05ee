import { isIP } from 'node:net';
import { t } from '../lang/lang.ts';

/** True for an address, or a network such as `2001:db8::/64`. */
export function isAddress(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  return isIP(address) !== 0 && !address.includes('%') && (bits === undefined || /^\d{1,3}$/.test(bits)) && more.length === 0;
}

/** What to type to see the actor's requests in secmon. Only an address gets into it: nothing of a log is ever typed into a shell. */
export function openCommand(actor: string): string {
  return isAddress(actor) ? t('Run secmon, press / and type ip:{address}', { address: actor }) : t('Run secmon');
}
