/**
 * A configured target as ZAP writes addresses, so that what it tells of it is found: no default port, no slash behind the host
 * (https://www.zaproxy.org/docs/api/, `baseurl` is a beginning of an address).
 */
export function targetOf(configured: string): string {
  if (!URL.canParse(configured)) return configured;
  const url = new URL(configured);
  url.search = '';
  return url.href.replace(/\/+$/, '');
}

/** Whether an address is of this target, or below it: `baseurl` also lets `https://shop.test.example` through for `https://shop.test`. */
export function isOfTarget(address: string, target: string): boolean {
  if (!URL.canParse(address) || !URL.canParse(target)) return false;
  const given = new URL(address);
  const wanted = new URL(target);
  const path = wanted.pathname.replace(/\/+$/, '');
  return given.origin === wanted.origin && (given.pathname === path || given.pathname.startsWith(`${path}/`));
}
