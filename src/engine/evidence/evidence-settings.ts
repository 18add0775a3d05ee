import { basename } from 'node:path';
import { isSecret } from '../../config/secrets.ts';
import { unpackConfig } from '../../config/wire.ts';
import type { EngineOptions, SourceSpec } from '../options.ts';

interface NamedText {
  readonly name: string;
  readonly text: string;
}

const HIDDEN = '(secret, not shown)';
/** Credentials that stand in an address or a command: `https://user:password@host`, `--password=x`. */
const INLINE_SECRET =
  /(\/\/[^\s/:@]{0,200}:)[^\s/@]{1,200}(?=@)|((?:pass(?:word|wd)?|token|secret|api[_-]?key)["']?[=: ]\s{0,3})\S{1,200}/gi;

function withoutSecrets(value: unknown): unknown {
  if (isSecret(value)) return HIDDEN;
  if (typeof value === 'string')
    return value.replace(INLINE_SECRET, (_, before?: string, word?: string) => `${before ?? word ?? ''}${HIDDEN}`);
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item)]));
}

const sourceWords = (spec: SourceSpec): unknown => withoutSecrets(spec);

/** What evidence says of how it came about: version, sources, settings; no secret. */
export function evidenceSettings(options: EngineOptions, extra: Readonly<Record<string, unknown>>): object {
  return {
    secmon: options.version,
    node: process.version,
    ...extra,
    timeZone: options.timeZone,
    logFormat: options.logFormat ?? null,
    trustedProxies: options.trustedProxies,
    sources: options.sources.map(sourceWords),
    ownRules: options.ruleFiles.map(({ name }) => name),
    configuration: withoutSecrets(unpackConfig(options.config, {})),
  };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** Every rule in the compiled pack, whatever groups it is in: an object with an id of its own or in `info` or `rule`. */
function* rulesIn(value: unknown, depth = 0): Generator<{ id: string; name: string; rule: unknown }> {
  if (!isObject(value) || depth > 3) return;
  const about = [value['info'], value['rule'], value].find(
    (one) => isObject(one) && typeof one['id'] === 'string' && typeof one['name'] === 'string',
  );
  if (isObject(about)) yield { id: String(about['id']), name: String(about['name']), rule: value };
  else for (const one of Object.values(value)) yield* rulesIn(one, depth + 1);
}

/** The rules with these ids as they were applied: built-in ones as compiled, a person's own files as they stand. */
export function rulesOf(ids: ReadonlySet<string>, { rulesJson, ruleFiles }: EngineOptions): NamedText[] {
  const builtIn = [...rulesIn(JSON.parse(rulesJson))]
    .filter(({ id }) => ids.has(id))
    .map(({ name, rule }) => ({ name: `${name}.json`, text: `${JSON.stringify(rule, null, 2)}\n` }));
  const own = ruleFiles
    .filter(({ text }) => [...ids].some((id) => text.includes(id)))
    .map(({ name, text }) => ({ name: basename(name), text }));
  return [...builtIn, ...own];
}
