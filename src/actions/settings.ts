import { msg } from '../lang/lang.ts';
import type { SchemaKit } from '../settings/schema-kit.ts';
import type { Secret } from '../settings/secret.ts';

const JAIL = /^[A-Za-z0-9_][\w.@-]{0,63}$/;
const TABLE = /^[A-Za-z][\w]{0,30}$/;
const NAME = /^[A-Za-z0-9][\w.-]{0,39}$/;
const MOST_COMMANDS = 10;

const EXAMPLE = {
  dry_run: false,
  fail2ban: { jail: 'secmon' },
  commands: {
    edge: { ban: ['/usr/local/bin/block', '{address}', '{seconds}'], unban: ['/usr/local/bin/unblock', '{address}'] },
  },
};

/** The setting `actions`, for the whole configuration's schema. */
export function actionsField(kit: SchemaKit) {
  const { z } = kit;
  const argv = z
    .array(z.string().min(1).max(1_000))
    .min(1)
    .max(30)
    .refine(([program = '']) => !program.includes('{'), {
      error: msg('expected a program first; {address} and {seconds} stand behind it'),
    });
  const command = z.strictObject({
    ban: argv
      .refine((words) => words.some((word) => word.includes('{address}')), { error: msg('expected {address} in one of the arguments') })
      .describe('Program and arguments. `{address}` and `{seconds}` are put in; no shell sees them.')
      .meta({ example: EXAMPLE.commands.edge.ban }),
    unban: argv
      .refine((words) => words.some((word) => word.includes('{address}')), { error: msg('expected {address} in one of the arguments') })
      .describe('The same to end a ban.')
      .meta({ example: EXAMPLE.commands.edge.unban }),
  });
  return z
    .strictObject({
      dry_run: z.boolean().default(true).describe('Only say what would be run. Bans are real once this is false.'),
      helper: z
        .string()
        .min(1)
        .max(500)
        .optional()
        .describe('Socket of `secmon helper`, which bans where secmon itself is not root (default /run/secmon-helper.sock), or `off`.')
        .meta({ example: '/run/secmon-helper.sock' }),
      fail2ban: z
        .strictObject({
          client: z.string().min(1).default('fail2ban-client').describe('The program fail2ban-client.'),
          socket: z.string().min(1).default('/var/run/fail2ban/fail2ban.sock').describe('Socket of the fail2ban server.'),
          jail: z
            .string()
            .regex(JAIL, { error: msg('expected the name of a jail') })
            .optional()
            .describe('Jail that the dialog begins with.'),
        })
        .optional(),
      nftables: z
        .strictObject({
          program: z.string().min(1).default('nft').describe('The program nft.'),
          table: z
            .string()
            .regex(TABLE, { error: msg('expected a letter, then letters, digits and underscores') })
            .default('secmon')
            .describe('Table of family inet; `secmon setup nftables --print` shows it.'),
        })
        .optional(),
      nginx: z
        .strictObject({
          file: z.string().min(1).default('/etc/nginx/secmon-deny.conf').describe('File of deny lines that nginx includes.'),
          test: argv.default(['nginx', '-t']).describe('Tests the configuration before it is loaded.'),
          reload: argv.default(['nginx', '-s', 'reload']).describe('Makes nginx load it.'),
        })
        .optional(),
      cloudflare: z
        .strictObject({
          zone: z
            .string()
            .regex(/^[0-9a-f]{32}$/, { error: msg('expected the zone id: 32 hexadecimal digits') })
            .describe('Id of the zone.'),
          token: kit.secret('API token with "Firewall Services: Edit" for the zone.'),
          api: z
            .string()
            .regex(/^https?:\/\/[^\s?#@]{1,255}$/, { error: msg('expected an address such as https://api.cloudflare.com/client/v4') })
            .default('https://api.cloudflare.com/client/v4')
            .describe("Address of Cloudflare's API."),
        })
        .optional(),
      commands: z
        .record(z.string().regex(NAME, { error: msg('expected a name of letters, digits, dots, hyphens, at most 40') }), command)
        .refine((commands) => Object.keys(commands).length <= MOST_COMMANDS, { error: `expected at most ${MOST_COMMANDS} commands` })
        .default({})
        .describe('Programs of yours that ban, by a name of your choice: `ban` and `unban`, each a list of program and arguments.')
        .meta({ example: EXAMPLE.commands }),
    })
    .default({ dry_run: true, commands: {} })
    .describe('Bans: how they are done, and whether they are.')
    .meta({ example: EXAMPLE });
}

/** Settings that describe who may act; they count in the system-wide file alone. */
export function rolesField({ z }: { readonly z: typeof import('zod').z }) {
  const names = z.array(z.string().min(1).max(64)).max(1_000).default([]);
  return z
    .strictObject({
      operators: names.describe('Users, and groups as `@name`, who may also ban, mute and close.').meta({ example: ['alice', '@adm'] }),
      viewers: names.describe('Users and groups who may look, filter, copy and alert.').meta({ example: ['@support'] }),
    })
    .optional()
    .describe('Who may do what. Counts in /etc/secmon/config.yml alone, when root owns it and nobody else may write it.')
    .meta({ example: { operators: ['alice', '@adm'], viewers: ['@support'] } });
}

/** Types of the parsed setting, written out so that nobody needs zod for them. */
export interface ActionSettings {
  readonly dry_run: boolean;
  readonly helper?: string | undefined;
  readonly fail2ban?: { readonly client: string; readonly socket: string; readonly jail?: string | undefined } | undefined;
  readonly nftables?: { readonly program: string; readonly table: string } | undefined;
  readonly nginx?: { readonly file: string; readonly test: readonly string[]; readonly reload: readonly string[] } | undefined;
  readonly cloudflare?: { readonly zone: string; readonly token: Secret; readonly api: string } | undefined;
  readonly commands: Readonly<Record<string, { readonly ban: readonly string[]; readonly unban: readonly string[] }>>;
}
