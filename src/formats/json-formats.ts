import { createCarryingJsonParser } from './carrying-json.ts';
import type { Format } from './format.ts';
import { scoreByParsing } from './sample-context.ts';

export const json: Format = {
  id: 'json',
  title: 'JSON lines',
  score: scoreByParsing(createCarryingJsonParser, 0.95),
  create: createCarryingJsonParser,
};

/** The same parser under the name of the server whose field names stand in most of the sample. */
const flavour = (id: string, title: string, marks: readonly string[]): Format => ({
  ...json,
  id,
  title,
  score: (sample) => {
    const marked = sample.filter((line) => line.startsWith('{') && marks.some((mark) => line.includes(mark)));
    return marked.length * 2 > sample.length ? scoreByParsing(createCarryingJsonParser)(sample) : 0;
  },
});

export const caddyJson = flavour('caddy', 'Caddy JSON', ['"http.log.access', '"logger":"http.log']);
export const traefikJson = flavour('traefik', 'Traefik JSON', ['"DownstreamStatus"', '"RequestPath"']);
export const envoyJson = flavour('envoy_json', 'Envoy JSON', ['"response_flags"', '"downstream_remote_address"', '"upstream_cluster"']);
export const ecsJson = flavour('ecs', 'ECS JSON', ['"ecs.version"', '"ecs":{']);
export const nginxJson = flavour('nginx_json', 'nginx JSON', ['"http_user_agent"', '"body_bytes_sent"', '"remote_addr"']);
