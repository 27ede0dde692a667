import { CfnVPC, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { PrivateHostedZone, type PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';
import { DelegatedZone, type DelegatedZoneProps } from './delegated-zone';

export interface SplitViewDnsProps extends DelegatedZoneProps {
  /**
   * VPCs that see the private zone. In each, `enableDnsSupport` and `enableDnsHostnames` must be on; that is checked
   * for a VPC of this app, and up to you for an imported one.
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
   */
  readonly vpcs: readonly IVpc[];
}

/**
 * A public and a private zone of one name: the VPCs are answered by the private one, everybody else by the public one.
 * Give them names by `SplitViewRecord`.
 *
 * A subdomain with zones of its own is another `SplitViewDns`, whose `parentZone` is this one's public zone: outside,
 * the delegation leads to it; inside, its private zone answers since it is the more specific one.
 *
 * Throws `InvalidValue` without a VPC, for a VPC whose DNS is off, and for a name as `DelegatedZone` does.
 */
export class SplitViewDns extends Construct {
  readonly publicZone: PublicHostedZone;
  readonly privateZone: PrivateHostedZone;

  constructor(scope: Construct, id: string, props: SplitViewDnsProps) {
    super(scope, id);
    const { vpcs, ...publicProps } = props;
    const [vpc, ...others] = vpcs;
    if (!vpc) throw new InvalidValue('vpcs', vpcs, 'at least one VPC that sees the private zone');
    vpcs.forEach(requireDns);

    this.publicZone = new DelegatedZone(this, 'Public', publicProps).zone;
    // Never retained: it would go on answering in its VPCs, and a second one of its name is refused there.
    this.privateZone = new PrivateHostedZone(this, 'Private', { zoneName: props.zoneName, vpc });
    for (const other of others) this.privateZone.addVpc(other);
  }
}

function requireDns(vpc: IVpc): void {
  const { defaultChild } = vpc.node;
  if (!(defaultChild instanceof CfnVPC)) return;
  for (const setting of ['enableDnsSupport', 'enableDnsHostnames'] as const) {
    if (defaultChild[setting] === false) {
      throw new InvalidValue('vpcs', vpc.node.path, `VPCs with ${setting}, which private zones need`);
    }
  }
}
