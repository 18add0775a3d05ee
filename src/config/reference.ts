import { DEFAULT_CONFIG } from './default-config.ts';
import { loadKit } from './kit.ts';
import { alternatives, configShape, type Shape } from './shape.ts';
import { inlineYaml } from './yaml-text.ts';

const INTRODUCTION = `# Configuration

Made from the schema; do not edit by hand.

secmon works without a file. \`secmon config init\` writes a commented one, \`secmon config check\` names every mistake with its line,
\`secmon config show\` prints what holds. The first of these is read: \`--config FILE\`, \`$SECMON_CONFIG\`,
\`$XDG_CONFIG_HOME/secmon/config.yml\`, \`~/.config/secmon/config.yml\`, \`/etc/secmon/config.yml\`. Unknown settings are errors.

A setting marked as a secret is never shown. Its value may hold \`\${env:NAME}\`, \`\${file:/path}\` or \`\${credential:NAME}\`
(systemd's LoadCredential), looked up each time it is needed. A file with a secret in it that others may read is refused, and so is any file that
others may write.
`;

/** The whole reference in Markdown, from the schema's descriptions. */
export async function configurationReference(): Promise<string> {
  const shape = configShape(await loadKit({ env: {}, folder: '/' }));
  const channels = shape.properties?.alerts?.properties?.channels;
  const sourceForms = alternatives(shape.properties?.sources?.items ?? {});
  const channelForms = typeof channels?.additionalProperties === 'object' ? alternatives(channels.additionalProperties) : [];
  const sources = sourceForms.filter(({ properties }) => properties !== undefined);
  const outputs = shape.properties?.outputs;
  const outputForm = typeof outputs?.additionalProperties === 'object' ? outputs.additionalProperties : {};
  const sections = [
    INTRODUCTION,
    `## Settings\n\n${table(shape)}`,
    ...sources.map((form) => `## \`sources\`: an item with \`${form.required?.[0] ?? ''}\`\n\n${table(form)}`),
    `## \`alerts.channels.NAME\`\n\n${channels?.description ?? ''} \`desktop\` and \`file\` are there without configuration.\n`,
    ...channelForms.map(channelSection),
    `## \`outputs.NAME\`\n\n${outputs?.description ?? ''}\n\n${table(outputForm)}`,
    `## \`alerts.policy\`: a rule\n\n${table(shape.properties?.alerts?.properties?.policy?.items ?? {})}`,
  ];
  return sections.join('\n');
}

function channelSection(form: Shape): string {
  const type = form.properties?.type;
  return `### \`type: ${String(type?.const)}\`\n\n${type?.description ?? ''}\n\n${table(form)}`;
}

function table(group: Shape): string {
  return `| setting | value | default | meaning |\n| --- | --- | --- | --- |\n${rows(group, '').join('\n')}\n`;
}

function rows(group: Shape, prefix: string): string[] {
  return Object.entries(group.properties ?? {}).flatMap(([key, setting]) => {
    if (setting.properties !== undefined) return rows(setting, `${prefix}${key}.`);
    const preset: unknown =
      setting.default ?? (prefix === '' && group.properties?.theme !== undefined ? Reflect.get(DEFAULT_CONFIG, key) : undefined);
    const required = group.required?.includes(key) === true;
    const meaning = `${setting.description ?? ''}${setting.example === undefined ? '' : ` Example: ${code(inlineYaml(setting.example))}`}`;
    const fallback = required ? 'required' : preset === undefined ? '' : code(inlineYaml(preset));
    return [`| ${code(`${prefix}${key}`)} | ${allowedValues(setting)} | ${fallback} | ${cell(meaning)} |`];
  });
}

function allowedValues(setting: Shape): string {
  if (setting.secret === true) return 'secret';
  if (setting.const !== undefined) return code(inlineYaml(setting.const));
  if (setting.enum !== undefined) return setting.enum.map((value) => code(String(value))).join(', ');
  if (setting.type === 'integer') return `${setting.minimum ?? ''}–${setting.maximum ?? ''}`;
  const words: Readonly<Record<string, string>> = { string: 'text', boolean: 'true, false', array: 'list', object: 'settings by name' };
  return setting.type === undefined ? 'text or list' : (words[setting.type] ?? setting.type);
}

const code = (text: string): string => `\`${cell(text)}\``;
const cell = (text: string): string => text.replaceAll('|', '\\|');
