import type { z } from 'zod';
import { msg } from '../lang/lang.ts';
import type { SchemaKit } from '../settings/schema-kit.ts';
import { parseSpan } from '../text/span.ts';
import { isEvery } from './every.ts';
import { watchListField } from './watch-settings.ts';

const WEB_ADDRESS = /^https?:\/\/[^\s/?#@]{1,255}(?:\/[^\s#@]{0,1000})?$/i;
const MOST = 50;

const EXAMPLE = {
  uptime: { every: '60s', urls: ['https://shop.example.org/', { url: 'https://shop.example.org/login', contains: 'Sign in' }] },
  updates: { every: '12h' },
  bandit: { every: '0 4 * * *', paths: ['/srv/shop'] },
  zap: { api: 'http://127.0.0.1:8080', key: '${env:ZAP_API_KEY}', targets: ['https://staging.example.org'] },
};

type Z = { readonly z: typeof z };

const every = ({ z }: Z) =>
  z
    .string()
    .max(200)
    .refine(isEvery, { error: msg('expected a span of time such as 30m or 12h, or five cron fields such as 0 3 * * *') })
    .describe('When it runs by itself: a span of time, or a cron expression in the zone of `timezone`. Without it only when asked.');

const timeout = ({ z }: Z, usual: string) =>
  z
    .string()
    .refine((text) => (parseSpan(text) ?? 0) > 0, { error: msg('expected a span of time such as 90s, 10m or 2h') })
    .default(usual)
    .describe('How long a run may take.');

const address = ({ z }: Z) => z.string().regex(WEB_ADDRESS, { error: msg('expected an address such as https://www.example.org/path') });
const path = ({ z }: Z) =>
  z
    .string()
    .max(4096)
    .regex(/^\//, { error: msg('expected a path that begins with /') });
const program = ({ z }: Z, usual: string) => z.string().min(1).max(4096).default(usual).describe('The program, by name or path.');

function zapField(kit: SchemaKit) {
  const { z } = kit;
  return z
    .strictObject({
      every: every(kit).optional(),
      timeout: timeout(kit, '2h'),
      api: address(kit)
        .optional()
        .describe("Address of ZAP's API, as `zap.sh -daemon` opens it.")
        .meta({ example: 'http://127.0.0.1:8080' }),
      key: kit.secret('API key of ZAP (its option `api.key`).').optional(),
      targets: z
        .array(address(kit))
        .max(MOST)
        .default([])
        .describe('What ZAP may look at, and nothing else: spider and passive rules; attacks only after a question.'),
      report: path(kit).optional().describe("A report of ZAP's in its traditional JSON form, read instead of, or beside, the API."),
    })
    .optional();
}

function banditField({ z }: Z) {
  const kit = { z };
  return z
    .strictObject({
      every: every(kit).optional(),
      timeout: timeout(kit, '10m'),
      program: program(kit, 'bandit'),
      paths: z.array(path(kit)).max(MOST).default([]).describe('Folders and files of Python code.'),
      exclude: z.array(z.string().min(1).max(1000)).max(MOST).default([]).describe("Paths that are left out, as bandit's `-x` takes them."),
      report: path(kit).optional().describe('A JSON report of bandit (`bandit -f json -o`), read instead of, or beside, the paths.'),
      routes: z
        .record(
          z
            .string()
            .min(1)
            .max(1000)
            .regex(/^\//, { error: msg('expected a path of the web application, beginning with /') }),
          z.string().min(1).max(1000),
        )
        .default({})
        .describe('Which file answers a path of the web application, where no decorator such as `@app.route` in the code says so.')
        .meta({ example: { '/search': 'shop/search.py' } }),
    })
    .optional();
}

function osqueryField({ z }: Z) {
  const kit = { z };
  return z
    .strictObject({
      every: every(kit).optional(),
      timeout: timeout(kit, '5m'),
      program: program(kit, 'osqueryi'),
      web_roots: z
        .array(path(kit))
        .max(MOST)
        .default([])
        .describe('Folders of the web server in which changed files are noticed.')
        .meta({ example: ['/var/www'] }),
    })
    .optional();
}

function updatesField({ z }: Z) {
  const kit = { z };
  return z
    .strictObject({
      every: every(kit).optional(),
      timeout: timeout(kit, '15m'),
      refresh: z.boolean().default(false).describe('Run `apt-get update` before looking (as root).'),
      pip: z
        .array(path(kit))
        .max(MOST)
        .default([])
        .describe('Virtual environments of Python. What the system manages is left to it (PEP 668).')
        .meta({ example: ['/srv/shop/venv'] }),
      npm: z
        .array(path(kit))
        .max(MOST)
        .default([])
        .describe('Folders with a package-lock.json.')
        .meta({ example: ['/srv/shop'] }),
    })
    .optional();
}

const shortSpan = ({ z }: Z) =>
  z.string().refine((text) => (parseSpan(text) ?? 0) > 0 && (parseSpan(text) ?? 0) <= 600, {
    error: msg('expected a span of time such as 5s, at most 10m'),
  });

function uptimeField({ z }: Z) {
  const kit = { z };
  const one = z.strictObject({
    url: address(kit).describe('What is asked for.'),
    every: z
      .string()
      .refine((text) => isEvery(text) && parseSpan(text) !== undefined, { error: msg('expected a span of time such as 30s or 5m') })
      .optional()
      .describe('How often. Without it, as the others.'),
    timeout: shortSpan(kit).optional().describe('An answer that takes longer is a failure. Without it `slow`.'),
    status: z.int().min(100).max(599).optional().describe('Status of a good answer; 200 without it.'),
    contains: z.string().min(1).max(500).optional().describe('Text that a good answer holds.'),
    failures: z.int().min(1).max(100).optional().describe('So many failures in a row are an incident.'),
    certificate_days: z.int().min(1).max(365).optional().describe('A certificate that ends within so many days is a warning.'),
  });
  return z
    .strictObject({
      every: every(kit).default('60s'),
      timeout: timeout(kit, '50s'),
      urls: z
        .array(z.union([address(kit).describe('What is asked for; 200 is good.'), one]))
        .max(MOST)
        .refine((urls) => new Set(urls.map((one) => (typeof one === 'string' ? one : one.url))).size === urls.length, {
          error: msg('expected each address once'),
        })
        .default([])
        .describe(
          'Addresses that are asked for, and nothing else: an address alone, or with settings of its own (`url`, `every`, `timeout`, `status`, `contains`, `failures`, `certificate_days`). Redirects are not followed.',
        )
        .meta({ example: EXAMPLE.uptime.urls }),
      failures: z.int().min(1).max(100).default(3).describe('So many failures in a row are an incident; fewer are a warning.'),
      slow: shortSpan(kit).default('10s').describe('An answer that takes longer is a failure.'),
      certificate_days: z
        .int()
        .min(1)
        .max(365)
        .default(14)
        .describe('A certificate that ends within so many days is a warning; within three, an incident.'),
    })
    .optional();
}

/** The setting `checks`, for the whole configuration's schema. */
export function checksField(kit: SchemaKit) {
  const { z } = kit;
  return z
    .strictObject({
      zap: zapField(kit).describe('OWASP ZAP: what an attacker would find in the application.'),
      bandit: banditField(kit).describe('Bandit: weaknesses in Python code.'),
      osquery: osqueryField(kit).describe('osquery: what changed on this host.'),
      updates: updatesField(kit).describe('Updates that are pending, security first.'),
      uptime: uptimeField(kit).describe('Whether addresses answer as they should.'),
      fail2ban: z
        .strictObject({ every: every(kit).optional(), timeout: timeout(kit, '60s') })
        .optional()
        .describe('Whether fail2ban lives, and what its jails hold (`actions.fail2ban` says where).'),
      watch_list: watchListField(kit),
    })
    .default({})
    .describe('Looks at host and application with other tools. None of them touches what is not named here.')
    .meta({ example: EXAMPLE });
}

export type ChecksSettings = z.infer<ReturnType<typeof checksField>>;
