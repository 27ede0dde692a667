import '../../../lib/assertions/dns/matchers';
import { checkAnswer, seeded } from '../../../lib/assertions/dns';
import { alias, dnsOf, healthCheck, loadBalancer, member, record } from './template';

const app = { name: 'app.example.org' };
const failure = (assertion: () => unknown): string => {
  try {
    assertion();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the assertion passed');
};

describe('dns: toAnswer', () => {
  const weighted = dnsOf({ A: member('a', { Weight: 3 }), B: member('b', { Weight: 1 }) });

  it('prints the answer and the reasoning when it fails', () => {
    const dns = dnsOf({
      Primary: member('primary', { Failover: 'PRIMARY', ...alias({ lb: 'Lb' }) }, 'Check'),
      Secondary: member('secondary', { Failover: 'SECONDARY' }),
      Check: healthCheck(),
      Lb: loadBalancer,
    });
    const message = failure(() => {
      expect(dns).toAnswer({ ...app, down: ['Check'] }, { setIdentifier: 'primary' });
    });
    expect(message).toBe(
      [
        'Expected always {"setIdentifier":"primary"}, which is never so:',
        'app.example.org A: NOERROR',
        '  app.example.org 60 A 192.0.2.1 [secondary]',
        '  - zone App/Zone (example.org, public)',
        '  - primary (App/Primary) is unhealthy: health check App/Check: what it monitors is down',
        '  - secondary (App/Secondary) is healthy: no health check, so always healthy',
        '  - chose secondary (App/Secondary): SECONDARY',
      ].join('\n'),
    );
    expect(String(dns.query(app))).toContain('app.example.org A alias of App/Lb [primary]');
  });

  it('fails with and without .not when only some answers are as expected', () => {
    expect(
      failure(() => {
        expect(weighted).toAnswer(app, { setIdentifier: 'a' });
      }),
    ).toContain('in 25 % of queries');
    expect(
      failure(() => {
        expect(weighted).not.toAnswer(app, { setIdentifier: 'a' });
      }),
    ).toContain('which is sometimes so');
    expect(weighted).not.toAnswer(app, { setIdentifier: 'c' });
  });

  it('compares one answer when the query has a random source', () => {
    const drawn = { ...app, random: () => 0 };
    expect(weighted).toAnswer(drawn, { setIdentifier: 'a' });
    expect(weighted).toAnswer({ ...app, random: () => 0.999 }, { setIdentifier: 'b' });
  });

  it('draws the numbers of mulberry32', () => {
    const random = seeded(1);
    expect([random(), random(), random()]).toEqual([
      0.6270739405881613, 0.002735721180215478, 0.5274470399599522,
    ]);
  });

  it('fails with and without .not when the answer is unknown', () => {
    const unknown = { name: 'app.example.org' };
    const dns = dnsOf({ A: member('a', { Region: 'eu-west-3' }) });
    expect(
      failure(() => {
        expect(dns).toAnswer(unknown, { setIdentifier: 'a' });
      }),
    ).toContain('which is unknown so');
    expect(
      failure(() => {
        expect(dns).not.toAnswer(unknown, { setIdentifier: 'b' });
      }),
    ).toContain('no from.region');
  });

  it('fails with and without .not when a value is known only once deployed', () => {
    const dns = dnsOf({
      Record: record({ ResourceRecords: [{ Ref: 'Eip' }] }),
      Eip: { Type: 'AWS::EC2::EIP' },
    });
    expect(checkAnswer(dns, app, { values: ['192.0.2.1'] }).verdict).toBe('unknown');
    expect(checkAnswer(dns, app, { values: ['⟨App.Eip⟩'] }).verdict).toBe('always');
    expect(checkAnswer(dns, app, { values: [] }).verdict).toBe('never');
  });

  it('is unknown for eight of nine multivalue answers', () => {
    const many = dnsOf(
      Object.fromEntries(
        Array.from({ length: 9 }, (_, n) => [`R${n}`, member(`r${n}`, { MultiValueAnswer: true })]),
      ),
    );
    expect(checkAnswer(many, app, { values: [] }).verdict).toBe('unknown');
    expect(checkAnswer(many, app, { ttl: 60 }).verdict).toBe('always');
  });

  it('compares the TTL', () => {
    expect(dnsOf({ Record: record({}) })).not.toAnswer(app, { ttl: 300 });
  });

  it('prints only the answers that are not as expected, if there are any', () => {
    const some = failure(() => {
      expect(weighted).toAnswer(app, { setIdentifier: 'a' });
    });
    expect(some).toContain('[b]');
    expect(some).not.toContain('[a]');
    const none = failure(() => {
      expect(weighted).not.toAnswer(app, { ttl: 60 });
    });
    expect(none).toContain('[a]');
    expect(none).toContain('[b]');
  });

  it('compares the values at the end of a CNAME chain only', () => {
    const cname = (Name: string, target: string) =>
      record({ Name, Type: 'CNAME', ResourceRecords: [target] });
    const dns = dnsOf({
      Www: cname('www.example.org', 'out.example.org'),
      Out: cname('out.example.org', 'example.com'),
    });
    expect(dns).toAnswer({ name: 'www.example.org' }, { values: ['example.com'], resource: 'App/Out' });
    expect(dns).not.toAnswer({ name: 'www.example.org' }, { resource: 'App/Www' });
  });

  it('fails for a property of a record when there is no record', () => {
    const query = { ...app, type: 'TXT' };
    const dns = dnsOf({ Record: record({}) });
    expect(dns).toAnswer(query, { status: 'NODATA' });
    expect(dns).not.toAnswer(query, { status: 'NODATA', ttl: 60 });
  });

  it('does not know a set identifier that is known only once deployed', () => {
    const dns = dnsOf({ A: record({ SetIdentifier: { Ref: 'AWS::StackId' }, Weight: 1 }) });
    expect(checkAnswer(dns, app, { setIdentifier: 'a' }).verdict).toBe('unknown');
  });

  it('expects a Dns', () => {
    expect(() => {
      expect('dns').toAnswer(app, {});
    }).toThrow('expected Dns.of(templates) inside expect()');
  });
});
