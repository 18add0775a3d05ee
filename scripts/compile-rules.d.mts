/** Compiled rules and correlations as JSON text; throws when one is refused. */
export function compileRules(): Promise<string>;
