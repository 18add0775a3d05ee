import { t } from '../../lang/lang.ts';
import type { Incident } from '../../model/incident.ts';
import { networkOf } from '../../net/address.ts';

/** Another actor that behaves like this one. */
export interface Alike {
  readonly incidentId: string;
  readonly actor: string;
  /** In a few words: `same network`, `same 4 rules`. */
  readonly why: string;
}

const MOST = 5;
const LEAST_RULES = 2;
/** Share of rules in common from which two are alike. */
const ALIKE = 0.6;

/** The share of what either matched that both matched (Jaccard). */
function common(a: readonly string[], b: readonly string[]): { readonly share: number; readonly count: number } {
  const other = new Set(b);
  const count = a.filter((rule) => other.has(rule)).length;
  return { count, share: count / (a.length + b.length - count) };
}

/** Who else is seen that behaves alike: by the rules matched, or out of the same network at the same time. */
export function alikeTo(incident: Incident, others: readonly Incident[]): Alike[] {
  const rules = Object.keys(incident.rules);
  const network = networkOf(incident.actor);
  const found: (Alike & { readonly weight: number })[] = [];
  for (const { id, actor, rules: theirs } of others) {
    if (id === incident.id || actor === '') continue;
    const { share, count } = common(rules, Object.keys(theirs));
    const near = network !== '' && networkOf(actor) === network;
    const same = count >= LEAST_RULES && share >= ALIKE;
    if (!near && !same) continue;
    const why = [near ? t('same network') : '', same ? t('same {count} rules', { count }) : ''].filter((part) => part !== '').join(', ');
    found.push({ incidentId: id, actor, why, weight: (near ? 1 : 0) + share });
  }
  return found
    .sort((a, b) => b.weight - a.weight || (a.actor < b.actor ? -1 : 1))
    .slice(0, MOST)
    .map(({ incidentId, actor, why }) => ({ incidentId, actor, why }));
}
