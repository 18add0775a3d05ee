import type { Argv, ProcessResult, Run } from '../../src/actions/run-process.ts';

/** Programs that answer as the real ones do, from memory. `argvs` is what they were run with. */
export interface FakeHost {
  readonly run: Run;
  readonly argvs: Argv[];
  /** From now on every program ends with this. */
  breakWith(result: Partial<ProcessResult>): void;
}

const ok = (stdout = ''): ProcessResult => ({ code: 0, stdout, stderr: '' });
const bad = (stderr: string, stdout = ''): ProcessResult => ({ code: 255, stdout, stderr });

interface FakeJail {
  seconds: number;
  readonly bans: Map<string, { sinceMs: number; seconds: number | undefined }>;
}

const stamp = (ms: number): string => {
  const date = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(0, 19).replace('T', ' ');
};

/** fail2ban-client 1.0.2 against one jail `secmon`, as observed: a second ban fixes the end of the first in itself. */
export function fakeFail2ban(now: () => number, { seconds = 600, action = 'iptables-allports', version = '1.0.2' } = {}): FakeHost {
  const jail: FakeJail = { seconds, bans: new Map() };
  const endOf = ({ sinceMs, seconds: own = jail.seconds }: { sinceMs: number; seconds: number | undefined }): number =>
    own < 0 ? Number.POSITIVE_INFINITY : sinceMs + own * 1000;
  return fakeHost(([, , , ...words]) => {
    const [verb, name, what, ...rest] = words;
    if (verb === 'version') return ok(`${version}\n`);
    if (verb === 'status' && name === undefined) return ok('Status\n|- Number of jail:\t1\n`- Jail list:\tsecmon\n');
    if (name !== 'secmon') return bad(`2026-03-02 ERROR NOK: ('${name}',)`, `Sorry but the jail '${name}' does not exist\n`);
    if (verb === 'get' && what === 'bantime') return ok(`${jail.seconds}\n`);
    if (verb === 'get' && what === 'actions') return ok(`The jail secmon has the following actions:\n${action}\n`);
    if (verb === 'get' && what === 'banip') {
      for (const [address, ban] of jail.bans) if (endOf(ban) <= now()) jail.bans.delete(address);
      const lines = [...jail.bans].map(([address, ban]) => {
        const lasts = ban.seconds ?? jail.seconds;
        return `${address} \t${stamp(ban.sinceMs)} + ${lasts} = ${lasts < 0 ? '9999-12-31 23:59:59' : stamp(ban.sinceMs + lasts * 1000)}`;
      });
      return ok(`${lines.join('\n')}\n`);
    }
    if (what === 'bantime') {
      jail.seconds = Number(rest[0]);
      return ok(`${jail.seconds}\n`);
    }
    const address = rest[0] ?? '';
    if (what === 'unbanip') return ok(`${jail.bans.delete(address) ? 1 : 0}\n`);
    const before = jail.bans.get(address);
    if (before === undefined) jail.bans.set(address, { sinceMs: now(), seconds: undefined });
    else if (jail.seconds > 0 && now() + jail.seconds * 1000 >= endOf(before))
      before.seconds = jail.seconds + (now() - before.sinceMs) / 1000;
    return ok(`${before === undefined ? 1 : 0}\n`);
  });
}

/** nft with the table of secmon. */
export function fakeNft(now: () => number): FakeHost {
  const sets = new Map([
    ['banned4', new Map<string, number>()],
    ['banned6', new Map<string, number>()],
  ]);
  return fakeHost((argv) => {
    const isList = argv.includes('list');
    const set = sets.get(argv.find((word) => word.startsWith('banned')) ?? '');
    if (set === undefined) return { code: 1, stdout: '', stderr: 'Error: No such file or directory' };
    for (const [subject, until] of set) if (until <= now()) set.delete(subject);
    if (isList) {
      const elem = [...set].map(([subject, until]) => {
        const [addr, len] = subject.split('/');
        const val = len === undefined ? subject : { prefix: { addr, len: Number(len) } };
        return { elem: { val, timeout: 3600, expires: (until - now()) / 1000 } };
      });
      return ok(JSON.stringify({ nftables: [{ metainfo: {} }, { set: { name: 'x', ...(elem.length > 0 ? { elem } : {}) } }] }));
    }
    const [, subject = '', timeout] = /^\{ (\S+)(?: timeout (\d+)s)? \}$/.exec(argv.at(-1) ?? '') ?? [];
    if (argv[1] === 'add') {
      if (!set.has(subject)) set.set(subject, now() + Number(timeout) * 1000);
      return ok();
    }
    return set.delete(subject) ? ok() : { code: 1, stdout: '', stderr: 'Error: Could not process rule: No such file or directory' };
  });
}

/** Programs that always work. */
export const fakePrograms = (): FakeHost => fakeHost(() => ok());

function fakeHost(answer: (argv: Argv) => ProcessResult): FakeHost {
  const argvs: Argv[] = [];
  let broken: Partial<ProcessResult> | undefined;
  return {
    argvs,
    breakWith(result) {
      broken = result;
    },
    async run(argv) {
      argvs.push(argv);
      return broken === undefined ? answer(argv) : { code: 1, stdout: '', stderr: '', ...broken };
    },
  };
}

/** Cloudflare's API v4 for the access rules of one zone. */
export function fakeCloudflare(): { readonly fetch: typeof fetch; readonly asked: string[]; breakWith(status: number): void } {
  const rules: { id: string; notes: string; configuration: { target: string; value: string } }[] = [
    { id: 'foreign', notes: 'by hand', configuration: { target: 'ip', value: '198.51.100.200' } },
  ];
  const asked: string[] = [];
  let status = 0;
  let next = 1;
  const answer = (code: number, body: unknown): Response => new Response(JSON.stringify(body), { status: code });
  return {
    asked,
    breakWith: (code) => {
      status = code;
    },
    fetch: async (input, init) => {
      const url = new URL(String(input));
      asked.push(`${init?.method} ${url.pathname}`);
      if (status !== 0) return answer(status, { success: false, errors: [{ code: 1, message: 'no' }] });
      if (init?.method === 'POST') {
        const body = JSON.parse(String(init.body));
        rules.push({ id: String(next++), ...body });
        return answer(200, { success: true, result: {} });
      }
      if (init?.method === 'DELETE') {
        const at = rules.findIndex(({ id }) => url.pathname.endsWith(`/${id}`));
        if (at >= 0) rules.splice(at, 1);
        return answer(200, { success: true, result: {} });
      }
      return answer(200, { success: true, result: url.searchParams.get('page') === '2' ? [] : rules });
    },
  };
}
