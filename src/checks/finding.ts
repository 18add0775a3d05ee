import type { Finding } from '../model/check.ts';
import { said } from '../text/said.ts';

const MAX_KEY = 300;
const MAX_SUBJECT = 300;
const MAX_FACTS = 12;
const MAX_VALUE = 1_000;

const NOTHING = { facts: [], advice: said(''), kind: 'other', paths: [], parameter: '', family: undefined, place: '' } as const;

/** A finding with its texts cut to what is kept; what is left out is empty. Facts without a value are left out. */
export function createFinding(given: Pick<Finding, 'key' | 'severity' | 'title' | 'subject'> & Partial<Finding>): Finding {
  const facts = (given.facts ?? [])
    .filter(([, value]) => value !== '')
    .slice(0, MAX_FACTS)
    .map(([label, value]) => [label, value.slice(0, MAX_VALUE)] as const);
  return {
    ...NOTHING,
    ...given,
    key: given.key.slice(0, MAX_KEY),
    subject: given.subject.slice(0, MAX_SUBJECT),
    paths: (given.paths ?? []).slice(0, 20).map((path) => path.slice(0, 500)),
    facts,
  };
}
