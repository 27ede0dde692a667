import '../../../lib/assertions/dns/matchers';
import type { DnsQuery } from '../../../lib/assertions/dns';
import { alias, dnsOf, healthCheck, loadBalancer, member, record, zone } from './template';

const delegation = (Name: string, ResourceRecords: unknown) =>
  record({ Name, Type: 'NS', TTL: '300', ResourceRecords });

describe('dns: the explanation of an answer', () => {
  const dns = dnsOf({
    Record: record({}),
    Www: record({ Name: 'www.example.org', Type: 'CNAME', ResourceRecords: ['app.example.org'] }),
    Out: record({ Name: 'out.example.org', Type: 'CNAME', ResourceRecords: ['example.com'] }),
    Loop: record({ Name: 'loop.example.org', Type: 'CNAME', ResourceRecords: ['loop.example.org'] }),
    Ping: record({ Name: 'ping.example.org', Type: 'CNAME', ResourceRecords: ['pong.example.org'] }),
    Pong: record({ Name: 'pong.example.org', Type: 'CNAME', ResourceRecords: ['ping.example.org'] }),
    Any: record({ Name: '*.w.example.org' }),
    Deep: record({ Name: 'a.deep.example.org' }),
    Blue: member('blue', { Name: 'two.example.org', Weight: 3, ...alias({ lb: 'Lb' }, true) }),
    Green: member('green', { Name: 'two.example.org', Weight: 1 }, 'Check'),
    Check: healthCheck(),
    Lb: loadBalancer,
    Child: zone('child.example.org'),
    Delegation: delegation('child.example.org', { 'Fn::GetAtt': ['Child', 'NameServers'] }),
    InChild: record({ HostedZoneId: { Ref: 'Child' }, Name: 'app.child.example.org' }),
    Elsewhere: delegation('elsewhere.example.org', ['ns1.example.net.']),
  });

  it.each<[string, DnsQuery, string[]]>([
    [
      'names the record',
      { name: 'app.example.org' },
      [
        'app.example.org A: NOERROR',
        '  app.example.org 60 A 192.0.2.1',
        '  - zone App/Zone (example.org, public)',
        '  - App/Record is healthy: no health check, so always healthy',
        '  - chose App/Record: the only record',
      ],
    ],
    [
      'names the types that the name has',
      { name: 'app.example.org', type: 'TXT' },
      [
        'app.example.org TXT: NODATA',
        '  - zone App/Zone (example.org, public)',
        '  - app.example.org has A, no TXT',
      ],
    ],
    [
      'says that the zone has no such name',
      { name: 'no.example.org' },
      [
        'no.example.org A: NXDOMAIN',
        '  - zone App/Zone (example.org, public)',
        '  - the zone has no no.example.org and no wildcard that covers it',
      ],
    ],
    [
      'names the wildcard',
      { name: 'x.w.example.org' },
      [
        'x.w.example.org A: NOERROR',
        '  x.w.example.org 60 A 192.0.2.1',
        '  - zone App/Zone (example.org, public)',
        '  - x.w.example.org does not exist, *.w.example.org covers it',
        '  - App/Any is healthy: no health check, so always healthy',
        '  - chose App/Any: the only record',
      ],
    ],
    [
      'names the types that the wildcard has',
      { name: 'x.w.example.org', type: 'AAAA' },
      [
        'x.w.example.org AAAA: NODATA',
        '  - zone App/Zone (example.org, public)',
        '  - x.w.example.org does not exist, *.w.example.org covers it',
        '  - x.w.example.org has A, no AAAA',
      ],
    ],
    [
      'says that there are names below',
      { name: 'deep.example.org' },
      [
        'deep.example.org A: NODATA',
        '  - zone App/Zone (example.org, public)',
        '  - deep.example.org exists in the zone and has no A record',
      ],
    ],
    [
      'follows a CNAME',
      { name: 'www.example.org' },
      [
        'www.example.org A: NOERROR',
        '  www.example.org 60 CNAME app.example.org',
        '  app.example.org 60 A 192.0.2.1',
        '  - zone App/Zone (example.org, public)',
        '  - App/Www is healthy: no health check, so always healthy',
        '  - chose App/Www: the only record',
        '  - www.example.org is a CNAME of app.example.org',
        '  - zone App/Zone (example.org, public)',
        '  - App/Record is healthy: no health check, so always healthy',
        '  - chose App/Record: the only record',
      ],
    ],
    [
      'does not follow a CNAME for type CNAME',
      { name: 'www.example.org', type: 'CNAME' },
      [
        'www.example.org CNAME: NOERROR',
        '  www.example.org 60 CNAME app.example.org',
        '  - zone App/Zone (example.org, public)',
        '  - App/Www is healthy: no health check, so always healthy',
        '  - chose App/Www: the only record',
      ],
    ],
    [
      'ends where a CNAME leaves the zones',
      { name: 'out.example.org' },
      [
        'out.example.org A: NOERROR',
        '  out.example.org 60 CNAME example.com',
        '  - zone App/Zone (example.org, public)',
        '  - App/Out is healthy: no health check, so always healthy',
        '  - chose App/Out: the only record',
        '  - out.example.org is a CNAME of example.com',
        '  - example.com is not in these zones: its own name servers answer',
      ],
    ],
    [
      'ends where a CNAME leads back',
      { name: 'loop.example.org' },
      [
        'loop.example.org A: SERVFAIL',
        '  loop.example.org 60 CNAME loop.example.org',
        '  loop.example.org 60 CNAME loop.example.org',
        '  - zone App/Zone (example.org, public)',
        '  - App/Loop is healthy: no health check, so always healthy',
        '  - chose App/Loop: the only record',
        '  - loop.example.org is a CNAME of loop.example.org',
        '  - zone App/Zone (example.org, public)',
        '  - App/Loop is healthy: no health check, so always healthy',
        '  - chose App/Loop: the only record',
        '  - loop.example.org is a CNAME of loop.example.org',
        '  - loop.example.org was asked for before: a CNAME loop',
      ],
    ],
    [
      'says the share of each weighted record',
      { name: 'two.example.org' },
      [
        'two.example.org A: NOERROR, in 75 % of queries',
        '  two.example.org A alias of App/Lb [blue]',
        '  - zone App/Zone (example.org, public)',
        '  - blue (App/Blue) is healthy: App/Lb is up',
        '  - green (App/Green) is healthy: health check App/Check: its endpoint 192.0.2.1 is up',
        '  - chose blue (App/Blue): by weight 3:1 (75 %)',
        '  - App/Blue is an alias of App/Lb',
        'two.example.org A: NOERROR, in 25 % of queries',
        '  two.example.org 60 A 192.0.2.1 [green]',
        '  - zone App/Zone (example.org, public)',
        '  - blue (App/Blue) is healthy: App/Lb is up',
        '  - green (App/Green) is healthy: health check App/Check: its endpoint 192.0.2.1 is up',
        '  - chose green (App/Green): by weight 3:1 (25 %)',
      ],
    ],
    [
      'follows a delegation',
      { name: 'app.child.example.org' },
      [
        'app.child.example.org A: NOERROR',
        '  app.child.example.org 60 A 192.0.2.1',
        '  - zone App/Zone (example.org, public)',
        '  - App/Child answers only if example.org delegates to it',
        '  - child.example.org is delegated to ⟨App.Child.NameServers⟩: zone App/Child (child.example.org, public)',
        '  - App/InChild is healthy: no health check, so always healthy',
        '  - chose App/InChild: the only record',
      ],
    ],
    [
      'answers a delegation itself for type NS',
      { name: 'child.example.org', type: 'NS' },
      [
        'child.example.org NS: NOERROR',
        '  child.example.org 300 NS ⟨App.Child.NameServers⟩',
        '  - zone App/Zone (example.org, public)',
        '  - App/Child answers only if example.org delegates to it',
        '  - App/Delegation is healthy: no health check, so always healthy',
        '  - chose App/Delegation: the only record',
      ],
    ],
    [
      'says that the delegated zone has no such name',
      { name: 'x.child.example.org' },
      [
        'x.child.example.org A: NXDOMAIN',
        '  - zone App/Zone (example.org, public)',
        '  - App/Child answers only if example.org delegates to it',
        '  - child.example.org is delegated to ⟨App.Child.NameServers⟩: zone App/Child (child.example.org, public)',
        '  - the zone has no x.child.example.org and no wildcard that covers it',
      ],
    ],
    [
      'ends at a delegation to unknown servers',
      { name: 'x.elsewhere.example.org' },
      [
        'x.elsewhere.example.org A: unknown',
        '  - zone App/Zone (example.org, public)',
        '  - elsewhere.example.org is delegated to ns1.example.net., which the templates do not tie to a zone',
      ],
    ],
    [
      'says that Route 53 makes the NS record',
      { name: 'example.org', type: 'NS' },
      [
        'example.org NS: NOERROR',
        '  example.org 172800 NS (assigned by Route 53)',
        '  - zone App/Zone (example.org, public)',
        '  - Route 53 makes the NS record of a zone',
      ],
    ],
    [
      'says that Route 53 makes the SOA record',
      { name: 'example.org', type: 'SOA' },
      [
        'example.org SOA: NOERROR',
        '  example.org 900 SOA (assigned by Route 53)',
        '  - zone App/Zone (example.org, public)',
        '  - Route 53 makes the SOA record of a zone',
      ],
    ],
    [
      'says that the zone itself has no such type',
      { name: 'example.org', type: 'MX' },
      [
        'example.org MX: NODATA',
        '  - zone App/Zone (example.org, public)',
        '  - example.org exists in the zone and has no MX record',
      ],
    ],
    [
      'ends where a second CNAME leads back',
      { name: 'ping.example.org' },
      [
        'ping.example.org A: SERVFAIL',
        '  ping.example.org 60 CNAME pong.example.org',
        '  pong.example.org 60 CNAME ping.example.org',
        '  - zone App/Zone (example.org, public)',
        '  - App/Ping is healthy: no health check, so always healthy',
        '  - chose App/Ping: the only record',
        '  - ping.example.org is a CNAME of pong.example.org',
        '  - zone App/Zone (example.org, public)',
        '  - App/Pong is healthy: no health check, so always healthy',
        '  - chose App/Pong: the only record',
        '  - pong.example.org is a CNAME of ping.example.org',
        '  - ping.example.org was asked for before: a CNAME loop',
      ],
    ],
    [
      'asks the delegated zone for NS below it',
      { name: 'x.child.example.org', type: 'NS' },
      [
        'x.child.example.org NS: NXDOMAIN',
        '  - zone App/Zone (example.org, public)',
        '  - App/Child answers only if example.org delegates to it',
        '  - child.example.org is delegated to ⟨App.Child.NameServers⟩: zone App/Child (child.example.org, public)',
        '  - the zone has no x.child.example.org and no wildcard that covers it',
      ],
    ],
  ])('%s', (_, query, lines) => {
    expect(dns.answers(query).join('\n').split('\n')).toEqual(lines);
  });
});
