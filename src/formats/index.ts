import { apacheError } from './apache-error.ts';
import { application, timed } from './application.ts';
import { auditd } from './auditd.ts';
import { awsAlb } from './aws-alb.ts';
import { apacheCombined, combined, common, vhostCombined } from './combined.ts';
import { compose, containerd, dockerJson, journald, stamped } from './containers.ts';
import { csv } from './csv.ts';
import { django } from './django.ts';
import { envoyText } from './envoy.ts';
import { fail2ban } from './fail2ban.ts';
import type { Format } from './format.ts';
import { haproxy } from './haproxy.ts';
import { caddyJson, ecsJson, envoyJson, json, nginxJson, traefikJson } from './json-formats.ts';
import { logfmt } from './logfmt.ts';
import { modsecurity } from './modsecurity.ts';
import { nginxError } from './nginx-error.ts';
import { osquery } from './osquery.ts';
import { plain } from './plain.ts';
import { proxyManager } from './proxy-manager.ts';
import { sshdLog, syslog, syslogHttp } from './syslog.ts';
import { traefikClf } from './traefik-clf.ts';
import { cloudFront, iis } from './w3c.ts';

/** All formats. Of those that fit a sample equally well the earlier wins, so the narrower ones come first. */
export const FORMATS: readonly Format[] = [
  traefikClf,
  apacheCombined,
  combined,
  vhostCombined,
  common,
  nginxError,
  apacheError,
  envoyText,
  haproxy,
  awsAlb,
  proxyManager,
  iis,
  cloudFront,
  journald,
  dockerJson,
  modsecurity,
  osquery,
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
  django,
  auditd,
  logfmt,
  csv,
  application,
  timed,
  plain,
];
