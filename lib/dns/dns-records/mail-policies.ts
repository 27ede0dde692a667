import { isIpv4Network, isIpv6Network } from './networks';
import { refusal, type ValueRecord } from './zone-record';

/** RFC 7208, section 4.6.4: after ten DNS look-ups, a receiver ends the check with an error. */
const SPF_LOOKUPS = 10;

/**
 * Checks SPF, DMARC and DKIM. DNS accepts a wrong policy, and receivers ignore it or refuse mail. Throws `InvalidValue` for
 * the first mistake.
 */
export function checkMailPolicies(key: string, record: ValueRecord, texts: readonly string[]): void {
  const spf = texts.filter((text) => /^v=spf/i.test(text));
  // RFC 7208, section 3.2.
  if (spf.length > 1) throw refusal(record, spf[1], 'one SPF policy for a name, with all senders');
  for (const text of spf) checkSpf(record, text);
  const isDmarc = /^_dmarc(\.|$)/.test(key);
  // RFC 7489, section 6.6.3: receivers ignore two policies.
  if (isDmarc && texts.length > 1) throw refusal(record, texts[1], 'one DMARC policy and nothing else');
  for (const text of texts) {
    if (isDmarc) checkDmarc(record, text);
    if (/(^|\.)_domainkey(\.|$)/.test(key) && !key.startsWith('_domainkey')) checkDkim(record, text);
  }
}

/** https://www.rfc-editor.org/rfc/rfc7208 */
function checkSpf(record: ValueRecord, text: string): void {
  const [version, ...terms] = text.trim().split(/ +/);
  if (version?.toLowerCase() !== 'v=spf1') throw refusal(record, version, 'v=spf1, then a space');
  const wrong = terms.find((term) => !isSpfTerm(term.toLowerCase()));
  if (wrong !== undefined) {
    throw refusal(record, wrong, 'an SPF term: include:, a, mx, ip4:, ip6:, exists:, redirect= or all');
  }
  const mechanisms = terms.filter((term) => !/^[a-z][\w.-]*=/i.test(term));
  const all = mechanisms.find((term) => /^[+?~-]?all$/i.test(term));
  if (all !== undefined && all !== mechanisms.at(-1)) {
    throw refusal(record, all, 'no term after it: receivers ignore the rest');
  }
  if (all !== undefined && /^\+?all$/i.test(all)) {
    throw refusal(record, all, '-all or ~all: this allows everybody to send mail from your domain');
  }
  const lookups = terms.filter((term) =>
    /^([+?~-]?(include:|exists:|(a|mx|ptr)([:/]|$))|redirect=)/i.test(term),
  );
  if (lookups.length > SPF_LOOKUPS) {
    throw refusal(record, lookups.length, `at most ${SPF_LOOKUPS} terms with a DNS look-up`);
  }
}

function isSpfTerm(term: string): boolean {
  const [, mechanism = '', colon = '', parameter = ''] =
    /^[+?~-]?([a-z0-9]+)(?:([:/])(\S*))?$/.exec(term) ?? [];
  switch (mechanism) {
    case 'all':
      return colon === '';
    case 'a':
    case 'mx':
    case 'ptr':
      return colon === '' || parameter !== '';
    case 'include':
    case 'exists':
      return colon === ':' && parameter !== '';
    case 'ip4':
      return colon === ':' && isIpv4Network(parameter);
    case 'ip6':
      return colon === ':' && isIpv6Network(parameter);
    default:
      return /^[a-z][a-z0-9_.-]*=\S+$/.test(term);
  }
}

/** https://www.rfc-editor.org/rfc/rfc7489#section-6.3 */
function checkDmarc(record: ValueRecord, text: string): void {
  if (!/^v=DMARC1\s*;\s*p=(none|quarantine|reject)\s*(;|$)/.test(text)) {
    throw refusal(record, text, 'v=DMARC1; p=none, quarantine or reject; …');
  }
}

/** https://www.rfc-editor.org/rfc/rfc6376#section-3.6.1; an empty key is a revoked key. */
function checkDkim(record: ValueRecord, text: string): void {
  const isVersion = !/(^|;)\s*v=/.test(text) || /^v=DKIM1\s*(;|$)/.test(text);
  if (!isVersion || !/(^|;)\s*p=[A-Za-z0-9+/=\s]*(;|$)/.test(text)) {
    throw refusal(record, text, 'v=DKIM1; k=rsa; p= and the public key in Base64');
  }
}
