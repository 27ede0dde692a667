import { isIP } from 'node:net';
import type { Client } from '../../lib/assertions/dns';

/** `FR` or `US-CA`. */
export function placeOf(text: string | undefined): Pick<Client, 'country' | 'subdivision'> {
  if (text === undefined) return {};
  const [country, state] = text.toUpperCase().split('-');
  return { country, ...(state !== undefined && { subdivision: `${country ?? ''}-${state}` }) };
}

/** Where a client is, in any of these words or several: `FR`, `US-CA`, `eu-west-3`, `203.0.113.7`. */
export function clientOf(words: readonly string[]): Client {
  return words.reduce<Client>((client, word) => {
    if (isIP(word.replace(/\/\d+$/, '')) !== 0) return { ...client, address: word };
    if (/^[a-z]{2}(-[a-z]+)+-\d+$/.test(word)) return { ...client, region: word };
    return { ...client, ...placeOf(word) };
  }, {});
}
