import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readParameters } from '../lib/parameters';

describe('parameters', () => {
  it('have defaults that need no configuration', () => {
    expect(readParameters({})).toEqual({
      only: [],
      azCount: 3,
      vpcCidr: '10.0.0.0/16',
      natGateways: 'per-az',
      trustedCidrs: [],
      domainName: undefined,
      hostedZoneId: undefined,
      alarmEmail: undefined,
      vpnRouterAddresses: [],
      signerPublicKey: undefined,
      partnerAccount: undefined,
    });
  });

  it('are read from the command line, where every value is a string', () => {
    expect(
      readParameters({
        only: 'bastion-host,dns-failover',
        azCount: '2',
        vpcCidr: '172.20.0.0/18',
        natGateways: 'single',
        trustedCidrs: '203.0.113.0/24, 198.51.100.7/32,',
        domainName: 'sandbox.example.com',
        hostedZoneId: 'Z0123456789ABCDEFGHIJ',
        alarmEmail: 'ops@example.com',
        vpnRouterAddresses: '203.0.113.10, 198.51.100.20',
        signerPublicKey: '-----BEGIN PUBLIC KEY-----',
        partnerAccount: '012345678901',
      }),
    ).toEqual({
      only: ['bastion-host', 'dns-failover'],
      azCount: 2,
      vpcCidr: '172.20.0.0/18',
      natGateways: 'single',
      trustedCidrs: ['203.0.113.0/24', '198.51.100.7/32'],
      domainName: 'sandbox.example.com',
      hostedZoneId: 'Z0123456789ABCDEFGHIJ',
      alarmEmail: 'ops@example.com',
      vpnRouterAddresses: ['203.0.113.10', '198.51.100.20'],
      signerPublicKey: '-----BEGIN PUBLIC KEY-----',
      partnerAccount: '012345678901',
    });
  });

  it('are read from sandbox.json, and the command line overrides them', () => {
    const file = { azCount: 2, natGateways: 'single' };
    expect(readParameters({}, file)).toMatchObject(file);
    expect(readParameters({ azCount: '4' }, file)).toMatchObject({ azCount: 4, natGateways: 'single' });
  });

  it('refuse a key of sandbox.json that is none', () => {
    expect(() => readParameters({}, { azcount: 2 })).toThrow(
      'key in sandbox.json: got "azcount", expected one of only, azCount',
    );
  });

  it('are read from cdk.json, where they may be numbers and lists', () => {
    expect(readParameters({ azCount: 2, trustedCidrs: ['203.0.113.0/24'] })).toMatchObject({
      azCount: 2,
      trustedCidrs: ['203.0.113.0/24'],
    });
  });

  it("leave CDK's own keys and the reader's other keys alone", () => {
    const others = {
      '@aws-cdk/core:newStyleStackSynthesis': true,
      'availability-zones:account=1': [],
      owner: 'me',
    };
    expect(readParameters(others)).toEqual(readParameters({}));
  });

  it.each([
    [{ azCount: 'three' }, 'azCount: got "three", expected a whole number'],
    [{ azCount: '-1' }, 'azCount: got "-1", expected a whole number'],
    [{ azCount: '' }, 'azCount: got "", expected a whole number'],
    [{ vpcCidr: 10 }, 'vpcCidr: got 10, expected an IPv4 network such as 10.0.0.0/16'],
    [{ natGateways: 'two' }, 'natGateways: got "two", expected one of per-az, single, regional, none'],
    [{ trustedCidrs: 7 }, 'trustedCidrs: got 7, expected strings, separated by commas'],
    [
      { domainName: 'Example.com' },
      'domainName: got "Example.com", expected a domain such as sandbox.example.com',
    ],
    [{ domainName: 'localhost' }, 'domainName: got "localhost", expected a domain'],
    [
      { domainName: 'example.com', hostedZoneId: '/hostedzone/Z0123456789' },
      'hostedZoneId: got "/hostedzone/Z0123456789", expected an id such as Z0123456789ABCDEFGHIJ',
    ],
    [{ hostedZoneId: 'example.com' }, 'hostedZoneId: got "example.com", expected an id such as'],
    [
      { hostedZoneId: 'Z0123456789ABCDEFGHIJ' },
      'hostedZoneId: got "Z0123456789ABCDEFGHIJ", expected domainName beside it, the name of that zone',
    ],
    [{ hostedZone: 'Z0123456789ABCDEFGHIJ' }, 'context key: got "hostedZone", expected one of'],
    [{ alarmEmail: 'nobody' }, 'alarmEmail: got "nobody", expected an e-mail address'],
    [{ partnerAccount: 123456789012 }, 'partnerAccount: got 123456789012, expected the 12 digits'],
    [{ partnerAccount: '12345678901' }, 'partnerAccount: got "12345678901", expected the 12 digits'],
    [{ azcount: '2' }, 'context key: got "azcount", expected one of only, azCount, vpcCidr'],
    [{ vpcCidrs: '10.0.0.0/16' }, 'context key: got "vpcCidrs", expected one of'],
    [{ natGateway: 'none' }, 'context key: got "natGateway", expected one of'],
    [{ trustedCidr: '203.0.113.0/24' }, 'context key: got "trustedCidr", expected one of'],
  ])('refuse %j in one line', (context, message) => {
    expect(() => readParameters(context)).toThrow(message);
  });

  it.each([
    [
      'zones of us-west-1',
      'AWS lists fewer than three zones in us-west-1 for most accounts: set `azCount` to 2',
    ],
    ['zones without a default subnet', 'CloudFormation lists only the zones that have a default subnet'],
    ['zones of us-east-1', 'With 5 or 6 in us-east-1, the VPC reaches zones that lack t3 and t4g instances'],
    ['load balancers', 'load balancers need /23, with 6 AZs /22'],
    ['Container Insights', 'aws logs delete-log-group --log-group-name /aws/ecs/containerinsights/'],
    ['images', '`npx cdk gc --unstable=gc` deletes those that no stack uses'],
  ])('the README says what the templates cannot check: %s', (_, sentence) => {
    const readme = readFileSync(join(__dirname, '../README.md'), 'utf8').replace(/\s+/g, ' ');
    expect(readme).toContain(sentence);
  });
});
