import { App, Stack } from 'aws-cdk-lib';
import { HostedZone, PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { nameServersOf } from '../../lib/shared/name-servers';

describe('nameServersOf', () => {
  const stack = new Stack(new App(), 'Test');

  it('returns the name servers of a hosted zone of the app', () => {
    const zone = new PublicHostedZone(stack, 'Zone', { zoneName: 'example.org' });
    expect(stack.resolve(nameServersOf(zone))).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^Zone/), 'NameServers'],
    });
  });

  it('refuses an imported hosted zone in one line', () => {
    const attributes = { hostedZoneId: 'Z1', zoneName: 'example.org' };
    const zone = HostedZone.fromHostedZoneAttributes(stack, 'Imported', attributes);
    expect(() => nameServersOf(zone)).toThrow(
      'zone: got "example.org", expected a hosted zone of this app: others have no known name servers',
    );
  });
});
