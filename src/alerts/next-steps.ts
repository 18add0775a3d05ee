import { msg, t } from '../lang/lang.ts';
import type { Family } from '../model/detection.ts';
import type { AlertFacts } from './alert-facts.ts';
import { isAddress } from './open-command.ts';

const MAX_STEPS = 6;

/** What to look at when an attack of a family may have worked. `{place}` is the path, or words for it. */
const WHEN_ANSWERED: Readonly<Record<Family, string>> = {
  sqli: msg('Look into the database log for the statements of that time; treat what that query can read as read.'),
  nosql: msg('Look into the database log for the queries of that time; treat what they can read as read.'),
  xss: msg('Open the source of {place} and see whether the payload comes back unescaped; check pages that store input.'),
  lfi: msg('Find out which file was read; change every key and password in it.'),
  rfi: msg('Look for files and processes that appeared since then; see which hosts this server called.'),
  ssrf: msg('See which internal addresses this server called at that time; change cloud credentials that it can reach.'),
  rce: msg('List the processes and new files of the web account (ps, find -newermt); take the server off the network if one is strange.'),
  php: msg('Look for new or changed .php files and for processes of the web account.'),
  java: msg('Look for outgoing LDAP, RMI and DNS calls of the Java process at that time; see whether log4j is up to date.'),
  ssti: msg('Look for processes that the application started; see whether its templates take input.'),
  ldap: msg('Look into the directory log for the search of that time; treat what it returned as read.'),
  xpath: msg('See what {place} returned; treat the document behind it as read.'),
  crlf: msg('See whether the answer of {place} has headers that nobody set, and whether a cache keeps it.'),
  redirect: msg('See where {place} sends its visitors.'),
  session: msg('End the sessions of the accounts concerned and look for actions that are not theirs.'),
  protocol: msg('See whether proxy and server understood this request alike (request smuggling).'),
  recon: msg('See what was found: every answer 200 among these requests.'),
  'sensitive-files': msg('Take {place} off the web server; change every key and password in it.'),
  webshell: msg('Take {place} off the server and keep a copy; find out how it got there; look for processes of the web account.'),
  scanner: msg('See what was found: every answer 200 among these requests.'),
  bot: msg('Decide whether this client may read the site; limit its rate if not.'),
  auth: msg('See whether a login worked (last, auth.log); if so, end its session and change the password.'),
  flood: msg('See whether the service still answers; limit the rate of this client.'),
};

/** Where a patch or setting closes the way for a whole family, said when the attack did not get through. */
const WHEN_STOPPED: Readonly<Partial<Record<Family, string>>> = {
  auth: msg('See that passwords cannot be used for logging in (keys only), or that fail2ban watches this log.'),
  flood: msg('See whether the service still answers; limit the rate of this client.'),
  'sensitive-files': msg('See that no such file lies in the document root.'),
  webshell: msg('See that no such file lies in the document root.'),
};

/** Short sentences that tell the reader what to do, the most urgent first; at most six. */
export function nextSteps(facts: AlertFacts): readonly string[] {
  const families = facts.families.slice(0, 3);
  const gotThrough = facts.success || facts.outcome === 'answered' || facts.outcome === 'abandoned' || facts.outcome === 'error';
  const [first = [], ...further] = families.map((family) =>
    gotThrough ? [t(WHEN_ANSWERED[family], { place: placeOf(facts, family) })] : [WHEN_STOPPED[family] ?? []].flat().map((text) => t(text)),
  );
  const steps = [...answerSteps(facts), ...first];
  if (isAddress(facts.actor)) steps.push(t('Block {address} at the firewall.', { address: facts.actor }));
  if (facts.success) steps.push(t('Keep the logs: copy them to another machine before they rotate.'));
  steps.push(...further.flat());
  return [...new Set(steps)].slice(0, MAX_STEPS);
}

/** Never the path of another attack: what is to be taken off the server had better be the right file. */
function placeOf({ path, places }: AlertFacts, family: Family): string {
  const place = places ? (places[family] ?? '') : path;
  return place === '' ? t('the answer') : place;
}

function answerSteps({ outcome, path, success }: AlertFacts): string[] {
  if (outcome === 'answered') {
    if (path === '') return [];
    return [
      success ? t('Check what {path} answered: it looks as if the attack worked.', { path }) : t('Check what {path} answered.', { path }),
    ];
  }
  if (outcome === 'error' && path === '') return [t("Read the application's error log: the input reached code that failed on it.")];
  if (outcome === 'error') return [t("Read the application's error log for {path}: the input reached code that failed on it.", { path })];
  if (outcome === 'abandoned')
    return [t('The client gave up waiting, which is how a successful delay (SLEEP) looks: check for slow queries.')];
  return [];
}
