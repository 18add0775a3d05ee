import { msg } from '../../lang/lang.ts';
import type { Finding } from '../../model/check.ts';
import { cannotDo } from '../cannot.ts';
import { fieldsOf, listOf, parseJson, textOf } from '../json.ts';
import { readReport } from '../read-report.ts';
import { riskOf, withoutTags, type ZapAlert, zapFindings } from './alerts.ts';

const MOST_ALERTS = 10_000;

/** Findings of a report in ZAP's "traditional JSON" form (https://www.zaproxy.org/docs/desktop/addons/report-generation/report-traditional-json/). */
export async function readZapReport(path: string): Promise<Finding[]> {
  const report = fieldsOf(parseJson(await readReport(path), { from: path }));
  if (!Array.isArray(report['site']))
    throw cannotDo(msg('{path} is no report of ZAP in its traditional JSON form: it has no "site".'), { path });
  return zapFindings(alertsOf(report['site']), path);
}

function* alertsOf(sites: readonly unknown[]): Iterable<ZapAlert> {
  let count = 0;
  for (const site of sites) {
    for (const entry of listOf(fieldsOf(site)['alerts'])) {
      const alert = fieldsOf(entry);
      const instances = listOf(alert['instances']);
      for (const instance of instances.length > 0 ? instances : [{ uri: textOf(fieldsOf(site)['@name']) }]) {
        if (++count > MOST_ALERTS) return;
        yield alertOf(alert, fieldsOf(instance));
      }
    }
  }
}

function alertOf(alert: Readonly<Record<string, unknown>>, instance: Readonly<Record<string, unknown>>): ZapAlert {
  return {
    rule: textOf(alert['alertRef']) || textOf(alert['pluginid']),
    name: textOf(alert['alert']) || textOf(alert['name']),
    risk: riskOf(Number(textOf(alert['riskcode']))),
    confidence: Number(textOf(alert['confidence'])),
    url: textOf(instance['uri']),
    method: textOf(instance['method']),
    parameter: textOf(instance['param']),
    attack: textOf(instance['attack']),
    evidence: textOf(instance['evidence']),
    cwe: Number(textOf(alert['cweid'])),
    solution: withoutTags(textOf(alert['solution'])),
    description: withoutTags(textOf(alert['desc'])),
  };
}
