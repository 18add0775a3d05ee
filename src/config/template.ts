import { DEFAULT_CONFIG } from './default-config.ts';
import { loadKit } from './kit.ts';
import { alternatives, configShape, type Shape } from './shape.ts';
import { inlineYaml } from './yaml-text.ts';

const HEAD = `# Configuration of secmon. Every setting is optional but version.
# Remove the # at the beginning of a setting's line (and of the lines around it) to use it.
# Check this file with: secmon config check
`;
const WIDTH = 100;

/** What \`secmon config init\` writes: every setting with its description, switched off, with its default or an example as value. */
export async function configTemplate(): Promise<string> {
  const shape = configShape(await loadKit({ env: {}, folder: '/' }));
  const blocks = Object.entries(shape.properties ?? {}).map(([key, setting]) => {
    if (key === 'version') return `${explained(setting, '')}version: 1`;
    if (key === 'alerts') return alertsBlock(setting);
    return `${explained(setting, '')}#${key}: ${inlineYaml(sample(key, setting))}`;
  });
  return `${HEAD}\n${blocks.join('\n\n')}\n`;
}

/** One example of each kind of channel. */
function alertsBlock(alerts: Shape): string {
  const channels = alerts.properties?.channels;
  const kinds = typeof channels?.additionalProperties === 'object' ? alternatives(channels.additionalProperties) : [];
  const sections = kinds.map((kind) => {
    const type = String(kind.properties?.type?.const);
    const lines = Object.entries(kind.properties ?? {}).flatMap(([key, setting]) => channelSetting(key, setting));
    return [`#    my-${type}:`, ...lines].join('\n');
  });
  const settings = Object.entries(alerts.properties ?? {}).filter(([key]) => key !== 'channels');
  const others = settings.map(
    ([key, setting]) => `${explained(setting, '  ')}#  ${key}: ${inlineYaml(setting.example ?? setting.default)}`,
  );
  return [`${channels === undefined ? '' : explained(channels, '')}#alerts:`, '#  channels:', ...sections, ...others].join('\n');
}

function channelSetting(key: string, setting: Shape): string[] {
  const indent = '      ';
  const lead = explained(setting, indent).trimEnd();
  const inner = Object.entries(setting.properties ?? {});
  if (inner.length > 0) return [lead, `#${indent}${key}: { insecure: false }`];
  const value = setting.const ?? setting.example ?? setting.default ?? (key === 'port' ? 587 : undefined);
  return value === undefined ? [] : [lead, `#${indent}${key}: ${inlineYaml(value)}`];
}

function sample(key: string, setting: Shape): unknown {
  const preset: unknown = setting.default ?? Reflect.get(DEFAULT_CONFIG, key);
  const isEmpty = typeof preset === 'object' && preset !== null ? Object.keys(preset).length === 0 : preset === undefined;
  return isEmpty || setting.properties !== undefined ? setting.example : preset;
}

function explained({ description = '', enum: values }: Shape, indent: string): string {
  const text = values === undefined ? description : `${description} One of ${values.join(', ')}.`;
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last.length + word.length >= WIDTH) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return text === '' ? '' : lines.map((line) => (indent === '' ? `# ${line}\n` : `#${indent}# ${line}\n`)).join('');
}
