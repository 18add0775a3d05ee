import { apacheError } from './apache-error.ts';
import { application, timed } from './application.ts';
import { apacheCombined, combined, common, vhostCombined } from './combined.ts';
import { compose, containerd, dockerJson, journald, stamped } from './containers.ts';
import { envoyText } from './envoy.ts';
import { fail2ban } from './fail2ban.ts';
import type { Format } from './format.ts';
import { caddyJson, ecsJson, envoyJson, json, nginxJson, traefikJson } from './json.ts';
import { nginxError } from './nginx-error.ts';
import { plain } from './plain.ts';
import { sshdLog, syslog, syslogHttp } from './syslog.ts';

/** All formats. Of those that fit a sample equally well the earlier wins, so the narrower ones come first. */
export const FORMATS: readonly Format[] = [
  apacheCombined,
  combined,
  vhostCombined,
  common,
  nginxError,
  apacheError,
  envoyText,
  journald,
  dockerJson,
  caddyJson,
  traefikJson,
  envoyJson,
  ecsJson,
  nginxJson,
  json,
  sshdLog,
  syslogHttp,
  syslog,
  fail2ban,
  containerd,
  stamped,
  compose,
  application,
  timed,
  plain,
];
