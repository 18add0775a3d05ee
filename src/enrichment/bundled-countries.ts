import { readFileSync } from 'node:fs';
import { t } from '../lang/lang.ts';
import type { Address } from '../net/address.ts';
import { type CountryTable, countryTable } from './country-table.ts';

export interface BundledCountriesOptions {
  /** Path of `countries.bin`. */
  readonly countriesFile: string | URL;
  readonly notice: (text: string) => void;
}

/** Country of an address by the database that comes with the package, which is read at the first question; `''` when it cannot be. */
export function bundledCountries({ countriesFile, notice }: BundledCountriesOptions): (address: Address) => string {
  let table: Pick<CountryTable, 'countryOf'> | undefined;
  return ({ bytes }) => {
    table ??= read(countriesFile, notice);
    return table.countryOf(bytes);
  };
}

function read(file: string | URL, notice: (text: string) => void): Pick<CountryTable, 'countryOf'> {
  try {
    return countryTable(readFileSync(file));
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown error';
    notice(t('countries are not shown: the database that comes with secmon cannot be read ({reason}); install secmon again', { reason }));
    return { countryOf: () => '' };
  }
}
