import { CfnVPC, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { PrivateHostedZone, type PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';
import { DelegatedZone, type DelegatedZoneProps } from './delegated-zone';

export interface SplitViewDnsProps extends DelegatedZoneProps {
  /**
   * VPCs that are associated with the private hosted zone, at least one. Each must have `enableDnsSupport` and
   * `enableDnsHostnames`. The construct checks this for a VPC of this app. It cannot check an imported VPC.
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
   */
  readonly vpcs: readonly IVpc[];
}

/**
 * A public and a private hosted zone of one name. The private zone answers queries from the VPCs, the public zone answers
 * all others. `SplitViewRecord` adds records.
 *
 * For a subdomain with its own hosted zones, create a second `SplitViewDns` with the public zone of the first as
 * `parentZone`. On the internet, resolvers follow the delegation. In the VPCs, Route 53 uses the private zone with the most
 * specific name.
 *
 * Throws `InvalidValue` without a VPC, for a VPC without the two DNS attributes, and for the names that `DelegatedZone`
 * refuses.
 */
export class SplitViewDns extends Construct {
  readonly publicZone: PublicHostedZone;
  readonly privateZone: PrivateHostedZone;

  constructor(scope: Construct, id: string, props: SplitViewDnsProps) {
    super(scope, id);
    const { vpcs, ...publicProps } = props;
    const [vpc, ...others] = vpcs;
    if (!vpc) throw new InvalidValue('vpcs', vpcs, 'at least one VPC to associate with the private zone');
    vpcs.forEach(checkDnsAttributes);

    this.publicZone = new DelegatedZone(this, 'Public', publicProps).zone;
    // Not retained: it would still answer in the VPCs, and Route 53 refuses a second private zone of its name there.
    this.privateZone = new PrivateHostedZone(this, 'Private', { zoneName: props.zoneName, vpc });
    for (const other of others) this.privateZone.addVpc(other);
  }
}

function checkDnsAttributes(vpc: IVpc): void {
  const { defaultChild } = vpc.node;
  if (!(defaultChild instanceof CfnVPC)) return;
  for (const setting of ['enableDnsSupport', 'enableDnsHostnames'] as const) {
    if (defaultChild[setting] === false) {
      throw new InvalidValue(
        'vpcs',
        vpc.node.path,
        `VPCs with ${setting}, which private hosted zones require`,
      );
    }
  }
}
