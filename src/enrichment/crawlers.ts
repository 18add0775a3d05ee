import { GOOGLE, MICROSOFT } from './operator-networks.ts';

/** A crawler that says who it is in its user agent, and what its operator publishes so that others can check. */
export interface Crawler {
  readonly name: string;
  /** Lower case; one of them in a user agent is the claim. */
  readonly claims: readonly string[];
  /** Where the operator says how to check. */
  readonly source: string;
  /** Day of the list that `ranges` was taken from; `''` where none is published. */
  readonly listed: string;
  /** Networks that only this crawler uses, as published; neighbours joined. */
  readonly ranges: readonly string[];
  /** Wider networks of the operator, where nothing can be said either way. */
  readonly near: readonly string[];
  /** True when the operator says that the list is all: who claims from elsewhere pretends. */
  readonly isListComplete: boolean;
  /** Ends of the host names that reverse DNS gives for its addresses; empty where the operator names none. */
  readonly hosts: readonly string[];
}

/** What holds for a crawler about which its operator publishes nothing, or nothing certain. */
const UNKNOWN = { listed: '', ranges: [], near: [], isListComplete: false, hosts: [] } as const;

const GOOGLE_HELP = 'https://developers.google.com/search/docs/crawling-indexing/verifying-googlebot';

/** In the order in which a user agent that claims several is read. */
export const CRAWLERS: readonly Crawler[] = [
  {
    name: 'Googlebot',
    claims: ['googlebot', 'storebot-google', 'google-inspectiontool', 'googleother'],
    source: `${GOOGLE_HELP} (googlebot.json)`,
    listed: '2026-03-16',
    ranges: [
      ...['66.249.64.0/20', '192.178.4.0/22', '2001:4860:4801::/48', '34.22.85.0/27', '34.64.82.64/28', '34.65.242.112/28'],
      ...['34.80.50.80/28', '34.88.194.0/28', '34.89.10.80/28', '34.89.198.80/28', '34.96.162.48/28', '34.100.182.96/28'],
      ...['34.101.50.144/28', '34.118.66.0/28', '34.118.254.0/28', '34.126.178.96/28', '34.146.150.144/28', '34.147.110.144/28'],
      ...['34.151.74.144/28', '34.152.50.64/28', '34.154.114.144/28', '34.155.98.32/28', '34.165.18.176/28', '34.175.160.64/28'],
      ...['34.176.130.16/28', '35.247.243.240/28'],
    ],
    near: GOOGLE,
    isListComplete: true,
    hosts: ['googlebot.com', 'google.com'],
  },
  {
    name: 'Google AdsBot',
    claims: ['adsbot-google', 'mediapartners-google', 'apis-google'],
    source: `${GOOGLE_HELP} (special-crawlers.json)`,
    listed: '2026-03-17',
    ranges: [
      ...['66.249.87.0/24', '66.249.89.0/24', '66.249.90.0/23', '66.249.92.0/24', '72.14.199.0/24', '74.125.148.0/22'],
      ...['74.125.216.0/22', '108.177.2.0/24', '192.178.16.0/23', '209.85.238.0/24', '2001:4860:4801::/48', '66.249.64.0/20'],
    ],
    near: GOOGLE,
    isListComplete: true,
    hosts: ['googlebot.com', 'google.com'],
  },
  {
    name: 'Bingbot',
    claims: ['bingbot', 'msnbot'],
    source: 'https://www.bing.com/webmasters/help/how-to-verify-bingbot-3905dc26 (https://www.bing.com/toolbox/bingbot.json)',
    listed: '2026-02-11',
    ranges: [
      ...['157.55.39.0/24', '207.46.13.0/24', '40.77.167.0/24', '13.66.139.0/24', '13.66.144.0/24', '52.167.144.0/24', '13.67.10.16/28'],
      ...['13.69.66.240/28', '13.71.172.224/28', '139.217.52.0/28', '191.233.204.224/28', '20.36.108.32/28', '20.43.120.16/28'],
      ...['40.79.131.208/28', '40.79.186.176/28', '52.231.148.0/28', '20.79.107.240/28', '51.105.67.0/28', '20.125.163.80/28'],
      ...['40.77.188.0/22', '65.55.210.0/24', '199.30.24.0/23', '40.77.202.0/24', '40.77.139.0/25', '20.74.197.0/28', '20.15.133.160/27'],
      ...['40.77.177.0/24', '40.77.178.0/23'],
    ],
    near: MICROSOFT,
    isListComplete: true,
    hosts: ['search.msn.com'],
  },
  {
    name: 'Applebot',
    claims: ['applebot'],
    source: 'https://support.apple.com/en-us/119829 (https://search.developer.apple.com/applebot.json)',
    listed: '2026-09-15',
    ranges: ['17.0.0.0/8'],
    near: [],
    isListComplete: true,
    hosts: ['applebot.apple.com'],
  },
  {
    name: 'GPTBot',
    claims: ['gptbot'],
    source: 'https://platform.openai.com/docs/bots (https://openai.com/gptbot.json)',
    listed: '2025-10-30',
    ranges: [
      ...['132.196.86.0/24', '172.182.202.0/25', '172.182.204.0/24', '172.182.207.0/25', '172.182.214.0/23', '20.125.66.80/28'],
      ...['20.171.206.0/23', '4.227.36.0/25', '52.230.152.0/24', '74.7.175.128/25', '74.7.227.0/24', '74.7.228.0/25', '74.7.230.0/25'],
      ...['74.7.241.0/24', '74.7.242.0/25', '74.7.243.128/25', '74.7.244.0/25'],
    ],
    near: [...MICROSOFT, '74.7.0.0/16'],
    isListComplete: true,
    hosts: [],
  },
  {
    ...UNKNOWN,
    name: 'ClaudeBot',
    claims: ['claudebot'],
    source: 'https://support.claude.com/en/articles/8896518 (https://claude.com/crawling/bots.json)',
    listed: '2026-10-07',
    ranges: ['216.73.216.0/22', '160.79.106.16/28', '160.79.106.128/28', '40.124.101.48/28', '20.102.46.224/28', '20.64.57.208/28'],
  },
  {
    ...UNKNOWN,
    name: 'YandexBot',
    claims: ['yandexbot', 'yandex.com/bots'],
    source: 'https://yandex.com/support/webmaster/robot-workings/check-yandex-robots.html',
    hosts: ['yandex.ru', 'yandex.net', 'yandex.com'],
  },
  {
    ...UNKNOWN,
    name: 'Baiduspider',
    claims: ['baiduspider'],
    source: 'http://www.baidu.com/search/spider.html',
    hosts: ['baidu.com', 'baidu.jp'],
  },
  { ...UNKNOWN, name: 'Yeti (Naver)', claims: ['yeti/', 'naver.me/'], source: 'http://naver.me/bot', hosts: ['naver.com', 'naver.jp'] },
  { ...UNKNOWN, name: 'Daum', claims: ['daumoa', 'daum/'], source: 'http://cs.daum.net/faq/15/4118.html' },
  {
    ...UNKNOWN,
    name: 'PetalBot',
    claims: ['petalbot'],
    source: 'https://webmaster.petalsearch.com/site/petalbot',
    hosts: ['petalsearch.com', 'aspiegel.com'],
  },
  {
    ...UNKNOWN,
    name: 'Amazonbot',
    claims: ['amazonbot'],
    source: 'https://developer.amazon.com/amazonbot',
    hosts: ['crawl.amazonbot.amazon'],
  },
  // Its list is hundreds of single addresses of a cloud that change from week to week.
  { ...UNKNOWN, name: 'DuckDuckBot', claims: ['duckduckbot'], source: 'https://duckduckgo.com/duckduckbot.json' },
  // Apple's Messages names it too, from the address of whoever types a link.
  {
    ...UNKNOWN,
    name: 'facebookexternalhit',
    claims: ['facebookexternalhit', 'meta-externalagent'],
    source: 'https://developers.facebook.com/docs/sharing/webmasters/web-crawlers',
  },
];
