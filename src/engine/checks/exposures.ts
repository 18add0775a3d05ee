import { createRecentCache } from '../../collections/recent-cache.ts';
import type { IncidentTracker } from '../../incidents/tracker.ts';
import type { Exposure, KeptFinding } from '../../model/check.ts';
import { type Family, SEVERITIES } from '../../model/detection.ts';
import { copyText } from '../../text/copy-text.ts';

/** Where attacks and checks meet: what is open at an attacked path, and updates that this host misses while somebody attacks. */
export interface Exposures {
  /** The findings that are open now. */
  set(open: readonly KeptFinding[]): void;
  /** An actor has attacked a path. */
  attacked(actor: string, path: string, families: readonly Family[]): void;
  /** For the screen of an entry; nothing for one that is harmless. */
  ofEntry(path: string, isAttack: boolean): readonly Exposure[];
  ofActor(actor: string): readonly Exposure[];
  /** For the incident of an attacked path. */
  ofPath(path: string): readonly Exposure[];
}

/** Points for the risk of who attacks a path with what a check found open there, with something else, and where an update is missing. */
const POINTS = { same: 15, other: 6, update: 5 } as const;
const MAX_ACTORS = 5_000;
const MAX_PATHS = 40;
const MAX_SHOWN = 6;
const MEDIUM = SEVERITIES.indexOf('medium');

interface Attack {
  /** Families by attacked path. */
  readonly paths: Map<string, Set<Family>>;
}

const bareOf = (path: string): string => (path.length > 1 ? path.replace(/\/$/, '') : path);
const rankOf = ({ finding }: KeptFinding): number => SEVERITIES.indexOf(finding.severity);

/** True for `/item/7` where the code says `/item/<int:id>` or `/item/{id}`. */
function isAnswered(route: string, path: string): boolean {
  const wanted = route.split('/');
  const given = path.split('/');
  return wanted.length === given.length && wanted.every((part, i) => part === given[i] || /^[<{:].*/.test(part));
}

export function createExposures(incidents: Pick<IncidentTracker, 'expose'>): Exposures {
  const attacks = createRecentCache<Attack>(MAX_ACTORS);
  const seen = new Set<string>();
  let exact = new Map<string, KeptFinding[]>();
  let routes: { readonly route: string; readonly kept: KeptFinding }[] = [];
  let updates: readonly KeptFinding[] = [];

  const at = (path: string): readonly KeptFinding[] => {
    const found = exact.get(bareOf(path)) ?? [];
    return routes.length === 0 ? found : [...found, ...routes.filter(({ route }) => isAnswered(route, path)).map(({ kept }) => kept)];
  };
  const isHit = (): boolean => exact.size > 0 || routes.length > 0;
  const pointsOf = ({ paths }: Attack): number => {
    let worst: number = 0;
    if (isHit())
      for (const [path, families] of paths)
        for (const { finding } of at(path))
          worst = Math.max(worst, finding.family !== undefined && families.has(finding.family) ? POINTS.same : POINTS.other);
    return worst + (updates.length > 0 ? POINTS.update : 0);
  };
  const pathExposures = (paths: Iterable<string>): Exposure[] => {
    const found = new Map<string, KeptFinding>();
    for (const path of paths) for (const kept of at(path)) found.set(`${kept.check} ${kept.finding.key}`, kept);
    const sorted = [...found.values()].sort((a, b) => rankOf(b) - rankOf(a) || a.firstMs - b.firstMs);
    return sorted.slice(0, MAX_SHOWN).map((kept, i) => exposureOf(kept, 'path', i === MAX_SHOWN - 1 ? sorted.length - MAX_SHOWN : 0));
  };
  const updateExposures = (): Exposure[] => {
    const [worst] = updates;
    return worst === undefined ? [] : [exposureOf(worst, 'update', updates.length - 1)];
  };
  const apply = (actor: string): void => {
    const attack = attacks.get(actor);
    if (attack !== undefined) incidents.expose(actor, pointsOf(attack));
  };

  return {
    set(open) {
      const weak = open.filter((kept) => kept.finding.kind === 'weakness' && rankOf(kept) >= MEDIUM);
      updates = open.filter(({ finding }) => finding.kind === 'security-update').sort((a, b) => rankOf(b) - rankOf(a));
      exact = new Map();
      routes = [];
      for (const kept of weak)
        for (const path of kept.finding.paths) {
          if (/\/[<{:]/.test(path)) routes.push({ route: path, kept });
          else exact.set(bareOf(path), [...(exact.get(bareOf(path)) ?? []), kept]);
        }
      routes = routes.slice(0, 500);
      for (const actor of seen) {
        if (attacks.get(actor) === undefined) seen.delete(actor);
        else apply(actor);
      }
    },
    attacked(actor, path, families) {
      const known = attacks.get(actor);
      const attack = known ?? { paths: new Map() };
      if (known === undefined) {
        const kept = copyText(actor);
        attacks.set(kept, attack);
        seen.add(kept);
        if (seen.size > 2 * MAX_ACTORS) for (const one of seen) if (attacks.get(one) === undefined) seen.delete(one);
      }
      const before = attack.paths.get(path);
      if (before === undefined) {
        if (attack.paths.size >= MAX_PATHS) return;
        attack.paths.set(copyText(path.slice(0, 500)), new Set(families));
      } else {
        const size = before.size;
        for (const family of families) before.add(family);
        if (before.size === size) return;
      }
      if (isHit() || updates.length > 0) apply(actor);
    },
    ofEntry: (path, isAttack) => (isAttack ? [...pathExposures([path]), ...updateExposures()] : []),
    ofActor(actor) {
      const attack = attacks.get(actor);
      return attack === undefined ? [] : [...pathExposures(attack.paths.keys()), ...updateExposures()];
    },
    ofPath: (path) => pathExposures([path]),
  };
}

function exposureOf({ check, finding, firstMs }: KeptFinding, because: Exposure['because'], more: number): Exposure {
  return { check, severity: finding.severity, title: finding.title, subject: finding.subject, because, sinceMs: firstMs, more };
}
