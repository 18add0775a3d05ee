import type { z } from 'zod';
import { actionsField, rolesField } from '../actions/settings.ts';
import { channelSchema } from '../alerts/channels/index.ts';
import { policyProblems } from '../alerts/policy/policy.ts';
import { policyFields } from '../alerts/policy/policy-schema.ts';
import { checksField } from '../checks/settings.ts';
import { enrichmentFields, enrichmentProblems } from '../enrichment/settings.ts';
import { msg } from '../lang/lang.ts';
import { LANGUAGES } from '../lang/language.ts';
import { metricsField } from '../metrics/settings.ts';
import { WINDOWS } from '../model/snapshot.ts';
import { outputsField } from '../outputs/settings.ts';
import type { SchemaKit } from '../settings/schema-kit.ts';

/** A name that can be typed on a command line and stands in a table without quotes. */
const CHANNEL_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$/;
const CIDR_OR_ADDRESS = /^[0-9A-Fa-f:.]{2,45}(?:\/\d{1,3})?$/;

/** The whole configuration, put together from each feature's own schema. Its descriptions are the reference documentation. */
export function configSchema(kit: SchemaKit) {
  return settingsSchema(kit).superRefine((config, context) => {
    for (const { path, message } of enrichmentProblems(config)) context.addIssue({ code: 'custom', path, message });
    for (const { path, message } of policyProblems(config.alerts)) context.addIssue({ code: 'custom', path: ['alerts', ...path], message });
  });
}

function settingsSchema(kit: SchemaKit) {
  const { z } = kit;
  return z.strictObject({
    version: z.literal(1).describe('Version of this file. The only required setting.'),
    language: z
      .enum(LANGUAGES)
      .optional()
      .describe(
        'Language of the screen and of messages. Without it that of LC_ALL, LC_MESSAGES or LANG, else English; `--lang` goes first.',
      )
      .meta({ example: 'ko' }),
    theme: z.string().min(1).default('dark').describe('Name of a theme, or path of a theme file.'),
    timezone: timezone(kit)
      .optional()
      .describe("Zone that times are shown in, and that of logs whose lines don't name one. Without it the zone of this machine."),
    sources: z
      .array(sourceSchema(kit))
      .max(1_000)
      .default([])
      .describe(
        'Where lines come from when none is named on the command line: paths (globs allowed), addresses to listen at, shortcuts, or commands.',
      )
      .meta({
        example: [
          '/var/log/nginx/access.log',
          'tcp://127.0.0.1:5170',
          'journald:ssh',
          { exec: 'journalctl -f -o json --all -u ssh', name: 'ssh' },
        ],
      }),
    log_format: logFormat(kit),
    trusted_proxies: z
      .array(z.string().regex(CIDR_OR_ADDRESS, { error: msg('expected an address or CIDR such as 10.0.0.0/8') }))
      .max(1_000)
      .default([])
      .describe('Addresses and networks whose X-Forwarded-For is believed.')
      .meta({ example: ['10.0.0.0/8', '2001:db8::/32'] }),
    ...enrichmentFields(kit),
    watch: z
      .array(z.string().min(1))
      .max(20)
      .default([])
      .describe(
        'Folders of the web server: a file that appears or changes there right after a POST or PUT is put beside it. Only names and times are read.',
      )
      .meta({ example: ['/var/www'] }),
    mutes: z
      .string()
      .min(1)
      .optional()
      .describe(
        'File of what is kept quiet: Sigma filters, written by the key m. Without it mutes.yml beside this file, or in the state directory.',
      )
      .meta({ example: '/etc/secmon/mutes.yml' }),
    window: z.enum(WINDOWS).default('5m').describe('Time window that the screen begins with.'),
    alerts: z
      .strictObject({
        channels: z
          .record(
            z.string().regex(CHANNEL_NAME, { error: msg('expected a name of letters, digits, dots, hyphens, at most 40') }),
            channelSchema(kit),
          )
          .default({})
          .describe('Ways to reach people, by a name of your choice.'),
        ...policyFields(kit),
      })
      .default({ channels: {}, policy: [], ceiling: 10 })
      .describe('Alerts.'),
    actions: actionsField(kit),
    checks: checksField(kit),
    roles: rolesField(kit),
    outputs: outputsField(kit),
    metrics: metricsField(kit),
    evidence_directory: z
      .string()
      .min(1)
      .optional()
      .describe('Folder that evidence of incidents is put into. Without it `evidence` in the state directory.')
      .meta({ example: '/srv/evidence' }),
    state_directory: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Folder of incidents, waiting alerts and read positions. Without it $STATE_DIRECTORY, $XDG_STATE_HOME/secmon or ~/.local/state/secmon.',
      )
      .meta({ example: '/var/lib/secmon' }),
  });
}

/** One place where lines come from; a plain text is a path. */
function sourceSchema(kit: SchemaKit) {
  const { z } = kit;
  const common = {
    name: z.string().min(1).max(60).optional().describe('Short name on the screen.'),
    log_format: logFormat(kit),
    timezone: timezone(kit).optional().describe('Zone of lines that do not name one.'),
  };
  const file = z.strictObject({
    file: z
      .string()
      .min(1)
      .describe(
        'Path (globs allowed), an address to listen at (`tcp://`, `tls://`, `udp://`, `fluent://`), or `journald:`, `docker:`, `kubectl:`, `ssh://` (docs/collectors).',
      ),
    ...common,
  });
  const command = z.strictObject({
    exec: z.string().min(1).describe('Command whose output is read, started again when it ends.'),
    ...common,
  });
  return z
    .union([z.string().min(1).describe('Path; globs allowed.'), file, command])
    .transform((source) => (typeof source === 'string' ? { file: source } : source));
}

function logFormat({ z }: SchemaKit) {
  return z
    .string()
    .min(1)
    .optional()
    .describe('nginx `log_format` or Apache `LogFormat` string, for logs that are not recognised by themselves.')
    .meta({ example: '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent $request_time' });
}

function timezone({ z }: SchemaKit) {
  return z
    .string()
    .refine(isTimeZone, { error: msg('expected a time zone such as Europe/Berlin or UTC') })
    .meta({ example: 'Europe/Berlin' });
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export type Config = z.infer<ReturnType<typeof configSchema>>;
