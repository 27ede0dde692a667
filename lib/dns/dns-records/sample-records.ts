import { Duration } from 'aws-cdk-lib';
import type { ZoneRecord } from './zone-record';

/** A public key of 2048 bits, longer than one string of a TXT record. Its private key does not exist any more. */
const DKIM_KEY =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEApfxFWl+wHyj7T8BWqBpncEVFq9etH9EVFnMtgGtMXSaiYQ' +
  'eJ3teEjQnSL9ibn+VScvmlpMEJOM2dCEl7kDyYZA5Z0rYSQ8rA31Hrabj2J0QofWwupsnhPOWPzNvZZkhK3IPDu19S' +
  'kd3cS6RKIgsK+y/4DYPaekwdyOqzsOhc/jeWDzfMNcISdcXILlKrkSpBHPGn2zadXvODyehzEuuEcOKdt0PpXsnS2g' +
  'Ot7Qx0PLZJrbdRHZXnXMh9/FEidwDxGlK8Mz3gjl3iZwqBDLhWFPnCi10sQZwEhMB5R0MmyACyQyixAOW32+ws1Bnb' +
  't/tLMUmqUIXKHW3XUnOH0EV3OwIDAQAB';

/** Records of a domain with a web site, mail and telephony. The addresses are documentation addresses (RFC 5737, RFC 3849). */
export function sampleRecords(domain: string): readonly ZoneRecord[] {
  return [
    { name: '@', type: 'A', alias: 'web' },
    { name: '@', type: 'AAAA', alias: 'web' },
    { name: 'web', type: 'A', values: ['203.0.113.10', '203.0.113.11'], ttl: Duration.minutes(1) },
    { name: 'web', type: 'AAAA', values: ['2001:db8::10'], ttl: Duration.minutes(1) },
    { name: 'www', type: 'CNAME', values: [`web.${domain}.`] },
    {
      name: '@',
      type: 'CAA',
      values: ['0 issue "amazon.com"', '0 issuewild ";"', `0 iodef "mailto:security@${domain}"`],
      ttl: Duration.days(1),
    },

    { name: '@', type: 'MX', values: [`10 mail.${domain}.`, '20 mail.example.net.'] },
    { name: 'mail', type: 'A', values: ['203.0.113.25'] },
    { name: '@', type: 'TXT', values: ['v=spf1 mx ip4:198.51.100.0/24 -all', 'sandbox-verification=1234'] },
    { name: '_dmarc', type: 'TXT', values: [`v=DMARC1; p=reject; rua=mailto:dmarc@${domain}`] },
    { name: 'key1._domainkey', type: 'TXT', values: [`v=DKIM1; k=rsa; p=${DKIM_KEY}`] },

    { name: '@', type: 'NAPTR', values: [`100 10 "S" "SIP+D2T" "" _sip._tcp.${domain}.`] },
    { name: '_sip._tcp', type: 'SRV', values: [`10 60 5060 sip.${domain}.`] },
    { name: 'sip', type: 'A', values: ['203.0.113.50'] },
    // A subdomain that is delegated to a partner.
    { name: 'partner', type: 'NS', values: ['ns1.example.net.', 'ns2.example.net.'], ttl: Duration.days(2) },
  ];
}
