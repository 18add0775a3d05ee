import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';

const contrib = (path: string): Promise<string> => readFile(new URL(`../contrib/${path}`, import.meta.url), 'utf8');

/** Only what secmon needs: nothing is read, changed or deleted with it. */
const API_KEY = `{
  "name": "secmon",
  "role_descriptors": { "secmon": { "indices": [{ "names": ["logs-secmon.*"], "privileges": ["auto_configure", "create_doc"] }] } }
}`;

/** A shell script with the index templates in it, which another program could take apart as well. */
async function elasticsearchScript(): Promise<string> {
  const kinds = ['detection', 'incident', 'check'] as const;
  const parts = await Promise.all(
    kinds.map(
      async (kind) =>
        `send PUT _index_template/logs-secmon.${kind} <<'JSON'\n${await contrib(`elasticsearch/${kind}-template.json`)}JSON\n`,
    ),
  );
  return `#!/bin/sh
# Index templates for Elasticsearch 8 and OpenSearch 2, so that findings of secmon go into the data streams logs-secmon.detection-default,
# logs-secmon.incident-default and logs-secmon.check-default. Read it, then:
#   secmon setup elasticsearch --print | ES_URL=https://localhost:9200 ES_AUTH=elastic:PASSWORD ES_CA=/etc/elasticsearch/certs/http_ca.crt sh
set -eu
: "\${ES_URL:?say where: ES_URL=https://localhost:9200}"
send() {
  curl --fail-with-body -sS -X "$1" "$ES_URL/$2" \${ES_AUTH:+-u "$ES_AUTH"} \${ES_CA:+--cacert "$ES_CA"} -H 'content-type: application/json' --data-binary @-
  echo
}
${parts.join('')}# A key that may add findings and nothing else (Elasticsearch): put "encoded" of the answer into api_key.
if [ -z "\${ES_NO_KEY:-}" ]; then
  send POST _security/api_key <<'JSON'
${API_KEY}
JSON
fi
`;
}

/** What each part of an observability stack needs: a description, and the text. */
const STACK = {
  elasticsearch: {
    description: 'index templates for Elasticsearch and OpenSearch, as a shell script',
    print: elasticsearchScript,
  },
  kibana: {
    description: 'a dashboard for Kibana, for: Stack Management, Saved Objects, Import',
    print: () => contrib('kibana/secmon.ndjson'),
  },
  grafana: {
    description: 'a dashboard for Grafana over the metrics, for: Dashboards, New, Import',
    print: () => contrib('grafana/secmon.json'),
  },
  prometheus: {
    description: 'alert rules for Prometheus, and how it finds the metrics',
    print: () => contrib('prometheus/secmon.rules.yml'),
  },
} as const;

/** Adds `setup elasticsearch`, `kibana`, `grafana` and `prometheus`. @param checkPrint throws for who did not say `--print` */
export function addStackSetups(setup: Command, checkPrint: (flags: { readonly print?: boolean }, what: string) => void): void {
  for (const [name, { description, print }] of Object.entries(STACK)) {
    setup
      .command(name)
      .description(description)
      .option('--print', 'print it')
      .action(async (flags: { readonly print?: boolean }) => {
        checkPrint(flags, name);
        process.stdout.write(await print());
      });
  }
}
