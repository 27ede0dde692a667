import { mutationsBelow, type Mutation } from '../support/mutation';

const RECORDS = 'DnsRecords/Records';
const D = 'records.sandbox.test';

const { removed, changed } = mutationsBelow('DnsRecords/Records');
const valued = (name: string, record: string, ...ResourceRecords: string[]): Mutation =>
  changed(name, record, { ResourceRecords });

export const mutations: readonly Mutation[] = [
  removed('the domain itself has no IPv4 address', '@ A'),
  removed('the domain itself has no IPv6 address', '@ AAAA'),
  {
    name: 'the domain itself is a CNAME',
    apply: (template) => {
      const apex = template.properties(`${RECORDS}/@ A`);
      Object.assign(apex, {
        Type: 'CNAME',
        AliasTarget: undefined,
        ResourceRecords: [`web.${D}.`],
        TTL: '60',
      });
    },
  },
  valued('web has one address of two', 'web A', '203.0.113.10'),
  valued('web has another address', 'web A', '203.0.113.10', '203.0.113.12'),
  changed('web is remembered for a day', 'web A', { TTL: '86400' }),
  valued('www leads elsewhere', 'www CNAME', `mail.${D}.`),
  changed('www is an address of its own', 'www CNAME', { Type: 'A', ResourceRecords: ['203.0.113.10'] }),
  valued('any authority may issue wildcard certificates', '@ CAA', '0 issue "amazon.com"'),
  valued('the mail servers are swapped', '@ MX', `20 mail.${D}.`, '10 mail.example.net.'),
  removed('the mail server has no address', 'mail A'),
  valued('everybody may send mail', '@ TXT', '"v=spf1 mx +all"', '"sandbox-verification=1234"'),
  valued('mail from anybody is let through', '_dmarc TXT', '"v=DMARC1; p=none"'),
  {
    name: 'the key is in one string that is too long',
    apply: (template) => {
      const key = template.properties(`${RECORDS}/key1._domainkey TXT`);
      key.ResourceRecords = (key.ResourceRecords as string[]).map((value) => value.replace('" "', ''));
    },
  },
  {
    name: 'the second half of the key is missing',
    apply: (template) => {
      const key = template.properties(`${RECORDS}/key1._domainkey TXT`);
      key.ResourceRecords = (key.ResourceRecords as string[]).map((value) => value.replace(/ ".*$/, ''));
    },
  },
  {
    name: 'the halves of the key are two values',
    apply: (template) => {
      const key = template.properties(`${RECORDS}/key1._domainkey TXT`);
      key.ResourceRecords = (key.ResourceRecords as string[]).flatMap((value) => value.split(' "', 2));
    },
  },
  valued('the telephone rings on another port', '_sip._tcp SRV', `10 60 5061 sip.${D}.`),
  valued('telephony is looked up elsewhere', '@ NAPTR', `100 10 "S" "SIP+D2U" "" _sip._udp.${D}.`),
  removed('the telephone has no address', 'sip A'),
  removed('the subdomain is not delegated to', 'partner NS'),
  valued('the subdomain has one name server', 'partner NS', 'ns1.example.net.'),
  {
    name: 'the zone is another one',
    apply: (template) => {
      template.properties('DnsRecords/Domain/Zone').Name = 'recodrs.sandbox.test.';
    },
  },
  changed('whatever does not exist has an address', 'sip A', { Name: `*.${D}.` }),
];
