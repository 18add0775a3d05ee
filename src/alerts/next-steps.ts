import type { Family } from '../model/detection.ts';
import type { AlertFacts } from './alert-facts.ts';
import { isAddress } from './open-command.ts';

const MAX_STEPS = 6;

type Step = (place: string) => string;

/** What to look at when an attack of a family may have worked. `place` is the path, or words for it. */
const WHEN_ANSWERED: Readonly<Record<Family, Step>> = {
  sqli: () => 'Look into the database log for the statements of that time; treat what that query can read as read.',
  nosql: () => 'Look into the database log for the queries of that time; treat what they can read as read.',
  xss: (place) => `Open the source of ${place} and see whether the payload comes back unescaped; check pages that store input.`,
  lfi: () => 'Find out which file was read; change every key and password in it.',
  rfi: () => 'Look for files and processes that appeared since then; see which hosts this server called.',
  ssrf: () => 'See which internal addresses this server called at that time; change cloud credentials that it can reach.',
  rce: () => 'List the processes and new files of the web account (ps, find -newermt); take the server off the network if one is strange.',
  php: () => 'Look for new or changed .php files and for processes of the web account.',
  java: () => 'Look for outgoing LDAP, RMI and DNS calls of the Java process at that time; see whether log4j is up to date.',
  ssti: () => 'Look for processes that the application started; see whether its templates take input.',
  ldap: () => 'Look into the directory log for the search of that time; treat what it returned as read.',
  xpath: (place) => `See what ${place} returned; treat the document behind it as read.`,
  crlf: (place) => `See whether the answer of ${place} has headers that nobody set, and whether a cache keeps it.`,
  redirect: (place) => `See where ${place} sends its visitors.`,
  session: () => 'End the sessions of the accounts concerned and look for actions that are not theirs.',
  protocol: () => 'See whether proxy and server understood this request alike (request smuggling).',
  recon: () => 'See what was found: every answer 200 among these requests.',
  'sensitive-files': (place) => `Take ${place} off the web server; change every key and password in it.`,
  webshell: (place) => `Take ${place} off the server and keep a copy; find out how it got there; look for processes of the web account.`,
  scanner: () => 'See what was found: every answer 200 among these requests.',
  bot: () => 'Decide whether this client may read the site; limit its rate if not.',
  auth: () => 'See whether a login worked (last, auth.log); if so, end its session and change the password.',
  flood: () => 'See whether the service still answers; limit the rate of this client.',
};

/** Where a patch or setting closes the way for a whole family, said when the attack did not get through. */
const WHEN_STOPPED: Readonly<Partial<Record<Family, string>>> = {
  auth: 'See that passwords cannot be used for logging in (keys only), or that fail2ban watches this log.',
  flood: 'See whether the service still answers; limit the rate of this client.',
  'sensitive-files': 'See that no such file lies in the document root.',
  webshell: 'See that no such file lies in the document root.',
};

/** Short sentences that tell the reader what to do, the most urgent first; at most six. */
export function nextSteps(facts: AlertFacts): readonly string[] {
  const families = facts.families.slice(0, 3);
  const gotThrough = facts.success || facts.outcome === 'answered' || facts.outcome === 'abandoned' || facts.outcome === 'error';
  const place = facts.path === '' ? 'the answer' : facts.path;
  const [first = [], ...further] = families.map((family) =>
    gotThrough ? [WHEN_ANSWERED[family](place)] : [WHEN_STOPPED[family] ?? []].flat(),
  );
  const steps = [...answerSteps(facts), ...first];
  if (isAddress(facts.actor)) steps.push(`Block ${facts.actor} at the firewall.`);
  if (facts.success) steps.push('Keep the logs: copy them to another machine before they rotate.');
  steps.push(...further.flat());
  return [...new Set(steps)].slice(0, MAX_STEPS);
}

function answerSteps({ outcome, path, success }: AlertFacts): string[] {
  if (outcome === 'answered')
    return path === '' ? [] : [`Check what ${path} answered${success ? ': it looks as if the attack worked' : ''}.`];
  if (outcome === 'error')
    return [`Read the application's error log${path === '' ? '' : ` for ${path}`}: the input reached code that failed on it.`];
  if (outcome === 'abandoned')
    return ['The client gave up waiting, which is how a successful delay (SLEEP) looks: check for slow queries.'];
  return [];
}
