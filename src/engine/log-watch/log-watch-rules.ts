import type { RuleInfo } from '../../model/detection.ts';

/** A log that was steady and stops. */
export const LOG_SILENT: RuleInfo = {
  id: '3f0a5a52-2c5e-5d0e-9a3f-6f1f4f7c0b11',
  name: 'log-silent',
  title: 'The log stopped',
  description:
    'A log that was written steadily fell silent for far longer than it ever does: the service is down, its logging was switched off, or lines were taken out.',
  severity: 'medium',
  families: ['protocol'],
  techniques: ['T1562.006', 'T1489'],
};

/** A log whose lines were taken out while it was in use. */
export const LOG_EMPTIED: RuleInfo = {
  id: '9d3c7e0a-7f63-5b8e-8d0b-2f4a1b6e5c22',
  name: 'log-emptied',
  title: 'The log was emptied',
  description:
    'A log was cut in place, and no copy of it lies beside it as rotation would leave one: somebody made room, or removes traces.',
  severity: 'medium',
  families: ['protocol'],
  techniques: ['T1070.002'],
};

/** A log that begins as before, but lacks what was read of it. */
export const LOG_REWRITTEN: RuleInfo = {
  id: '5b1f2d94-0e7a-5c36-b8d1-7c9e3a2f4d33',
  name: 'log-rewritten',
  title: 'Lines of the log were changed or removed',
  description: 'A log begins as before, but what was read of it already is not there any more: somebody edits it.',
  severity: 'high',
  families: ['protocol'],
  techniques: ['T1070.002'],
};

/** A log whose time leaps. */
export const LOG_TIME_JUMP: RuleInfo = {
  id: 'c2e84b17-6a9d-5f40-93e5-1d8b0f6a7e44',
  name: 'log-time-jump',
  title: 'The time of the log jumped',
  description:
    'The times of a log leapt although its lines came one after the other: the clock of the machine was set, or old lines are written into it.',
  severity: 'medium',
  families: ['protocol'],
  techniques: ['T1070.006'],
};

/** The same in what stood in the log before: two logs put together look alike. */
export const LOG_TIME_JUMP_OLD: RuleInfo = { ...LOG_TIME_JUMP, severity: 'low' };

/** One address that makes most of the traffic of a busy site. */
export const FLOOD_SHARE: RuleInfo = {
  id: 'e7d9a360-4b52-5e1c-a6f8-0c3d5b9f1a55',
  name: 'flood-share',
  title: 'One client takes over the site',
  description:
    'Most requests of a busy minute came from one address that otherwise sends few, for the same pages again and again: the server is being kept busy.',
  severity: 'medium',
  families: ['flood'],
  techniques: ['T1499.002'],
};

/** The same for ever other pages: a copy of the site, or a load test. */
export const FLOOD_SHARE_VARIED: RuleInfo = {
  ...FLOOD_SHARE,
  id: '1a6c8f3e-9b07-5d24-8e4b-5f2a7c0d3b66',
  name: 'flood-share-varied',
  title: 'One client makes most of the traffic',
  description: 'Most requests of a busy minute came from one address that otherwise sends few: it copies the site, or keeps it busy.',
  severity: 'low',
};

/** One client behind ever other user agents, whatever it is answered. */
export const AGENT_ROTATION: RuleInfo = {
  id: '4e8b2d71-3c6f-5a95-b1d0-8f7e6a5c4d77',
  name: 'agent-rotation',
  title: 'User-agent rotation',
  description:
    'One address used dozens of user agents, all about equally often, for pages alone: browsers of many people are never so evenly spread, and fetch what belongs to a page.',
  severity: 'medium',
  families: ['bot'],
  techniques: ['T1036'],
};

/** What the engine itself watches for, as no correlation can tell it. */
export const LOG_WATCH_RULES: readonly RuleInfo[] = [
  LOG_SILENT,
  LOG_EMPTIED,
  LOG_REWRITTEN,
  LOG_TIME_JUMP,
  FLOOD_SHARE,
  FLOOD_SHARE_VARIED,
  AGENT_ROTATION,
];
