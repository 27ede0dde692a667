import { App, Lazy, Stack, Token } from 'aws-cdk-lib';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import {
  checkAzCount,
  checkInteger,
  checkNameInZone,
  checkPort,
  checkRoleName,
  checkTimeZone,
  checkVpcCidr,
} from '../../lib/shared/checks';
import { importedZone } from '../../lib/shared/imported-zone';

const stack = new Stack(new App(), 'Checks');
const zone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
  hostedZoneId: 'Z1',
  zoneName: 'example.org',
});
const tokenText = Lazy.string({ produce: () => 'known at deployment' });
const tokenNumber = Token.asNumber({ Ref: 'Number' });

const accepted: readonly [string, () => void][] = [
  [
    '1 of 1 to 3',
    () => {
      checkInteger('n', 1, 1, 3);
    },
  ],
  [
    '3 of 1 to 3',
    () => {
      checkInteger('n', 3, 1, 3);
    },
  ],
  [
    'a number that is a token',
    () => {
      checkInteger('n', tokenNumber, 1, 3);
    },
  ],
  [
    '2 AZs',
    () => {
      checkAzCount(2);
    },
  ],
  [
    '6 AZs',
    () => {
      checkAzCount(6);
    },
  ],
  [
    'port 1',
    () => {
      checkPort('port', 1);
    },
  ],
  [
    'port 65535',
    () => {
      checkPort('port', 65_535);
    },
  ],
  [
    'a VPC of /16',
    () => {
      checkVpcCidr('vpcCidr', '10.0.0.0/16', 24);
    },
  ],
  [
    'a VPC of the longest prefix',
    () => {
      checkVpcCidr('vpcCidr', '10.0.0.0/24', 24);
    },
  ],
  [
    'the name A',
    () => {
      checkRoleName('name', 'A');
    },
  ],
  [
    'a name of 32 characters',
    () => {
      checkRoleName('name', `S${'a'.repeat(31)}`);
    },
  ],
  [
    'the name of the zone',
    () => {
      checkNameInZone('name', 'example.org', zone);
    },
  ],
  [
    'a name below the zone',
    () => {
      checkNameInZone('name', 'www.example.org', zone);
    },
  ],
  [
    'a domain name that is a token',
    () => {
      checkNameInZone('name', tokenText, zone);
    },
  ],
  [
    'a time zone that is a token',
    () => {
      checkTimeZone('timeZone', tokenText);
    },
  ],
  ...['Etc/UTC', 'UTC', 'Europe/London', 'America/Argentina/Buenos_Aires', 'Asia/Calcutta'].map(
    (name): [string, () => void] => [
      `time zone ${name}`,
      () => {
        checkTimeZone('timeZone', name);
      },
    ],
  ),
];

const refused: readonly [string, () => void][] = [
  [
    'n: got 0, expected a whole number from 1 to 3',
    () => {
      checkInteger('n', 0, 1, 3);
    },
  ],
  [
    'n: got 4, expected a whole number from 1 to 3',
    () => {
      checkInteger('n', 4, 1, 3);
    },
  ],
  [
    'n: got 1.5, expected a whole number from 1 to 3',
    () => {
      checkInteger('n', 1.5, 1, 3);
    },
  ],
  [
    'azCount: got 1, expected a whole number from 2 to 6',
    () => {
      checkAzCount(1);
    },
  ],
  [
    'azCount: got 7, expected a whole number from 2 to 6',
    () => {
      checkAzCount(7);
    },
  ],
  [
    'port: got 0, expected a whole number from 1 to 65535',
    () => {
      checkPort('port', 0);
    },
  ],
  [
    'port: got 65536, expected a whole number from 1 to 65535',
    () => {
      checkPort('port', 65_536);
    },
  ],
  [
    'vpcCidr: got "10.0.0.0/15", expected a network of /16 to /24',
    () => {
      checkVpcCidr('vpcCidr', '10.0.0.0/15', 24);
    },
  ],
  [
    'vpcCidr: got "10.0.0.0/25", expected a network of /16 to /24 for 3 AZs',
    () => {
      checkVpcCidr('vpcCidr', '10.0.0.0/25', 24, 'for 3 AZs');
    },
  ],
  [
    'vpcCidr: got "a token", expected a literal network: subnets are laid out during synthesis',
    () => {
      checkVpcCidr('vpcCidr', tokenText, 24);
    },
  ],
  [
    'name: got "a", expected a name such as A, Shop or Staging2',
    () => {
      checkRoleName('name', 'a');
    },
  ],
  [
    'name: got "Egress", expected a name such as A, Shop or Staging2, and not Egress or Isolated',
    () => {
      checkRoleName('name', 'Egress', ['Egress', 'Isolated']);
    },
  ],
  [
    'name: got "www.example.com", expected a name in the zone example.org',
    () => {
      checkNameInZone('name', 'www.example.com', zone);
    },
  ],
  [
    'name: got "wwwexample.org", expected a name in the zone example.org',
    () => {
      checkNameInZone('name', 'wwwexample.org', zone);
    },
  ],
  [
    'timeZone: got "Europe/Londn", expected a time zone such as Etc/UTC or Europe/London',
    () => {
      checkTimeZone('timeZone', 'Europe/Londn');
    },
  ],
  [
    'timeZone: got "+01:00", expected a time zone such as Etc/UTC or Europe/London',
    () => {
      checkTimeZone('timeZone', '+01:00');
    },
  ],
  [
    'timeZone: got "", expected a time zone',
    () => {
      checkTimeZone('timeZone', '');
    },
  ],
  [
    'timeZone: got "europe/london", expected Europe/London',
    () => {
      checkTimeZone('timeZone', 'europe/london');
    },
  ],
  [
    'domainName: got undefined, expected the name of the zone Z1',
    () => importedZone(stack, { hostedZoneId: 'Z1' }),
  ],
];

describe('a checked prop', () => {
  it.each(accepted)('may be %s', (_, check) => {
    expect(check).not.toThrow();
  });

  it.each(refused)('is refused with one line: %s', (message, check) => {
    expect(check).toThrow(message);
  });
});

describe('an imported zone', () => {
  it('is absent without an id', () => {
    expect(importedZone(stack, { domainName: 'example.org' })).toBeUndefined();
  });

  it('has the given name and id', () => {
    const given = { domainName: 'example.net', hostedZoneId: 'Z2' };
    expect(importedZone(stack, given)).toMatchObject({ zoneName: 'example.net', hostedZoneId: 'Z2' });
  });
});
