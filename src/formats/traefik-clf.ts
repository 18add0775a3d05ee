import { msg } from '../lang/lang.ts';
import { createCombinedParser } from './combined.ts';
import type { Format, Rejection } from './format.ts';
import { isRejection } from './format.ts';
import { scoreByParsing } from './sample-context.ts';

const REJECTED: Rejection = { reason: msg('no Traefik line: combined, then count "router" "server" time') };
/** Requests so far, router, server, time: what Traefik puts behind Apache's combined format. */
const TAIL = / \d{1,15} "[^"]{0,512}" "[^"]{0,512}" (\d{1,12})ms$/;
const MAX_TAIL = 1100;

/** Traefik's access log in its CLF form (Traefik documentation, "Access Logs"). */
const create: Format['create'] = (context) => {
  const combined = createCombinedParser(context);
  return {
    parse(line) {
      const tail = line.endsWith('ms') ? TAIL.exec(line.slice(-MAX_TAIL)) : null;
      if (tail === null) return REJECTED;
      const entry = combined.parse(line);
      return isRejection(entry) ? entry : { ...entry, durationMs: Number(tail[1]) };
    },
  };
};

export const traefikClf: Format = { id: 'traefik_clf', title: 'Traefik CLF', score: scoreByParsing(create), create };
