import { msg, t } from '../lang/lang.ts';
import type { Severity } from '../model/detection.ts';
import type { IncidentState, Stage } from '../model/incident.ts';

const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  low: msg('low'),
  medium: msg('medium'),
  high: msg('high'),
  critical: msg('critical'),
};
const STAGE_WORDS: Readonly<Record<Stage, string>> = {
  recon: msg('recon'),
  attempt: msg('attempt'),
  success: msg('success'),
  control: msg('control'),
};
const STATE_WORDS: Readonly<Record<IncidentState, string>> = {
  new: msg('new'),
  alerted: msg('alerted'),
  acknowledged: msg('acknowledged'),
  closed: msg('closed'),
};

/** Words of the model as a person reads them; to other programs and in the filter language they stay English. */
export const severityWord = (severity: Severity): string => t(SEVERITY_WORDS[severity]);
export const stageWord = (stage: Stage): string => t(STAGE_WORDS[stage]);
export const stateWord = (state: IncidentState): string => t(STATE_WORDS[state]);

/** A severity that stands out in plain text: `HIGH`. */
export const severityLabel = (severity: Severity): string => severityWord(severity).toUpperCase();
